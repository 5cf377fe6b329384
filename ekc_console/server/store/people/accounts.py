"""Accounts of the people who work here."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
import structlog

from ekc_console.domain.terms import rights
from ekc_console.domain.terms.account_names import has_unseen, is_login
from ekc_console.domain.terms.ids import AgentId
from ekc_console.domain.terms.rights import ROLES
from ekc_console.errors import WordsError
from ekc_console.json_faults import NOT_JSON
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.people import sessions
from ekc_console.wire.messages import Role
from ekc_console.wire.voice import VoiceSetting

T = TypeVar("T")

log = structlog.get_logger(__name__)

USUAL_VOICE = VoiceSetting()
_COLUMNS = (
    "login, name, role, password_hash, queues, skills, expires_at, disabled, voice, code_until,"
    " clinics, teams"
)


class PeopleError(WordsError):
    """The account cannot be stored so, or there is none."""

    @property
    def column(self) -> str:
        """By what of it; "" for all."""
        return _BY.get(self.key, "")


_BY = {
    "account.exists": "login",
    "account.bad_login": "login",
    "account.no_name": "name",
    "account.unseen_in_name": "name",
    "account.no_such_role": "role",
    "account.no_clinic": "clinics",
    "account.clinics_of_no_clinic": "clinics",
    "account.no_voice": "role",
}


@dataclass(frozen=True, slots=True)
class User:
    login: str
    name: str
    role: Role
    password_hash: str = field(repr=False)
    """Of ``auth.hash_password``."""
    queues: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    expires_at: float | None = None
    """Seconds since the epoch; None for an account without an end."""
    disabled: bool = False
    voice: VoiceSetting = USUAL_VOICE
    code_until: float | None = None
    """Until when what ``password_hash`` is of is a one-time code, which does nothing but set a
    password; None: it is a password."""
    clinics: tuple[str, ...] = ()
    """Ids of the clinics whose desk it is; nobody else's account has any."""
    teams: tuple[str, ...] = ()
    """Ids of the teams to which the person belongs beside those whose members the settings name."""


def add(conn: sqlite3.Connection, user: User) -> None:
    """Raises PeopleError for a login that exists and for values that cannot be."""
    check(user)
    if get(conn, user.login) is not None:
        raise PeopleError("account.exists", login=user.login)
    marks = ", ".join("?" * len(_row(user)))
    conn.execute(f"INSERT INTO users ({_COLUMNS}) VALUES ({marks})", _row(user))


def update(conn: sqlite3.Connection, user: User) -> None:
    """Store the account anew under its login. Raises PeopleError."""
    check(user)
    login, *rest = _row(user)
    done = conn.execute(
        "UPDATE users SET name = ?, role = ?, password_hash = ?, queues = ?, skills = ?,"
        " expires_at = ?, disabled = ?, voice = ?, code_until = ?, clinics = ?, teams = ?"
        " WHERE login = ?",
        (*rest, login),
    )
    if not done.rowcount:
        raise _unknown(user.login)


def disable(conn: sqlite3.Connection, login: str) -> None:
    """No login any more, and no session: nobody is deleted, the figures still name them.
    Raises PeopleError."""
    if not conn.execute("UPDATE users SET disabled = 1 WHERE login = ?", (login,)).rowcount:
        raise _unknown(login)
    sessions.end(conn, login)


def enable(conn: sqlite3.Connection, login: str) -> None:
    """Raises PeopleError."""
    if not conn.execute("UPDATE users SET disabled = 0 WHERE login = ?", (login,)).rowcount:
        raise _unknown(login)


def give_code(conn: sqlite3.Connection, login: str, code_hash: str, until: float) -> None:
    """In the place of the password, which is good no more; sessions end. Raises PeopleError."""
    done = conn.execute(
        "UPDATE users SET password_hash = ?, code_until = ? WHERE login = ?",
        (code_hash, until, login),
    )
    if not done.rowcount:
        raise _unknown(login)
    sessions.end(conn, login)


def choose_password(conn: sqlite3.Connection, user: User, password_hash: str) -> bool:
    """In the place of the code or password of ``user``, which was right; False when another one
    has taken its place since: a code is used once."""
    done = conn.execute(
        "UPDATE users SET password_hash = ?, code_until = NULL"
        " WHERE login = ? AND password_hash = ?",
        (password_hash, user.login, user.password_hash),
    )
    return done.rowcount == 1


def guarded(conn: sqlite3.Connection, change: Callable[[sqlite3.Connection], T]) -> T:
    """Raises PeopleError for a ``change`` of accounts that would leave no administrator who may
    log in for good; the transaction is then undone by who has begun it."""
    before = everybody(conn)
    result = change(conn)
    require_administrator(before, everybody(conn))
    return result


def require_administrator(before: Iterable[User], after: Iterable[User]) -> None:
    """Raises PeopleError when there was an administrator who may log in for good, and is none. One
    without a password yet, whose code may run out, stands in for none who has one."""
    before, after = _administrators(before), _administrators(after)
    for was, left in ((_with_password(before), _with_password(after)), (before, after)):
        if was and not left:
            raise PeopleError("account.last_admin", login=was[0].login)


def _administrators(people: Iterable[User]) -> list[User]:
    return [
        person
        for person in people
        if person.role == "admin" and not person.disabled and person.expires_at is None
    ]


def _with_password(people: Iterable[User]) -> list[User]:
    """Planned ones have none."""
    return [one for one in people if one.password_hash and one.code_until is None]


def get(conn: sqlite3.Connection, login: str) -> User | None:
    """Raises StoreError for an account that is damaged."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM users WHERE login = ?", (login,)).fetchone()
    return None if row is None else _user(row)


def last_logins(conn: sqlite3.Connection) -> dict[str, float]:
    """By login, when somebody last came in by it: as far as the audit trail goes back."""
    rows = conn.execute(
        "SELECT login, (SELECT at FROM audit WHERE who = login AND action = 'login'"
        " ORDER BY seq DESC LIMIT 1) FROM users"
    )
    return {login: at for login, at in rows if at is not None}


def in_teams(conn: sqlite3.Connection) -> dict[str, tuple[AgentId, ...]]:
    """By the id of a team, who belongs to it by an account that is not closed."""
    found: dict[str, list[AgentId]] = {}
    for login, team in conn.execute(
        "SELECT login, value FROM users, json_each(users.teams)"
        " WHERE users.teams <> '[]' AND NOT disabled ORDER BY login"
    ):
        found.setdefault(team, []).append(AgentId(login))
    return {team: tuple(logins) for team, logins in found.items()}


def known(conn: sqlite3.Connection, login: str) -> User:
    """Raises PeopleError."""
    user = get(conn, login)
    if user is None:
        raise _unknown(login)
    return user


def everybody(conn: sqlite3.Connection) -> list[User]:
    """All accounts by login, disabled ones too; one that is damaged is left out."""
    found = []
    for row in conn.execute(f"SELECT {_COLUMNS} FROM users ORDER BY login"):
        try:
            found.append(_user(row))
        except StoreError as error:
            log.error("account is damaged", error=error.message)
    return found


def check(user: User) -> None:
    """Raises PeopleError for values that cannot be."""
    for fault in faults(user):
        raise fault


def faults(user: User) -> Iterator[PeopleError]:
    """All that cannot be, in the order of the columns."""
    if not is_login(user.login):
        yield PeopleError("account.bad_login", login=user.login)
    if not user.name.strip():
        yield PeopleError("account.no_name", login=user.login)
    if has_unseen(user.name):
        yield PeopleError("account.unseen_in_name", login=user.login)
    if user.role not in ROLES:
        known = ", ".join(ROLES)
        yield PeopleError("account.no_such_role", role=user.role, known=known)
    elif not rights.may(user.role, "dial") and user.voice.way in ("phone", "pbx"):
        # Who may not dial by hand may not make the server dial either.
        yield PeopleError("account.no_voice", login=user.login, role=user.role)
    if rights.of_clinics(user.role) and not user.clinics:
        yield PeopleError("account.no_clinic", login=user.login)
    elif user.clinics and not rights.of_clinics(user.role):
        yield PeopleError("account.clinics_of_no_clinic", login=user.login, role=user.role)


def _unknown(login: str) -> PeopleError:
    return PeopleError("account.unknown", login=login)


def _row(user: User) -> tuple[Any, ...]:
    return (
        user.login,
        user.name,
        user.role,
        user.password_hash,
        msgspec.json.encode(user.queues).decode(),
        msgspec.json.encode(user.skills).decode(),
        user.expires_at,
        int(user.disabled),
        "" if user.voice == USUAL_VOICE else msgspec.json.encode(user.voice).decode(),
        user.code_until,
        msgspec.json.encode(user.clinics).decode(),
        msgspec.json.encode(user.teams).decode(),
    )


def _user(row: tuple[Any, ...]) -> User:
    (
        login, name, role, password_hash, queues, skills, expires_at, disabled, voice, code,
        clinics, teams,
    ) = row  # fmt: skip
    try:
        return User(
            login=login,
            name=name,
            role=role,
            password_hash=password_hash,
            queues=msgspec.json.decode(queues, type=tuple[str, ...]),
            skills=msgspec.json.decode(skills, type=tuple[str, ...]),
            expires_at=expires_at,
            disabled=bool(disabled),
            voice=msgspec.json.decode(voice, type=VoiceSetting) if voice else USUAL_VOICE,
            code_until=code,
            clinics=msgspec.json.decode(clinics, type=tuple[str, ...]),
            teams=msgspec.json.decode(teams, type=tuple[str, ...]),
        )
    except NOT_JSON as error:
        raise StoreError(
            f"Учётная запись «{login}» повреждена.",
            "Восстановите базу из резервной копии или заведите другую: ekc user add.",
        ) from error
