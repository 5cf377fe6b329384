"""Values of settings in words: no code of the file stands in them."""

from __future__ import annotations

from typing import get_args

import pytest

from ekc_console.client.words.kinds import NUMBER_KINDS, ROLES
from ekc_console.client.words.settings.keys import named
from ekc_console.client.words.settings.values import (
    DESTINATIONS,
    LISTENING,
    OVERFLOWS,
    STRATEGIES,
    WRAP_UPS,
    value_in_words,
)
from ekc_console.domain.state.strategy import STRATEGIES as KNOWN
from ekc_console.domain.terms.dialling import KINDS
from ekc_console.domain.terms.ids import ListenMode, Role
from ekc_console.domain.terms.settings import (
    Destination,
    DestinationKind,
    OverflowReason,
    OverflowRule,
    QueueSettings,
    WrapUpMode,
)
from ekc_console.server.core.settings_changes import queue_changes

QUEUES = {"vacc": "Вакцинация"}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("queues.main.strategy", "longest-idle", "кто дольше свободен"),
        ("queues.main.strategy", "leastrecent", "кто дольше свободен"),
        ("queues.main.strategy", "of-a-newer-server", "of-a-newer-server"),
        ("queues.main.wrap_up", "mandatory_timed", "до карточки, со сроком"),
        ("queues.main.wrap_up", "none", "нет"),
        ("queues.main.announce_wait", "true", "да"),
        ("queues.main.keep_place_key", '""', "нет"),
        ("queues.main.level_target", "0.8", "0,8"),
        ("queues.main.wrap_up_s", "60", "60"),
        ("queues.main.overflow", "[]", "нет"),
        ("callbacks.retry_minutes", "[5; 30]", "5, 30"),
        ("callbacks.kinds", "[mobile; fixed]", "мобильный, городской"),
        ("callbacks.hours", "08:00-21:00", "08:00-21:00"),
        ("calls.other_kinds_by", "[supervisor; admin]", "руководитель, администратор"),
        ("calls.listening_told", "[whisper; barge]", "подсказывают, вошли в разговор"),
        ("teams.a.queues", "[vacc; gone]", "Вакцинация, gone"),
        ("schedules.day.sun", "closed", "закрыто"),
        ("queues.night", "добавлена", "добавлена"),
    ],
)
def test_a_value_is_in_words(key: str, value: str, said: str) -> None:
    assert value_in_words(key, value, QUEUES) == said


def test_an_overflow_is_in_words_as_the_server_tells_it() -> None:
    rules = (
        OverflowRule("waited", (Destination("queue", "vacc"), Destination("callback")), 120),
        OverflowRule(
            "closed", (Destination("announcement", "Закрыто; ждём, завтра"), Destination("close"))
        ),
        OverflowRule("size", (Destination("number", "+78005550122"),), 10),
    )
    old = QueueSettings("main", "Запись")  # type: ignore[arg-type]
    new = QueueSettings("main", "Запись", overflow=rules)  # type: ignore[arg-type]
    (change,) = queue_changes((old,), (new,))
    value = change.partition(" → ")[2]
    assert value_in_words("queues.main.overflow", value, QUEUES) == (
        "ждёт 120 с: очередь Вакцинация, обратный вызов; "
        "закрыта: объявление «Закрыто; ждём, завтра», попрощаться; ждут 10: номер +78005550122"
    )


def test_every_code_has_words() -> None:
    assert set(STRATEGIES) == {strategy.name for strategy in KNOWN}
    for codes, of in (
        (WRAP_UPS, WrapUpMode), (LISTENING, ListenMode), (OVERFLOWS, OverflowReason),
        (DESTINATIONS, DestinationKind), (ROLES, Role),
    ):  # fmt: skip
        assert set(codes) == set(get_args(of))
    assert set(NUMBER_KINDS) == set(KINDS)


def test_keys_are_named_in_words_and_as_the_file_has_them() -> None:
    told = named("queues.main.wrap_up_s, nonsense")
    assert told == "обработка: длительность, с (queues.main.wrap_up_s), nonsense"
