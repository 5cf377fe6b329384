"""What the files of the console may know of each other, read from their text: imports inside
functions and for types alone count too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TUI = "ekc_console.tui"
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in (ROOT / "ekc_console" / "tui").rglob("*.py")
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}


def imported(tree: ast.Module) -> Iterator[str]:
    """Modules of the console that this one names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in FILES else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


EDGES = {name: {m for m in imported(tree) if m in FILES} for name, tree in TREES.items()}


def reachable(start: str) -> set[str]:
    found: set[str] = set()
    ahead = list(EDGES[start])
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += EDGES[name]
    return found


def test_no_files_import_each_other_in_a_circle() -> None:
    assert [name for name in EDGES if name in reachable(name)] == []


def test_nothing_below_the_application_knows_it() -> None:
    knowing = {name for name, modules in EDGES.items() if f"{TUI}.shell.app" in modules}
    assert knowing == {f"{TUI}.shell.launch"}


MOVES = {"focus", "set_focus", "blur", "focus_next", "focus_previous", "push_focus"}


@pytest.mark.parametrize("name", sorted(set(FILES) - {f"{TUI}.shared.focus"}))
def test_the_keys_are_given_in_one_place(name: str) -> None:
    """Textual puts ``Widget.focus()`` off until the application's queue gets to it: what was asked
    for earlier would be done after what was opened later."""
    moved = [
        f"{FILES[name].name}:{node.lineno}"
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in MOVES
    ]
    assert moved == []


def test_no_file_of_the_console_is_longer_than_400_lines() -> None:
    long = {n: k for n, p in FILES.items() if (k := len(p.read_text("utf-8").splitlines())) > 400}
    assert long == {}
