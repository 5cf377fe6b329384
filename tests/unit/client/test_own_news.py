from __future__ import annotations

import msgspec
import pytest

from ekc_console.client.link.view import View
from ekc_console.client.own_news import OwnNews
from ekc_console.wire import messages
from tests.support.desk import CALL, ME, NOW

replace = msgspec.structs.replace
READY = replace(ME, state="ready", reason="")
EXPIRES = NOW + 12.0


def view(me: messages.Me, call: messages.MyCall | None = None) -> View:
    shown = View()
    shown.apply(messages.Snapshot(seq=1, entities=(me, *((call,) if call else ()))))
    return shown


def told(*views: tuple[View, float]) -> list[str]:
    news = OwnNews()
    return [text for shown, now in views for _level, text in news.read(shown, now)]


@pytest.mark.parametrize(
    ("call", "now", "words"),
    [
        (None, EXPIRES, ["Пропущен вызов: Сидорова Елена Павловна, +7 912 000-00-17, Запись"]),
        (replace(CALL, id="c-2", offer="o-2"), EXPIRES, ["Пропущен вызов"]),
        (None, EXPIRES - 5, []),
        (replace(CALL, state="connecting", offer=""), EXPIRES, []),
    ],
)
def test_a_missed_offer_is_told(call: messages.MyCall | None, now: float, words: list[str]) -> None:
    found = told((view(READY, CALL), NOW), (view(READY, call), now))
    assert len(found) == len(words)
    assert all(text.startswith(word) for text, word in zip(found, words, strict=True))


@pytest.mark.parametrize(
    ("reason", "words"),
    [("no_answer", "без ответа"), ("rejected", "отклонены"), ("unreachable", "Линия пропала")],
)
def test_that_no_calls_come_any_more_is_told_once(reason: str, words: str) -> None:
    gone = view(replace(READY, state="not_responding", reason=reason))
    (text,) = told((view(READY), NOW), (gone, NOW), (gone, NOW + 1))
    assert words in text


def test_at_the_login_nothing_is_news() -> None:
    assert told((view(replace(READY, state="not_responding", reason="no_answer")), NOW)) == []


def test_a_talk_whose_voice_broke_off_is_told() -> None:
    gone = view(replace(READY, state="not_responding", reason="unreachable"))
    (text,) = told((view(READY, replace(CALL, state="talking", offer="")), NOW), (gone, NOW))
    assert "Голос прервался" in text


@pytest.mark.parametrize(
    ("down_for_s", "words"),
    [(3.0, ["Разговор оборвался вместе с АТС: +7 912 000-00-17. Перезвоните."]), (60.0, [])],
)
def test_a_talk_that_ended_with_the_telephony_is_told_with_its_number(
    down_for_s: float, words: list[str]
) -> None:
    """The telephony may be back by then; a caller who hangs up is no news."""
    talking = view(READY, replace(CALL, state="talking", offer=""))
    down = view(READY, replace(CALL, state="talking", offer=""))
    down.apply(messages.Delta(seq=2, put=(messages.EngineState(up=False),)))
    over = view(READY, replace(CALL, state="wrap_up", offer=""))
    assert told((talking, NOW), (down, NOW), (over, NOW + down_for_s), (over, NOW + 61)) == words
    assert told((talking, NOW), (over, NOW + 1)) == []
