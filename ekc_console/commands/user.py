"""``ekc user``: people who may log in."""

from __future__ import annotations

from pathlib import Path

import click

from ekc_console.commands.options import config_option, read_config
from ekc_console.commands.store import open_store
from ekc_console.wire.messages import Role


@click.group("user")
def command() -> None:
    """Пользователи: операторы, волонтёры, руководители."""


@command.command("add")
@click.argument("login")
@click.option("--name", required=True, help="Как показывать на экранах.")
@click.option(
    "--role",
    type=click.Choice(["operator", "volunteer", "supervisor", "admin"]),
    default="operator",
    show_default=True,
    help="Роль: volunteer не видит номеров целиком.",
)
@click.option(
    "--queue",
    "queues",
    multiple=True,
    help="Очередь; можно несколько. Без неё — все. appointments=2 — вторая ступень: таких "
    "операторов зовут после первой.",
)
@click.option(
    "--skill",
    "skills",
    multiple=True,
    help="Навык; можно несколько. english=4 — с уровнем от 1 до 10.",
)
@click.password_option(
    "--password",
    envvar="EKC_PASSWORD",
    prompt="Пароль",
    confirmation_prompt="Ещё раз",
    help="Пароль; без ключа команда спросит его сама (или EKC_PASSWORD в окружении).",
)
@config_option
def add(
    login: str,
    name: str,
    role: Role,
    queues: tuple[str, ...],
    skills: tuple[str, ...],
    password: str,
    config_file: Path | None,
) -> None:
    """Завести пользователя LOGIN. Можно при работающем сервере."""
    from ekc_console.domain.skills import check_skill
    from ekc_console.server.auth import hash_password
    from ekc_console.server.duties import queue_and_tier
    from ekc_console.server.store import people

    config = read_config(config_file)
    known = [queue.id for queue in config.queues]
    for text in queues:
        queue, _tier = queue_and_tier(text)
        if queue not in known:
            raise click.BadParameter(f"нет очереди «{queue}»; есть: {', '.join(known)}")
    for skill in skills:
        check_skill(skill)
    person = people.User(
        login=login,
        name=name,
        role=role,
        password_hash=hash_password(password),
        queues=queues or tuple(known),
        skills=skills,
    )
    with open_store(config) as database:
        database.write_now(lambda conn: people.add(conn, person))
    click.echo(f"Пользователь {login} заведён.")


@command.command("list")
@config_option
def show(config_file: Path | None) -> None:
    """Показать пользователей."""
    from ekc_console.server.store import people

    with open_store(read_config(config_file)) as database:
        everyone = database.read_now(people.everybody)
    if not everyone:
        click.echo("Пользователей нет. Заведите первого: ekc user add LOGIN --name «Имя»")
    for person in everyone:
        state = "отключён" if person.disabled else ", ".join(person.queues)
        click.echo(f"{person.login:<20} {person.role:<11} {person.name:<30} {state}")


@command.command("disable")
@click.argument("login")
@config_option
def disable(login: str, config_file: Path | None) -> None:
    """Запретить вход пользователю LOGIN; данные остаются."""
    from ekc_console.server.store import people

    with open_store(read_config(config_file)) as database:
        database.write_now(lambda conn: people.disable(conn, login))
    click.echo(f"Вход для {login} закрыт.")
