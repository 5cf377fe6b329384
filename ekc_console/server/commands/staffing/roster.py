"""Hours offered, shifts planned, and who came: each as far as the right ``roster`` reaches."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from ekc_console.domain.router import Router
from ekc_console.domain.terms.ids import AgentId
from ekc_console.domain.terms.localtime import DAY_S, LATEST
from ekc_console.domain.terms.spans import Span
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.clock import Clock
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.rights.scope import Scope, scope
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import accounts, roster
from ekc_console.server.store.people.roster import Kept
from ekc_console.staffing.roster import LONGEST_S, Change, Shift, attended, changed
from ekc_console.wire.centre import roster as wire
from ekc_console.wire.words import Words, words

Present = Mapping[str, Sequence[Span]]
"""By login."""


@dataclass(frozen=True, slots=True)
class _Asker:
    scope: Scope
    plans: bool
    """May plan, and not only offer the own hours."""


class RosterCommands:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(
        self, database: Database, router: Router, clock: Clock, note: Callable[..., None]
    ) -> None:
        """``note`` of :class:`ekc_console.server.people.trail.Trail`."""
        self._database = database
        self._router = router
        self._clock = clock
        self._note = note
        self._one_at_a_time = asyncio.Lock()
        self.handlers: dict[type, Handler] = {
            wire.GetRoster: self._get,
            wire.ChangeRoster: self._change,
            wire.GetAttendance: self._attendance,
        }

    async def _get(self, person: Person, body: wire.GetRoster) -> wire.Roster:
        _require_span(body.since, body.until)
        asker = self._asker(person)

        def read(conn: sqlite3.Connection) -> tuple[list[Kept], dict[str, str]]:
            return roster.between(conn, body.since, body.until), _names(conn)

        kept, names = await self._database.read(read)
        return wire.Roster(
            shifts=tuple(
                _told(one, names) for one in kept if asker.scope.has_person(_login(one.shift))
            )
        )

    async def _change(self, person: Person, body: wire.ChangeRoster) -> wire.RosterChange:
        if len(body.add) + len(body.remove) > wire.MOST_SHIFTS:
            raise Refusal("bad_value", "roster.too_many", most=wire.MOST_SHIFTS)
        asker, now = self._asker(person), self._clock.now()
        async with self._one_at_a_time:
            # A change that was given up may still wait for the disk: what is read comes after it.
            await self._database.write(lambda conn: None)
            plan = await self._database.read(lambda conn: _plan(conn, asker, body, now))
            if not body.dry_run and (plan.added or plan.gone):
                await self._database.write(plan.put)
                reason = f"+{len(plan.added)} -{len(plan.gone)}"
                self._note(person.login, "settings", about="roster", reason=reason)
        return plan.told

    async def _attendance(self, person: Person, body: wire.GetAttendance) -> wire.Attendance:
        _require_span(body.since, body.until)
        asker, now = self._asker(person), self._clock.now()

        def read(conn: sqlite3.Connection) -> tuple[list[Kept], dict[str, str], Present]:
            seen = roster.present(conn, body.since - DAY_S, min(body.until + DAY_S, now))
            return roster.between(conn, body.since, body.until), _names(conn), seen

        kept, names, seen = await self._database.read(read)
        found = attended([one.shift for one in kept], seen, now)
        return wire.Attendance(
            shifts=tuple(
                wire.AttendedShift(
                    login=one.login,
                    name=names.get(one.login, one.login),
                    since=one.since,
                    until=one.until,
                    present_s=one.present_s,
                    late_s=one.late_s,
                    early_s=one.early_s,
                    verdict=one.verdict,
                )
                for one in found
                if asker.scope.has_person(AgentId(one.login))
                and one.since < body.until
                and one.until > body.since
            )
        )

    def _asker(self, person: Person) -> _Asker:
        return _Asker(scope(self._router, person, "roster"), person.may("roster", "team"))


def _login(shift: Shift) -> AgentId:
    return AgentId(shift.login)


def _names(conn: sqlite3.Connection) -> dict[str, str]:
    return {user.login: user.name for user in accounts.everybody(conn)}


def _told(kept: Kept, names: Mapping[str, str]) -> wire.RosterShift:
    shift = kept.shift
    return wire.RosterShift(
        id=kept.id,
        login=shift.login,
        name=names.get(shift.login, shift.login),
        kind=shift.kind,
        since=shift.since,
        until=shift.until,
    )


def _require_span(since: float, until: float) -> None:
    """Raises Refusal."""
    if not 0 <= since < until <= LATEST or until - since > wire.MOST_DAYS * DAY_S + 1:
        raise Refusal("bad_value", "roster.no_such_span", most=wire.MOST_DAYS)


# -- a change ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    """Of a change: worked out on a reader, so that no journal waits for it."""

    told: wire.RosterChange
    added: Sequence[Shift] = ()
    gone: Set[int] = frozenset()

    def put(self, conn: sqlite3.Connection) -> None:
        roster.remove(conn, self.gone)
        roster.add(conn, self.added)


def _plan(conn: sqlite3.Connection, asker: _Asker, body: wire.ChangeRoster, now: float) -> _Plan:
    """Raises Refusal."""
    gone = {number: _removable(conn, asker, number).shift for number in body.remove}
    new = [Shift(one.login, one.kind, one.since, one.until) for one in body.add]
    known = _names(conn)
    faults = [
        wire.RosterFault(shift=n, words=why)
        for n, shift in enumerate(new)
        if (why := _fault(shift, asker, known)) is not None
    ]
    if faults:
        return _refused(faults)
    stays = [one for one in _touching(conn, new) if one.id not in gone]
    change = changed((one.shift for one in stays), new, replace=body.replace)
    gone |= {one.id: one.shift for one in stays if one.shift in change.replaced}
    if faults := _faults_of(change, new, now):
        return _refused(faults)
    _require_few_offers(roster.offers_ahead(conn, now), change.added, gone.values(), now)
    told = wire.RosterChange(
        added=len(change.added), removed=len(gone), same=len(new) - len(change.added)
    )
    return _Plan(told, change.added, gone.keys())


def _refused(faults: Sequence[wire.RosterFault]) -> _Plan:
    return _Plan(wire.RosterChange(added=0, removed=0, same=0, faults=tuple(faults)))


def _faults_of(change: Change, new: Sequence[Shift], now: float) -> list[wire.RosterFault]:
    found = {
        place: words("roster.overlaps", since=other.since, until=other.until)
        for place, other in change.clashes
    }
    late = {one for one in change.added if one.kind == "offered" and one.until <= now}
    found |= {n: words("roster.over") for n, one in enumerate(new) if one in late}
    return [wire.RosterFault(shift=place, words=why) for place, why in sorted(found.items())]


def _require_few_offers(
    ahead: Mapping[str, int], added: Iterable[Shift], gone: Iterable[Shift], now: float
) -> None:
    """Raises Refusal: what one person fills in is read by all who plan."""
    more = Counter(one.login for one in added if one.kind == "offered")
    less = Counter(one.login for one in gone if one.kind == "offered" and one.until > now)
    for login, count in more.items():
        if ahead.get(login, 0) + count - less[login] > wire.MOST_OFFERED:
            raise Refusal("bad_value", "roster.many_offers", login=login, most=wire.MOST_OFFERED)


def _removable(conn: sqlite3.Connection, asker: _Asker, number: int) -> Kept:
    kept = roster.of_id(conn, number)
    if kept is None or not asker.scope.has_person(_login(kept.shift)):
        raise Refusal("unknown", "roster.no_such_shift", shift=number)
    if kept.shift.kind == "planned" and not asker.plans:
        raise Refusal("not_allowed", "roster.only_offer")
    return kept


def _fault(shift: Shift, asker: _Asker, known: Mapping[str, str]) -> Words | None:
    if shift.login not in known:
        return words("roster.no_such_login", login=shift.login)
    if not asker.scope.has_person(_login(shift)):
        return words("roster.other_team" if asker.plans else "roster.only_own")
    if shift.kind == "planned" and not asker.plans:
        return words("roster.only_offer")
    if not 0 <= shift.since < shift.until <= LATEST or shift.until - shift.since > LONGEST_S:
        return words("roster.no_shift")
    return None


def _touching(conn: sqlite3.Connection, new: list[Shift]) -> list[Kept]:
    if not new:
        return []
    since, until = min(one.since for one in new), max(one.until for one in new)
    return roster.of_people(conn, {one.login for one in new}, since, until)
