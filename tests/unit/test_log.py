"""Log files: private, and without the values of variables."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_a_traceback_shows_no_values(tmp_path: Path) -> None:
    """Numbers, names and passwords stand in variables when something breaks."""
    file = tmp_path / "logs" / "server.log"
    code = (
        "import pathlib, structlog\n"
        "from ekc_console import log\n"
        f"log.set_up(pathlib.Path({str(file)!r}))\n"
        "def place(number):\n"
        "    raise RuntimeError('broke')\n"
        "try:\n"
        "    place('+7900' + '0000012')\n"
        "except RuntimeError:\n"
        "    structlog.get_logger().exception('call broke', call='c1')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
    text = file.read_text()
    assert "call broke" in text
    assert "RuntimeError: broke" in text
    assert "+79000000012" not in text
    assert file.stat().st_mode & 0o077 == 0
