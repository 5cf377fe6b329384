"""Accounts kept from a console: as ``ekc user`` does it, with the same audit entries. Whoever is
logged in by a changed one is told by :mod:`ekc_console.server.people.session_watch`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from ekc_console.domain.router import Router
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.clock import Clock
from ekc_console.server.people.accounts import plan, terms
from ekc_console.server.people.attendance import Attendance
from ekc_console.server.people.auth import Auth
from ekc_console.server.people.person import Person
from ekc_console.server.people.teams import TeamKeeper
from ekc_console.server.people.trail import Trail
from ekc_console.server.refusal import Refusal
from ekc_console.server.store.audit.entries import Action, Entry
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import accounts, codes, sessions
from ekc_console.server.store.people.accounts import PeopleError, User
from ekc_console.wire.admin import account_work
from ekc_console.wire.admin.account_work import AccountList, AccountsPlanned, OneTimeCode

HOUR_S = 3600.0
LONGEST_CODE_H = 24 * 31
MOST_LINES = 2000
"""Of a table: each new account costs a tenth of a second."""


class AccountOrders:
    def __init__(
        self,
        router: Router,
        database: Database,
        clock: Clock,
        trail: Trail,
        auth: Auth,
        clinics: Mapping[str, str],
        teams: TeamKeeper,
        attendance: Attendance,
    ) -> None:
        """``clinics`` of the directory: id to title."""
        self._router = router
        self._database = database
        self._clock = clock
        self._trail = trail
        self._auth = auth
        self._clinics = clinics
        self._teams = teams
        self._attendance = attendance

    @property
    def handlers(self) -> Mapping[type, Handler]:
        return {
            account_work.ListAccounts: self._list,
            account_work.InviteAccount: self._invite,
            account_work.ChangeAccount: self._change,
            account_work.ResetPassword: self._reset,
            account_work.DisableAccount: self._disable,
            account_work.EnableAccount: self._enable,
            account_work.EndSessions: self._end_sessions,
            account_work.ImportAccounts: self._import,
        }

    async def _list(self, person: Person, body: account_work.ListAccounts) -> AccountList:
        now = self._clock.now()

        def read(conn: sqlite3.Connection) -> tuple[account_work.Account, ...]:
            begun, logins = sessions.begun(conn, now), accounts.last_logins(conn)
            return tuple(
                self._shown(user, begun.get(user.login), logins.get(user.login))
                for user in accounts.everybody(conn)
            )

        found = await self._database.read(read)
        queues = tuple((q.id, q.title or q.id) for q in self._router.queues.values())
        return AccountList(
            accounts=found,
            queues=queues,
            clinics=tuple(self._clinics.items()),
            teams=tuple((team.id, team.title) for team in self._router.centre.teams),
        )

    def _shown(self, user: User, session: float | None, last: float | None) -> account_work.Account:
        login, centre = AgentId(user.login), self._router.centre
        return account_work.Account(
            login=user.login,
            name=user.name,
            role=user.role,
            queues=user.queues,
            skills=user.skills,
            clinics=user.clinics,
            teams=tuple(team.title for team in centre.teams if login in team.people),
            joins=user.teams,
            leads=tuple(team.title for team in centre.led_by(login)),
            expires_at=user.expires_at,
            disabled=user.disabled,
            code_until=user.code_until,
            session_since=session,
            last_login=max(filter(None, (session, last)), default=None),
            in_call=self._attendance.has_caller(login),
        )

    # -- one account ---------------------------------------------------------------

    async def _invite(self, person: Person, body: account_work.InviteAccount) -> OneTimeCode:
        queues = tuple(self._router.queues)
        given = terms.usual_queues(body.role, queues) if body.queues is None else body.queues
        terms.check_duties(given, body.skills, queues)
        self._check_clinics(body.clinics)
        self._check_teams(body.teams)
        until = self._code_until(body.valid_h)
        user = User(
            login=body.login,
            name=body.name.strip(),
            role=body.role,
            password_hash="",
            queues=given,
            skills=body.skills,
            expires_at=self._ends_at(body.until),
            code_until=until,
            clinics=body.clinics,
            teams=body.teams,
        )
        accounts.check(user)
        code = codes.new_code()
        invited = replace(user, password_hash=await self._auth.hashed(code))
        await self._trail.changed(
            lambda conn: accounts.add(conn, invited),
            self._entry(person, "account", body.login, "invite", body.why),
        )
        await self._teams.look(person.login)
        return OneTimeCode(login=body.login, code=code, until=until)

    async def _change(self, person: Person, body: account_work.ChangeAccount) -> None:
        terms.check_duties(body.queues or (), body.skills or (), tuple(self._router.queues))
        self._check_clinics(body.clinics or ())
        self._check_teams(body.teams or ())
        ends_at = None if body.until is None else self._ends_at(body.until)

        before = await self._database.read(lambda conn: accounts.known(conn, body.login))
        lost = terms.lost_clinics(body.role or before.role, before.clinics)

        def change(conn: sqlite3.Connection) -> None:
            user = accounts.known(conn, body.login)
            role = body.role or user.role
            goes = terms.lost_clinics(role, user.clinics)
            if goes and not (body.sure and goes == lost):
                raise Refusal("conflict", "account.drops_clinics", clinics=", ".join(goes))
            changed = replace(
                user,
                name=user.name if body.name is None else body.name.strip(),
                role=role,
                clinics=terms.clinics_of(role, body.clinics, user.clinics),
                queues=user.queues if body.queues is None else body.queues,
                skills=user.skills if body.skills is None else body.skills,
                teams=user.teams if body.teams is None else body.teams,
                expires_at=user.expires_at if body.until is None else ends_at,
            )
            accounts.update(conn, changed)

        await self._guarded(person, change, body.login, terms.noted("change", lost), body.why)

    async def _reset(self, person: Person, body: account_work.ResetPassword) -> OneTimeCode:
        until, code = self._code_until(body.valid_h), codes.new_code()
        code_hash = await self._auth.hashed(code)
        await self._trail.changed(
            lambda conn: accounts.give_code(conn, body.login, code_hash, until),
            self._entry(person, "password", body.login, "reset", body.why),
            self._entry(person, "session_ended", body.login),
        )
        return OneTimeCode(login=body.login, code=code, until=until)

    async def _disable(self, person: Person, body: account_work.DisableAccount) -> None:
        await self._guarded(
            person,
            lambda conn: accounts.disable(conn, body.login),
            body.login,
            "disable",
            body.why,
        )
        self._attendance.closed(AgentId(body.login))

    async def _enable(self, person: Person, body: account_work.EnableAccount) -> None:
        await self._guarded(
            person, lambda conn: accounts.enable(conn, body.login), body.login, "enable", body.why
        )

    async def _end_sessions(self, person: Person, body: account_work.EndSessions) -> None:
        def end(conn: sqlite3.Connection) -> None:
            sessions.end(conn, accounts.known(conn, body.login).login)

        ended = self._entry(person, "session_ended", body.login, "", body.why)
        await self._trail.changed(end, ended)

    # -- many ----------------------------------------------------------------------

    async def _import(self, person: Person, body: account_work.ImportAccounts) -> AccountsPlanned:
        """Raises PeopleError for a table that would leave no administrator."""
        if len(body.lines) > MOST_LINES:
            raise PeopleError("account.too_many", lines=len(body.lines), most=MOST_LINES)
        until = self._code_until(body.valid_h)
        everybody = await self._database.read(accounts.everybody)
        existing = {user.login: user for user in everybody}
        centre = plan.Centre(
            tuple(self._router.queues),
            self._router.centre.zone,
            tuple(self._clinics),
            tuple(team.id for team in self._router.centre.teams),
        )
        planned, faults = plan.planned(body.lines, centre, existing, self._clock.now())
        after = existing | {one.user.login: one.user for one in planned}
        if not faults:
            accounts.require_administrator(existing.values(), after.values())
        if faults or body.dry_run or not planned:
            return _told(planned, {}, faults)
        given = plan.new_codes(planned)
        hashes = {login: await self._auth.hashed(code) for login, code in given.items()}
        ready = plan.invited(planned, hashes, until)
        entries = [
            self._entry(
                person, "account", one.user.login, terms.noted("import", one.lost), body.why
            )
            for one in ready
        ]
        await self._trail.changed(
            lambda conn: accounts.guarded(conn, lambda conn: plan.carry_out(conn, ready)), *entries
        )
        await self._teams.look(person.login)
        return _told(planned, given, [], until)

    # -- what they share -------------------------------------------------------------

    async def _guarded(
        self,
        person: Person,
        change: Callable[[sqlite3.Connection], None],
        login: str,
        what: str,
        why: str,
    ) -> None:
        await self._trail.changed(
            lambda conn: accounts.guarded(conn, change),
            self._entry(person, "account", login, what, why),
        )
        await self._teams.look(person.login)

    def _entry(
        self, person: Person, action: Action, about: str, what: str = "", why: str = ""
    ) -> Entry:
        reason = ": ".join(filter(None, (what, why)))
        return Entry(self._clock.now(), person.login, action, about=about, reason=reason)

    def _check_clinics(self, clinics: Iterable[str]) -> None:
        for clinic in clinics:
            terms.check_clinic(clinic, self._clinics)

    def _check_teams(self, teams: Iterable[str]) -> None:
        for team in teams:
            terms.check_team(team, [one.id for one in self._router.centre.teams])

    def _ends_at(self, text: str) -> float | None:
        return terms.ends_at(text, self._router.centre.zone, self._clock.now())

    def _code_until(self, valid_h: int) -> float:
        if not 1 <= valid_h <= LONGEST_CODE_H:
            raise Refusal("bad_value", "account.bad_code_span", most=LONGEST_CODE_H)
        return self._clock.now() + valid_h * HOUR_S


def _told(
    planned: list[plan.Planned],
    given: Mapping[str, str],
    faults: list[account_work.LineFault],
    until: float = 0.0,
) -> AccountsPlanned:
    return AccountsPlanned(
        accounts=tuple(
            account_work.PlannedAccount(
                login=one.user.login,
                name=one.user.name,
                role=one.user.role,
                new=one.new,
                code=given.get(one.user.login, ""),
                lost=one.lost,
            )
            for one in planned
        ),
        faults=tuple(faults),
        until=until if given else 0.0,
    )
