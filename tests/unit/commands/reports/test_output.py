"""Where a report is written to is what it was before, but for what is in it."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from ekc_console.errors import EkcError
from ekc_console.reports.files import OWNER_ONLY, written


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_pipe_gets_what_is_written_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    written(pipe, [b"a", b"b"])
    reader.join(10)
    assert read == [b"ab"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_device_stays_one_and_says_that_it_is_full() -> None:
    with pytest.raises(EkcError, match="No space left"):
        written(Path("/dev/full"), [b"x" * 100_000])
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


def test_a_link_leads_to_what_it_led_to(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    target.chmod(0o600)
    link.symlink_to(target)
    written(link, [b"new"])
    assert (target.read_bytes(), mode(target), link.is_symlink()) == (b"new", 0o600, True)


def test_a_file_keeps_who_may_read_it_and_an_owners_one_is_never_wider(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_bytes(b"old")
    file.chmod(0o640)
    written(file, [b"new"])
    assert mode(file) == 0o640
    written(file, [b"numbers"], OWNER_ONLY)
    assert mode(file) == 0o600
