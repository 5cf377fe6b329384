"""What the simulated world does with each thing that the core wants done, on tiny plans."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest

from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.domain.terms.settings import (
    CentreSettings,
    Destination,
    OverflowRule,
    QueueSettings,
)
from ekc_console.simulation.durations import Parametric
from ekc_console.simulation.engine import GOODBYE_S, NO_ANSWER_S, RING_S, Day, simulate
from ekc_console.simulation.figures import figures
from ekc_console.simulation.plan import (
    ANY_HOUR,
    Arrival,
    Behaviour,
    Plan,
    Shift,
    even,
    fixed,
    shifts_of,
)

QUEUE, OTHER = QueueId("main"), QueueId("other")
TALK_S, PATIENCE_S = 100.0, 30.0
NO_CALLBACKS = Behaviour()
OUTSIDE = Destination("number", "+78005550122")


def plan(
    *at: float,
    agents: int = 1,
    from_s: float = 0.0,
    overflow: tuple[OverflowRule, ...] = (),
    behaviour: Behaviour = NO_CALLBACKS,
    centre: CentreSettings = ANY_HOUR,
    number: str | None = None,
) -> Plan:
    """Callers who come at these moments, give up after 30 s, and talk for 100 s."""
    settings = QueueSettings(QUEUE, "Линия", wrap_up="none", overflow=overflow)
    return Plan(
        queues=(settings, QueueSettings(OTHER, "Другая", wrap_up="none")),
        queue=QUEUE,
        from_s=0.0,
        to_s=3600.0,
        talk=fixed(TALK_S),
        wrap_up=fixed(0.0),
        patience=fixed(PATIENCE_S),
        recorded=tuple(Arrival(t, number or f"+7900000000{i}", QUEUE) for i, t in enumerate(at)),
        shifts=tuple(Shift(AgentId(f"a{i}"), from_s, inf, (QUEUE,)) for i in range(agents)),
        behaviour=behaviour,
        centre=centre,
    )


def outcomes(day: Day) -> list[str | None]:
    return [call.outcome for call in day.calls]


def reach(day: Day) -> float | None:
    return figures(day, 20.0, "of_offered").reach


def test_who_gave_up_is_not_called_back_unless_asked_for() -> None:
    day = simulate(plan(0.0, 1.0), seed=1)
    assert outcomes(day) == ["abandoned_queue", "answered"]
    assert reach(day) == 0.5


def test_a_callback_is_offered_dialled_and_talked() -> None:
    day = simulate(plan(0.0, 1.0, behaviour=Behaviour(callbacks=True, callback_answer=1.0)), 1)
    assert sorted(map(str, outcomes(day))) == ["abandoned_queue", "answered"]
    assert reach(day) == 1.0
    (dialled,) = (c for c in day.contacts if c.direction == "out")
    # Abandoned at 31 s, due a minute later; the first talk has ended at 101 s.
    assert dialled.talked_at == pytest.approx(TALK_S + RING_S, abs=1.0)
    assert day.agents.talk_s == 2 * TALK_S


def test_nobody_picks_up_and_it_is_tried_again_as_often_as_the_centre_says() -> None:
    centre = replace(ANY_HOUR, callback_retries_s=(300.0,))
    behaviour = Behaviour(callbacks=True, callback_answer=0.0)
    day = simulate(plan(0.0, 1.0, 3000.0, behaviour=behaviour, centre=centre), 1)
    first, second = (c.arrived_at for c in day.contacts if c.direction == "out")
    # Gave up at 31 s, called back no sooner than a minute later, by the agent who is free at 100 s.
    assert first == 1.0 + PATIENCE_S + 60.0
    assert second == pytest.approx(TALK_S + NO_ANSWER_S + 300.0)
    assert reach(day) == pytest.approx(2 / 3)


def test_forwarded_and_talked_there() -> None:
    rule = OverflowRule("no_agents", (OUTSIDE,))
    day = simulate(plan(0.0, agents=0, overflow=(rule,)), 1)
    assert outcomes(day) == ["forwarded"]
    assert day.ended_at == RING_S + TALK_S


def test_not_taken_there_the_caller_goes_on() -> None:
    rule = OverflowRule("no_agents", (OUTSIDE, Destination("close")))
    day = simulate(plan(0.0, agents=0, overflow=(rule,), behaviour=Behaviour(forward_answer=0)), 1)
    assert outcomes(day) == ["flowed_out"]
    assert day.ended_at == NO_ANSWER_S + GOODBYE_S


def test_who_gives_up_while_it_rings_there_is_lost() -> None:
    rule = OverflowRule("no_agents", (OUTSIDE,))
    p = plan(0.0, agents=0, overflow=(rule,), behaviour=Behaviour(forward_answer=0.0))
    day = simulate(replace(p, patience=fixed(10.0)), 1)
    assert outcomes(day) == ["abandoned_queue"]
    assert day.calls[0].wait_s == 10.0


def test_let_go_with_a_promise_that_is_kept() -> None:
    """An announcement costs nothing; the next destination follows it at once."""
    rule = OverflowRule(
        "no_agents", (Destination("announcement", "Слова"), Destination("callback"))
    )
    behaviour = Behaviour(callbacks=True, callback_answer=1.0)
    day = simulate(plan(0.0, 700.0, from_s=600.0, overflow=(rule,), behaviour=behaviour), 1)
    assert outcomes(day) == ["flowed_out", "answered"]
    assert reach(day) == 1.0


def test_a_call_too_many_of_one_number_is_refused() -> None:
    centre = replace(ANY_HOUR, calls_per_number=1)
    day = simulate(plan(0.0, 1.0, centre=centre, number="+79000000000"), 1)
    assert outcomes(day) == ["answered"]


def test_people_are_left_alone_at_night() -> None:
    centre = CentreSettings(utc_offset_s=0.0)  # from 8 o'clock
    behaviour = Behaviour(callbacks=True, callback_answer=1.0)
    assert reach(simulate(plan(0.0, 1.0, behaviour=behaviour, centre=centre), 1)) == 0.5


@pytest.mark.long
def test_callbacks_raise_the_reach_of_a_day_that_is_staffed() -> None:
    end = 4 * 3600.0
    slots = even(0.0, end, 200.0, 12)
    quiet = replace(
        plan(), to_s=end, talk=Parametric(180.0), patience=Parametric(120.0), slots=slots,
        shifts=tuple(replace(s, to_s=inf) for s in shifts_of(slots, (QUEUE,))),
    )  # fmt: skip
    calling = replace(quiet, behaviour=Behaviour(callbacks=True))
    before, after = (reach(simulate(p, 3)) for p in (quiet, calling))
    assert before is not None
    assert after is not None
    assert after > before


# -- breaks, missed offers, callers who call again ----------------------------


def busy_day(behaviour: Behaviour, calls_per_hour: float = 120.0, agents: int = 10) -> Plan:
    end = 8 * 3600.0
    slots = even(0.0, end, calls_per_hour, agents)
    settings = QueueSettings(QUEUE, "Линия", wrap_up="none")
    return replace(
        plan(behaviour=behaviour), queues=(settings,), to_s=end, talk=Parametric(180.0),
        patience=Parametric(60.0), slots=slots,
        shifts=tuple(replace(s, to_s=end) for s in shifts_of(slots, (QUEUE,))),
    )  # fmt: skip


@pytest.mark.long
def test_breaks_take_their_share_of_the_shift() -> None:
    """With b breaks an hour of work and a length of L hours: bL / (1 + bL) of the shift."""
    behaviour = Behaviour(breaks_per_hour=1.0, break_length=fixed(900.0))
    easy = busy_day(behaviour, calls_per_hour=10.0, agents=60)
    away = sum(simulate(easy, seed).agents.break_s for seed in range(3))
    assert away / (3 * 60 * 8 * 3600) == pytest.approx(0.25 / 1.25, rel=0.1)
    whole, broken = simulate(busy_day(NO_CALLBACKS), 0), simulate(busy_day(behaviour), 0)
    assert whole.agents.break_s == 0.0
    quiet, staffed = figures(broken, 20.0, "of_offered"), figures(whole, 20.0, "of_offered")
    assert (quiet.service_level or 0) < (staffed.service_level or 0)
    assert (quiet.occupancy or 0) > (staffed.occupancy or 0)


def test_a_break_waits_for_the_end_of_the_talk_and_ends() -> None:
    """The second caller waits for the break to be over, the third finds the agent ready."""
    at_once = Behaviour(breaks_per_hour=3600.0, break_length=fixed(50.0))
    day = simulate(replace(plan(0.0, 20.0, behaviour=at_once), patience=fixed(1000.0)), 1)
    assert outcomes(day) == ["answered", "answered"]
    first, second = day.calls
    assert first.talk_s == second.talk_s == TALK_S
    assert second.wait_s >= TALK_S - 20.0 + 50.0


def test_a_missed_offer_runs_out_and_the_next_agent_is_asked() -> None:
    never = Behaviour(missed=1.0, back_after=fixed(30.0))
    day = simulate(plan(0.0, behaviour=never), 1)
    assert outcomes(day) == ["abandoned_queue"]
    some = Behaviour(missed=0.3)
    none_missed = figures(simulate(busy_day(NO_CALLBACKS), 2), 20.0, "of_offered")
    missed = figures(simulate(busy_day(some), 2), 20.0, "of_offered")
    assert (missed.asa_s or 0) > (none_missed.asa_s or 0) + 3.0  # 15 s each time


def test_a_rejected_offer_goes_to_the_next_agent_at_once() -> None:
    never = Behaviour(rejected=1.0, answer_delay_s=2.0, back_after=fixed(30.0))
    day = simulate(plan(0.0, behaviour=never), 1)
    assert outcomes(day) == ["abandoned_queue"]
    some, missed = Behaviour(rejected=0.3, answer_delay_s=2.0), Behaviour(missed=0.3)
    sure = figures(simulate(busy_day(Behaviour(answer_delay_s=2.0)), 2), 20.0, "of_offered")
    picky, slow = (figures(simulate(busy_day(b), 2), 20.0, "of_offered") for b in (some, missed))
    # Another 2 s each time, and an agent less for a while after two in a row.
    assert (sure.asa_s or 0) + 0.5 < (picky.asa_s or 0) < (slow.asa_s or 0)


@pytest.mark.long
def test_who_gave_up_calls_again_with_the_chance_that_was_asked_for() -> None:
    behaviour = Behaviour(redial=0.4, redial_after=Parametric(120.0))
    p = busy_day(behaviour, calls_per_hour=300.0)
    days, without = [
        [simulate(each, seed) for seed in range(2)] for each in (p, busy_day(NO_CALLBACKS, 300.0))
    ]
    lost = sum(c.outcome != "answered" for d in days for c in d.calls)
    again = sum(len(d.calls) for d in days) - sum(len(d.calls) for d in without)
    assert again / lost == pytest.approx(0.4, abs=0.05)
    # The same person, who is reached in the end more often than by one attempt.
    assert (reach(days[0]) or 0) > (reach(without[0]) or 0)


def test_nobody_calls_again_after_the_day() -> None:
    behaviour = Behaviour(redial=1.0, redial_after=fixed(600.0))
    p = replace(plan(3500.0, agents=0, behaviour=behaviour), patience=fixed(10.0))
    assert outcomes(simulate(p, 1)) == ["abandoned_queue"]
    again = outcomes(simulate(replace(p, to_s=3600.0 + 1000.0), 1))
    assert again == ["abandoned_queue", "abandoned_queue"]
