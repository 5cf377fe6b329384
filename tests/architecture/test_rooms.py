"""The house: rooms that a stranger can take in, and no two files that know each other."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.support.source import ROOT, graph, modules

MOST_MODULES = 16
"""In one room, its ``__init__`` apart."""
MOST_LINES = 400
LONGER = {
    "ekc_console/server/store/base/schema.py": "migrations stay as they were released",
}
"""Modules that may be longer, and why."""


def _reached(start: str) -> set[str]:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        for target in graph()[ahead.pop()] - seen:
            seen.add(target)
            ahead.append(target)
    return seen


def test_no_two_files_import_each_other() -> None:
    reached = {name: _reached(name) for name in modules()}
    circles = {
        tuple(sorted({name, *(o for o in reached[name] if name in reached[o])}))
        for name in modules()
        if name in reached[name]
    }
    assert circles == set()


def test_no_room_has_more_modules_than_one_can_take_in() -> None:
    rooms: dict[Path, int] = {}
    for path in modules().values():
        if path.name != "__init__.py":
            rooms[path.parent] = rooms.get(path.parent, 0) + 1
    full = {str(r.relative_to(ROOT)): n for r, n in rooms.items() if n > MOST_MODULES}
    assert full == {}


def test_every_room_says_what_happens_there() -> None:
    doors = [p for p in modules().values() if p.name == "__init__.py"]
    silent = [p for p in doors if not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))]
    assert [str(p.relative_to(ROOT)) for p in silent] == []


def test_a_module_is_short_or_has_a_reason() -> None:
    lines = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n")
        for path in modules().values()
    }
    assert {name: n for name, n in lines.items() if n > MOST_LINES and name not in LONGER} == {}
    assert set(LONGER) <= {name for name, n in lines.items() if n > MOST_LINES}
