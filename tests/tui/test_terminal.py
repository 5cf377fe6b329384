"""The console on a real terminal: what is written to it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.support.terminal import Terminal

COLOUR = re.compile(r"(?:^|;)(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;|$)")
BOLD, REVERSE = "1", "7"


def console(home: Path, state: str, **environment: str) -> Terminal:
    command = [sys.executable, "-m", "tests.support.console", str(home), state]
    return Terminal(command, home, (80, 24), environment)


@pytest.mark.parametrize(
    ("state", "word"), [("be_offered", "ВХОДЯЩИЙ"), ("wrap_up", "ПОСТОБРАБОТКА")]
)
def test_without_colours_none_is_written(state: str, word: str, tmp_path: Path) -> None:
    with console(tmp_path, state, NO_COLOR="1") as terminal:
        terminal.until(word)
        terminal.drain(0.3)
        styles = {style for row in terminal.screen.styles for style in row}
    assert [style for style in styles if COLOUR.search(style)] == []
    assert any(REVERSE in style.split(";") for style in styles)
    assert any(BOLD in style.split(";") for style in styles)


def test_with_colours_there_are_some(tmp_path: Path) -> None:
    with console(tmp_path, "be_offered") as terminal:
        terminal.until("ВХОДЯЩИЙ")
        styles = {style for row in terminal.screen.styles for style in row}
    assert [style for style in styles if COLOUR.search(style)]
