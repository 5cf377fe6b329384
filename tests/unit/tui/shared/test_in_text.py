"""Digits of a text that was meant for another place choose nothing in a list."""

from __future__ import annotations

import pytest

from ekc_console.tui.shared.widgets.choices import ONE_WORD_S, InText


def chosen(typed: str, text: InText, at: float = 100.0) -> str:
    """The digits of ``typed`` that choose, a tenth of a second after one another."""
    found = ""
    for sign in typed:
        at += 0.1
        if not sign.isdigit():
            text.goes_on(sign, at)
        elif not text.has_digit(at):
            found += sign
    return found


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("7", "7"),
        ("x2", "2"),
        ("дом 2", ""),
        ("в 17:30", ""),
        ("к 1.12", ""),
        ("до 2-3, 11:11", ""),
        ("9:30", "9"),
        (" 4", "4"),
    ],
)
def test_a_digit_chooses_only_outside_of_a_text(typed: str, digits: str) -> None:
    assert chosen(typed, InText()) == digits


def test_after_a_pause_or_an_arrow_a_digit_chooses() -> None:
    text = InText()
    assert chosen("в 17:30", text, 100.0) == ""
    assert chosen("0", text, 100.7 + ONE_WORD_S + 0.1) == "0"
    assert chosen("в 17", text, 200.0) == ""
    text.ends()
    assert chosen("7", text, 200.5) == "7"
