"""Callbacks among the callers: due, queued, dialled, withdrawn."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain import facts as f
from ekc_console.domain.effects import DialOut, LetGo, WithdrawOffer
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state.agent import Ready
from ekc_console.domain.state.call import Dialing, Ending
from ekc_console.domain.terms.dialling import DialRules
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId
from ekc_console.domain.terms.settings import USUAL_CENTRE, CentreSettings
from tests.unit.domain.desk import MENU_NUMBER, T0, Desk, queue

CB = CallbackId("cb1")


def desk_of(centre: CentreSettings = USUAL_CENTRE, **settings) -> Desk:
    desk = Desk(queue(callback_auto=True, **settings))
    desk.give(f.QueuesConfigured(tuple(desk.router.queues.values()), centre))
    return desk


def keep(desk: Desk, call: str) -> None:
    desk.give(f.PlaceKept(CallId(call)))


def virtual(desk: Desk, callback: str = "cb1") -> str:
    state = desk.callback(callback).state
    assert isinstance(state, cb.Queued)
    return state.call


def test_a_caller_who_gave_up_is_offered_when_the_pause_is_over():
    desk = desk_of(callback_after_s=60)
    desk.ready("a")
    desk.menu("c1")
    desk.end("c1")
    assert desk.callback().state == cb.Open(T0 + 60)
    assert desk.wait(59) == []
    desk.wait(1)
    (offered,) = desk.offers()
    assert offered == (virtual(desk), "a")
    desk.accept("a")
    assert desk.of(DialOut) == [DialOut(offered[0], AgentId("a"), MENU_NUMBER)]
    assert isinstance(desk.call(offered[0]).state, Dialing)
    assert desk.callback().state == cb.Dialing(CallId(offered[0]), AgentId("a"), T0 + 60)
    desk.give(f.CallAnswered(CallId(offered[0])))
    desk.give(f.CallBridged(CallId(offered[0])))
    assert desk.callback().state == cb.Closed("reached", T0 + 60, AgentId("a"))
    assert desk.call(offered[0]).outcome is None
    desk.end(offered[0])
    assert desk.call(offered[0]).outcome == "answered"


@pytest.mark.parametrize("let_go", ["rejected", "unanswered"])
def test_a_callback_that_was_let_go_is_offered_to_another_one_first(let_go: str):
    """To the same operator it comes again after minutes, not within seconds."""
    desk = desk_of(callback_after_s=60, max_rejected=9, max_unanswered=9, offer_timeout_s=15)
    desk.ready("a")
    desk.menu("c1")
    desk.end("c1")
    desk.wait(60)
    assert desk.offers() == [(virtual(desk), "a")]
    if let_go == "rejected":
        desk.refuse("a")
    else:
        desk.wait(15)
    desk.wait(299)
    assert desk.offers() == []
    desk.ready("b")
    assert desk.offers() == [(virtual(desk), "b")]
    desk.refuse("b")
    desk.wait(1)
    assert desk.offers() == [(virtual(desk), "a")]


def test_a_kept_place_is_that_of_the_caller():
    desk = desk_of()
    desk.arrive("c1", "+71")
    desk.now += 10
    desk.arrive("c2", "+72")
    keep(desk, "c1")
    assert desk.of(LetGo) == [LetGo(CallId("c1"), owed=True)]
    assert desk.call("c1").state == Ending(T0 + 10, "flowed_out")
    # Not before its own line is gone.
    assert desk.callback().state == cb.Due(T0 + 10)
    assert desk.waiting() == ["c2"]
    desk.end("c1")
    assert desk.call("c1").outcome == "flowed_out"
    assert desk.waiting() == [virtual(desk), "c2"]
    desk.ready("a")
    assert desk.offers() == [(virtual(desk), "a")]


def test_a_place_is_kept_while_an_agent_is_asked():
    desk = desk_of()
    desk.ready("a")
    desk.arrive("c1")
    keep(desk, "c1")
    assert [e.reason for e in desk.of(WithdrawOffer)] == ["caller_gone"]
    desk.end("c1", "system")
    assert desk.offers() == [(virtual(desk), "a")]


@pytest.mark.parametrize("number", [None, "+79990000001"])
def test_a_place_without_a_number_or_in_a_talk_is_not_kept(number):
    desk = desk_of()
    desk.arrive("c1", number)
    if number is not None:
        desk.ready("a")
        desk.talk("a")
    before = desk.call("c1").state
    keep(desk, "c1")
    assert desk.of(LetGo) == []
    assert desk.call("c1").state == before


def test_who_calls_again_is_not_called_meanwhile():
    desk = desk_of(callback_after_s=0)
    desk.ready("a")
    desk.menu("c1")
    desk.end("c1")
    first = virtual(desk)
    desk.menu("c2")
    assert [e.call for e in desk.of(WithdrawOffer)] == [first]
    assert desk.call(first).outcome == "cancelled"
    assert isinstance(desk.callback().state, cb.Due)
    desk.end("c2")
    assert desk.offers() == [(virtual(desk), "a")]
    assert desk.callback().calls == 2
    desk.menu("c3")
    desk.enqueue("c3")
    desk.talk("a")
    assert desk.callback().state == cb.Closed("reached", T0, AgentId("a"))


def test_a_dial_in_vain_comes_again_by_the_policy():
    desk = desk_of(replace(USUAL_CENTRE, callback_retries_s=(100.0,)), callback_after_s=0)
    desk.ready("a")
    desk.menu("c1")
    desk.end("c1")
    desk.accept("a")
    desk.end(desk.callback().state.call, "system", "no_answer")
    assert desk.callback().state == cb.Open(T0 + 100)
    desk.wait(100)
    desk.accept("a")
    desk.end(desk.callback().state.call, "system", "busy")
    assert desk.callback().state == cb.Closed("failed", T0 + 100, None)


def test_at_most_so_many_at_once_but_kept_places():
    desk = desk_of(callback_after_s=0, callback_limit=2)
    for i in range(4):
        desk.menu(f"c{i}", f"+7{i}")
        desk.end(f"c{i}")
        desk.now += 1
    desk.arrive("k", "+79")
    keep(desk, "k")
    desk.end("k", "system")
    states = [type(x.state).__name__ for x in desk.router.callbacks.values()]
    assert states == ["Queued", "Queued", "Due", "Due", "Queued"]
    desk.ready("a")
    desk.accept("a")
    assert type(desk.callback("cb3").state) is cb.Due
    desk.end(desk.callback("cb1").state.call, "system", "no_answer")
    assert type(desk.callback("cb3").state) is cb.Queued


def test_nobody_is_called_at_night_but_who_kept_the_place():
    # T0 is 18:06 in Moscow.
    centre = replace(USUAL_CENTRE, callback_from_s=9 * 3600.0, callback_until_s=18 * 3600.0)
    desk = desk_of(centre, callback_after_s=0)
    desk.menu("c1", "+71")
    desk.end("c1")
    morning = T0 - (T0 + 10_800) % 86_400 + 86_400 + 9 * 3600
    assert desk.callback().state == cb.Open(morning)
    desk.arrive("c2", "+72")
    keep(desk, "c2")
    desk.end("c2", "system")
    assert isinstance(desk.callback("cb2").state, cb.Queued)
    desk.wait(morning - desk.now)
    assert isinstance(desk.callback().state, cb.Queued)
    desk.wait(9 * 3600)
    assert desk.callback().state == cb.Open(morning + 86_400)
    assert isinstance(desk.callback("cb2").state, cb.Queued)


def test_the_list_by_hand_goes_on_working():
    desk = desk_of(callback_after_s=0)
    desk.menu("c1")
    desk.end("c1")
    desk.ready("b", "main")
    assert desk.offers()
    desk.log_in("a")
    desk.place("out", "a", "cb1")
    assert [e.agent for e in desk.of(WithdrawOffer)] == ["b"]
    assert desk.callback().state == cb.Dialing(CallId("out"), AgentId("a"), T0)
    desk.end("out", "system", "no_answer")
    desk.give(f.CallbackClosed(CB, "cancelled"))
    assert isinstance(desk.callback().state, cb.Closed)


def test_a_queued_callback_is_settled_by_hand():
    desk = desk_of(callback_after_s=0)
    desk.menu("c1")
    desk.end("c1")
    stood = virtual(desk)
    desk.give(f.CallbackClosed(CB, "cancelled"))
    assert desk.waiting() == []
    assert desk.call(stood).outcome == "cancelled"


def test_a_blocked_number_gets_no_callback():
    desk = desk_of(callback_after_s=0)
    desk.menu("c1")
    desk.end("c1")
    desk.give(f.NumberBlocked(MENU_NUMBER, None, "boss"))
    assert desk.callback().state == cb.Closed("cancelled", T0, None)
    assert desk.waiting() == []


@given(
    st.lists(
        st.tuples(st.sampled_from(("caller", "lost", "kept")), st.integers(0, 30)), max_size=12
    ),
    st.integers(0, 12),
)
def test_callers_and_callbacks_are_served_by_their_age(stream, free_from):
    """Neither is starved: with room for all of them, one agent gets caller, kept place and due
    callback strictly by the time since when each of them waits."""
    desk = desk_of(callback_after_s=0, callback_limit=100, retry_same_agent_s=0, wrap_up="none")
    desk.log_in("a")
    since: dict[str, float] = {}
    served: list[float] = []

    def serve() -> None:
        state = desk.agent("a").state
        if hasattr(state, "offer"):
            call = desk.call(state.call)
            waiting = [since[desk.call(c).number or ""] for c in desk.waiting()]
            assert since[call.number or ""] <= min(waiting, default=desk.now)
            served.append(since.pop(call.number or ""))
            desk.accept("a")
            if call.virtual:
                desk.give(f.CallAnswered(call.id))
            desk.give(f.CallBridged(call.id))
            desk.end(call.id)

    for i, (kind, pause) in enumerate(stream):
        number = f"+7{i:03}"
        desk.wait(pause + 1)
        if i == free_from:
            desk.ready("a")
            serve()
        if kind == "lost":
            desk.menu(f"c{i}", number)
            since[number] = desk.now
            desk.end(f"c{i}")
        else:
            since[number] = desk.now
            desk.arrive(f"c{i}", number)
            if kind == "kept" and desk.call(f"c{i}").ended_at is None:
                keep(desk, f"c{i}")
                desk.end(f"c{i}", "system")
        serve()
    desk.ready("a")
    while since:
        serve()
    assert len(served) == len(stream)


# -- numbers that the machine may not dial -----------------------------------

ASKS = CentreSettings(dialling=DialRules(own=("+78005550122",)))
NOT_BY_ITSELF = (
    "103",
    "112",
    "115",
    "+78091234567",
    "+19001234567",
    "+881612345678",
    "+5351234567",
    "+77011234567",
    "*21*79161234567",
    "1234567",
    "+78005550122",
)


@pytest.mark.parametrize("number", NOT_BY_ITSELF)
@pytest.mark.parametrize("kept", [False, True])
def test_the_machine_does_not_dial_what_it_may_not(number, kept):
    desk = desk_of(ASKS, keep_place_key="1", callback_after_s=0)
    desk.arrive("c1", number)
    if kept:
        keep(desk, "c1")
    desk.end("c1")
    desk.ready("a")
    desk.wait(7 * 86_400.0)
    assert desk.agent("a").state == Ready(T0)
    assert isinstance(desk.callback().state, cb.Open)
    assert desk.callback().number == number


def test_a_person_may_dial_it_and_is_heard_out():
    desk = desk_of(ASKS, callback_after_s=0)
    desk.arrive("c1", "+5351234567")
    desk.end("c1")
    desk.ready("a")
    desk.give(f.CallPlaced(CallId("out"), AgentId("a"), "+5351234567", CB))
    desk.end("out", cause="no_answer")
    assert desk.callback().attempts == 1
    assert isinstance(desk.callback().state, cb.Open)
    desk.give(f.AgentReady(AgentId("a")))
    desk.wait(86_400.0)
    assert isinstance(desk.callback().state, cb.Open)


def test_new_settings_take_back_what_is_offered_already():
    desk = desk_of(callback_after_s=0)
    desk.arrive("c1", "+5351234567")
    desk.end("c1")
    desk.ready("a")
    (offered,) = desk.offers()
    queues = tuple(desk.router.queues.values())
    desk.give(f.QueuesConfigured(queues, ASKS))
    assert [w.call for w in desk.of(WithdrawOffer)] == [offered[0]]
    assert not isinstance(desk.callback().state, cb.Queued)
    desk.wait(86_400.0)
    assert desk.router.calls == {}
    abroad = DialRules(automatic=("foreign",))
    desk.give(f.QueuesConfigured(queues, replace(ASKS, dialling=abroad)))
    assert [agent for _, agent in desk.offers()] == ["a"]


def test_settings_of_a_version_that_asked_of_no_number_go_on():
    desk = desk_of(callback_after_s=0)
    desk.arrive("c1", "+5351234567")
    desk.end("c1")
    desk.ready("a")
    assert len(desk.offers()) == 1
