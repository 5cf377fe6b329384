"""The command line in English: what the catalogue holds of it, whatever was spoken before."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from ekc_console import i18n
from ekc_console.cli import COMMANDS, main

SPOKEN = [name for name, module in COMMANDS.items() if re.search("[.](centre|console)[.]", module)]
"""Commands that are in the catalogue as a whole."""
CYRILLIC = re.compile("[А-Яа-яЁё]")


@pytest.fixture(autouse=True)
def _back_to_russian() -> Iterator[None]:
    yield
    i18n.use("ru")


def said(*arguments: str) -> str:
    return CliRunner().invoke(main, arguments).output


def helps(name: str) -> Iterator[str]:
    """Of a command and of each of its own, but for the line of --help, which click keeps in the
    language that was spoken first."""
    group = main.get_command(click.Context(main), name)
    under = group.commands if isinstance(group, click.Group) else ()
    for own in ((), *((each,) for each in under)):
        text = said(name, *own, "--help")
        yield "\n".join(line for line in text.splitlines() if "--help" not in line)


def test_the_help_of_commands_is_english_where_english_is_spoken() -> None:
    russian = list(helps(SPOKEN[0]))
    assert all(CYRILLIC.search(text) for text in russian)
    i18n.use("en")
    english = [text for name in SPOKEN for text in helps(name)]
    assert [text for text in english if CYRILLIC.search(text)] == []
    i18n.use("ru")
    assert list(helps(SPOKEN[0])) == russian


def test_a_mistake_on_the_command_line_is_told_in_english() -> None:
    i18n.use("en")
    login = ("--login", "boss", "--password", "x")
    mistakes = [
        said("quue"),
        said("nothing-like-it"),
        said("agent", "queues", "anna", "main", *login),
        said("agent", "force", "anna", "break", *login),
        said("message", "help", "--answer", "3", *login),
        said("call", "assign"),
        said("operator"),
        said("keys", "check", "no-such-file"),
    ]
    assert [text for text in mistakes if CYRILLIC.search(text)] == []
    assert "Perhaps queue?" in mistakes[0]
    assert "begin with + (add) or - (remove)" in mistakes[2]
