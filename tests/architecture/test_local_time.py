"""Nothing goes by the time zone of the machine: a moment becomes a date or a time of day in one
module, which is told the zone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.support.source import ROOT, naming, parsed

ALLOWED = "localtime.py"
FILES = sorted(
    path
    for folder in ("ekc_console", "sip", "bench", "scripts")
    for path in (ROOT / folder).rglob("*.py")
    if path.name != ALLOWED
)
CLASSES = {"date", "datetime"}
ALWAYS = {"fromtimestamp", "utcfromtimestamp", "utcnow", "localtime", "mktime", "ctime"}
"""Never, whatever they are given."""
BARE = {"now", "today", "astimezone"}
"""Not without a zone."""
NAMES = {*ALWAYS, *BARE, "strftime"}


def naive(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of each call that asks the machine what time of day it is."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, owner = node.func.attr, ast.unparse(node.func.value)
        of_class = owner.split(".")[-1] in CLASSES
        bare = not node.args and not node.keywords and (of_class or name == "astimezone")
        if name in ALWAYS or (name in BARE and bare) or (owner, name) == ("time", "strftime"):
            yield node.lineno, name


def test_no_module_asks_for_the_time_of_the_machine() -> None:
    asking = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in naming(FILES, *(f".{name}(" for name in NAMES))
        for line, name in naive(parsed(path))
    ]
    assert asking == []


@pytest.mark.parametrize(
    "code",
    [
        "datetime.datetime.fromtimestamp(at)",
        "datetime.fromtimestamp(at, zone)",
        "datetime.now()",
        "datetime.now().astimezone()",
        "datetime.date.today()",
        "date.today()",
        "time.localtime()",
        "time.strftime('%H:%M')",
        "at.astimezone()",
        "datetime.utcnow()",
        "time.mktime(t)",
    ],
)
def test_what_is_found(code: str) -> None:
    assert list(naive(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "datetime.now(UTC)",
        "self._clock.now()",
        "clock.now()",
        "day.strftime('%d.%m.%Y')",
        "time.time()",
    ],
)
def test_what_is_fine(code: str) -> None:
    assert not list(naive(ast.parse(code)))
