"""The console on a real terminal: what is written to it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.support.sweep import sweep
from tests.support.terminal import Terminal

pytestmark = pytest.mark.long

COLOUR = re.compile(r"(?:^|;)(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;|$)")
BOLD, REVERSE = "1", "7"
LAST = "F1 Справка"
"""Of the lowest line: all above it is painted."""


def console(home: Path, state: str, **environment: str) -> Terminal:
    command = [sys.executable, "-m", "tests.support.console", str(home), state]
    return Terminal(command, home, (80, 24), environment)


def styles(terminal: Terminal) -> set[str]:
    return {style for row in terminal.screen.styles for style in row}


def attributes(terminal: Terminal) -> set[str]:
    return {attribute for style in styles(terminal) for attribute in style.split(";")}


@pytest.mark.long
@pytest.mark.parametrize(
    ("state", "word"), sweep([("be_offered", "ВХОДЯЩИЙ"), ("wrap_up", "ПОСТОБРАБОТКА")], every=2)
)
def test_without_colours_none_is_written(state: str, word: str, tmp_path: Path) -> None:
    with console(tmp_path, state, NO_COLOR="1") as terminal:
        terminal.until(word)
        terminal.until(LAST)
        terminal.wait(lambda: {REVERSE, BOLD} <= attributes(terminal), "reverse and bold")
        coloured = [style for style in styles(terminal) if COLOUR.search(style)]
    assert coloured == []


@pytest.mark.long
def test_with_colours_there_are_some(tmp_path: Path) -> None:
    with console(tmp_path, "be_offered") as terminal:
        terminal.until("ВХОДЯЩИЙ")
        terminal.wait(lambda: any(map(COLOUR.search, styles(terminal))), "a colour")


@pytest.mark.long
@pytest.mark.parametrize("told", sweep([True, False], every=2))
def test_a_console_at_its_login_ends_with_its_terminal(tmp_path: Path, *, told: bool) -> None:
    command = [
        sys.executable, "-m", "ekc_console.cli", "operator", "--no-sound",
        "--server", "http://127.0.0.1:1",
    ]  # fmt: skip
    with Terminal(command, tmp_path, (80, 24)) as terminal:
        terminal.until(LAST)
        terminal.hang_up(told=told)


@pytest.mark.parametrize("told", sweep([True, False], every=2))
def test_a_console_at_work_ends_with_its_terminal(tmp_path: Path, *, told: bool) -> None:
    with console(tmp_path, "be_ready") as terminal:
        terminal.until("ГОТОВ")
        terminal.until(LAST)
        terminal.hang_up(told=told)
