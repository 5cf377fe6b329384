"""Which shared libraries an ELF file asks for (DT_NEEDED), read without binutils.

Layout by the System V ABI, chapters "ELF header", "Program header" and "Dynamic section"; only
64-bit little-endian files, which is what amd64 and arm64 use.
"""

from __future__ import annotations

import struct
from pathlib import Path

_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NEEDED, _DT_STRTAB = 1, 5
_ELF64_LITTLE_ENDIAN = b"\x7fELF\x02\x01"


def needed(path: Path) -> list[str]:
    """Sonames in the order of the file; empty for what is not a dynamic 64-bit ELF file.

    Raises ValueError when the file says it is one but its tables lie outside of it.
    """
    data = path.read_bytes()
    if data[:6] != _ELF64_LITTLE_ENDIAN:
        return []
    try:
        return _needed(data)
    except (struct.error, StopIteration, LookupError, OverflowError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: broken ELF file") from error


def _needed(data: bytes) -> list[str]:
    (table,) = struct.unpack_from("<Q", data, 32)
    entry_size, count = struct.unpack_from("<HH", data, 54)
    loads: list[tuple[int, int, int]] = []
    dynamic: tuple[int, int] | None = None
    for index in range(count):
        kind, _flags, offset, address, _physical, size, _memory, _align = struct.unpack_from(
            "<IIQQQQQQ", data, table + index * entry_size
        )
        if kind == _PT_LOAD:
            loads.append((address, offset, size))
        elif kind == _PT_DYNAMIC:
            dynamic = (offset, size)
    if dynamic is None:
        return []
    entries = [
        struct.unpack_from("<qQ", data, dynamic[0] + place) for place in range(0, dynamic[1], 16)
    ]
    string_address = next(value for tag, value in entries if tag == _DT_STRTAB)
    strings = next(
        offset + string_address - address
        for address, offset, size in loads
        if address <= string_address < address + size
    )
    return [_string(data, strings + value) for tag, value in entries if tag == _DT_NEEDED]


def _string(data: bytes, start: int) -> str:
    end = data.find(b"\0", start)
    if not 0 <= start < end:
        raise KeyError(start)
    return data[start:end].decode()
