"""What the files of the console may know of each other, and who gives the keys."""

from __future__ import annotations

import ast

from tests.support.source import graph, modules, naming, parsed

TUI = "ekc_console.tui"
FILES = {name: path for name, path in modules().items() if name.startswith(TUI)}


def test_nothing_below_the_application_knows_it() -> None:
    knowing = {name for name in FILES if f"{TUI}.shell.app" in graph()[name]}
    assert knowing == {f"{TUI}.shell.launch"}


MOVES = {"focus", "set_focus", "blur", "focus_next", "focus_previous", "push_focus"}


def test_the_keys_are_given_in_one_place() -> None:
    """Textual puts ``Widget.focus()`` off until the application's queue gets to it: what was asked
    for earlier would be done after what was opened later."""
    moved = [
        f"{path.name}:{node.lineno}"
        for path in naming(FILES.values(), *(f".{name}(" for name in MOVES))
        if path != FILES[f"{TUI}.shared.focus"]
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in MOVES
    ]
    assert moved == []
