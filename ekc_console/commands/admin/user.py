"""``ekc user``: people who may log in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ekc_console.commands.admin.store import make_store, open_store
from ekc_console.commands.shared.options import config_option, read_config
from ekc_console.commands.shared.voice_options import voice_options
from ekc_console.domain.terms import rights
from ekc_console.errors import EkcError
from ekc_console.wire.messages import Role
from ekc_console.wire.voice import VoiceSetting, VoiceWay

if TYPE_CHECKING:
    from ekc_console.config import Config
    from ekc_console.server.store.people.accounts import User

_ROLES = click.Choice(rights.ROLES)
_QUEUE_HELP = (
    "Очередь; можно несколько. Без неё — {without}. appointments=2 — вторая ступень: таких "
    "операторов зовут после первой."
)
_SKILL_HELP = "Навык; можно несколько. english=4 — с уровнем от 1 до 10."


@click.group("user")
def command() -> None:
    """Пользователи: операторы, волонтёры, руководители."""


@command.command("add")
@click.argument("login")
@click.option("--name", required=True, help="Как показывать на экранах.")
@click.option(
    "--role",
    type=_ROLES,
    default="operator",
    show_default=True,
    help="Роль: volunteer не видит номеров целиком.",
)
@click.option(
    "--queue",
    "queues",
    multiple=True,
    help=_QUEUE_HELP.format(without="все, а у supervisor и admin — ни одной"),
)
@click.option("--skill", "skills", multiple=True, help=_SKILL_HELP)
@voice_options(variables=False)
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
    voice: VoiceWay | None,
    phone: str,
    pbx: str,
    pbx_options: tuple[str, ...],
    password: str,
    config_file: Path | None,
) -> None:
    """Завести пользователя LOGIN. Можно при работающем сервере."""
    from ekc_console.client.voice.voice_way import choose, settle
    from ekc_console.server.people.auth import hash_password
    from ekc_console.server.store.people import accounts

    config = read_config(config_file)
    _check_duties(config, queues, skills)
    setting = settle(choose(voice, phone, pbx, pbx_options), accounts.USUAL_VOICE)
    _check_way(config, setting)
    person = accounts.User(
        login=login,
        name=name,
        role=role,
        password_hash=hash_password(password),
        queues=queues or _usual_queues(role, config),
        skills=skills,
        voice=setting,
    )
    with make_store(config) as database:
        database.write_now(lambda conn: accounts.add(conn, person))
    click.echo(f"Пользователь {login} заведён.")


@command.command("change")
@click.argument("login")
@click.option("--name", default="", help="Новое имя.")
@click.option("--role", type=_ROLES, help="Новая роль.")
@click.option("--queue", "queues", multiple=True, help=_QUEUE_HELP.format(without="прежние"))
@click.option("--skill", "skills", multiple=True, help=_SKILL_HELP + " Без неё — прежние.")
@voice_options(variables=False)
@config_option
def change(
    login: str,
    name: str,
    role: Role | None,
    queues: tuple[str, ...],
    skills: tuple[str, ...],
    voice: VoiceWay | None,
    phone: str,
    pbx: str,
    pbx_options: tuple[str, ...],
    config_file: Path | None,
) -> None:
    """Изменить названное у пользователя LOGIN: роль и имя — сразу, остальное — со входом."""
    from ekc_console.client.voice.voice_way import choose, settle

    config = read_config(config_file)
    _check_duties(config, queues, skills)
    choice = choose(voice, phone, pbx, pbx_options)
    if not (name or role or queues or skills or choice):
        raise EkcError(
            "Не сказано, что изменить.", "Назовите хотя бы один ключ: ekc user change --help."
        )

    def changed(person: User) -> User:
        setting = settle(choice, person.voice)
        if choice is not None:
            _check_way(config, setting)
        return replace(
            person,
            name=name or person.name,
            role=role or person.role,
            queues=queues or person.queues,
            skills=skills or person.skills,
            voice=setting,
        )

    person = _change(config, login, changed)
    for line in _about(person):
        click.echo(line)
    click.echo("Роль и имя действуют сразу, остальное — когда пользователь войдёт снова.")


@command.command("show")
@click.argument("login")
@config_option
def show(login: str, config_file: Path | None) -> None:
    """Показать всё о пользователе LOGIN."""
    from ekc_console.server.store.people import accounts

    with open_store(read_config(config_file)) as database:
        person = database.read_now(lambda conn: accounts.known(conn, login))
    for line in _about(person):
        click.echo(line)


@command.command("list")
@config_option
def list_(config_file: Path | None) -> None:
    """Показать пользователей."""
    from ekc_console.client.voice.voice_way import words
    from ekc_console.server.store.people import accounts

    with open_store(read_config(config_file)) as database:
        everyone = database.read_now(accounts.everybody)
    if not everyone:
        click.echo("Пользователей нет. Заведите первого: ekc user add LOGIN --name «Имя»")
    for person in everyone:
        state = "отключён" if person.disabled else ", ".join(person.queues)
        click.echo(
            f"{person.login:<20} {person.role:<11} {person.name:<30} {words(person.voice):<30} "
            f"{state}"
        )


@command.command("disable")
@click.argument("login")
@config_option
def disable(login: str, config_file: Path | None) -> None:
    """Запретить вход пользователю LOGIN; данные остаются."""
    from ekc_console.server.store.people import accounts

    with open_store(read_config(config_file)) as database:
        database.write_now(lambda conn: accounts.disable(conn, login))
    click.echo(f"Вход для {login} закрыт.")


def _usual_queues(role: Role, config: Config) -> tuple[str, ...]:
    """Who leads answers no calls unless told to: callers are not to count on them."""
    return (
        ()
        if rights.may(role, "watch") or not rights.may(role, "serve")
        else tuple(queue.id for queue in config.queues)
    )


def _check_duties(config: Config, queues: tuple[str, ...], skills: tuple[str, ...]) -> None:
    from ekc_console.domain.state.skills import check_skill
    from ekc_console.server.people.duties import queue_and_tier

    known = [queue.id for queue in config.queues]
    for text in queues:
        queue, _tier = queue_and_tier(text)
        if queue not in known:
            raise click.BadParameter(f"нет очереди «{queue}»; есть: {', '.join(known)}")
    for skill in skills:
        check_skill(skill)


def _check_way(config: Config, setting: VoiceSetting) -> None:
    """A number that the server calls needs a trunk that calls out. Raises EkcError."""
    if setting.way in ("standing", "dial-in"):
        return
    if not any(trunk.mode == "register" or trunk.outbound for trunk in config.trunks):
        raise EkcError(
            f"Способ голоса {setting.way}: серверу не по чему звонить на этот номер.",
            "Опишите в настройках (trunks) линию с outbound или с регистрацией и назовите файл "
            "ключом --config.",
        )


def _change(config: Config, login: str, change: Callable[[User], User]) -> User:
    from ekc_console.server.store.people import accounts

    with open_store(config) as database:
        person = change(database.read_now(lambda conn: accounts.known(conn, login)))
        database.write_now(lambda conn: accounts.update(conn, person))
    return person


def _about(person: User) -> list[str]:
    from ekc_console.client.voice.voice_way import PBX_OPTIONS, words

    facts = {
        "Логин": person.login + (" (отключён)" if person.disabled else ""),
        "Имя": person.name,
        "Роль": person.role,
        "Очереди": ", ".join(person.queues) or "нет",
        "Навыки": ", ".join(person.skills) or "нет",
        "Голос": words(person.voice),
    }
    if account := person.voice.pbx:
        facts["АТС"] = ", ".join(
            f"{name}={value}" for name in PBX_OPTIONS if (value := getattr(account, name))
        )
    return [f"{title + ':':<10}{value}" for title, value in facts.items()]
