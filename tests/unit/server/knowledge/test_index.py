"""What is found for what people type."""

from __future__ import annotations

from datetime import date

import pytest

from ekc_console.config import shipped_scripts
from ekc_console.scenario_files import check_folder, check_knowledge
from ekc_console.server.knowledge import Entry, Index, entries
from ekc_console.server.knowledge.stems import from_latin_layout, stem, telling, words

TODAY = date(2026, 11, 1)


@pytest.fixture(scope="module")
def index() -> Index:
    knowledge = check_knowledge(shipped_scripts(), None, TODAY).knowledge
    scripts = check_folder(shipped_scripts(), None, TODAY).scenarios
    return Index(entries(knowledge, [s for s in scripts.values() if s.kind == "script"], {}))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("прививка от гриппа", "answer:flu_where"),
        ("прививок от грипа", "answer:flu_where"),  # a form and a typing error
        ("привив", "answer:flu_where"),  # while typing
        ("как записаться", "answer:appointment_ways"),
        ("отменить запись", "answer:appointment_cancel"),
        ("укусил клещь", "answer:tick"),
        ("закрыть больничный", "answer:sick_leave_where"),
        ("полеклиника на садовой", "clinic:city_1"),
        ("стамотолог", "clinic:dental"),
        ("лесной хирург", "clinic:district_lesnoy"),
        ("fyfkbps", "answer:tests_results"),  # «анализы» on the Latin layout
        ("потеряла полис", "answer:oms_lost"),
    ],
)
def test_the_first_that_is_found(index: Index, text: str, first: str) -> None:
    assert first in [entry.id for entry in index.search(text, 2).entries]


def test_mended_words_are_told(index: Index) -> None:
    assert index.search("полеклиника", 5).corrected == "поликлиники"
    assert index.search("поликлиника", 5).corrected == ""


@pytest.mark.parametrize(("word", "other"), [("простуды", "посуде"), ("тест", "есть")])
def test_another_word_is_no_typing_error(index: Index, word: str, other: str) -> None:
    """It has other answers; the rest of the query is found all the same, answers first."""
    assert other not in index.search(word, 5).corrected
    found = index.search(f"можно ли прививку после {word}", 5)
    assert other not in found.corrected
    assert found.entries[0].kind == "answer"


@pytest.mark.parametrize(("word", "other"), [("почки", "почты"), ("инсулин", "инсулит")])
def test_a_medical_word_that_no_answer_has_is_not_taken_for_another(word: str, other: str) -> None:
    """One letter apart, and about something else."""
    about = Entry("answer", "answer:other", other, other, "", "", "", TODAY)
    assert Index([about]).search(other, 5).entries == (about,)
    known = Index([about], right=(word,))
    assert known.search(word, 5).entries == ()
    assert known.search(word, 5).corrected == ""


@pytest.mark.parametrize("text", ["", "  ", "!?", "ъъъъъъъъъъъъ", '"', "a OR b NOT", "x" * 5000])
def test_nothing_is_found_for_nothing(index: Index, text: str) -> None:
    index.search(text, 5)
    assert index.search("ъъъъъъъъъъъъ", 5).entries == ()


def test_kinds_and_limit(index: Index) -> None:
    found = index.search("врач", 3, ("clinic",)).entries
    assert len(found) <= 3
    assert {entry.kind for entry in index.search("запись", 50, ("step",)).entries} == {"step"}


@pytest.mark.parametrize(
    ("one", "other"),
    [("прививок", "прививка"), ("ребенок", "ребенка"), ("справок", "справку"), ("врачу", "врачи")],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_words_of_a_query() -> None:
    assert words("Ёлка, «кот»_пёс!") == ["елка", "кот", "пес"]
    assert telling(["как", "записаться"]) == ["записаться"]
    assert telling(["как", "и"]) == ["как", "и"]
    assert from_latin_layout("ghbdbdrf") == "прививка"
    assert from_latin_layout("прививка") == ""
