"""An outage of the way out: no callback loses a try by it, and the list goes on by itself."""

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.effects import WayOut, WithdrawOffer
from ekc_console.domain.router import Router
from ekc_console.domain.rules.callback_queue import PAUSES_S
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state.limits import NoWay
from ekc_console.domain.terms.ids import CallId
from tests.unit.domain.desk import T0, Desk, queue

OUTAGE_S = 36 * 60.0
REFUSALS = ("no_way SIP 403", "no_way SIP 407", "no_way SIP 408", "no_way SIP 503", "no_way")


def desk_with(callbacks: int, agents: int = 1, **settings) -> Desk:
    """So many callers gave up, and as many agents are free."""
    desk = Desk(queue(callback_auto=True, callback_after_s=0, **settings))
    for n in range(callbacks):
        desk.menu(f"c{n}", f"+7911000000{n}")
        desk.end(f"c{n}")
    for n in range(agents):
        desk.ready(f"a{n}")
    return desk


def dialled(desk: Desk, cause: str, agent: str = "a0") -> bool:
    """The agent takes the callback that is offered, if one is; the call ends so."""
    state = desk.agent(agent).state
    if not hasattr(state, "offer"):
        return False
    desk.accept(agent)
    desk.end(state.call, "system", cause)
    return True


@pytest.mark.parametrize("cause", REFUSALS)
def test_an_outage_of_36_minutes_uses_up_no_try_and_the_list_goes_on_by_itself(cause):
    desk = desk_with(1)
    dials = 0
    while desk.now < T0 + OUTAGE_S:
        dials += dialled(desk, cause)
        desk.wait(1)
    assert desk.callback().attempts == 0
    assert 30 <= dials <= 45
    back_at = desk.now
    while not hasattr(desk.agent("a0").state, "offer"):
        desk.wait(1)
    assert desk.now - back_at <= PAUSES_S[-1]
    desk.accept("a0")
    call = desk.callback().state.call
    desk.give(f.CallAnswered(call))
    assert desk.of(WayOut) == [WayOut(open=True)]
    desk.give(f.CallBridged(call))
    assert desk.callback().state == cb.Closed("reached", desk.now, "a0")


def test_the_first_that_finds_no_way_takes_the_others_back_and_they_wait_their_pause():
    desk = desk_with(4, agents=2)
    assert desk.agent("a1").state.call
    dialled(desk, "no_way SIP 503")
    assert desk.router.no_way == NoWay(T0, T0 + PAUSES_S[0], 1)
    assert desk.of(WayOut) == [WayOut(open=False)]
    assert [e.agent for e in desk.of(WithdrawOffer)] == ["a1"]
    assert not [c for c in desk.router.calls.values() if c.virtual]
    assert desk.wait(PAUSES_S[0] - 1) == []
    desk.wait(1)
    queued = [x for x in desk.router.callbacks.values() if isinstance(x.state, cb.Queued)]
    assert len(queued) == 3
    assert [x.attempts for x in desk.router.callbacks.values()] == [0, 0, 0, 0]


def test_the_pause_grows_to_a_minute():
    desk = desk_with(1)
    pauses = []
    for _ in range(7):
        dialled(desk, "no_way")
        began = desk.now
        while not hasattr(desk.agent("a0").state, "offer"):
            desk.wait(1)
        pauses.append(desk.now - began)
    assert pauses == [*PAUSES_S, 60, 60]


def test_dials_that_fail_at_the_same_time_count_as_one():
    desk = desk_with(3, agents=3)
    calls = [desk.agent(f"a{n}").state.call for n in range(3)]
    for n in range(3):
        desk.accept(f"a{n}")
    for call in calls:
        desk.end(call, "system", "no_way SIP 503")
    assert desk.router.no_way == NoWay(T0, T0 + PAUSES_S[0], 1)


@pytest.mark.parametrize("cause", ["busy", "rejected", "no_answer", "unreachable SIP 404", "moved"])
def test_what_the_number_itself_answers_is_a_try_and_shows_that_the_way_is_back(cause):
    desk = desk_with(2)
    dialled(desk, "no_way")
    desk.wait(PAUSES_S[0])
    owed = desk.router.calls[desk.agent("a0").state.call].callback
    dialled(desk, cause)
    assert desk.router.no_way is None
    assert desk.router.callbacks[owed].attempts == 1
    assert desk.router.callbacks[owed].no_way == 0


def test_any_call_that_gets_out_ends_the_waiting_at_once():
    desk = desk_with(2)
    dialled(desk, "no_way")
    desk.place("out", "a0")
    assert not [c for c in desk.router.calls.values() if c.virtual]
    desk.give(f.CallAnswered(CallId("out")))
    assert desk.of(WayOut) == [WayOut(open=True)]
    assert [c.callback for c in desk.router.calls.values() if c.virtual] == ["cb2"]


def test_a_callback_dialled_by_hand_keeps_its_tries_too():
    desk = Desk()
    desk.ready("a")
    desk.menu("c1")
    desk.end("c1")
    for n in range(5):
        desk.place(f"out{n}", "a", "cb1")
        desk.end(f"out{n}", "system", "no_way SIP 403")
        assert desk.call(f"out{n}").outcome == "no_way"
    assert (desk.callback().attempts, desk.callback().no_way) == (0, 5)


def test_one_number_that_no_trunk_takes_does_not_hold_up_the_others():
    desk = desk_with(3, callback_limit=1)
    barred, reached = "+79110000000", set()
    for _ in range(600):
        state = desk.agent("a0").state
        if hasattr(state, "offer"):
            number = desk.router.calls[state.call].number
            if number == barred:
                dialled(desk, "no_way SIP 403")
            else:
                dialled(desk, "busy")
                reached.add(number)
        desk.wait(1)
    assert len(reached) == 2


def test_an_agent_who_gives_up_before_it_rang_anywhere_makes_no_try():
    desk = desk_with(1)
    desk.accept("a0")
    desk.wait(cb.RANG_ENOUGH_S + 5)
    call = desk.callback().state.call
    desk.end(call, "agent", "unrung")
    assert desk.call(call).outcome == "cancelled"
    assert desk.callback().attempts == 0


def test_a_line_that_stays_silent_until_the_time_is_over_makes_no_try():
    desk = desk_with(1)
    desk.accept("a0")
    call = desk.callback().state.call
    desk.wait(80)
    desk.end(call, "system", "unrung")
    assert desk.call(call).outcome == "no_way"
    assert desk.callback().attempts == 0


def test_an_outage_is_known_after_a_restart_and_after_the_clock_was_set():
    desk = desk_with(2)
    dialled(desk, "no_way")
    desk.router = Router.load(desk.router.dump())
    assert desk.router.no_way == NoWay(T0, T0 + PAUSES_S[0], 1)
    desk.give(f.ClockSet(3600.0))
    desk.now += 3600
    assert desk.router.no_way == NoWay(T0 + 3600, T0 + 3600 + PAUSES_S[0], 1)
    desk.wait(PAUSES_S[0])
    assert [c for c in desk.router.calls.values() if c.virtual]


def test_a_snapshot_from_before_knows_of_no_outage():
    plain = desk_with(1).router.dump()
    del plain["no_way"]
    assert Router.load(plain).no_way is None
