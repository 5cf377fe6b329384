"""Who is told of an emergency service that did not come."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from ekc_console.domain import effects as ef
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId
from ekc_console.server.live.party_news import PartyNews
from ekc_console.wire import messages

ANNA, VERA = AgentId("anna"), AgentId("vera")


class Told:
    """What each login is told, and in whose name help was asked for."""

    def __init__(self) -> None:
        self.notices: list[tuple[str, str]] = []
        self.asked: list[str] = []

    def overseers(self) -> list[AgentId]:
        return [ANNA, VERA]

    def notice(self, message: messages.Notice, logins: list[AgentId]) -> None:
        self.notices += [(login, message.words.key) for login in logins]

    async def alarm(self, login: AgentId, *_: Any) -> None:
        self.asked.append(login)


@pytest.mark.parametrize(
    ("alone", "to_vera"),
    [
        pytest.param(False, [], id="the operator is with the caller"),
        pytest.param(True, [(VERA, "emergency.next_for")], id="no operator is with the caller"),
    ],
)
def test_the_next_number_is_told_to_supervisors_where_no_operator_is(
    alone: bool, to_vera: list[tuple[str, str]]
) -> None:
    told = _after(ef.EmergencyFailed(CallId("c1"), ANNA, (("103", "left"),), "112", alone=alone))
    assert told.notices == [(ANNA, "emergency.next"), *to_vera]
    assert told.asked == []


def test_nobody_is_left_to_call_and_all_are_told_and_help_is_asked_for() -> None:
    told = _after(ef.EmergencyFailed(CallId("c1"), ANNA, (("103", "left"),), None, alone=True))
    assert told.notices == [(ANNA, "emergency.nobody"), (VERA, "emergency.nobody_for")]
    assert told.asked == [ANNA]


def test_a_caller_who_gave_up_without_an_operator_is_told_to_all_and_help_is_asked_for() -> None:
    gone = (("103", "busy"), ("112", "caller_gone"))
    told = _after(ef.EmergencyFailed(CallId("c1"), ANNA, gone, None, alone=True))
    assert told.notices == [(ANNA, "emergency.caller_gone"), (VERA, "emergency.gave_up_for")]
    assert told.asked == [ANNA]


@pytest.mark.parametrize(
    ("why", "key"), [("caller_gone", "emergency.stays"), ("engine", "emergency.stays_cut")]
)
def test_a_caller_who_is_gone_while_the_service_stays_is_told_so(why: Any, key: str) -> None:
    lost = ef.PartyLost(CallId("c1"), ANNA, why, back=False, emergency=True, stays="103")
    assert _after(lost).notices == [(ANNA, key)]


def test_an_urgent_callback_whose_tries_are_over_is_told_to_all_who_supervise() -> None:
    told = _after(ef.UrgentCallbackFailed(CallbackId("cb1"), 3))
    assert told.notices == [(ANNA, "emergency.not_reached"), (VERA, "emergency.not_reached")]


def _after(effect: ef.Effect) -> Told:
    told = Told()

    async def story() -> None:
        router: Any = SimpleNamespace(calls={}, recently_ended={})
        hub: Any = told
        extras: Any = SimpleNamespace(names={})
        news = PartyNews(router, hub, extras, {}, told.alarm)
        news.on_effect(effect)
        await asyncio.sleep(0)
        await news.close()

    asyncio.run(story())
    return told
