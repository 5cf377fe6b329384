"""Who may come in: passwords, throttled login, sessions.

Passwords are checked by argon2id on a thread of their own, never on the event loop, and never
more than two at a time (46 MB each).
"""

from __future__ import annotations

import asyncio
import math
import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from weakref import WeakValueDictionary

import structlog

from ekc_console.domain.terms import rights
from ekc_console.domain.terms.localtime import DAY_S
from ekc_console.domain.terms.rights import Workplace
from ekc_console.errors import Value, WordsError
from ekc_console.server.store.base.database import READ_WITHIN_S, Database, StoreError
from ekc_console.server.store.people import accounts, codes, passwords, sessions
from ekc_console.server.store.people.passwords import BadPassword, hash_password
from ekc_console.wire.entities import LastCall
from ekc_console.wire.messages import Role
from ekc_console.wire.voice import VoiceSetting

__all__ = ["Auth", "AuthError", "BadPassword", "Session", "hash_password"]

log = structlog.get_logger(__name__)

SESSION_S = 12 * 3600.0
CHECKS_AT_ONCE = 2

FREE_PER_LOGIN = 3
FREE_PER_ADDRESS = 20
"""Many operators may stand behind one address."""
LONGEST_DELAY_S = 900.0
FORGOTTEN_AFTER_S = 3600.0
TRACKED = 10_000
"""Logins, and as many addresses, whose failures are remembered; the oldest go first."""

Note = Callable[..., None]
"""As :meth:`ekc_console.server.people.trail.Trail.note`."""

AuthCode = Literal[
    "wrong_password",
    "account_expired",
    "account_disabled",
    "throttled",
    "session_expired",
    "code_expired",
    "choose_password",
    "bad_password",
    "not_allowed",
]


class AuthError(WordsError):
    """Not let in. ``code`` is stable; a throttled one must wait ``seconds``."""

    def __init__(self, code: AuthCode, key: str, /, **values: Value) -> None:
        super().__init__(key, **values)
        self.code: AuthCode = code


@dataclass(frozen=True, slots=True)
class Session:
    token: str = field(repr=False)
    login: str
    name: str
    role: Role
    queues: tuple[str, ...]
    skills: tuple[str, ...]
    created_at: float
    expires_at: float
    voice: VoiceSetting = accounts.USUAL_VOICE
    clinics: tuple[str, ...] = ()
    last_call: LastCall = ""
    last_of: str = ""
    """Which call that is."""


_Found = tuple[sessions.StoredSession, accounts.User] | None


class Auth:
    """Of one server. All times are seconds since the epoch and given by the caller."""

    def __init__(self, database: Database, note: Note, session_s: float = SESSION_S) -> None:
        """``note`` puts who came in, and who did not, into the audit trail."""
        self._database = database
        self._note = note
        self._session_s = session_s
        self._checks = asyncio.Semaphore(CHECKS_AT_ONCE)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """Of a login's checks, one after another."""
        self._by_login = Throttle(FREE_PER_LOGIN)
        self._by_address = Throttle(FREE_PER_ADDRESS)
        self._unmoved_s = 0.0
        """By which the times of stored sessions are behind, the clock having been set."""
        self._noted: dict[str, float] = {}
        """When a login gave a command without a session and that was noted."""

    async def log_in(
        self,
        login: str,
        password: str,
        address: str,
        now: float,
        new_password: str = "",
        workplace: Workplace = "operator",
    ) -> Session:
        """Check a password and begin a session; the earlier session of this login ends.

        ``new_password``: to be the password from now on; who came with a one-time code has to
        choose one. ``workplace``: what is opened with it. Raises AuthError; nothing has changed
        then.
        """
        user = await self.check(login, password, address, now)
        if not rights.may_open(user.role, workplace):
            self._note(user.login, "login_failed", about=workplace)
            raise _not_theirs(user.role, workplace)
        if new_password:
            await self._choose(user, new_password)
        else:
            _require_password(user)
        session = await self._begin(user, now)
        self._note(session.login, "login")
        return session

    async def for_a_command(
        self, login: str, password: str, address: str, now: float
    ) -> accounts.User:
        """As ``check``, for one command without a session: noted once a day, for a script may
        give one every second. Raises AuthError."""
        user = await self.check(login, password, address, now)
        _require_password(user)
        if now - self._noted.get(user.login, -math.inf) >= DAY_S:
            self._noted[user.login] = now
            self._note(user.login, "login", about="command")
        return user

    async def check(self, login: str, password: str, address: str, now: float) -> accounts.User:
        """The account of a login and its password; sessions stay as they are.

        Raises AuthError. An unknown login is told from a wrong password neither by word nor by
        time; that an account has ended is told only to who knows its password.
        """
        login = login.strip().lower()
        self._require_turn(login, address, now)  # at once, before all that wait for theirs
        turn = self._turns.setdefault(login, asyncio.Lock())
        # Of tries made at the same time each sees what has become of those before.
        async with turn, self._checks:
            self._require_turn(login, address, now)
            user = await self._database.read(lambda conn: accounts.get(conn, login))
            given = codes.normal(password) if user and user.code_until is not None else password
            stored = user.password_hash if user else None
            right = await asyncio.to_thread(passwords.verify, stored, given)
            if user is None or not right:
                self._by_login.failed(login, now)
                self._by_address.failed(address, now)
                # It may be a password in the wrong field: an unknown login is only hashed.
                self._note(user.login if user else "", "login_failed", search=login)
                raise AuthError("wrong_password", "login.wrong_password")
            self._by_login.succeeded(login)
        try:
            _require_open(user, now)
        except AuthError:
            self._note(user.login, "login_failed")
            raise
        return user

    async def session(
        self, token: str, now: float, limit_s: float = READ_WITHIN_S
    ) -> Session | None:
        """The live session of a token; None if there is none, or it or the account has ended.
        Raises StoreError, also after ``limit_s``."""
        found = await self._database.read(lambda conn: _lookup(conn, token), limit_s=limit_s)
        return self._live(token, found, now)

    async def session_of(self, login: str, now: float) -> Session | None:
        """As ``session``, of a login; without its token. Raises StoreError."""

        def look(conn: sqlite3.Connection) -> _Found:
            stored, user = sessions.of(conn, login), accounts.get(conn, login)
            return (stored, user) if stored and user else None

        return self._live("", await self._database.read(look), now)

    def _live(self, token: str, found: _Found, now: float) -> Session | None:
        if found is None:
            return None
        stored, user = found
        expires_at = stored.expires_at + self._unmoved_s
        if now >= expires_at or user.disabled or _over(user, now):
            return None
        return _session(token, user, stored.created_at, expires_at)

    async def closed(self, login: str, now: float) -> bool:
        """Nobody comes in by the account any more, whatever the session. Raises StoreError."""
        user = await self._database.read(lambda conn: accounts.get(conn, login))
        return user is None or user.disabled or _over(user, now)

    async def reopened(self, session: Session, now: float) -> Session | None:
        """The session once more, its account having been closed and opened again; None while it is
        closed, and where the person has come in anew or has to. Raises StoreError."""
        if await self.closed(session.login, now):
            return None

        def again(conn: sqlite3.Connection) -> _Found:
            user, other = accounts.get(conn, session.login), sessions.of(conn, session.login)
            own = sessions.get(conn, session.token)
            if user is None or user.code_until is not None or (other and not own):
                return None
            if own is None:
                until = self._until(user, session.created_at)
                sessions.put(conn, user.login, session.token, session.created_at, until)
                own = sessions.get(conn, session.token)
            return (own, user) if own else None

        return self._live(session.token, await self._database.write(again), now)

    async def revoke(self, login: str) -> None:
        """End the session of a login, if there is one."""
        await self._database.write(lambda conn: sessions.end(conn, login))

    async def clock_set(self, by_s: float) -> None:
        """All times given from now on are ahead by so many seconds: sessions last as long as they
        would have; accounts end when they were to."""
        self._unmoved_s += by_s
        self._by_login.clock_set(by_s)
        self._by_address.clock_set(by_s)
        try:
            await self._database.write(lambda conn: sessions.move(conn, by_s))
        except StoreError as error:
            log.error("sessions not moved with the clock", error=error.message)
            return
        self._unmoved_s -= by_s

    async def _choose(self, user: accounts.User, password: str) -> None:
        """Raises AuthError, also for a code that was used in the meantime."""
        try:
            async with self._checks:
                chosen = await asyncio.to_thread(passwords.hash_password, password)
        except BadPassword as error:
            least, longest = passwords.LEAST, passwords.LONGEST
            raise AuthError(
                "bad_password", "login.bad_password", least=least, longest=longest
            ) from error
        if not await self._database.write(
            lambda conn: accounts.choose_password(conn, user, chosen)
        ):
            raise AuthError("wrong_password", "login.wrong_password")
        self._note(user.login, "password", about=user.login)

    async def _begin(self, user: accounts.User, now: float) -> Session:
        token = sessions.new_token()
        expires_at = self._until(user, now)
        await self._database.write(
            lambda conn: sessions.put(conn, user.login, token, now, expires_at)
        )
        return _session(token, user, now, expires_at)

    def _until(self, user: accounts.User, begun: float) -> float:
        until = begun + self._session_s
        return until if user.expires_at is None else min(until, user.expires_at)

    async def hashed(self, code: str) -> str:
        """Of a one-time code, in its turn among the checks of passwords."""
        async with self._checks:
            return await asyncio.to_thread(passwords.hash_password, codes.normal(code))

    def _require_turn(self, login: str, address: str, now: float) -> None:
        self._by_login.check(login, now)
        self._by_address.check(address, now)


class Throttle:
    """Failures of each key, and the pause they cost.

    After ``free`` failures each further one must wait 1, 2, 4 … up to ``LONGEST_DELAY_S`` seconds
    since the last; after ``FORGOTTEN_AFTER_S`` without one all is forgotten.
    """

    def __init__(self, free: int) -> None:
        self._free = free
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def check(self, key: str, now: float) -> None:
        """Raises AuthError while the key must wait."""
        count, last = self._failures.get(key, (0, 0.0))
        if count < self._free or now - last >= FORGOTTEN_AFTER_S:
            return
        delay = min(2.0 ** min(count - self._free, 30), LONGEST_DELAY_S)
        left = last + delay - now
        if left > 0:
            raise AuthError("throttled", "login.throttled", seconds=math.ceil(left))

    def failed(self, key: str, now: float) -> None:
        count, last = self._failures.pop(key, (0, 0.0))
        if now - last >= FORGOTTEN_AFTER_S:
            count = 0
        self._failures[key] = (count + 1, now)
        if len(self._failures) > TRACKED:
            self._failures.popitem(last=False)

    def succeeded(self, key: str) -> None:
        self._failures.pop(key, None)

    def clock_set(self, by_s: float) -> None:
        for key, (count, last) in self._failures.items():
            self._failures[key] = (count, last + by_s)


def _over(user: accounts.User, now: float) -> bool:
    return user.expires_at is not None and now >= user.expires_at


def _require_open(user: accounts.User, now: float) -> None:
    if user.disabled:
        raise AuthError("account_disabled", "login.disabled")
    if _over(user, now):
        raise AuthError("account_expired", "login.expired")
    if user.code_until is not None and now >= user.code_until:
        raise AuthError("code_expired", "login.code_expired")


def _require_password(user: accounts.User) -> None:
    if user.code_until is not None:
        raise AuthError("choose_password", "login.choose_password")


def _not_theirs(role: Role, workplace: Workplace) -> AuthError:
    who, yours = ",".join(rights.opening(workplace)), rights.own_workplace(role)
    return AuthError(
        "not_allowed", "login.not_your_screen",
        workplace=workplace, role=role, who=who, yours=yours,
    )  # fmt: skip


def _lookup(conn: sqlite3.Connection, token: str) -> _Found:
    stored = sessions.get(conn, token)
    user = accounts.get(conn, stored.login) if stored else None
    return (stored, user) if stored and user else None


def _session(token: str, user: accounts.User, created_at: float, expires_at: float) -> Session:
    return Session(
        token=token,
        login=user.login,
        name=user.name,
        role=user.role,
        queues=user.queues,
        skills=user.skills,
        created_at=created_at,
        expires_at=expires_at,
        voice=user.voice,
        clinics=user.clinics,
    )
