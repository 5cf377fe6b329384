"""``ekc user``: people who may log in."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ekc_console.client.words.accounts import STATES
from ekc_console.commands.admin import account_options as given
from ekc_console.commands.admin.new_account import new_user, put_new
from ekc_console.commands.admin.store import open_store
from ekc_console.commands.admin.user_codes import accept_code, invite, password
from ekc_console.commands.admin.user_import import import_
from ekc_console.commands.shared.options import config_option, read_config
from ekc_console.commands.shared.tables import print_table
from ekc_console.commands.shared.voice_options import voice_options
from ekc_console.domain.terms.localtime import said
from ekc_console.errors import EkcError
from ekc_console.wire.admin.account_states import (
    ACCOUNT_STATES,
    AccountState,
    account_state,
)
from ekc_console.wire.messages import Role
from ekc_console.wire.voice import VoiceWay

if TYPE_CHECKING:
    from ekc_console.config import Config
    from ekc_console.server.store.people.accounts import User


MINUTES = "%d.%m.%Y %H:%M"
LIST_COLUMNS = ("ЛОГИН", "РОЛЬ", "ИМЯ", "ВХОД", "ГОЛОС", "ОЧЕРЕДИ, КЛИНИКИ")


@click.group("user")
def command() -> None:
    """Пользователи: операторы, волонтёры, руководители."""


command.add_command(invite)
command.add_command(password)
command.add_command(accept_code)
command.add_command(import_)


@command.command("add")
@click.argument("login")
@given.name_option
@given.role_option
@given.queues_option
@given.skills_option
@given.clinics_option
@given.teams_option
@given.until_option
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
    clinics: tuple[str, ...],
    teams: tuple[str, ...],
    voice: VoiceWay | None,
    phone: str,
    pbx: str,
    pbx_options: tuple[str, ...],
    until: str | None,
    password: str,
    config_file: Path | None,
) -> None:
    """Завести пользователя LOGIN. Можно при работающем сервере."""
    from ekc_console.client.voice.voice_way import choose, settle
    from ekc_console.server.store.people.accounts import USUAL_VOICE

    config = read_config(config_file)
    given.check_duties(config, queues, skills)
    given.check_clinics(config, clinics)
    given.check_teams(config, teams)
    setting = settle(choose(voice, phone, pbx, pbx_options), USUAL_VOICE)
    given.check_way(config, setting)
    person = new_user(login, name, role, password, queues, skills, clinics, until, config)
    put_new(replace(person, voice=setting, teams=teams), config, "add")


@command.command("change")
@click.argument("login")
@click.option("--name", default="", help="Новое имя.")
@click.option("--role", type=given.ROLES, help="Новая роль.")
@click.option("--queue", "queues", multiple=True, help=given.QUEUE_HELP.format(without="прежние"))
@click.option("--skill", "skills", multiple=True, help=given.SKILL_HELP + " Без неё — прежние.")
@given.clinics_option
@click.option("--team", "teams", multiple=True, help=given.TEAM_HELP + " Без неё — прежние.")
@click.option("--no-teams", is_flag=True, help="Убрать из всех команд, названных в записи.")
@click.option("--drop-clinics", is_flag=True, help="Новая роль снимает клиники: так и надо.")
@given.until_option
@given.why_option
@voice_options(variables=False)
@config_option
def change(
    login: str,
    name: str,
    role: Role | None,
    queues: tuple[str, ...],
    skills: tuple[str, ...],
    clinics: tuple[str, ...],
    teams: tuple[str, ...],
    no_teams: bool,
    voice: VoiceWay | None,
    phone: str,
    pbx: str,
    pbx_options: tuple[str, ...],
    drop_clinics: bool,
    until: str | None,
    why: str,
    config_file: Path | None,
) -> None:
    """Изменить названное у LOGIN: роль, имя, клиники, команды — сразу, прочее — с новым входом."""
    from ekc_console.client.voice.voice_way import choose, settle
    from ekc_console.server.people.accounts.terms import clinics_of, lost_clinics

    config = read_config(config_file)
    given.check_duties(config, queues, skills)
    given.check_clinics(config, clinics)
    given.check_teams(config, teams)
    choice = choose(voice, phone, pbx, pbx_options)
    told = name or role or queues or skills or clinics or teams or no_teams or choice or until
    if not told:
        raise EkcError(
            "Не сказано, что изменить.", "Назовите хотя бы один ключ: ekc user change --help."
        )

    def changed(person: User) -> User:
        setting = settle(choice, person.voice)
        if choice is not None:
            given.check_way(config, setting)
        lost = lost_clinics(role or person.role, person.clinics)
        if lost and not drop_clinics:
            raise EkcError(
                f"С новой ролью снимутся клиники: {', '.join(lost)}.",
                "Если так и надо, добавьте --drop-clinics.",
            )
        return replace(
            person,
            name=name or person.name,
            role=role or person.role,
            queues=queues or person.queues,
            skills=skills or person.skills,
            teams=teams or (() if no_teams else person.teams),
            clinics=clinics_of(role or person.role, clinics or None, person.clinics),
            expires_at=given.ends_at(until, config) if until else person.expires_at,
            voice=setting,
        )

    person = _change(config, login, role, changed, why)
    for line in _about(person, config):
        click.echo(line)
    click.echo(
        "Роль, имя, клиники и команды действуют сразу, остальное — когда пользователь войдёт снова."
    )


@command.command("show")
@click.argument("login")
@config_option
def show(login: str, config_file: Path | None) -> None:
    """Показать всё о пользователе LOGIN."""
    from ekc_console.server.store.people import accounts

    config = read_config(config_file)
    with open_store(config) as database:
        person = database.read_now(lambda conn: accounts.known(conn, login))
    for line in _about(person, config):
        click.echo(line)


@command.command("list")
@click.option(
    "--state",
    "wanted",
    type=click.Choice(ACCOUNT_STATES),
    help="Только такие: открытые, закрытые, истекшие, приглашённые, с истекшим кодом.",
)
@config_option
def list_(wanted: AccountState | None, config_file: Path | None) -> None:
    """Показать пользователей."""
    from ekc_console.client.voice.voice_way import words
    from ekc_console.server.store.people import accounts

    with open_store(read_config(config_file)) as database:
        everyone = database.read_now(accounts.everybody)
    if not everyone:
        click.echo("Пользователей нет. Заведите первого: ekc user add LOGIN --name «Имя»")
        return
    rows = [
        (
            person.login,
            person.role,
            person.name,
            STATES[state],
            words(person.voice),
            ", ".join(person.queues or person.clinics),
        )
        for person in everyone
        if wanted in (state := _state(person), None)
    ]
    print_table(LIST_COLUMNS, rows, "Таких пользователей нет.")


@command.command("disable")
@click.argument("login")
@given.why_option
@config_option
def disable(login: str, why: str, config_file: Path | None) -> None:
    """Запретить вход пользователю LOGIN, сеансы завершить; данные остаются."""
    from ekc_console.server.store.people import accounts

    _order(config_file, login, why, "disable", accounts.disable)
    click.echo(f"Вход для {login} закрыт.")


@command.command("enable")
@click.argument("login")
@given.why_option
@config_option
def enable(login: str, why: str, config_file: Path | None) -> None:
    """Снова разрешить вход пользователю LOGIN, с прежним паролем."""
    from ekc_console.server.store.people import accounts

    _order(config_file, login, why, "enable", accounts.enable)
    click.echo(f"Вход для {login} открыт.")


@command.command("logout")
@click.argument("login")
@given.why_option
@config_option
def logout(login: str, why: str, config_file: Path | None) -> None:
    """Завершить сеансы пользователя LOGIN; войти снова он может."""
    from ekc_console.commands.shared.noted import entry, write_noted
    from ekc_console.server.store.people import accounts, sessions

    def end(conn: sqlite3.Connection) -> None:
        sessions.end(conn, accounts.known(conn, login).login)

    with open_store(read_config(config_file)) as database:
        write_noted(database, end, entry("session_ended", login, reason=why))
    click.echo(f"Сеансы {login} завершены.")


def _order(
    config_file: Path | None,
    login: str,
    why: str,
    what: str,
    change: Callable[[sqlite3.Connection, str], None],
) -> None:
    from ekc_console.commands.shared.noted import entry, reason, write_noted
    from ekc_console.server.store.people import accounts

    with open_store(read_config(config_file)) as database:
        write_noted(
            database,
            lambda conn: accounts.guarded(conn, lambda conn: change(conn, login)),
            entry("account", login, reason=reason(what, why)),
        )


def _change(
    config: Config, login: str, role: Role | None, change: Callable[[User], User], why: str
) -> User:
    from ekc_console.commands.shared.noted import entry, reason, write_noted
    from ekc_console.server.people.accounts.terms import lost_clinics, noted
    from ekc_console.server.store.people import accounts

    def write(conn: sqlite3.Connection) -> User:
        person = change(accounts.known(conn, login))
        accounts.update(conn, person)
        return person

    with open_store(config) as database:
        before = database.read_now(lambda conn: accounts.known(conn, login))
        what = noted("change", lost_clinics(role or before.role, before.clinics))
        return write_noted(
            database,
            lambda conn: accounts.guarded(conn, write),
            entry("account", login, reason=reason(what, why)),
        )


def _about(person: User, config: Config) -> list[str]:
    from ekc_console.client.voice.voice_way import PBX_OPTIONS, words

    facts = {
        "Логин": person.login,
        "Имя": person.name,
        "Роль": person.role,
        "Вход": STATES[_state(person)],
        "Очереди": ", ".join(person.queues) or "нет",
        "Навыки": ", ".join(person.skills) or "нет",
        "Голос": words(person.voice),
        "Команды": ", ".join(_teams(person, config)) or "нет",
        "Клиники": ", ".join(person.clinics) or "нет",
        "Срок": said(person.expires_at, config.zone, MINUTES) if person.expires_at else "нет",
    }
    if person.code_until is not None:
        facts["Пароль"] = (
            f"не задан, код годится до {said(person.code_until, config.zone, MINUTES)}"
        )
    if account := person.voice.pbx:
        facts["АТС"] = ", ".join(
            f"{name}={value}" for name in PBX_OPTIONS if (value := getattr(account, name))
        )
    return [f"{title + ':':<10}{value}" for title, value in facts.items()]


def _state(person: User) -> AccountState:
    return account_state(
        disabled=person.disabled,
        expires_at=person.expires_at,
        code_until=person.code_until,
        now=time.time(),
    )


def _teams(person: User, config: Config) -> Iterator[str]:
    """Of the configuration: whom the person leads, and where the person is a member."""
    for team in config.teams:
        if person.login in team.leads:
            yield f"{team.title} (ведёт)"
        elif person.login in team.members or team.id in person.teams:
            yield team.title
