"""The keys of a scenario document: one table each for the reader and for the JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.scenario.dates import WHENS
from ekc_console.domain.scenario.fields import FIELD_TYPES
from ekc_console.domain.scenario.model import CARD_TYPES, KINDS, TELEPHONE_KEYS

Form = Literal[
    "text", "name", "date", "bool", "int", "number", "one_of", "texts", "pairs", "map", "list"
]
"""``name``: an identifier; ``texts``: a list of texts; ``pairs``: name to text; ``map`` and
``list``: read by their own tables."""


@dataclass(frozen=True, slots=True)
class Key:
    form: Form
    about: str
    """For authors, in Russian; description in the JSON Schema."""
    required: bool = False
    allowed: tuple[str, ...] = ()
    """For ``one_of``."""


Table = Mapping[str, Key]

DOCUMENT: Table = {
    "id": Key("name", "Имя сценария, такое же, как имя файла без .yaml", True),
    "title": Key("text", "Название для людей", True),
    "kind": Key("one_of", "menu — голосовое меню, script — сценарий оператора", True, KINDS),
    "owner": Key("text", "Кто отвечает за содержание", True),
    "approved": Key("date", "Дата утверждения, ГГГГ-ММ-ДД", True),
    "review_by": Key("date", "Пересмотреть не позже, ГГГГ-ММ-ДД", True),
    "start": Key("name", "Первый шаг", True),
    "dispositions": Key("pairs", "Итоги обращения: код и название"),
    "needs": Key("pairs", "Код итога и поле, без которого он не сохраняется"),
    "unsettled": Key(
        "pairs",
        "Код итога, после которого звонить ещё раз: later — просил позже, in_vain — не поговорили",
    ),
    "fields": Key("map", "Поля карточки: имя и описание"),
    "steps": Key("map", "Шаги: имя и содержание", True),
}

FIELD: Table = {
    "type": Key("one_of", "Вид значения", True, FIELD_TYPES),
    "label": Key("text", "Подпись на экране", True),
    "required": Key("bool", "true — без ответа дальше не пройти"),
    "hint": Key("text", "Подсказка оператору"),
    "choices": Key("pairs", "Для type: choice — код и название каждого варианта"),
    "when": Key(
        "one_of",
        "Для type: date — past: сегодня или раньше, future: сегодня или позже, birth: рождение",
        False,
        WHENS,
    ),
    "min": Key("number", "Для type: number — наименьшее значение"),
    "max": Key("number", "Для type: number — наибольшее значение"),
    "unit": Key("text", "Для type: number — единица, например °C"),
    "caller": Key(
        "bool", "Для type: person — true: кто звонит и кого звать, перезванивая, а не больной"
    ),
    "house": Key(
        "bool", "Для type: address — true: без номера дома или слова «ориентир» не принимается"
    ),
}

_COMMON: Table = {
    "title": Key("text", "Короткое название шага для списка на экране"),
    "hint": Key("text", "Подсказка оператору, вслух не произносится"),
    "operator": Key("text", "Что сделать оператору: стоит на экране под словами абоненту"),
    "voice": Key("text", "Произносимый текст вместо основного"),
    "prompt": Key("name", "Имя записанной фразы (WAV без расширения) вместо синтеза"),
    "signs": Key("bool", "true — рядом стоят признаки угрозы жизни из базы знаний"),
}
_NEXT: Table = {"next": Key("name", "Следующий шаг")}
_ONLY: Table = {
    "only": Key(
        "one_of", "medic — только медику: остальным стоит «спросите медика»", False, ("medic",)
    )
}
_TEXT: Table = {"text": Key("text", "Текст шага")}

STEPS: Mapping[str, Table] = {
    "say": {**_COMMON, **_NEXT, **_ONLY, "say": Key("text", "Что сказать", True)},
    "ask": {
        **_COMMON,
        **_NEXT,
        "ask": Key("name", "Какое поле спросить", True),
        "text": Key("text", "Вопрос", True),
    },
    "choose": {
        **_COMMON,
        **_NEXT,
        "choose": Key("text", "Вопрос с перечнем ответов", True),
        "options": Key("list", "Ответы", True),
        "timeout_s": Key("number", "Сколько секунд ждать клавишу"),
        "repeats": Key("int", "Сколько раз повторить вопрос при молчании или ошибке"),
        "on_silence": Key("name", "Куда идти, если абонент так и не ответил"),
        "on_wrong": Key("name", "Куда идти, если нажимают не те клавиши"),
        "wrong": Key("text", "Что сказать после неверной клавиши"),
        "repeat_key": Key("one_of", "Клавиша «повторить»", False, tuple(TELEPHONE_KEYS)),
        "deliberate": Key("bool", "true — ни один ответ не выделен заранее, Enter не отвечает"),
    },
    "check": {
        "title": _COMMON["title"],
        "check": Key("map", "Условие на поле", True),
        "then": Key("name", "Шаг, если условие верно", True),
        "else": Key("name", "Шаг, если неверно", True),
    },
    "do": {**_COMMON, **_NEXT, **_TEXT, "do": Key("map", "Действие", True)},
    "end": {
        **_COMMON,
        **_TEXT,
        "end": Key("name", "Код итога из dispositions", True),
        "card": Key("one_of", "Вид карточки", False, CARD_TYPES),
    },
}
"""By the key that tells a step's kind."""

OPTION: Table = {
    "key": Key("one_of", "Клавиша", True, tuple(TELEPHONE_KEYS)),
    "label": Key("text", "Название ответа", True),
    "next": Key("name", "Следующий шаг (если не задан — next всего шага)"),
    "phrases": Key("texts", "Что может сказать абонент вместо нажатия"),
    "set": Key("pairs", "Какие поля заполнить: имя и значение"),
    **_ONLY,
}

CONDITION: Table = {
    "field": Key("name", "Поле", True),
    "equals": Key("text", "Значение равно"),
    "in": Key("texts", "Значение — одно из"),
    "filled": Key("bool", "true — поле заполнено, false — пусто"),
    "brought": Key("bool", "true — было заполнено до этого сценария"),
    "younger_than": Key("number", "Для даты рождения: полных лет меньше"),
    "less_than": Key("number", "Для числа: меньше"),
    "more_than": Key("number", "Для числа: больше"),
}

ACTIONS: Mapping[str, Table] = {
    "queue": {
        "queue": Key("name", "Очередь, в которую передать звонок", True),
        "topic": Key("name", "Тема обращения", True),
        "script": Key("name", "Сценарий оператора"),
        "skills": Key("texts", "Навыки, нужные оператору (все)"),
        "priority": Key("int", "Приоритет: больше — раньше"),
    },
    "scenario": {"scenario": Key("name", "Сценарий, в котором продолжить", True)},
    "callback": {
        "callback": Key("name", "Очередь, операторы которой перезвонят", True),
        "topic": Key("name", "Тема обращения"),
    },
    "hang_up": {"hang_up": Key("bool", "true — закончить звонок", True)},
}
"""By the key that tells what is done."""
