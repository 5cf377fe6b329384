"""Accounts of the people who work here."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog

from ekc_console.domain.terms import rights
from ekc_console.domain.terms.rights import ROLES
from ekc_console.errors import EkcError
from ekc_console.json_faults import NOT_JSON
from ekc_console.server.store.base.errors import StoreError
from ekc_console.wire.messages import Role
from ekc_console.wire.voice import VoiceSetting

log = structlog.get_logger(__name__)

USUAL_VOICE = VoiceSetting()
_LOGIN = re.compile(r"[a-z0-9._-]{2,32}")
_COLUMNS = "login, name, role, password_hash, queues, skills, expires_at, disabled, voice"


class PeopleError(EkcError):
    """The account cannot be stored so, or there is none."""


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


def add(conn: sqlite3.Connection, user: User) -> None:
    """Raises PeopleError for a login that exists and for values that cannot be."""
    _check(user)
    if get(conn, user.login) is not None:
        raise PeopleError(f"Логин «{user.login}» уже есть.", "Выберите другой логин.")
    marks = ", ".join("?" * len(_row(user)))
    conn.execute(f"INSERT INTO users ({_COLUMNS}) VALUES ({marks})", _row(user))


def update(conn: sqlite3.Connection, user: User) -> None:
    """Store the account anew under its login. Raises PeopleError."""
    _check(user)
    login, *rest = _row(user)
    done = conn.execute(
        "UPDATE users SET name = ?, role = ?, password_hash = ?, queues = ?, skills = ?,"
        " expires_at = ?, disabled = ?, voice = ? WHERE login = ?",
        (*rest, login),
    )
    if not done.rowcount:
        raise _unknown(user.login)


def disable(conn: sqlite3.Connection, login: str) -> None:
    """No login any more, and no session: nobody is deleted, the figures still name them.
    Raises PeopleError."""
    if not conn.execute("UPDATE users SET disabled = 1 WHERE login = ?", (login,)).rowcount:
        raise _unknown(login)
    conn.execute("DELETE FROM sessions WHERE login = ?", (login,))


def get(conn: sqlite3.Connection, login: str) -> User | None:
    """Raises StoreError for an account that is damaged."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM users WHERE login = ?", (login,)).fetchone()
    return None if row is None else _user(row)


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


def _check(user: User) -> None:
    if not _LOGIN.fullmatch(user.login):
        raise PeopleError(
            f"Логин «{user.login}» не подходит.",
            "Допустимы строчные латинские буквы, цифры, точка, «_» и «-», от 2 до 32 знаков.",
        )
    if not user.name.strip():
        raise PeopleError(f"У логина «{user.login}» нет имени.", "Укажите имя и фамилию.")
    if user.role not in ROLES:
        raise PeopleError(f"Роли «{user.role}» нет.", f"Укажите одну из: {', '.join(ROLES)}.")
    if not rights.may(user.role, "dial") and user.voice.way in ("phone", "pbx"):
        # Who may not dial by hand may not make the server dial either.
        raise PeopleError(
            f"Логин «{user.login}»: с ролью {user.role} голос по телефону и через АТС недоступен.",
            "Задайте --voice standing или dial-in, либо другую роль.",
        )


def _unknown(login: str) -> PeopleError:
    return PeopleError(f"Логина «{login}» нет.", "Проверьте список пользователей.")


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
    )


def _user(row: tuple[Any, ...]) -> User:
    login, name, role, password_hash, queues, skills, expires_at, disabled, voice = row
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
        )
    except NOT_JSON as error:
        raise StoreError(
            f"Учётная запись «{login}» повреждена.",
            "Восстановите базу из резервной копии или заведите другую: ekc user add.",
        ) from error
