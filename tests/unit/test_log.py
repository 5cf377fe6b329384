"""Log files: private, and without the values of variables."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ekc_console import log_lines


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


def lines_out(put: Callable[[bytes], int], *texts: str) -> None:
    lines = log_lines.Lines(put)
    for text in texts:
        lines.write(text)
    lines.drain(5)


def test_a_disk_that_is_full_costs_lines_and_they_are_counted() -> None:
    got: list[bytes] = []
    full = [True]

    def put(data: bytes) -> int:
        if full[0]:
            raise OSError(errno.ENOSPC, "no space")
        got.append(data)
        return len(data)

    lines, before = log_lines.Lines(put), log_lines.lost()
    for i in range(3):
        lines.write(f"line {i}\n")
    lines.drain(5)
    assert log_lines.lost() - before == 3
    full[0] = False
    lines.write("again\n")
    lines.drain(5)
    assert got == [b"log lines lost: 3\n", b"again\n"]


def test_a_line_that_was_cut_short_does_not_run_into_the_next() -> None:
    got = bytearray()
    room = [8]

    def put(data: bytes) -> int:
        taken = data[: room[0]]
        got.extend(taken)
        room[0] = 1000
        return len(taken)

    before = log_lines.lost()
    lines_out(put, "a long line\n", "next\n")
    assert bytes(got) == b"a long l\nlog lines lost: 1\nnext\n"
    assert log_lines.lost() - before == 1


def test_a_disk_that_hangs_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_lines, "WAITING", 50)
    go_on, got = threading.Event(), []

    def put(data: bytes) -> int:
        go_on.wait(10)
        got.append(data)
        return len(data)

    lines, before = log_lines.Lines(put), log_lines.lost()
    for i in range(500):
        lines.write(f"{i}\n")
    assert log_lines.lost() - before >= 400
    go_on.set()
    lines.drain(5)
    assert b"0\n" in got


@pytest.mark.parametrize("text", ["\ud800\n", "я\n", "\x00\n"])
def test_a_text_that_is_no_utf8_is_written_as_well_as_it_can_be(text: str) -> None:
    got: list[bytes] = []

    def put(data: bytes) -> int:
        got.append(data)
        return len(data)

    before = log_lines.lost()
    lines_out(put, text)
    assert got
    assert log_lines.lost() == before


def test_a_closed_stream_is_no_error() -> None:
    stream = io.StringIO()
    lines = log_lines.to_stream(stream)
    stream.close()
    lines.write("line\n")
    lines.drain(5)


LOGS = """
import logging, os, structlog, sys
from pathlib import Path
from ekc_console import log, log_lines
class Bad:
    def __repr__(self): raise RuntimeError("no words")
log.set_up(Path(sys.argv[1]) if sys.argv[1] else None)
if sys.argv[2]:
    os.close(2)
logger = structlog.get_logger()
for i in range(50):
    logger.error("a line that is long enough to fill a page some day " * 5, i=i)
logger.error("bad value", value=Bad())
logger.error("bad text", value=chr(0xD800))
logging.getLogger("aiohttp").error("of another library %s", Bad())
try:
    raise ValueError(chr(0xDCFF))
except ValueError:
    logger.exception("bad exception")
log.drain(5)
print("lived", log_lines.lost() > 0)
"""


@pytest.mark.parametrize(("file", "closed"), [("/dev/full", ""), ("", "closed")])
def test_nothing_that_is_logged_raises(file: str, closed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOGS, file, closed],
        capture_output=True,
        text=True,
        timeout=30,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.stdout.strip() == "lived True", done.stderr
    assert done.returncode == 0
