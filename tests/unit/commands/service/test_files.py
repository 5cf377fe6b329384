"""Files of another program: nothing that was there is lost when writing fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_FULL = """
import resource, signal, sys
from pathlib import Path
from ekc_console.commands.service.files import write_out
from ekc_console.errors import EkcError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    write_out(Path(sys.argv[1]), {"panel.json": "x" * 50_000}, force=True)
except EkcError as error:
    print(error.message)
"""


def test_a_file_that_cannot_be_written_whole_is_kept_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "panel.json"
    file.write_text("mine", "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _FULL, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert "не записан" in done.stdout
    assert str(file) in done.stdout
    assert file.read_text("utf-8") == "mine"
    assert list(tmp_path.iterdir()) == [file]
