"""A talk of ours that settled nothing, by its card: the person stays on the list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.rules.still_owed import LATER_S
from ekc_console.domain.state import callback as cb
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, QueueId
from ekc_console.domain.terms.settings import CentreSettings
from tests.unit.domain.desk import Desk, queue

A = AgentId("a")
NUMBER = "+79000000001"
RETRIES_S = (300.0, 1800.0)


def talked() -> tuple[Desk, str]:
    """Who gave up is called back, picks up and talks with ``a``; the call."""
    desk = Desk()
    centre = CentreSettings(callback_from_s=0, callback_until_s=0, callback_retries_s=RETRIES_S)
    desk.give(f.QueuesConfigured((queue(callback_auto=True, callback_after_s=0),), centre))
    desk.arrive("c1", NUMBER)
    desk.end("c1")
    desk.ready("a")
    call: str = desk.agent("a").state.call  # type: ignore[union-attr]
    desk.accept("a")
    answered(desk, call)
    assert not desk.router.callbacks
    return desk, call


def answered(desk: Desk, call: str) -> None:
    desk.give(f.CallAnswered(CallId(call)))
    desk.give(f.CallBridged(CallId(call)))


def told(desk: Desk, call: str, *, in_vain: bool = False) -> None:
    desk.give(f.CallbackStillOwed(CallId(call), A, in_vain))


def owed(desk: Desk) -> list[cb.Callback]:
    return list(desk.router.callbacks.values())


def test_who_asked_to_be_called_later_stays_on_the_list_with_place_and_queue() -> None:
    desk, call = talked()
    desk.end(call, by="agent")
    told(desk, call)
    [again] = owed(desk)
    assert (again.number, again.queue, again.attempts) == (NUMBER, "main", 0)
    assert isinstance(again.state, cb.Open)
    assert again.state.not_before == desk.now + LATER_S


def test_an_answering_machine_is_a_try_in_vain_like_any_other() -> None:
    desk, call = talked()
    desk.end(call, by="agent")
    told(desk, call, in_vain=True)
    [again] = owed(desk)
    assert again.attempts == 1
    assert isinstance(again.state, cb.Open)
    assert again.state.not_before == desk.now + RETRIES_S[0]


def test_the_same_card_saved_again_owes_nothing_more() -> None:
    desk, call = talked()
    desk.end(call, by="agent")
    told(desk, call)
    told(desk, call)
    [again] = owed(desk)
    desk.give(f.CallbackClosed(again.id, "reached", A))
    told(desk, call)
    assert not owed(desk)


def test_it_may_be_told_while_the_talk_goes_on_and_is_offered_when_its_time_has_come() -> None:
    desk, call = talked()
    told(desk, call)
    desk.end(call, by="agent")
    desk.give(f.WrapUpFinished(A))
    desk.wait(LATER_S - 1)
    assert not desk.offers()
    desk.wait(2)
    assert [agent for _, agent in desk.offers()] == ["a"]


def test_who_was_called_for_another_reason_is_owed_only_what_was_promised() -> None:
    desk = Desk()
    desk.ready("a")
    desk.place("o1", "a")
    answered(desk, "o1")
    told(desk, "o1", in_vain=True)
    assert not owed(desk)
    told(desk, "o1")
    assert len(owed(desk)) == 1


def test_who_called_us_and_asked_to_be_called_later_is_on_the_list() -> None:
    desk = Desk()
    desk.arrive("c1", NUMBER)
    desk.ready("a")
    desk.accept("a")
    desk.give(f.CallBridged(CallId("c1")))
    told(desk, "c1", in_vain=True)
    assert not owed(desk)  # nobody was called in vain
    told(desk, "c1")
    desk.end("c1", by="agent")
    [promised] = owed(desk)
    assert (promised.number, promised.queue, promised.attempts) == (NUMBER, "main", 0)
    assert isinstance(promised.state, cb.Open)
    assert promised.state.not_before == desk.now + LATER_S


def test_a_line_that_breaks_after_later_was_saved_leaves_the_promise() -> None:
    desk, call = talked()
    told(desk, call)
    desk.give(f.AgentLegDown(A))
    desk.give(f.AgentLegUp(A))
    desk.give(f.AgentReady(A))
    desk.accept("a")
    desk.give(f.CallBridged(CallId(call)))
    desk.end(call, by="agent")
    assert len(owed(desk)) == 1


def test_a_colleague_who_goes_on_with_the_talk_does_not_settle_the_promise() -> None:
    desk, call = talked()
    desk.ready("b")
    told(desk, call)
    desk.give(f.TransferredToAgent(CallId(call), A, AgentId("b")))
    desk.accept("b")
    desk.give(f.CallBridged(CallId(call)))
    desk.end(call, by="agent")
    assert len(owed(desk)) == 1


def test_who_comes_to_speak_in_another_call_is_reached_whatever_was_promised() -> None:
    desk, call = talked()
    told(desk, call)
    desk.end(call, by="agent")
    desk.give(f.WrapUpFinished(A))
    desk.arrive("c2", NUMBER)
    desk.accept("a")
    desk.give(f.CallBridged(CallId("c2")))
    assert not owed(desk)


def test_a_service_that_was_dialled_by_hand_is_owed_nothing() -> None:
    desk = Desk()
    desk.ready("a")
    desk.give(f.CallPlaced(CallId("o1"), A, "103", None))
    answered(desk, "o1")
    told(desk, "o1")
    assert not owed(desk)


def test_what_was_withdrawn_can_be_promised_again() -> None:
    desk, call = talked()
    told(desk, call)
    desk.give(f.CallbackClosed(owed(desk)[0].id, "cancelled", A))
    told(desk, call)
    assert len(owed(desk)) == 1


FORGOTTEN = f.ForgottenCall(NUMBER, 5.0, QueueId("main"), "t", CallbackId("cb7"))


@pytest.mark.parametrize(("in_vain", "tries"), [(False, 0), (True, 1)])
def test_a_call_that_is_forgotten_by_then_is_owed_by_what_its_card_knows(
    in_vain: bool, tries: int
) -> None:
    desk, _ = talked()
    desk.give(f.CallbackStillOwed(CallId("old"), A, in_vain, FORGOTTEN))
    [again] = owed(desk)
    assert (again.number, again.queue, again.topic, again.wanted_since) == (
        NUMBER,
        "main",
        "t",
        5.0,
    )
    assert (again.last_call, again.attempts) == ("old", tries)


def test_an_answering_machine_long_ago_of_nobody_who_was_owed_a_call_is_owed_nothing() -> None:
    desk, _ = talked()
    desk.give(f.CallbackStillOwed(CallId("old"), A, True, replace(FORGOTTEN, callback=None)))
    assert not owed(desk)


@pytest.mark.parametrize(("wanted", "due"), [(7200.0, 7200.0), (-60.0, LATER_S)])
def test_the_time_that_the_person_chose_is_when_it_is_due(wanted: float, due: float) -> None:
    desk, call = talked()
    desk.end(call, by="agent")
    desk.give(f.CallbackStillOwed(CallId(call), A, not_before=desk.now + wanted))
    [again] = owed(desk)
    assert again.state == cb.Open(desk.now + due, chosen=wanted > 0)


@pytest.mark.parametrize(("shown", "called"), [(None, "+79000000002"), (NUMBER, NUMBER)])
def test_the_number_that_was_named_is_called_where_the_call_shows_none(
    shown: str | None, called: str
) -> None:
    desk = Desk()
    desk.give(f.QueuesConfigured((queue(),), CentreSettings()))
    desk.arrive("c1", shown)
    desk.give(f.CallbackStillOwed(CallId("c1"), A, number="+79000000002"))
    [again] = owed(desk)
    assert again.number == called
