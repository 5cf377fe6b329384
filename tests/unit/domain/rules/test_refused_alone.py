"""A number that finds no way while others do is given up; congestion uses up no try; and what one
call tells of the way out costs the same however many are owed."""

import sys

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.effects import WayOut
from ekc_console.domain.router import Router
from ekc_console.domain.rules.callback_queue import ALONE
from ekc_console.domain.state import callback as cb
from tests.unit.domain.desk import Desk, queue

CONGESTED = ("no_way SIP 503", "no_way SIP 408", "no_way timeout", "no_way")


def by_hand(owed: int = 1, **settings) -> Desk:
    desk = Desk(queue(callback_auto=True, callback_after_s=0, **settings), queue("other"))
    desk.ready("a", "other")
    for n in range(owed):
        desk.menu(f"c{n}", f"+7911{n:07d}")
        desk.end(f"c{n}")
    return desk


class Dials:
    def __init__(self, desk: Desk) -> None:
        self.desk, self.made, self.lost = desk, 0, 0

    def __call__(self, cause: str, callback: str | None = "cb1") -> None:
        self.made += 1
        self.desk.place(f"out{self.made}", "a", callback)
        self.desk.end(f"out{self.made}", "system", cause)
        self.lost += self.desk.effects.count(WayOut(open=False))


TURNS = [
    # how the dials of one number, and of others (!), end; its attempts and how often it was alone
    (["503"], 0, 0),
    (["503", "503", "503", "503", "503", "503", "503"], 0, 0),
    (["503", "!busy", "503"], 0, 1),
    (["503", "!busy", "503", "503", "503"], 0, 1),
    (["503", "!busy", "!503", "503"], 0, 1),
    (["503", *["!busy", "503"] * (ALONE - 1)], 0, ALONE - 1),
    (["503", *["!busy", "503"] * ALONE], 1, 0),
    (["503", *["!busy", "503"] * (2 * ALONE)], 1, ALONE - 1),
    (["503", "!busy", "503", "busy"], 1, 0),
    (["503", "!busy", "403"], 0, 0),
]


@pytest.mark.parametrize("cause", CONGESTED)
@pytest.mark.parametrize(("ends", "attempts", "alone"), TURNS)
def test_only_a_number_that_is_refused_alone_again_and_again_uses_up_a_try(
    ends, attempts, alone, cause
):
    desk = by_hand()
    dial = Dials(desk)
    for end in ends:
        word = end.lstrip("!")
        told = {"503": cause, "403": "no_way SIP 403"}.get(word, word)
        dial(told, None if end.startswith("!") else "cb1")
        desk.wait(90)
    assert (desk.callback().attempts, desk.callback().alone) == (attempts, alone)


def test_a_number_that_answers_503_for_itself_alone_is_given_up_and_closes_no_way():
    desk = Desk(queue(callback_auto=True, callback_after_s=0))
    desk.ready("a0")
    desk.menu("x", "+79110000000")
    desk.end("x")
    lost, began, dials = 0, desk.now, 0
    for second in range(6 * 3600):
        if second % 240 == 0:
            desk.menu(f"y{second}", f"+7911{second + 1:07d}")
            desk.end(f"y{second}")
        state = desk.agent("a0").state
        if hasattr(state, "offer"):
            lonely = desk.router.calls[state.call].number == "+79110000000"
            dials += lonely
            desk.accept("a0")
            desk.end(state.call, "system", "no_way SIP 503" if lonely else "busy")
            lost += desk.effects.count(WayOut(open=False))
        desk.wait(1)
        if isinstance(desk.callback().state, cb.Closed):
            break
    assert desk.callback().state.result == "failed"
    assert desk.now - began >= 3600, "congestion for an hour is no reason to give anybody up"
    assert dials <= 6 * ALONE
    assert lost <= 6


def test_congestion_that_lets_half_of_the_calls_through_gives_nobody_up():
    desk = by_hand(8)
    dial = Dials(desk)
    for turn in range(6):
        for n in range(8):
            through = (n + turn) % 2
            dial("unreachable" if through else "no_way SIP 503", f"cb{n + 1}")
        for n in range(8):
            assert desk.callback(f"cb{n + 1}").alone <= 1
        desk.wait(1)
        if desk.callback("cb1").attempts == 2:
            break
    assert not desk.router.recently_settled


def test_who_is_refused_alone_leaves_the_way_open_and_an_outage_closes_it():
    desk = by_hand(2)
    dial = Dials(desk)
    dial("no_way SIP 503", "cb1")
    assert desk.router.no_way is not None  # nothing better is known yet
    dial("busy", None)
    dial("no_way SIP 503", "cb1")
    assert desk.router.no_way is None
    dial("no_way SIP 503", "cb2")
    assert desk.router.no_way is not None


def test_it_is_known_after_a_restart():
    desk = by_hand()
    dial = Dials(desk)
    for cause, callback in [("no_way", "cb1"), ("busy", None), ("no_way", "cb1"), ("busy", None)]:
        dial(cause, callback)
        desk.wait(90)
    again = Router.load(desk.router.dump())
    (callback,) = again.callbacks.values()
    assert (callback.alone, callback.passed_by) == (1, True)


def steps(desk: Desk, call: str, cause: str) -> int:
    """Instructions of the core for the end of a call."""
    count = 0

    def trace(frame, event, _argument):
        nonlocal count
        if event == "call":
            if "/ekc_console/domain/" not in frame.f_code.co_filename:
                return None
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        elif event == "opcode":
            count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        desk.router.handle(f.CallEnded(call, "system", cause), desk.now)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("auto", [True, False])
@pytest.mark.parametrize(
    ("before", "cause"),
    [("busy", "busy"), ("no_way SIP 403", "busy"), ("no_way SIP 403", "no_way SIP 403"),
     ("no_way SIP 503", "busy"), ("busy", "no_way SIP 503"), ("busy", "no_way SIP 403")],
)  # fmt: skip
def test_what_a_call_tells_of_the_way_costs_the_same_however_many_are_owed(auto, before, cause):
    costs = []
    for owed in (10, 1000):
        desk = Desk(queue(callback_auto=auto, callback_after_s=3600), queue("other"))
        desk.ready("a", "other")
        for n in range(owed):
            desk.menu(f"c{n}", f"+7911{n:07d}")
            desk.end(f"c{n}")
        desk.place("out1", "a", "cb1")
        desk.end("out1", "system", before)
        desk.wait(120)
        desk.place("out2", "a", "cb2")
        costs.append(steps(desk, "out2", cause))
    assert costs[1] <= 1.2 * costs[0]
