"""The clock is set while people wait, talk and work: nothing happens earlier or later for it."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain import snapshot
from ekc_console.domain.effects import AgentChanged, CallbackChanged, CallChanged
from ekc_console.domain.facts import ClockSet
from ekc_console.domain.router import IllegalFact, Router
from ekc_console.domain.rules.clock_set import BY_CALENDAR, MOMENTS, MOMENTS_OF_AGENTS, moved
from ekc_console.domain.terms import alarm_limits, settings
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.localtime import zone_named
from ekc_console.domain.terms.settings import USUAL_CENTRE, CentreSettings
from ekc_console.server.store.journal.journal import decode_fact, encode_fact
from tests.support.sweep import sweep
from tests.unit.domain.desk import T0, Desk, queue
from tests.unit.domain.test_invariants import Walk
from tests.unit.server.store.facts import QUEUES, Day

HOUR = 3600.0
STEPS = (-10 * 366 * 24 * HOUR, -24 * HOUR, -5.0, 3.0, HOUR, 24 * HOUR, 10 * 366 * 24 * HOUR)
DURATIONS = frozenset({"pauses", "talks", "wrap_ups"})
COUNTS = frozenset({"callers_owed"})


def test_every_number_of_a_record_is_a_moment_or_a_duration() -> None:
    """A field that is not known here would stay behind when the clock is set."""
    said = {settings.__name__, alarm_limits.__name__}
    of_settings = {kind for kind in snapshot._KINDS.values() if kind.__module__ in said}
    for kind in set(snapshot._KINDS.values()) - of_settings:
        for field in fields(kind):
            if "float" in str(field.type):
                moment = field.name in MOMENTS | MOMENTS_OF_AGENTS
                duration = field.name.endswith("_s") or field.name in DURATIONS | COUNTS
                assert moment != duration, (kind, field.name)
    known = {field.name for kind in snapshot._KINDS.values() for field in fields(kind)}
    assert known >= MOMENTS | MOMENTS_OF_AGENTS
    for kind, names in BY_CALENDAR.items():
        assert {field.name for field in fields(kind)} >= names


def seen_from(now: float, value: Any) -> Any:
    """Plain data with every moment as its distance from ``now``."""
    if isinstance(value, dict):
        return {key: seen_from(now, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [seen_from(now, item) for item in value]
    return value - now if isinstance(value, float) and value > 1e8 else value


def effects_of(router: Router, fact: f.Fact, now: float) -> list[Any] | None:
    try:
        effects = router.handle(fact, now)
    except IllegalFact:
        return None
    return [
        (type(e).__name__, seen_from(now, [getattr(e, x.name) for x in fields(e)])) for e in effects
    ]


def shifted(fact: f.Fact, ahead: float) -> f.Fact:
    """The same order, given by a clock that is ahead."""
    if isinstance(fact, f.QueueClosed | f.NumberBlocked) and fact.until is not None:
        return replace(fact, until=fact.until + ahead)
    return fact


def of_a_day(seed: int) -> list[tuple[f.Fact, float]]:
    return [(fact, now) for fact, now, _ in Day(seed).steps(250)]


def of_a_walk(seed: int) -> list[tuple[f.Fact, float]]:
    """With consultations, transfers, overflow, skills and what else the invariants are held by."""
    walk = Walk(seed)
    walk.run(300)
    return [(fact, math.floor(now * 64) / 64) for fact, now in walk.watch.journal]


@pytest.mark.parametrize("seed", sweep(range(8), every=4))
@pytest.mark.parametrize("facts", [of_a_day, of_a_walk])
def test_a_day_goes_as_it_would_have_gone(
    facts: Callable[[int], list[tuple[f.Fact, float]]], seed: int
) -> None:
    """In one of two centres the clock is set now and then. What happens there, seen from the
    moment, is the same to the last bit; steps and moments are such that sums are exact."""
    draw = random.Random(seed)
    lived, set_, ahead = Router(), Router(), 0.0
    for fact, now in facts(seed):
        if isinstance(fact, f.QueuesConfigured):
            centre = replace(fact.centre, callback_from_s=0.0, callback_until_s=0.0)
            fact = f.QueuesConfigured(fact.queues, centre)
        elif isinstance(fact, f.QueueClosed | f.NumberBlocked):
            fact = replace(fact, lasts=True)  # not by the calendar
        elif isinstance(fact, f.CallbackPostponed):
            fact = replace(fact, until=None)
        elif draw.random() < 0.1:
            step = draw.choice([s for s in STEPS if 1e9 < now + ahead + s < 3e9])
            set_.handle(ClockSet(step), now + ahead)
            ahead += step
        assert effects_of(set_, shifted(fact, ahead), now + ahead) == effects_of(lived, fact, now)
        due, other = lived.next_deadline(), set_.next_deadline()
        assert (None if due is None else due - now) == (
            None if other is None else other - now - ahead
        )
    assert seen_from(set_.latest, set_.dump()) == seen_from(lived.latest, lived.dump())
    again = Router.load(set_.dump())
    assert again.state_hash() == set_.state_hash()
    assert again.next_deadline() == set_.next_deadline()


@pytest.mark.parametrize("by_s", [0.0, float("nan"), float("inf"), 1e12, -2 * T0])
def test_no_step_at_all(by_s: float) -> None:
    desk = Desk()
    before = desk.router.still()
    with pytest.raises(IllegalFact):
        desk.give(ClockSet(by_s))
    assert desk.router.still() == before


def test_all_that_lives_is_shown_anew() -> None:
    desk = Desk()
    for fact in (
        f.AgentLoggedIn(AgentId("anna"), (QueueId("main"),)),
        f.AgentLoggedIn(AgentId("boris"), (QueueId("main"),)),
        f.AgentLoggedOut(AgentId("boris")),
        f.CallArrived(CallId("a"), "+79000000001", "122"),
        f.CallEnded(CallId("a"), "caller"),
        f.CallArrived(CallId("b"), "+79000000002", "122"),
        ClockSet(HOUR),
    ):
        desk.give(fact)
    assert [e.call for e in desk.of(CallChanged)] == ["b"]
    assert [e.agent for e in desk.of(AgentChanged)] == ["anna"]
    assert len(desk.of(CallbackChanged)) == 1


# -- what goes by the calendar ---------------------------------------------------


def moscow(*moment: int) -> float:
    return datetime(*moment, tzinfo=zone_named("Europe/Moscow")).timestamp()  # type: ignore[misc]


def owed_at(now: float, centre: CentreSettings) -> Desk:
    """Somebody gave up in the queue at ``now``."""
    desk = Desk()
    desk.now = now
    main = queue(callback_auto=True, callback_after_s=60.0)
    desk.give(f.QueuesConfigured((main,), centre))
    desk.give(f.CallArrived(CallId("a"), "+79000000001", "122"))
    desk.give(f.CallQueued(CallId("a"), QueueId("main"), "t"))
    desk.wait(30)
    desk.give(f.CallEnded(CallId("a"), "caller"))
    return desk


DAYTIME = replace(USUAL_CENTRE, timezone="Europe/Moscow")


def test_who_waits_for_the_morning_is_called_when_it_has_come() -> None:
    desk = owed_at(moscow(2026, 11, 23, 3), DAYTIME)
    assert desk.router.next_deadline() == moscow(2026, 11, 23, 8)
    desk.give(ClockSet(HOUR))
    desk.now += HOUR
    assert desk.router.next_deadline() == moscow(2026, 11, 23, 8)
    desk.give(ClockSet(6 * HOUR))
    desk.now += 6 * HOUR
    desk.wait(0)
    (callback,) = desk.router.callbacks.values()
    assert type(callback.state).__name__ == "Queued"


def test_who_waits_for_a_pause_to_end_waits_as_long() -> None:
    desk = owed_at(moscow(2026, 11, 23, 12), DAYTIME)
    pause = desk.router.next_deadline()
    desk.give(ClockSet(-2 * HOUR))
    assert desk.router.next_deadline() == pause - 2 * HOUR  # type: ignore[operator]


def test_who_stands_in_the_queue_is_spared_when_it_is_night() -> None:
    desk = owed_at(moscow(2026, 11, 23, 12), DAYTIME)
    desk.wait(120)
    (callback,) = desk.router.callbacks.values()
    assert type(callback.state).__name__ == "Queued"
    desk.give(ClockSet(10 * HOUR))
    desk.now += 10 * HOUR
    desk.wait(1)
    (callback,) = desk.router.callbacks.values()
    assert desk.router.next_deadline() == moscow(2026, 11, 24, 8)
    assert type(callback.state).__name__ == "Open"


@pytest.mark.parametrize("step", [-5 * HOUR, -60.0, 60.0, 2 * HOUR])
def test_a_time_of_day_that_a_person_chose_stays(step: float) -> None:
    desk = Desk(queue())
    until = T0 + 3 * HOUR
    desk.give(f.QueueClosed(QueueId("main"), "boss", "", until))
    desk.give(f.NumberBlocked("+79000000009", until, "boss"))
    desk.give(ClockSet(step))
    assert desk.router.next_deadline() == until
    assert desk.router.doors[QueueId("main")].since == T0 + step
    assert desk.router.blocked["+79000000009"].until == until


@pytest.mark.parametrize("step", [-5 * HOUR, -60.0, 60.0, 2 * HOUR])
def test_a_span_that_a_person_gave_lasts_as_long(step: float) -> None:
    desk = Desk(queue())
    until = T0 + 1800
    desk.give(f.QueueClosed(QueueId("main"), "boss", "", until, lasts=True))
    desk.give(f.NumberBlocked("+79000000009", until, "boss", lasts=True))
    desk.now += 600
    desk.give(ClockSet(step))
    desk.now += step
    assert desk.router.next_deadline() == desk.now + 1200
    assert desk.router.blocked["+79000000009"].until == desk.now + 1200
    desk.wait(1199)
    assert not desk.router.doors[QueueId("main")].open
    desk.wait(2)
    assert desk.router.doors[QueueId("main")].open


def test_one_that_the_step_has_passed_is_over_at_once() -> None:
    desk = Desk(queue())
    desk.give(f.QueueClosed(QueueId("main"), "boss", "", T0 + HOUR))
    desk.give(ClockSet(2 * HOUR))
    desk.now += 2 * HOUR
    desk.wait(0)
    assert desk.router.doors[QueueId("main")].open


# -- what older versions wrote -----------------------------------------------------


def test_settings_that_know_no_zone_keep_their_offset() -> None:
    router = Router()
    router.handle(f.QueuesConfigured(QUEUES, replace(USUAL_CENTRE, utc_offset_s=7 * HOUR)), T0)
    dump = router.dump()
    del dump["centre"]["timezone"]
    loaded = Router.load(dump)
    assert loaded.centre.zone.utcoffset(None) == timedelta(hours=7)
    assert loaded.state_hash() == router.state_hash()


def test_a_fact_of_the_journal_without_a_zone() -> None:
    name, body = encode_fact(f.QueuesConfigured(QUEUES, USUAL_CENTRE))
    old = json.loads(body)
    del old["centre"]["timezone"]
    assert decode_fact(name, json.dumps(old)) == f.QueuesConfigured(QUEUES, USUAL_CENTRE)


def test_a_call_that_is_kept_for_somebody_is_kept_as_long() -> None:
    desk = Desk()
    desk.give(f.CallArrived(CallId("a"), "+79000000001", "122"))
    call = replace(desk.call("a"), kept_for=(AgentId("anna"), T0 + 15))
    assert moved(call, HOUR).kept_for == ("anna", T0 + 15 + HOUR)
    assert moved(replace(call, kept_for=None), HOUR).kept_for is None
