"""The roster: hours that people have offered, shifts that are planned, and who came. Moments are in
seconds since the epoch, so that a night and the day on which clocks are set are shifts as any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Literal

from ekc_console.domain.terms.spans import Span

Kind = Literal["offered", "planned"]
LONGEST_S = 25 * 3600.0
"""A day on which clocks are set back."""
LATE_S = 300.0
"""Who comes or goes by less is in time."""


@dataclass(frozen=True, slots=True)
class Shift:
    login: str
    kind: Kind
    since: float
    until: float

    def overlaps(self, other: Shift) -> bool:
        return (
            self.login == other.login
            and self.kind == other.kind
            and self.since < other.until
            and other.since < self.until
        )


def on_shift(halves: Sequence[Span], shifts: Iterable[Shift]) -> list[int]:
    """People planned in each half-hour; who is there for a part of it counts in part, and a part of
    a person is none."""
    planned = [shift for shift in shifts if shift.kind == "planned"]
    return [floor(sum(_share(half, shift) for shift in planned) + 1e-9) for half in halves]


def _share(half: Span, shift: Shift) -> float:
    return _common(half, shift) / (half.until - half.since)


def _common(span: Span, shift: Shift) -> float:
    return max(0.0, min(span.until, shift.until) - max(span.since, shift.since))


# -- plan against attendance ---------------------------------------------------------


Verdict = Literal["ahead", "in_time", "late", "left_early", "absent", "unplanned"]


@dataclass(frozen=True, slots=True)
class Attended:
    login: str
    since: float
    until: float
    """Of the plan; of who was not planned, of the presence."""
    present_s: float
    """Of these."""
    late_s: float
    early_s: float
    verdict: Verdict
    """``late`` also of who left early too."""


def attended(
    shifts: Iterable[Shift], present: Mapping[str, Sequence[Span]], now: float
) -> list[Attended]:
    """In the order of time. ``present``: by login, in order, apart from each other."""
    planned = [shift for shift in shifts if shift.kind == "planned"]
    found = [_attended(shift, present.get(shift.login, ()), now) for shift in planned]
    for login, spans in present.items():
        own = [shift for shift in planned if shift.login == login]
        for span in spans:
            if not any(_common(span, shift) for shift in own):
                stayed = span.until - span.since
                found.append(Attended(login, span.since, span.until, stayed, 0.0, 0.0, "unplanned"))
    return sorted(found, key=lambda one: (one.since, one.login))


def _attended(shift: Shift, spans: Sequence[Span], now: float) -> Attended:
    there = [span for span in spans if _common(span, shift)]
    stayed = sum(_common(span, shift) for span in there)
    until = min(shift.until, now)
    late = max(0.0, (there[0].since if there else until) - shift.since)
    early = max(0.0, until - there[-1].until) if there else 0.0
    return Attended(
        shift.login, shift.since, shift.until, stayed, late, early,
        _verdict(shift, bool(there), late, early, now),
    )  # fmt: skip


def _verdict(shift: Shift, came: bool, late: float, early: float, now: float) -> Verdict:
    if not came:
        return "absent" if now > shift.since + LATE_S else "ahead"
    if late > LATE_S:
        return "late"
    return "left_early" if early > LATE_S else "in_time"


def joined(spans: Iterable[Span], apart_s: float = LATE_S) -> Iterator[Span]:
    """Spans in the order of their begin, put together where no more than ``apart_s`` lies between:
    who changed the workplace did not go."""
    held: Span | None = None
    for span in spans:
        if held is not None and span.since <= held.until + apart_s:
            held = Span(held.since, max(held.until, span.until))
            continue
        if held is not None:
            yield held
        held = span
    if held is not None:
        yield held
