"""The roster: hours that people have offered, shifts that are planned, and who came. Moments are in
seconds since the epoch, so that a night and the day on which clocks are set are shifts as any."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
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


# -- a change ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    added: tuple[Shift, ...]
    """Each once, in the order asked for."""
    replaced: frozenset[Shift]
    clashes: tuple[tuple[int, Shift], ...]
    """(place in what is asked for, what it overlaps)."""


def changed(kept: Iterable[Shift], asked: Sequence[Shift], *, replace: bool) -> Change:
    """Of what is asked for that is not kept already. With ``replace`` kept shifts give way, but
    for those that are asked for too. Takes O(n log n)."""
    kept, named = set(kept), set(asked)
    firm = _Taken(shift for shift in kept if not replace or shift in named)
    loose = _Taken(kept - named) if replace else _Taken(())
    added: dict[Shift, None] = {}
    replaced: set[Shift] = set()
    clashes = []
    for place, shift in enumerate(asked):
        if shift in kept or shift in added:
            continue
        if over := firm.overlapping(shift):
            clashes.append((place, over[0]))
            continue
        firm.take(shift)
        added[shift] = None
        replaced.update(loose.overlapping(shift))
    return Change(tuple(added), frozenset(replaced), tuple(clashes))


class _Taken:
    """Shifts by person and kind, those of each apart from each other."""

    def __init__(self, shifts: Iterable[Shift]) -> None:
        self._rows: dict[tuple[str, Kind], list[Shift]] = defaultdict(list)
        for shift in shifts:
            self._rows[shift.login, shift.kind].append(shift)
        for row in self._rows.values():
            row.sort(key=_since)

    def overlapping(self, shift: Shift) -> list[Shift]:
        row = self._rows[shift.login, shift.kind]
        first = max(0, bisect_right(row, shift.since, key=_since) - 1)
        before_end = takewhile(lambda n: row[n].since < shift.until, range(first, len(row)))
        return [row[n] for n in before_end if row[n].until > shift.since]

    def take(self, shift: Shift) -> None:
        insort(self._rows[shift.login, shift.kind], shift, key=_since)


def _since(shift: Shift) -> float:
    return shift.since


# -- a plan against the need ---------------------------------------------------------


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
