from __future__ import annotations

import struct
import sys
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ekc_console.server.engine.asterisk.install.elf import needed


def elf(*sonames: str) -> bytes:
    """A smallest file with a dynamic section: header, two program headers, dynamic, strings."""
    strings = b"\0" + b"".join(name.encode() + b"\0" for name in sonames)
    places = [strings.index(name.encode()) for name in sonames]
    dynamic_at = 64 + 2 * 56
    strings_at = dynamic_at + 16 * (len(sonames) + 2)
    base = 0x1000
    dynamic = b"".join(struct.pack("<qQ", 1, place) for place in places)
    dynamic += struct.pack("<qQ", 5, base + strings_at) + struct.pack("<qQ", 0, 0)
    total = strings_at + len(strings)
    load = struct.pack("<IIQQQQQQ", 1, 5, 0, base, base, total, total, 0x1000)
    dyn = struct.pack(
        "<IIQQQQQQ", 2, 6, dynamic_at, base + dynamic_at, 0, len(dynamic), len(dynamic), 8
    )
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 0, 0, 64, 56, 2, 0, 0, 0)
    return header + load + dyn + dynamic + strings


def test_the_libraries_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "x.so"
    path.write_bytes(elf("libfirst.so.1", "libsecond.so.2"))
    assert needed(path) == ["libfirst.so.1", "libsecond.so.2"]


def test_a_file_of_another_kind_has_none(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"#!/bin/sh\n")
    assert needed(path) == []


def test_this_very_interpreter() -> None:
    assert any(name.startswith("libc.so") for name in needed(Path(sys.executable).resolve()))


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_file_is_an_error_and_not_a_crash(place: int, value: int) -> None:
    data = bytearray(elf("liba.so.1"))
    data[place % len(data)] = value
    _try(bytes(data))


@given(st.integers(6, 300))
def test_a_cut_file_is_an_error_and_not_a_crash(length: int) -> None:
    _try(elf("liba.so.1")[:length])


def _try(data: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        said = ""
        try:
            needed(Path(file.name))
        except ValueError as error:
            said = str(error)
        assert said == "" or file.name in said
