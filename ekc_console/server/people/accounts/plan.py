"""Many accounts at once: what each line of a table would make of which account, or why not."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import TypeVar

from ekc_console.domain.terms.ids import Role
from ekc_console.domain.terms.rights import ROLES
from ekc_console.server.people.accounts import terms
from ekc_console.server.store.people import accounts, codes
from ekc_console.server.store.people.accounts import PeopleError, User
from ekc_console.wire.admin.account_work import AccountLine, LineFault
from ekc_console.wire.words import words_of

T = TypeVar("T")

_BETWEEN = re.compile(r"[,\s]+")


@dataclass(frozen=True, slots=True)
class Centre:
    """What accounts of it may name."""

    queues: Collection[str]
    zone: tzinfo
    clinics: Collection[str] = ()
    """Ids of those in the directory; the next ones: of the settings."""
    teams: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    user: User
    """As it will be; who is new has no password yet."""
    new: bool
    lost: tuple[str, ...] = ()
    """Clinics that its new role takes away."""


def planned(
    lines: Iterable[AccountLine], centre: Centre, existing: Mapping[str, User], now: float
) -> tuple[list[Planned], list[LineFault]]:
    plan: list[Planned] = []
    faults: list[LineFault] = []
    seen: dict[str, int] = {}
    for line in lines:
        if line.login in seen:
            twice = PeopleError("account.twice", login=line.login, line=seen[line.login])
            faults.append(_fault(line, "login", twice))
            continue
        seen[line.login] = line.line
        reading = _Reading(line, centre, existing.get(line.login), now)
        user = reading.user()
        faults += reading.faults
        if not reading.faults:
            old = existing.get(line.login)
            lost = terms.lost_clinics(user.role, old.clinics) if old else ()
            plan.append(Planned(user, old is None, lost))
    return plan, faults


def new_codes(plan: Iterable[Planned]) -> dict[str, str]:
    """One-time, for each login that is new."""
    return {one.user.login: codes.new_code() for one in plan if one.new}


def invited(plan: Iterable[Planned], hashes: Mapping[str, str], until: float) -> list[Planned]:
    """The plan with the codes of who is new in their places: ``hashes`` by login, good until a
    moment."""
    return [
        replace(one, user=replace(one.user, password_hash=hashes[login], code_until=until))
        if (login := one.user.login) in hashes
        else one
        for one in plan
    ]


def carry_out(conn: sqlite3.Connection, plan: Iterable[Planned]) -> None:
    """Make and change them. Raises PeopleError; who began the transaction undoes it."""
    for one in plan:
        user = one.user
        if one.new:
            accounts.add(conn, user)
            continue
        # What no table says is as it is now, not as it was read.
        now = accounts.known(conn, user.login)
        said = replace(now, name=user.name, role=user.role, expires_at=user.expires_at)
        accounts.update(
            conn,
            replace(
                said, queues=user.queues, skills=user.skills, clinics=user.clinics, teams=user.teams
            ),
        )


class _Reading:
    """Of one line."""

    def __init__(self, line: AccountLine, centre: Centre, old: User | None, now: float) -> None:
        self._line = line
        self._centre = centre
        self._old = old
        self._now = now
        self.faults: list[LineFault] = []

    def user(self) -> User:
        """As it would be; one with ``faults`` is none."""
        line, centre, old = self._line, self._centre, self._old
        base = old or User(login=line.login, name="", role="operator", password_hash="")
        role = self._value("role", line.role, _role, base.role)
        usual = base.queues if old else terms.usual_queues(role, centre.queues)
        kept = terms.clinics_of(role, None, base.clinics)
        user = replace(
            base,
            name=line.name or base.name,
            role=role,
            queues=self._value("queues", line.queues, self._queues, usual),
            skills=self._value("skills", line.skills, _skills, base.skills),
            teams=self._value("teams", line.teams, self._teams, base.teams),
            clinics=self._value("clinics", line.clinics, self._clinics, kept),
            expires_at=self._value("until", line.until, self._end, base.expires_at),
        )
        told = {fault.column for fault in self.faults}
        self.faults += [
            _fault(line, error.column, error)
            for error in accounts.faults(user)
            if error.column not in told
        ]
        return user

    def _value(self, column: str, text: str, read: Callable[[str], T], otherwise: T) -> T:
        if not text:
            return otherwise
        try:
            return read(text)
        except PeopleError as error:
            self.faults.append(_fault(self._line, column, error))
            return otherwise

    def _queues(self, text: str) -> tuple[str, ...]:
        parts = _each(text)
        for part in parts:
            terms.check_queue(part, self._centre.queues)
        return parts

    def _clinics(self, text: str) -> tuple[str, ...]:
        parts = _each(text)
        for part in parts:
            terms.check_clinic(part, self._centre.clinics)
        return parts

    def _teams(self, text: str) -> tuple[str, ...]:
        parts = _each(text)
        for part in parts:
            terms.check_team(part, self._centre.teams)
        return parts

    def _end(self, text: str) -> float | None:
        return terms.ends_at(text, self._centre.zone, self._now)


def _role(text: str) -> Role:
    if text not in ROLES:
        raise PeopleError("account.no_such_role", role=text, known=", ".join(ROLES))
    return text


def _skills(text: str) -> tuple[str, ...]:
    parts = _each(text)
    for part in parts:
        terms.check_skill(part)
    return parts


def _each(text: str) -> tuple[str, ...]:
    return tuple(part for part in _BETWEEN.split(text) if part)


def _fault(line: AccountLine, column: str, error: PeopleError) -> LineFault:
    return LineFault(line=line.line, column=column, words=words_of(error))
