"""What operators type in a field of a script, in the caller's own words: the search is made while
they type."""

from __future__ import annotations

import time

import pytest

from ekc_console.config import shipped_scripts
from ekc_console.domain.knowledge import Sign
from ekc_console.scenario_files import check_folder, check_knowledge
from ekc_console.server.knowledge.entries import entries
from ekc_console.server.knowledge.service import built
from ekc_console.server.knowledge.signs import Signs
from tests.unit.server.knowledge.test_signs import TODAY

EMERGENCIES = [
    ("мама упала и не дышит, приезжайте скорее", "breathing"),
    ("ребёнок посинел и задыхается", "breathing"),
    ("дышать нечем, помогите", "breathing"),
    ("дедушка упал и лежит без сознания", "consciousness"),
    ("у мужа остановилось сердце", "consciousness"),
    ("помогите, человек умирает", "consciousness"),
    ("бабушка не просыпается с утра", "does_not_wake"),
    ("у папы лицо перекосило и говорит непонятно", "stroke"),
    ("рука онемела и не поднимается, рот кривой", "stroke"),
    ("муж схватился за сердце, ему плохо", "chest_pain"),
    ("сильно болит сердце у отца", "chest_pain"),
    ("сдавило грудь и отдаёт в левую руку", "chest_pain"),
    ("жена вся в крови, кровь не останавливается", "bleeding"),
    ("кровища хлещет из ноги", "bleeding"),
    ("опухло лицо и горло после укуса осы", "allergy"),
    ("он весь трясётся, судороги и пена изо рта", "convulsions"),
    ("сын проглотил какие-то таблетки", "poisoning"),
    ("дочь выпила уксус", "poisoning"),
    ("у жены отошли воды, уже рожает", "labour"),
    ("не могу больше, не хочу жить", "suicide"),
    ("хочет прыгнуть с балкона", "suicide"),
    ("ребёнок вылил на себя кипяток", "burns"),
    ("его ударило током, не шевелится", "electric"),
    ("дочка подавилась конфетой и хрипит", "choking"),
    ("упал с третьего этажа", "injury"),
    ("сбила машина на переходе, лежит", "injury"),
    ("сосед с ножом ломится в дверь", "violence"),
    ("муж избил меня, боюсь его", "violence"),
    ("горим, дым в квартире", "fire_gas"),
    ("в доме пахнет газом, голова кружится", "fire_gas"),
]
ORDINARY = [
    "не могу дозвониться до поликлиники третий день", "записаться к кардиологу", "болит зуб",
    "справка о смерти", "болит горло и кашель", "температура 37 и насморк",
    "нужен рецепт на инсулин", "не пришёл врач, ждём с утра", "после инсульта, нужна реабилитация",
    "жалоба на регистратуру, грубо отвечают", "результаты анализа крови не пришли",
    "пожаловаться на врача", "пожалуйста, запишите на завтра", "не дают направление на УЗИ сердца",
    "болит спина, к какому врачу", "давление 140, пьёт таблетки", "умер отец, как получить справку",
    "укачивает в машине", "сыпь на руке, чешется", "где сделать ЭКГ", "врач не берёт трубку",
    "мама не ходит, нужен врач на дом", "не могу записаться через сайт", "сдать кровь из вены",
    "болит живот третий день несильно", "голова болит с утра", "не могу заснуть, не хочу ждать",
    "больно наступать на ногу", "болит рука после прививки", "ребёнок не ест кашу",
    "беременность 12 недель, встать на учёт", "кардиостимулятор проверить", "не отвечает терапевт",
    "льготное лекарство от астмы", "вырвали зуб, кровит десна", "не видит вдаль, нужны очки",
    "упал показатель гемоглобина", "не встаёт вопрос об операции", "ножом порезал палец, шов снять",
    "балкон не застеклён, дует", "угол дома, подъезд 2, домофон не работает", "собака во дворе",
]  # fmt: skip


@pytest.fixture(scope="module")
def signs() -> Signs:
    """As a server has them: with all words of the knowledge that are right as they are typed."""
    knowledge = check_knowledge(shipped_scripts(), None, TODAY).knowledge
    scenarios = check_folder(shipped_scripts(), None, TODAY).scenarios.values()
    scripts = [scenario for scenario in scenarios if scenario.kind == "script"]
    return built(knowledge, list(entries(knowledge, scripts, {})))[1]


@pytest.mark.parametrize(("text", "sign"), EMERGENCIES)
def test_a_frightened_callers_words_raise_the_sign(signs: Signs, text: str, sign: str) -> None:
    assert sign in [found.id for found in signs.find(text)]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_raise_nothing_however_far_they_are_typed(signs: Signs, text: str) -> None:
    raised: dict[str, list[Sign]] = {
        text[:end]: found for end in range(len(text) + 1) if (found := signs.find(text[:end]))
    }
    assert {so_far: [sign.id for sign in found] for so_far, found in raised.items()} == {}


@pytest.mark.parametrize("at", [0, 1000, 2000])
def test_a_sign_is_found_wherever_it_stands_in_a_long_text_and_at_once(
    signs: Signs, at: int
) -> None:
    calm = ("ждём врача с утра, адрес прежний, домофон исправен, ключ у соседки " * 200).split()
    text = " ".join([*calm[:at], "мама упала и не дышит.", *calm[at:2000]])
    before = time.thread_time()
    assert "breathing" in [found.id for found in signs.find(text)]
    assert time.thread_time() - before < 0.4


def test_what_is_harmless_is_so_each_time_it_is_said(signs: Signs) -> None:
    for sign, _phrases in signs._signs:
        for harmless in sign.harmless:
            once = [found.id for found in signs.find(f"{harmless}. ")]
            assert [found.id for found in signs.find(f"{harmless}. " * 3)] == once, harmless
