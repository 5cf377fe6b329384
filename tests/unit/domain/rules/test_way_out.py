"""An outage of the way out: no callback loses a try by it, and the list goes on by itself."""

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.effects import WayOut, WithdrawOffer
from ekc_console.domain.router import Router
from ekc_console.domain.rules.callback_queue import HEAD_START_S, PAUSES_S
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


BARRED = "+79110000000"


class Hour:
    """Agents who take what is offered, after a while as people do; the trunks refuse one number
    for ever and carry the others, which are busy."""

    def __init__(self, desk: Desk, agents: int, refusal: str) -> None:
        self.desk, self.agents, self.refusal = desk, agents, refusal
        self.refused, self.lost, self.reached = 0, 0, set()
        self._next: dict[str, float] = {}
        self._dials: dict[str, CallId] = {}

    def pass_s(self, seconds: int) -> None:
        for _ in range(seconds):
            for n in range(self.agents):
                self._act(f"a{n}", 2.0 + n)
            self.lost += self.desk.wait(1).count(WayOut(open=False))

    def _act(self, agent: str, accepts_after_s: float) -> None:
        desk, state = self.desk, self.desk.agent(agent).state
        if agent in self._dials:
            if desk.now >= self._next[agent]:
                self._end(self._dials.pop(agent))
                del self._next[agent]
        elif not hasattr(state, "offer"):
            self._next.pop(agent, None)
        elif desk.now >= self._next.setdefault(agent, desk.now + accepts_after_s):
            desk.accept(agent)
            self._dials[agent] = state.call
            barred = desk.router.calls[state.call].number == BARRED
            self._next[agent] = desk.now + (0.0 if barred else 15.0)

    def _end(self, call: CallId) -> None:
        number = self.desk.router.calls[call].number
        if number == BARRED:
            self.refused += 1
            self.desk.end(call, "system", self.refusal)
        else:
            self.reached.add(number)
            self.desk.end(call, "system", "busy")
        self.lost += self.desk.effects.count(WayOut(open=False))


@pytest.mark.parametrize("refusal", ["no_way SIP 403", "no_way SIP 402", "no_way SIP 503"])
@pytest.mark.parametrize(("agents", "limit"), [(1, 1), (3, 1), (3, 3), (3, 10)])
@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("priority", [0, 5])
def test_a_barred_number_starves_nobody(refusal, agents, limit, kept, priority):
    desk = Desk(queue(callback_auto=True, callback_after_s=0, callback_limit=limit))
    desk.menu("x", BARRED)
    desk.enqueue("x", priority=priority)
    if kept:
        desk.give(f.PlaceKept(CallId("x")))
    desk.end("x")
    desk.wait(5)
    for n in range(10):
        desk.arrive(f"y{n}", f"+791100000{10 + n}")
        desk.end(f"y{n}")
    for n in range(agents):
        desk.ready(f"a{n}")
    hour = Hour(desk, agents, refusal)
    hour.pass_s(900)
    assert len(hour.reached) == 10
    if refusal != "no_way SIP 503":
        hour.pass_s(2700)
        assert hour.lost <= 1
        assert hour.refused <= 8
        assert desk.callback().attempts >= 1


def test_a_number_refused_while_others_get_out_is_given_up_after_its_tries():
    desk = desk_with(1)
    hour = Hour(desk, 1, "no_way SIP 403")
    hour.pass_s(60)
    for n in range(15):
        desk.menu(f"y{n}", f"+7911000{1000 + n}")
        desk.end(f"y{n}")
        hour.pass_s(600)
    assert isinstance(desk.callback().state, cb.Closed)
    assert desk.callback().state.result == "failed"
    assert hour.lost == 1  # at first nothing else was there to tell
    assert hour.refused <= 10
    assert len(hour.reached) == 15


def test_two_barred_numbers_do_not_close_the_way_for_ever():
    desk = desk_with(2)
    lost = 0
    for n in range(20):
        for second in range(300):
            if second == 0:
                desk.menu(f"y{n}", f"+7911000{1000 + n}")
                desk.end(f"y{n}")
            state = desk.agent("a0").state
            if hasattr(state, "offer"):
                barred = desk.router.calls[state.call].number in (BARRED, "+79110000001")
                dialled(desk, "no_way SIP 403" if barred else "busy")
                lost += desk.effects.count(WayOut(open=False))
            desk.wait(1)
    assert lost <= 2
    assert [desk.callback(x).state.result for x in ("cb1", "cb2")] == ["failed", "failed"]


REFUSED_IN_TURN = [
    # refusals one after the other, as (callback, cause); whether the way is closed after each
    (3, [("cb1", "no_way SIP 403")], [False]),
    (3, [("cb1", "no_way SIP 403"), ("cb2", "no_way SIP 403")], [False, True]),
    (3, [("cb1", "no_way SIP 402"), ("cb1", "no_way SIP 402")], [False, False]),
    (3, [("cb1", "no_way SIP 503")], [True]),
    (3, [("cb1", "no_way")], [True]),
    (1, [("cb1", "no_way SIP 403")], [True]),
    (4, [("cb1", "no_way SIP 403"), ("cb2", "busy"), ("cb3", "no_way SIP 403")], [False] * 3),
    (3, [("cb1", "no_way SIP 403"), ("cb2", "busy"), ("cb1", "no_way SIP 403")], [False] * 3),
]


@pytest.mark.parametrize(("owed", "dials", "closed"), REFUSED_IN_TURN)
def test_one_refused_number_does_not_close_the_way_while_others_can_be_tried(owed, dials, closed):
    desk = Desk(queue(callback_auto=True, callback_after_s=0), queue("other"))
    desk.ready("by_hand", "other")
    for n in range(owed):
        desk.menu(f"c{n}", f"+7911000000{n}")
        desk.end(f"c{n}")
    for n, ((callback, cause), is_closed) in enumerate(zip(dials, closed, strict=True)):
        desk.place(f"out{n}", "by_hand", callback)
        desk.end(f"out{n}", "system", cause)
        assert (desk.router.no_way is not None) is is_closed


TRIES = [
    # how the dials of one number, and of others (!), end; its attempts and refusal after that
    (["403"], 0, "refused"),
    (["403", "403"], 0, "refused"),
    (["403", "!busy"], 0, "own"),
    (["403", "!503", "403"], 0, "refused"),
    (["403", "!busy", "503"], 0, "own"),
    (["403", "!busy", "403"], 1, "again"),
    (["403", "!busy", "403", "403", "403"], 1, "again"),
    (["403", "!busy", "403", "!busy", "403"], 2, "again"),
    (["403", "!busy", "busy", "403"], 1, "refused"),
]


@pytest.mark.parametrize(("ends", "attempts", "refusal"), TRIES)
def test_a_refusal_is_a_try_only_between_calls_that_get_out(ends, attempts, refusal):
    desk = Desk()
    desk.ready("a")
    desk.menu("c1")
    desk.end("c1")
    for n, end in enumerate(ends):
        other, word = end.startswith("!"), end.lstrip("!")
        desk.place(f"out{n}", "a", None if other else "cb1")
        cause = word if word == "busy" else f"no_way SIP {word}"
        desk.end(f"out{n}", "system", cause)
        desk.wait(90)
    assert (desk.callback().attempts, desk.callback().refusal) == (attempts, refusal)


@pytest.mark.parametrize("callbacks", [2, 5, 9])
@pytest.mark.parametrize("cause", REFUSALS)
def test_an_outage_of_a_whole_list_uses_up_no_try_and_does_not_hammer(callbacks, cause):
    desk = desk_with(callbacks)
    dials = 0
    while desk.now < T0 + OUTAGE_S:
        dials += dialled(desk, cause)
        desk.wait(1)
    assert 30 <= dials <= 50
    assert [x.attempts for x in desk.router.callbacks.values()] == [0] * callbacks
    assert desk.router.no_way is not None
    assert desk.router.no_way.since <= T0 + HEAD_START_S
