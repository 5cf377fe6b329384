"""What a report counts of calls: sums that add up, and the figures that follow from them.

A figure is computed from the sums of its row alone, so that a row of parts and the row of the whole
go by one formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Literal, cast

from ekc_console.domain.insight.metrics import ABANDONED, FLOWED_OUT, CallRecord, Counts, share
from ekc_console.domain.state.call import Outcome

Unit = Literal["count", "share", "seconds"]
UNSERVED: frozenset[Outcome] = frozenset(
    {"abandoned_menu", "abandoned_queue", "short_abandoned", "flowed_out", "failed"}
)
"""Of an incoming call: nobody has spoken with the person, and the menu has not served them."""


@dataclass(frozen=True, slots=True)
class Windows:
    """How far around a call other calls of its number are looked at; in seconds."""

    repeat_s: float = 24 * 3600.0
    """Whoever called so short a time ago calls again."""
    resolved_s: float = 7 * 24 * 3600.0
    """Whoever does not call for so long after an answer was helped at once."""
    reached_s: float = 24 * 3600.0
    """Whoever gave up is to be spoken with within it."""

    @property
    def after_s(self) -> float:
        """What comes later than that changes no figure of a call."""
        return max(self.resolved_s, self.reached_s)


@dataclass(frozen=True, slots=True)
class Around:
    """What the other calls of a call's number tell about it; see ``Windows``."""

    withheld: bool = False
    """It has no number: all else is not known."""
    repeat: bool = False
    """The number called before."""
    again: bool | None = None
    """The number called again; None: it still may."""
    spoken: bool | None = None
    """Somebody spoke with the number, in a call that came no longer before than that; None:
    somebody still may."""


USUAL_WINDOWS = Windows()
NOT_KNOWN = Around()


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over calls; durations in seconds. ``a + b`` is the tally of both lots of calls."""

    calls: int = 0
    """All of them, in and out."""
    outgoing: int = 0
    outgoing_answered: int = 0
    menu_served: int = 0
    menu_left: int = 0
    """Incoming calls given up before any queue."""
    answered: int = 0
    """From here on to ``longest_wait_s``: incoming calls that came into a queue."""
    abandoned: int = 0
    """Short ones included."""
    short_abandoned: int = 0
    flowed_out: int = 0
    answered_in_time: int = 0
    """Within the threshold of the call's queue, the threshold included."""
    abandoned_in_time: int = 0
    wait_s: float = 0.0
    """Of the answered ones, from the first queue to the first talk."""
    longest_wait_s: float = 0.0
    """Whatever became of the call."""
    handled: int = 0
    """Calls of either direction in which an agent talked and which have ended; the times are
    theirs."""
    talk_s: float = 0.0
    held_s: float = 0.0
    wrap_up_s: float = 0.0
    predicted: int = 0
    """Answered ones that were told how long they would wait; the next three are theirs."""
    predicted_s: float = 0.0
    predicted_wait_s: float = 0.0
    """As long as they waited."""
    within_predicted: int = 0
    numbered: int = 0
    """From here on: incoming calls that were not refused; with a number."""
    withheld: int = 0
    withheld_unserved: int = 0
    repeats: int = 0
    """From here on: with a number, and by its other calls (``Around``)."""
    settled: int = 0
    """Answered ones after which the number called again, or does not any more."""
    resolved: int = 0
    """Those of them after which it did not."""
    given_up: int = 0
    """Unserved ones whose time to be reached is over."""
    reached: int = 0
    """Those of them with whom somebody spoke in that time."""

    def __add__(self, other: Tally) -> Tally:
        sums = {name: getattr(self, name) + getattr(other, name) for name in ADDED}
        return Tally(**sums, longest_wait_s=max(self.longest_wait_s, other.longest_wait_s))

    @property
    def counts(self) -> Counts:
        return Counts(self.answered, self.abandoned, self.short_abandoned, self.flowed_out)


ADDED = tuple(field.name for field in fields(Tally) if field.name != "longest_wait_s")
"""Of the sums all but the greatest wait."""
WHOLE = frozenset(field.name for field in fields(Tally) if field.type == "int")
"""Those that count; the others are of seconds."""
AROUND = frozenset({"repeats", "settled", "resolved", "given_up", "reached"})
"""Those that the other calls of a number tell."""


def total(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())


def tally_of(
    record: CallRecord,
    threshold_s: float,
    ended: bool = True,
    predicted_s: float | None = None,
    around: Around = NOT_KNOWN,
) -> Tally:
    """Of one call; ``ended``: its handling is over; ``predicted_s``: the wait that it was told."""
    out, answered = record.direction == "out", record.outcome == "answered"
    queued = record.queued and not out
    waited = record.wait_s if queued else 0.0
    lost, soon = record.outcome in ABANDONED, record.wait_s <= threshold_s
    handled = answered and ended
    told = predicted_s if queued and answered else None
    came = not out and record.outcome != "refused"
    known, unserved = came and not around.withheld, record.outcome in UNSERVED
    settled = known and answered and around.again is not None
    given_up = known and unserved and around.spoken is not None
    return Tally(
        calls=1,
        outgoing=int(out),
        outgoing_answered=int(out and answered),
        menu_served=int(not out and record.outcome == "served_by_menu"),
        menu_left=int(not out and record.outcome == "abandoned_menu"),
        answered=int(queued and answered),
        abandoned=int(queued and lost),
        short_abandoned=int(queued and record.outcome == "short_abandoned"),
        flowed_out=int(queued and record.outcome in FLOWED_OUT),
        answered_in_time=int(queued and answered and soon),
        abandoned_in_time=int(queued and lost and soon),
        wait_s=waited if answered else 0.0,
        longest_wait_s=waited,
        handled=int(handled),
        talk_s=record.talk_s if handled else 0.0,
        held_s=record.held_s if handled else 0.0,
        wrap_up_s=record.wrap_up_s if handled else 0.0,
        predicted=int(told is not None),
        predicted_s=told or 0.0,
        predicted_wait_s=0.0 if told is None else waited,
        within_predicted=int(told is not None and waited <= told),
        numbered=int(known),
        withheld=int(came and around.withheld),
        withheld_unserved=int(came and around.withheld and unserved),
        repeats=int(known and around.repeat),
        settled=int(settled),
        resolved=int(settled and not around.again),
        given_up=int(given_up),
        reached=int(given_up and bool(around.spoken)),
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """One column of a report; None where there is nothing to compute it from."""

    id: str
    unit: Unit
    of: Callable[[Tally], float | None]
    around: bool = False
    """The other calls of a call's number tell it."""

    @property
    def sums(self) -> frozenset[str]:
        """Fields of a tally from which it is computed."""
        noted = _Noted()
        self.of(cast(Tally, noted))
        return frozenset(noted.asked)


class _Noted:
    """In the place of a tally: notes what is asked of it."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getattr__(self, name: str) -> object:
        if name == "counts":
            return Tally.counts.fget(self)  # type: ignore[attr-defined]
        self.asked.add(name)
        return 1.0


def _counted(name: str) -> Figure:
    return Figure(name, "count", lambda t: float(getattr(t, name)), name in AROUND)


FIGURES: tuple[Figure, ...] = (
    _counted("calls"),
    Figure("offered", "count", lambda t: float(t.counts.offered)),
    _counted("answered"),
    _counted("abandoned"),
    _counted("short_abandoned"),
    _counted("flowed_out"),
    Figure(
        "level", "share",
        lambda t: share(t.answered_in_time, t.counts.offered - t.short_abandoned),
    ),
    Figure("level_of_answered", "share", lambda t: share(t.answered_in_time, t.answered)),
    Figure(
        "level_with_abandons", "share",
        lambda t: share(t.answered_in_time + t.abandoned_in_time, t.answered + t.abandoned),
    ),
    Figure("level_of_offered", "share", lambda t: share(t.answered_in_time, t.counts.offered)),
    Figure("abandonment", "share", lambda t: t.counts.abandonment),
    Figure("abandonment_without_short", "share", lambda t: t.counts.abandonment_without_short),
    Figure("asa", "seconds", lambda t: share(t.wait_s, t.answered)),
    Figure("longest_wait", "seconds", lambda t: t.longest_wait_s if t.counts.offered else None),
    _counted("handled"),
    Figure("aht", "seconds", lambda t: share(t.talk_s + t.held_s + t.wrap_up_s, t.handled)),
    Figure("talk", "seconds", lambda t: share(t.talk_s, t.handled)),
    Figure("held", "seconds", lambda t: share(t.held_s, t.handled)),
    Figure("wrap_up", "seconds", lambda t: share(t.wrap_up_s, t.handled)),
    _counted("outgoing"),
    _counted("outgoing_answered"),
    _counted("menu_served"),
    _counted("menu_left"),
    Figure("predicted", "seconds", lambda t: share(t.predicted_s, t.predicted)),
    Figure("predicted_wait", "seconds", lambda t: share(t.predicted_wait_s, t.predicted)),
    Figure("within_predicted", "share", lambda t: share(t.within_predicted, t.predicted)),
    _counted("repeats"),
    Figure("repeat_share", "share", lambda t: share(t.repeats, t.numbered), around=True),
    Figure("first_contact", "share", lambda t: share(t.resolved, t.settled), around=True),
    _counted("given_up"),
    Figure("reach", "share", lambda t: share(t.reached, t.given_up), around=True),
    _counted("withheld"),
    _counted("withheld_unserved"),
)  # fmt: skip
BY_ID = {figure.id: figure for figure in FIGURES}
USUAL = (
    "offered", "answered", "abandoned", "short_abandoned", "level", "asa", "longest_wait", "aht",
    "outgoing",
)  # fmt: skip
"""The figures of a report that names none."""
