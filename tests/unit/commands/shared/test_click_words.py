"""click's own words are Russian in the Russian command line, and English in the English one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from ekc_console import i18n
from ekc_console.cli import COMMANDS, main

ENGLISH = re.compile(
    r"\b(usage|options?|commands?|arguments?|missing|error|try|show this|exit|invalid|such|env var|"
    r"integer|float|directory|is not)\b|\b(?:FLOAT|PATH|ARGS)\b|\[required|default: ",
    re.IGNORECASE,
)
MISTAKES = (
    "--nothing",
    "nothing",
    "queue nothing",
    "queue pause",
    "queue pause one two --login x --password y",
    "queue list",
    "demo --calls many",
    "demo --calls 0",
    "demo --every",
    "demo --headless=1",
    "operator --lang de",
    "user add anna",
)


@pytest.fixture(params=["ru", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    i18n.use(request.param)
    yield request.param
    i18n.use("ru")


def commands(group: click.Group) -> Iterator[click.Command]:
    yield group
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command)
        elif command is not None:
            yield command


@pytest.fixture(autouse=True)
def helps_are_said_anew() -> None:
    """click keeps the words of ``--help`` in the language in which they were first asked for; a
    process of the product has one, this one had many."""
    for command in commands(main):
        command._help_option = None


def paths(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from paths(command, *path, name)
        else:
            yield (*path, name)


def said(*arguments: str) -> str:
    result = CliRunner(env={"EKC_LOGIN": "", "EKC_LANG": ""}).invoke(main, arguments)
    return result.output


def test_helps_have_no_english_words_of_click() -> None:
    assert len(list(paths(main))) > len(COMMANDS)
    for path in paths(main):
        text = said(*path, "--help")
        assert text.startswith("Как вызвать: ")
        found = [
            line for line in text.splitlines() if ENGLISH.search(re.sub(r"--[\w-]+", "", line))
        ]
        assert found == [], path


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_named_in_the_language_in_use(mistake: str, language: str) -> None:
    text = said(*mistake.split())
    assert ("Ошибка: " in text) == (language == "ru")
    assert ("Error: " in text) == (language == "en")
    if language == "ru":
        assert not ENGLISH.search(re.sub(r"--[\w-]+|ekc [\w ]+", "", text)), text


def test_help_in_english_keeps_them(language: str) -> None:
    text = said("queue", "pause", "--help")
    assert ("Usage: " in text, "[OPTIONS]" in text) == (language == "en",) * 2
    assert ("Ключи:" in text, "ТЕКСТ" in text) == (language == "ru",) * 2
