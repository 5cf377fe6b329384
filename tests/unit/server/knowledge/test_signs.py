"""An emergency comes before every other answer, and what is none does not become one."""

from __future__ import annotations

import asyncio
import re
from datetime import date

import pytest

from ekc_console.config import shipped_scripts
from ekc_console.domain.knowledge import Sign
from ekc_console.scenario_files import check_folder, check_knowledge
from ekc_console.server.knowledge import KnowledgeBase
from ekc_console.wire import side_work

TODAY = date(2026, 11, 1)

EMERGENCIES = [
    # as callers were heard to say it
    ("не хочу жить", "suicide"),
    ("отошли воды", "labour"),
    ("покончить с собой", "suicide"),
    ("подавился", "choking"),
    ("угарный газ", "carbon_monoxide"),
    ("ожог кипятком", "burns"),
    ("не просыпается", "does_not_wake"),
    ("муж бьёт", "violence"),
    ("онемела рука", "stroke"),
    # every sign of the list
    ("рот перекосило у бабушки", "stroke"),
    ("речь стала невнятная", "stroke"),
    ("мужа парализовало", "stroke"),
    ("болит сильно в груди", "chest_pain"),
    ("боль в груди, отдаёт в руку", "chest_pain"),
    ("ребёнок задыхается", "breathing"),
    ("перестала дышать бабушка", "breathing"),
    ("потерял сознание и не отвечает", "consciousness"),
    ("лежит, не двигается", "consciousness"),
    ("хлещет кровь из руки", "bleeding"),
    ("кровь из носа не останавливается", "bleeding"),
    ("распухло лицо после укола", "allergy"),
    ("судороги у ребёнка", "convulsions"),
    ("пена изо рта", "convulsions"),
    ("отравилась грибами", "poisoning"),
    ("ребёнок наглотался таблеток", "poisoning"),
    ("схватки каждые пять минут", "labour"),
    ("жена рожает", "labour"),
    ("дочь порезала вены", "suicide"),
    ("никак не могу разбудить мужа", "does_not_wake"),
    ("опрокинул на себя кипяток", "burns"),
    ("ударило током", "electric"),
    ("ребёнок подавился косточкой", "choking"),
    ("вытащили из воды", "choking"),
    ("отец угорел в бане", "carbon_monoxide"),
    ("диабетическая кома", "diabetes"),
    ("ребёнок упал и ударился головой", "head_injury"),
    ("сбила машина", "injury"),
    ("меня избил сын", "violence"),
    ("пахнет газом", "fire_gas"),
    # typed in a hurry
    ("задыхаеться", "breathing"),
    ("недышит", "breathing"),
    ("ни дышит", "breathing"),
    ("патеряла сознание", "consciousness"),
    ("у мамы инсулт", "stroke"),
    ("анемела рука", "stroke"),
    ("хлещет кравь", "bleeding"),
    ("атравился", "poisoning"),
    ("падавилась", "choking"),
    ("yt lsibn", "breathing"),
    ("задыха", "breathing"),
    ("не просып", "does_not_wake"),
    # what is harmless hides nothing else
    ("перенёс инсульт, сейчас онемела рука", "stroke"),
    ("кормлю грудью, не могу дышать", "breathing"),
]
ORDINARY = [
    "инсулин", "где получить инсулин", "запись к неврологу после инсульта",
    "реабилитация после инсульта", "прививка от гриппа", "сдать кровь на анализ",
    "анализ крови", "кров", "группа крови", "роддом адрес", "родовой сертификат",
    "где лучше рожать", "солнечный ожог", "ожоговое отделение", "болит горло", "болит рука",
    "рука", "кому положены льготы", "не отвечает поликлиника", "врач не пришёл",
    "не могу дозвониться", "не хочу ждать", "судороги в ногах по ночам", "анализ на сахар",
    "справка о пожаре", "умер отец, справка о смерти", "прикрепление к поликлинике",
    "военная служба", "отсрочка от призыва", "жалоба на врача", "укусила собака",
    "укусил клещ", "аллерголог", "температура 38", "не ест ребёнок", "отключили воду",
    "беременной сдать кровь", "вызвать врача на дом", "не было прививки", "кардиолог",
    "травматолог", "ток", "удар", "проснулся с болью в горле", "отекли ноги", "прием врача",
    "диспансеризация", "флюорография", "МРТ", "ковид", "", "  ", "не", "а" * 3000, "не " * 500,
]  # fmt: skip


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    knowledge = check_knowledge(shipped_scripts(), None, TODAY).knowledge
    scenarios = check_folder(shipped_scripts(), None, TODAY).scenarios.values()
    scripts = [scenario for scenario in scenarios if scenario.kind == "script"]
    return asyncio.run(KnowledgeBase.build(knowledge, scripts, {}, lambda: TODAY))


@pytest.fixture(scope="module")
def signs() -> tuple[Sign, ...]:
    return check_knowledge(shipped_scripts(), None, TODAY).knowledge.signs


def search(base: KnowledgeBase, text: str, limit: int = 10) -> side_work.KnowledgeFound:
    return asyncio.run(base.search(side_work.SearchKnowledge(text=text, limit=limit)))


@pytest.mark.parametrize(("text", "sign"), EMERGENCIES)
def test_an_emergency_phrase_comes_before_every_other_answer(
    base: KnowledgeBase, text: str, sign: str
) -> None:
    found = search(base, text)
    first = found.items[0]
    assert first.id == f"sign:{sign}"
    assert first.title.startswith(("Вызовите 103", "Вызовите 112"))
    assert "Скажите: «" in first.text
    assert found.corrected == ""


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_question_is_no_emergency(base: KnowledgeBase, text: str) -> None:
    assert [item.id for item in search(base, text).items if item.kind == "sign"] == []


@pytest.mark.parametrize("text", ["инсулин", "онемела рука", "МРТ", "диспансеризация", "covid"])
def test_a_word_of_a_medical_list_is_not_taken_for_another_one(
    base: KnowledgeBase, text: str
) -> None:
    assert search(base, text).corrected == ""


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("диспансеризация", "checkup"),
        ("где сделать флюорографию", "fluorography"),
        ("МРТ", "mri"),
        ("covid", "covid"),
    ],
)
def test_what_callers_ask_about_most_has_an_answer(
    base: KnowledgeBase, text: str, answer: str
) -> None:
    assert search(base, text).items[0].id == f"answer:{answer}"


def test_every_phrase_of_the_list_finds_its_sign(
    base: KnowledgeBase, signs: tuple[Sign, ...]
) -> None:
    lost = [
        phrase
        for sign in signs
        for phrase in sign.phrases
        if f"sign:{sign.id}" not in [item.id for item in search(base, phrase).items]
    ]
    assert lost == []


def test_harmless_words_find_no_sign(base: KnowledgeBase, signs: tuple[Sign, ...]) -> None:
    taken = [
        text
        for sign in signs
        for text in sign.harmless
        if any(item.kind == "sign" for item in search(base, text).items)
    ]
    assert taken == []


def test_the_list_covers_every_kind_of_emergency(signs: tuple[Sign, ...]) -> None:
    assert {sign.id for sign in signs} >= {
        "stroke", "chest_pain", "breathing", "consciousness", "bleeding", "allergy",
        "convulsions", "poisoning", "labour", "suicide", "does_not_wake", "burns", "electric",
        "choking", "carbon_monoxide", "diabetes", "head_injury", "violence",
    }  # fmt: skip
    for sign in signs:
        assert not re.search("соединя|вызыва|вызва|едет", sign.say, re.I)  # nobody is called yet
        assert len(sign.say) <= 120
        assert sign.source


def test_signs_are_not_offered_to_a_step_that_asks_for_answers(base: KnowledgeBase) -> None:
    asked = side_work.SearchKnowledge(text="не дышит", kinds=("answer", "clinic"))
    assert all(item.kind != "sign" for item in asyncio.run(base.search(asked)).items)


def test_the_consoles_get_the_signs_with_the_directory(base: KnowledgeBase) -> None:
    stroke = next(sign for sign in base.directory().signs if "инсульт" in sign.title)
    assert "перекосило лицо" in stroke.looks
    assert stroke.call == "103"


@pytest.mark.parametrize(("text", "service"), [("не хочу жить", "112"), ("отошли воды", "103")])
def test_a_sign_that_is_found_says_which_service_is_called_first(
    base: KnowledgeBase, text: str, service: str
) -> None:
    found = search(base, text).items[0]
    assert (found.kind, found.call) == ("sign", service)
    assert service in found.title
