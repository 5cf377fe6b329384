"""The callers whom the dialplan has noted down by itself, whether or not a server was there.

One file an hour (UTC), which Asterisk alone appends to; a line when a caller comes, one when a
caller whom nobody took hangs up, and one when any other's call is over::

    came,<channel>,<unix time>,<called number>,<caller's number, percent-encoded>
    left,<channel>,<unix time>
    over,<channel>,<unix time>,<Q.850 cause>

A file is read on from where the last reading ended and removed when its hour is over and all of
its callers are known to the server. A line that is damaged (a disk that was full) is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import structlog

from ekc_console.server.engine.asterisk.calls.legs import number_of
from ekc_console.server.engine.protocol import NotedCaller

log = structlog.get_logger(__name__)

_CAME = re.compile(r"came,([\w.-]{1,80}),(\d{9,11}\.\d{3}),([+*#\d]{0,80}),([^,\s]{0,200})$", re.A)
_LEFT = re.compile(r"left,([\w.-]{1,80}),(\d{9,11}\.\d{3})$", re.A)
_OVER = re.compile(r"over,([\w.-]{1,80}),(\d{9,11}\.\d{3}),(?:0|16|31)?$", re.A)
"""Of those that ended in the ordinary way: normal clearing, or no cause at all."""
_OTHERWISE_OVER = re.compile(r"over,[\w.-]{1,80},\d{9,11}\.\d{3},\d{1,3}$", re.A)
_HOUR = re.compile(r"\d{10}", re.A)
_FILES_WRITTEN = 2
"""The newest ones may still be appended to: the hour may change between a caller's two steps."""


class Notes:
    """``read``, then ``forget`` those that the server has in its journal. Both block for as long
    as the files take; not to be called at the same time."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._read_to: dict[Path, int] = {}
        self._callers: dict[Path, dict[str, NotedCaller]] = {}

    def read(self) -> tuple[NotedCaller, ...]:
        """All who are not forgotten, in the order in which they came."""
        for file in self._files():
            try:
                self._read_on(file)
            except OSError as error:
                log.error("callers' notes cannot be read", file=file.name, error=error.strerror)
        return tuple(note for notes in self._callers.values() for note in notes.values())

    def ended(self) -> dict[str, float]:
        """Those whose calls ended in the ordinary way, and when, as far back as the files go: three
        hours, or all the time that no server was there."""
        legs: dict[str, float] = {}
        for file in self._files():
            try:
                text = file.read_text(encoding="ascii", errors="replace")
            except OSError as error:
                log.error("callers' notes cannot be read", file=file.name, error=error.strerror)
                continue
            found = filter(None, map(_OVER.search, text.split("\n")))
            legs |= {one[1]: float(one[2]) for one in found}
        return legs

    def forget(self, legs: Collection[str]) -> None:
        for notes in self._callers.values():
            for leg in notes.keys() & set(legs):
                del notes[leg]
        for file in self._files()[:-_FILES_WRITTEN]:
            if not self._callers.get(file, True) and self._is_read(file):
                file.unlink(missing_ok=True)
                del self._callers[file], self._read_to[file]

    def _is_read(self, file: Path) -> bool:
        """To its last whole line; a clock that is set back has an older file written again."""
        try:
            with file.open("rb") as source:
                source.seek(self._read_to[file])
                return b"\n" not in source.read()
        except OSError:
            return False

    def _files(self) -> list[Path]:
        """Oldest first: they are named by their hour."""
        try:
            return sorted(file for file in self._directory.iterdir() if _HOUR.fullmatch(file.name))
        except FileNotFoundError:
            return []
        except OSError as error:
            folder = self._directory.name
            log.error("callers' notes cannot be read", folder=folder, error=error.strerror)
            return []

    def _read_on(self, file: Path) -> None:
        with file.open("rb") as source:
            source.seek(self._read_to.get(file, 0))
            whole, end, _ = source.read().rpartition(b"\n")
        self._read_to[file] = self._read_to.get(file, 0) + len(whole) + len(end)
        notes = self._callers.setdefault(file, {})
        lines = [line for line in whole.decode(errors="replace").split("\n") if line]
        damaged = sum(not self._take(line, notes) for line in lines)
        if damaged:
            log.error("callers' notes are damaged", file=file.name, lines=damaged)

    def _take(self, line: str, notes: dict[str, NotedCaller]) -> bool:
        """What a half-written line has before it is lost, what stands behind it is not."""
        if came := _CAME.search(line):
            leg, at, called, number = came.groups()
            notes[leg] = NotedCaller(leg, number_of(unquote(number)), called, float(at))
        elif left := _LEFT.search(line):
            leg, at = left.groups()
            for known in self._callers.values():
                if leg in known:
                    known[leg] = replace(known[leg], left_at=float(at))
        else:
            return bool(_OVER.search(line) or _OTHERWISE_OVER.search(line))
        return True
