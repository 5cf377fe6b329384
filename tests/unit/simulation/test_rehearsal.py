"""A change held against the settings in force: what helps shows it, what changes nothing shows
nothing, and no more is said than the interval holds."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekc_console.domain.facts import Fact, QueueClosed, QueueOpened, QueuesConfigured
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.domain.terms.settings import (
    CentreSettings,
    Destination,
    OverflowRule,
    QueueSettings,
)
from ekc_console.simulation.durations import Empirical, Endless, Parametric
from ekc_console.simulation.load import Doing, Load, Present, callers, shifts, staffed
from ekc_console.simulation.plan import Arrival, Behaviour
from ekc_console.simulation.rehearsal import (
    FIGURES,
    NOT_COUNTED,
    Difference,
    Pair,
    QueueDay,
    Rehearsal,
    Variant,
    differences,
    left_out,
    rehearsed,
)
from tests.support.sweep import sweep

NOW = 1_790_000_000.0
MAIN, HELP = QueueId("main"), QueueId("help")
TO_HELP = (OverflowRule("waited", (Destination("queue", HELP),), 20.0),)
GOODBYE = (OverflowRule("closed", (Destination("close"),)),)


def load(
    people: dict[QueueId, int],
    waits: tuple[float, ...] = (),
    per_hour: float = 60.0,
    doing: Doing = "ready",
) -> Load:
    """Everybody calls ``main``."""
    return Load(
        now=NOW,
        people=tuple(
            Present(AgentId(f"{queue}{i}"), (queue,), doing=doing, since=NOW - 10.0)
            for queue, count in people.items()
            for i in range(count)
        ),
        waiting=tuple(Arrival(NOW - w, None, MAIN, waited_s=w) for w in sorted(waits)[::-1]),
        recent=(Arrival(NOW - 60.0, None, MAIN),),
        calls_per_hour=per_hour,
        talk=Parametric(180.0),
        wrap_up=Parametric(30.0),
        patience=Parametric(240.0),
    )


def variant(*doors: tuple[float, Fact], **main: object) -> Variant:
    queue = replace(QueueSettings(MAIN, "Линия"), **main)  # type: ignore[arg-type]
    queues = (queue, QueueSettings(HELP, "Помощь"))
    return Variant(QueuesConfigured(queues, CentreSettings()), doors)


def told(
    given_load: Load, before: Variant, after: Variant, seeds: int = 12, minutes: int = 30
) -> dict[str, Difference]:
    """Of the queue ``main``."""
    rehearsal = Rehearsal(given_load, before, after, minutes)
    pairs = [rehearsed(rehearsal, seed) for seed in range(seeds)]
    return {d.figure: d for d in differences(pairs, MAIN)}


def surely(difference: Difference) -> str:
    """What the interval says."""
    change = difference.change
    assert change is not None
    assert change.half is not None
    if change.mean - change.half > 0:
        return "more"
    return "less" if change.mean + change.half < 0 else "nothing sure"


def test_with_more_people_less_is_waited_and_the_same_people_are_the_same() -> None:
    now = load({MAIN: 2}, per_hour=60.0)
    same = replace(variant(), people=staffed(now.people, 2, (MAIN,)))
    assert all(d.before == d.after for d in told(now, variant(), same, seeds=2).values())
    more = replace(variant(), people=staffed(now.people, 5, (MAIN,)))
    assert surely(told(now, variant(), more)["wait_s"]) == "less"
    assert len(staffed(now.people, 1, (MAIN,))) == 1
    assert [who.queues for who in staffed((), 2, (MAIN, HELP))] == [(MAIN, HELP)] * 2


def test_of_fewer_people_those_are_taken_who_take_calls_the_soonest() -> None:
    def one(name: str, doing: Doing, until: float | None = None) -> Present:
        return Present(AgentId(name), (MAIN,), doing=doing, until=until)

    there = (
        one("lunch", "away", 7200.0),
        one("smoke", "away", 300.0),
        one("talk", "talk"),
        one("notes", "wrap_up"),
        one("free", "ready"),
    )
    taken = [[who.agent for who in staffed(there, n, (MAIN,))] for n in (1, 3, 4, 6)]
    order = ["free", "notes", "talk", "smoke", "lunch"]
    assert taken == [order[:1], order[:3], order[:4], [*order, "+1"]]


def test_the_same_settings_differ_in_nothing() -> None:
    figures = told(load({MAIN: 2}, (5.0, 90.0)), variant(), variant())
    for figure in FIGURES:
        difference = figures[figure]
        assert difference.before == difference.after
        assert difference.change is not None
        assert (difference.change.mean, difference.change.half) == (0.0, 0.0)


def test_people_of_another_queue_who_help_out_make_waits_shorter() -> None:
    figures = told(load({MAIN: 1, HELP: 3}), variant(), variant(overflow=TO_HELP))
    assert {f: surely(figures[f]) for f in ("wait_s", "wait_p95_s", "level", "abandoned")} == {
        "wait_s": "less", "wait_p95_s": "less", "level": "more", "abandoned": "less",
    }  # fmt: skip


def test_a_shorter_wrap_up_makes_waits_shorter() -> None:
    busy = replace(load({MAIN: 4}, per_hour=60.0), wrap_up=Parametric(120.0))
    figures = told(busy, variant(wrap_up_s=300.0), variant(wrap_up_s=15.0))
    assert surely(figures["wait_s"]) == "less"
    assert surely(figures["occupancy"]) == "less"


def test_a_queue_that_is_open_longer_serves_those_it_sent_away() -> None:
    closes = (NOW + 300.0, QueueClosed(MAIN, "schedule"))
    later = (NOW + 1500.0, QueueClosed(MAIN, "schedule"))
    figures = told(
        load({MAIN: 5}), variant(closes, overflow=GOODBYE), variant(later, overflow=GOODBYE)
    )
    assert surely(figures["served"]) == "more"
    assert surely(figures["occupancy"]) == "more"


def test_a_door_that_opens_again_is_open() -> None:
    shut = (NOW, QueueClosed(MAIN, "nina"))
    again = (NOW + 60.0, QueueOpened(MAIN, "system"))
    figures = told(
        load({MAIN: 5}), variant(shut, overflow=GOODBYE), variant(shut, again, overflow=GOODBYE)
    )
    assert figures["served"].before == 0.0
    assert surely(figures["served"]) == "more"


def test_who_waits_already_has_waited_so_long_when_the_change_comes() -> None:
    waits = replace(load({HELP: 1}, (90.0,), per_hour=0.0), patience=Endless())
    at_100_s = (OverflowRule("waited", (Destination("queue", HELP),), 100.0),)
    figures = told(waits, variant(), variant(overflow=at_100_s), seeds=4)
    assert figures["served"].before == 0.0
    assert figures["served"].after == 1.0
    assert figures["wait_s"].after == pytest.approx(100.0, abs=0.1)


def test_who_is_in_a_talk_is_busy_and_takes_calls_afterwards() -> None:
    quiet = load({MAIN: 1}, per_hour=0.0, doing="talk")
    figures = told(quiet, variant(), variant(), minutes=5)
    assert figures["occupancy"].before is not None
    assert 0.0 < figures["occupancy"].before <= 1.0
    assert figures["wait_s"].before is None
    assert figures["wait_s"].change is None


@pytest.mark.parametrize(
    ("doing", "since", "until", "left"),
    [
        ("ready", 0.0, None, {0.0}),
        ("wrap_up", NOW - 5, NOW + 9, {9.0}),
        ("away", NOW - 500, NOW - 9, {0.0}),
        ("talk", NOW - 50, None, {70.0 + 30, 120.0 + 30}),
        ("talk", NOW - 500, None, {95.0 + 30}),
    ],
)
def test_what_is_begun_lasts_for_what_is_left_of_it(
    doing: Doing, since: float, until: float | None, left: set[float]
) -> None:
    """A talk lasts as one of those that were longer; longer than any seen, their mean once more."""
    given_load = replace(
        load({}),
        people=(Present(AgentId("a"), (MAIN,), doing=doing, since=since, until=until),),
        talk=Empirical((40.0, 50.0, 120.0, 170.0)),
        wrap_up=Parametric(30.0, "constant"),
    )
    found = {shifts(given_load, seed)[0].ready_s for seed in range(20)}
    assert {at - NOW for at in found if at is not None} == left


def test_queues_that_the_change_removes_are_named_and_not_compared() -> None:
    only = Variant(QueuesConfigured((QueueSettings(MAIN, "Линия"),), CentreSettings()))
    rehearsal = Rehearsal(load({MAIN: 1, HELP: 1}), variant(), only, 10)
    assert left_out(rehearsal) == [HELP]
    assert rehearsed(rehearsal, 1).after.keys() == {MAIN}


@given(st.integers(0, 1000), st.floats(0, 300), st.integers(1, 120))
@settings(deadline=None)
def test_both_runs_of_a_seed_have_the_same_callers_and_people(
    seed: int, per_hour: float, minutes: int
) -> None:
    given_load = load({MAIN: 2}, (5.0, 90.0), per_hour, "talk")
    until = NOW + minutes * 60
    calls = callers(given_load, until, seed)
    assert calls == callers(given_load, until, seed)
    assert shifts(given_load, seed) == shifts(given_load, seed)
    assert [c.at for c in calls] == sorted(c.at for c in calls)
    assert calls[0].at == NOW - 90.0
    assert all(c.at <= until for c in calls)
    assert len({c.number for c in calls}) == len(calls)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=2, max_size=30))
def test_a_change_lies_within_its_interval(runs: list[tuple[float, float]]) -> None:
    pairs = [Pair({MAIN: QueueDay(1, wait_s=a)}, {MAIN: QueueDay(1, wait_s=b)}) for a, b in runs]
    wait = next(d for d in differences(pairs, MAIN) if d.figure == "wait_s")
    assert wait.before is not None
    assert wait.after is not None
    assert wait.change is not None
    assert wait.change.half is not None
    assert wait.change.half >= 0
    assert wait.change.mean == pytest.approx(wait.after - wait.before, abs=1e-6)


def test_the_interval_holds_the_true_change_as_often_as_it_says() -> None:
    """A change of 5 s under noise of 20 s that both runs share in part."""
    rng, hits = np.random.default_rng(7), 0
    for _ in range(400):
        shared = rng.normal(60.0, 20.0, 20)
        pairs = [
            Pair({MAIN: QueueDay(1, wait_s=s)}, {MAIN: QueueDay(1, wait_s=s - 5.0 + own)})
            for s, own in zip(shared, rng.normal(0.0, 3.0, 20), strict=True)
        ]
        change = next(d for d in differences(pairs, MAIN) if d.figure == "wait_s").change
        assert change is not None
        assert change.half is not None
        hits += abs(change.mean + 5.0) <= change.half
    assert 0.92 <= hits / 400 <= 0.98


def busy_centre() -> Load:
    """Two queues with people of their own and of both, skills, tiers, calls of other priorities,
    and offers that nobody takes."""
    people = (
        Present(AgentId("a"), (MAIN,), ("tatar=3",)),
        Present(AgentId("b"), (MAIN,)),
        Present(AgentId("c"), (MAIN, HELP), tiers=((MAIN, 2),)),
        Present(AgentId("d"), (MAIN, HELP)),
    )
    calls = (
        Arrival(NOW, None, MAIN),
        Arrival(NOW, None, MAIN, ("tatar>=5",)),
        Arrival(NOW, None, MAIN, priority=2),
        Arrival(NOW, None, HELP),
    )
    return replace(
        load({}, per_hour=80.0),
        people=people,
        recent=calls,
        behaviour=Behaviour(answer_delay_s=4.0, missed=0.2, rejected=0.2),
    )


COUNTED: dict[str, tuple[Any, Any]] = {
    "strategy": ("longest-idle", "linear"),
    "offer_timeout_s": (15.0, 60.0),
    "max_unanswered": (1, 9),
    "max_rejected": (1, 9),
    "retry_same_agent_s": (5.0, 90.0),
    "short_abandon_s": (5.0, 30.0),
    "wrap_up": ("mandatory_timed", "none"),
    "wrap_up_s": (60.0, 5.0),
    "priority_step_s": (60.0, 600.0),
    "weight": (0, 9),
    "skill_relax_s": (10.0, 0.0),
    "tier_wait_s": (0.0, 90.0),
    "overflow": ((), TO_HELP),
}
"""Of a queue, with two values of each."""
BY_DOORS = {"schedule"}
"""Whoever rehearses opens and closes by it."""


def test_every_setting_of_a_queue_is_counted_or_known_not_to_be() -> None:
    known = {"id", *COUNTED, *BY_DOORS, *NOT_COUNTED}
    assert {field.name for field in fields(QueueSettings)} == known
    assert len(known) == 1 + len(COUNTED) + len(BY_DOORS) + len(NOT_COUNTED)


@pytest.mark.parametrize("name", sweep(COUNTED, every=4))
def test_a_setting_that_is_counted_makes_a_difference(name: str) -> None:
    was, then = COUNTED[name]
    rehearsal = Rehearsal(busy_centre(), variant(**{name: was}), variant(**{name: then}), 60)
    pairs = [rehearsed(rehearsal, seed) for seed in range(3)]
    assert any(pair.before != pair.after for pair in pairs)


OTHER: dict[str, Any] = {
    "title": "Другая",
    "keep_place_key": "5",
    "announce_wait": False,
    "callback_on_abandon": False,
    "callback_auto": False,
}


@pytest.mark.parametrize("name", sweep(sorted(NOT_COUNTED), every=4))
def test_what_is_not_counted_makes_none(name: str) -> None:
    then = OTHER.get(name)
    if then is None:
        then = getattr(QueueSettings(MAIN, ""), name) / 2
    rehearsal = Rehearsal(busy_centre(), variant(), variant(**{name: then}), 60)
    pair = rehearsed(rehearsal, 1)
    assert pair.before == pair.after


def test_offers_that_are_not_taken_at_once_cost_the_level() -> None:
    """Who is offered a call needs a while, or does not answer: a rehearsal is no rosier than the
    last day was."""
    slow = replace(load({MAIN: 5}), behaviour=Behaviour(answer_delay_s=6.0, missed=0.2))
    at_once = told(load({MAIN: 5}), variant(), variant(), seeds=4)["level"].before
    level = told(slow, variant(), variant(), seeds=4)["level"].before
    assert level is not None
    assert at_once is not None
    assert level < at_once - 0.05
