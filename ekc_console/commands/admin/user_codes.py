"""``ekc user invite``, ``password``: one-time codes with which people set their passwords."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import click

from ekc_console.commands.admin import account_options as given
from ekc_console.commands.admin.new_account import new_user, put_new
from ekc_console.commands.admin.store import open_store
from ekc_console.commands.shared.options import config_option, read_config
from ekc_console.commands.shared.remote import connection
from ekc_console.wire.messages import Role


@click.command("invite")
@click.argument("login")
@given.name_option
@given.role_option
@given.queues_option
@given.skills_option
@given.clinics_option
@given.teams_option
@given.until_option
@given.valid_option(72)
@given.why_option
@config_option
def invite(
    login: str,
    name: str,
    role: Role,
    queues: tuple[str, ...],
    skills: tuple[str, ...],
    clinics: tuple[str, ...],
    teams: tuple[str, ...],
    until: str | None,
    valid_h: int,
    why: str,
    config_file: Path | None,
) -> None:
    """Завести LOGIN и напечатать одноразовый код, с которым человек сам задаст пароль.

    Код показан один раз. На экране входа его набирают вместо пароля.
    """
    from ekc_console.commands.shared.noted import reason
    from ekc_console.server.store.people import codes

    config = read_config(config_file)
    given.check_duties(config, queues, skills)
    given.check_clinics(config, clinics)
    given.check_teams(config, teams)
    code = codes.new_code()
    password = codes.normal(code)
    person = new_user(login, name, role, password, queues, skills, clinics, until, config)
    invited = replace(person, teams=teams, code_until=given.code_until(valid_h))
    put_new(invited, config, reason("invite", why))
    _tell(code, valid_h)


@click.command("password")
@click.argument("login")
@given.valid_option(24)
@given.why_option
@config_option
def password(login: str, valid_h: int, why: str, config_file: Path | None) -> None:
    """Сменить пароль LOGIN на одноразовый код: забыт или стал известен чужому.

    Прежний пароль больше не годится, сеансы завершены сразу. Код показан один раз.
    """
    from ekc_console.commands.shared.noted import entry, reason, write_noted
    from ekc_console.server.people.auth import hash_password
    from ekc_console.server.store.people import accounts, codes

    code, until = codes.new_code(), given.code_until(valid_h)
    code_hash = hash_password(codes.normal(code))
    with open_store(read_config(config_file)) as database:
        write_noted(
            database,
            lambda conn: accounts.give_code(conn, login, code_hash, until),
            entry("password", login, reason=reason("reset", why)),
            entry("session_ended", login),
        )
    click.echo(f"Прежний пароль {login} больше не годится, сеансы завершены.")
    _tell(code, valid_h)


@click.command("accept-code")
@connection
@click.password_option(
    "--new-password",
    envvar="EKC_NEW_PASSWORD",
    prompt="Новый пароль",
    confirmation_prompt="Ещё раз",
    help="Новый пароль; без ключа команда спросит его сама (или EKC_NEW_PASSWORD в окружении).",
)
def accept_code(server: str, login: str, password: str, new_password: str) -> None:
    """Задать себе пароль по коду (или сменить свой) у работающего сервера, без консоли.

    Код или прежний пароль вводят как пароль. Открытая консоль этого логина попросит войти снова.
    """
    from ekc_console.client.link.login import login as log_in

    asyncio.run(log_in(server, login, password, new_password))
    click.echo("Пароль задан.")


def _tell(code: str, valid_h: int) -> None:
    click.echo(f"Код, годится {valid_h} ч и один раз, вместо пароля при входе: {code}")
