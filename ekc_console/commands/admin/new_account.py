"""A new account, with a password or with a one-time code in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ekc_console.commands.admin import account_options as given
from ekc_console.commands.admin.store import make_store
from ekc_console.config import Config
from ekc_console.wire.messages import Role

if TYPE_CHECKING:
    from ekc_console.server.store.people.accounts import User


def new_user(
    login: str,
    name: str,
    role: Role,
    password: str,
    queues: tuple[str, ...],
    skills: tuple[str, ...],
    clinics: tuple[str, ...],
    until: str | None,
    config: Config,
) -> User:
    """As the options name it. Raises EkcError."""
    from ekc_console.server.people.accounts.terms import usual_queues
    from ekc_console.server.people.auth import hash_password
    from ekc_console.server.store.people.accounts import User

    return User(
        login=login,
        name=name,
        role=role,
        password_hash=hash_password(password),
        queues=queues or usual_queues(role, given.queue_ids(config)),
        skills=skills,
        expires_at=given.ends_at(until, config) if until else None,
        clinics=clinics,
    )


def put_new(user: User, config: Config, reason: str) -> None:
    """Store it, note it and say so. Raises StoreError."""
    from ekc_console.commands.shared.noted import entry, write_noted
    from ekc_console.server.store.people import accounts

    with make_store(config) as database:
        noted = entry("account", user.login, reason=reason)
        write_noted(database, lambda conn: accounts.add(conn, user), noted)
    click.echo(f"Пользователь {user.login} заведён.")
