"""Hours offered, shifts planned, and who came: each as far as the right ``roster`` reaches."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from ekc_console.staffing.roster import LONGEST_S, Shift, attended
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
        asker = self._asker(person)
        done = await self._database.write(lambda conn: _changed(conn, asker, body))
        if (done.added or done.removed) and not body.dry_run:
            self._note(
                person.login, "settings", about="roster", reason=f"+{done.added} -{done.removed}"
            )
        return done

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


def _changed(conn: sqlite3.Connection, asker: _Asker, body: wire.ChangeRoster) -> wire.RosterChange:
    """In one transaction. Raises Refusal."""
    gone = {_removable(conn, asker, number) for number in body.remove}
    new = [Shift(one.login, one.kind, one.since, one.until) for one in body.add]
    known = _names(conn)
    faults = [
        wire.RosterFault(shift=n, words=why)
        for n, shift in enumerate(new)
        if (why := _fault(shift, asker, known)) is not None
    ]
    if faults:
        return wire.RosterChange(added=0, removed=0, same=0, faults=tuple(faults))
    kept = _touching(conn, new)
    there = {one.shift for one in kept if one.id not in gone}
    added = list(dict.fromkeys(shift for shift in new if shift not in there))
    over = [one for one in kept if one.id not in gone and one.shift not in new]
    faults = list(_overlaps(new, added, [] if body.replace else over))
    if faults:
        return wire.RosterChange(added=0, removed=0, same=0, faults=tuple(faults))
    gone |= {one.id for one in over if any(one.shift.overlaps(shift) for shift in added)}
    if not body.dry_run:
        roster.remove(conn, gone)
        roster.add(conn, added)
    return wire.RosterChange(added=len(added), removed=len(gone), same=len(new) - len(added))


def _removable(conn: sqlite3.Connection, asker: _Asker, number: int) -> int:
    kept = roster.of_id(conn, number)
    if kept is None or not asker.scope.has_person(_login(kept.shift)):
        raise Refusal("unknown", "roster.no_such_shift", shift=number)
    if kept.shift.kind == "planned" and not asker.plans:
        raise Refusal("not_allowed", "roster.only_offer")
    return number


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
    logins = {one.login for one in new}
    return [one for one in roster.between(conn, since, until) if one.shift.login in logins]


def _overlaps(new: list[Shift], added: list[Shift], kept: list[Kept]) -> Iterator[wire.RosterFault]:
    """Of what is added, with each other and with what stays."""
    for n, shift in enumerate(added):
        others = [*added[:n], *(one.shift for one in kept)]
        if other := next((one for one in others if one.overlaps(shift)), None):
            why = words("roster.overlaps", since=other.since, until=other.until)
            yield wire.RosterFault(shift=new.index(shift), words=why)
