"""What the server says has a key: its words are made by the console, in the console's language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from ekc_console import i18n
from ekc_console.client.words.kinds import SHAPES
from ekc_console.client.words.saying import TEXTS
from tests.support.source import ROOT, modules, parsed

SERVER = "ekc_console.server"
SAYING = (
    "commands",
    "live",
    "people",
    "cards",
    "calls",
    "api",
    "http",
    "resources",
    "refusal",
    "app",
    "store.cards",
)
"""Rooms and modules of the server whose words reach a console."""
CYRILLIC = re.compile("[А-Яа-яЁё]")
RUSSIAN = {
    "server/live/other_version.py": "consoles of older protocols show what they are sent",
    "server/people/deputies.py": "warnings about settings, for the log and the command line",
    "server/people/desks.py": "warnings about accounts, for the log",
    "server/people/duties.py": "warnings about files, for the log and the command line",
    "server/people/teams.py": "warnings about settings, for the log and the command line",
    "server/resources/asked.py": "descriptions in the OpenAPI document, for programmers",
    "server/resources/openapi.py": "descriptions in the OpenAPI document, for programmers",
    "server/resources/table.py": "descriptions in the OpenAPI document, for programmers",
    "server/calls/recorder.py": "the cause in a recording's row, for the administrator",
    "server/app.py": "what a start is busy with, for the terminal it was begun in",
    "server/store/cards/visits.py": "a note in the store since earlier versions; told as a flag",
    "server/store/cards/search_words.py": "letters that count as one",
}
"""Modules with Russian of their own, and why; none of it goes to a console of today."""
KEY = re.compile(r"[a-z]+(\.[a-z_]+)+")
MAKERS = re.compile(r"words|Refusal|\w+(Error|Refused|Changed|Taken)")


CALLS = re.compile("звон(ки|ков|кам|ками|ках)\\b")
SCREENS = ("operator", "supervisor", "clinic", "board", "shell", "shared")


def test_a_screen_counts_calls_by_one_word() -> None:
    """«Вызовы», not «звонки» beside them; a «звонок» is what rings."""
    rooms = [f"ekc_console.tui.{room}" for room in SCREENS]
    found = [
        f"{path.name}: {node.value}"
        for name, path in modules().items()
        if any(name.startswith(f"{room}.") for room in rooms)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if CALLS.search(node.value)
    ]
    assert found == []


def _in(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == f"{SERVER}.{r}" or name.startswith(f"{SERVER}.{r}.") for r in rooms)


SAID = {name: path for name, path in modules().items() if _in(name, SAYING)}
SCENARIO = "ekc_console.domain.scenario"
SAYERS = (SERVER, "ekc_console.client.link", SCENARIO)
ALL = {
    name: path
    for name, path in modules().items()
    if name.startswith(SAYERS) and name != f"{SCENARIO}.field_error"  # that is where the words are
}


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT / "ekc_console"))


def _is_russian(text: ast.Constant) -> bool:
    return bool(CYRILLIC.search(str(text.value)))


def _texts(node: ast.AST) -> Iterator[ast.Constant]:
    """String constants outside of docstrings and lines of the log."""
    for child in ast.iter_child_nodes(node):
        docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        logged = (
            isinstance(child, ast.Call)
            and isinstance(child.func, ast.Attribute)
            and getattr(child.func.value, "id", "") == "log"
        )
        if docstring or logged:
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child
        yield from _texts(child)


def test_no_russian_comes_from_the_server() -> None:
    found = {
        _short(path): [f"{n.lineno}: {n.value}" for n in _texts(parsed(path)) if _is_russian(n)]
        for path in SAID.values()
    }
    assert {name: texts for name, texts in found.items() if texts and name not in RUSSIAN} == {}
    assert [name for name in RUSSIAN if not found[name]] == [], "nothing to except any more"


def _said() -> Iterator[tuple[str, ast.Call, str]]:
    """Where, the call, and the key in it."""
    for path in ALL.values():
        for node in ast.walk(parsed(path)):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and MAKERS.fullmatch(name):
                for constant in [c for arg in node.args for c in ast.walk(arg)]:
                    if isinstance(constant, ast.Constant) and KEY.fullmatch(str(constant.value)):
                        yield f"{_short(path)}:{node.lineno}", node, str(constant.value)


def _places(text: str) -> set[tuple[str, str]]:
    """Name and shape of each place to fill in."""
    return {(name, spec or "") for _t, name, spec, _c in Formatter().parse(text) if name}


def test_every_key_that_is_said_has_a_text() -> None:
    assert [f"{where}: {key}" for where, _call, key in _said() if key not in TEXTS] == []


def test_every_text_is_said_somewhere() -> None:
    written = {
        node.value
        for path in ALL.values()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert TEXTS.keys() - written == set()


def test_a_text_gets_the_values_it_has_places_for() -> None:
    wrong = [
        f"{where}: {key}"
        for where, call, key in _said()
        if key in TEXTS
        and all(keyword.arg for keyword in call.keywords)
        and {keyword.arg for keyword in call.keywords} != {n for n, _ in _places(TEXTS[key])}
    ]
    assert wrong == []


def test_both_languages_shape_the_same_values_alike() -> None:
    i18n.use("en")
    try:
        english = {key: i18n._(text) for key, text in TEXTS.items()}
    finally:
        i18n.use("ru")
    for key, text in TEXTS.items():
        assert _places(text) == _places(english[key]), key
        assert {spec for _, spec in _places(text)} - {""} <= SHAPES.keys(), key
        assert not CYRILLIC.search(english[key]), key
