from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from string import Formatter

import pytest

from ekc_console import i18n
from ekc_console.errors import EkcError
from ekc_console.i18n import LOCALE_DIR, N_, _
from ekc_console.locale import catalogue
from tests.support.source import modules, naming, parsed

PACKAGE = LOCALE_DIR.parent
PLACES = (
    "tui/**/*.py", "client/**/*.py", "cli.py", "commands/centre/*.py", "commands/console/*.py",
    "commands/shared/*.py",
)  # fmt: skip
NO_TEXTS = {"click_words.py", "tables.py"}
"""Words of click by themselves, and letters that a table knows."""
SHOWN = sorted(
    path for place in PLACES for path in PACKAGE.glob(place) if path.name not in NO_TEXTS
)
"""What an operator reads comes from here, and what the commands say that begin a screen or speak to
a server; the other commands speak Russian only."""
HELP = {"help", "prompt", "metavar"}
"""What is handed over by these names is marked by that, in commands."""
CYRILLIC = re.compile("[А-Яа-яЁё]")
NO_TEXT = {
    "йцукенгшщзфывапролдячсмить",
    "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъ",
    *("ё", "е", "м", "ч", "д"),
}
"""Cyrillic literals that are no text for people: the keyboard, letters by how often they come,
letters that count as one, units."""
OTHERS = [language for language in i18n.languages() if language != i18n.SOURCE_LANGUAGE]


@pytest.fixture(autouse=True)
def _back_to_russian() -> Iterator[None]:
    yield
    i18n.use("ru")


def test_russian_is_the_source_and_english_a_catalogue() -> None:
    i18n.use("ru")
    assert _("Готов") == "Готов"
    i18n.use("en")
    assert (_("Готов"), i18n.language()) == ("Ready", "en")
    assert _("Текст, которого нигде нет") == "Текст, которого нигде нет"
    assert _("") == ""
    assert N_("Готов") == "Готов"


def test_an_unknown_language_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(EkcError, match="fr") as refused:
        i18n.use("fr")
    assert "en" in refused.value.remedy


def test_the_environment_decides_at_the_first_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_chosen", False)
    monkeypatch.setenv(i18n.ENVIRONMENT, "en")
    assert _("Готов") == "Ready"


def test_no_text_hides_in_an_f_string() -> None:
    """The catalogue's collector does not look into them on Python 3.11."""
    hidden = [
        f"{path.name}: {call.args[0].value}"
        for path in naming(modules().values(), "i18n")
        for piece in ast.walk(parsed(path))
        if isinstance(piece, ast.JoinedStr)
        for call in ast.walk(piece)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "_"
        and isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language: str) -> None:
    po = catalogue.read(LOCALE_DIR / language / "LC_MESSAGES" / "ekc.po", language)
    assert catalogue.untranslated(catalogue.merged(catalogue.collect(), po, language)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_compiled_catalogue_is_of_the_written_one(language: str) -> None:
    folder = LOCALE_DIR / language / "LC_MESSAGES"
    written = catalogue.read(folder / "ekc.po", language)
    i18n.use(language)
    for message in written:
        if message.id:
            assert _(str(message.id)) == message.string


@pytest.mark.parametrize("language", OTHERS)
def test_translations_have_the_same_places_to_fill_in(language: str) -> None:
    po = catalogue.read(LOCALE_DIR / language / "LC_MESSAGES" / "ekc.po", language)
    for message in po:
        if message.id:
            assert _slots(str(message.id)) == _slots(str(message.string)), message.id


def _slots(text: str) -> set[str | None]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}


def test_russian_of_the_screens_is_marked_for_translation() -> None:
    unmarked = [
        f"{path.name}:{node.lineno}: {node.value}"
        for path in SHOWN
        for node in _literals(parsed(path))
        if CYRILLIC.search(node.value) and node.value not in NO_TEXT
    ]
    assert unmarked == []


def _literals(node: ast.AST) -> Iterator[ast.Constant]:
    """String constants outside of ``_(…)`` and ``N_(…)`` and of docstrings."""
    for child in ast.iter_child_nodes(node):
        marked = isinstance(child, ast.Call) and getattr(child.func, "id", "") in ("_", "N_")
        marked = marked or (isinstance(child, ast.keyword) and child.arg in HELP)
        docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        if marked or docstring:
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child
        yield from _literals(child)
