"""``ekc user import``: many accounts at once, all or none."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ekc_console.commands.admin import account_options as given
from ekc_console.commands.admin.store import make_store, open_store
from ekc_console.commands.shared.options import config_option, read_config, say
from ekc_console.commands.shared.tables import print_table
from ekc_console.config import Config
from ekc_console.errors import EkcError

if TYPE_CHECKING:
    from ekc_console.server.people.accounts.plan import Planned
    from ekc_console.server.store.people.accounts import User


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Только проверить и показать, что будет.")
@given.valid_option(72)
@config_option
def import_(file: Path, dry_run: bool, valid_h: int, config_file: Path | None) -> None:
    """Завести и изменить многих по таблице FILE (CSV): всех или никого.

    Столбцы: login, name и, если нужны, role, queues, skills, until, clinics, teams; через «;» или
    «,». Очереди, навыки, клиники и команды внутри ячейки — через пробел. Новому печатается
    одноразовый код; у того, кто уже есть, меняется заполненное.
    """
    from ekc_console.client import account_table
    from ekc_console.server.people.accounts.plan import Centre, planned
    from ekc_console.server.store.people import accounts

    config = read_config(config_file)
    table = account_table.read(file)
    existing = _existing(config)
    clinics = given.clinic_ids(config) if "clinics" in table.columns else ()
    centre = Centre(
        given.queue_ids(config), config.zone, clinics, tuple(team.id for team in config.teams)
    )
    plan, wrong = planned(table.lines, centre, existing, time.time())
    if faults := table.said(wrong):
        for reason in faults:
            say(reason, fg="red")
        raise EkcError(
            f"{file}: ошибок {len(faults)}, ничего не изменено.", "Исправьте названные ячейки."
        )
    after = existing | {one.user.login: one.user for one in plan}
    accounts.require_administrator(existing.values(), after.values())
    codes = {} if dry_run else _put(config, plan, given.code_until(valid_h))
    rows = [
        (one.user.login, one.user.name, one.user.role, _what(one), codes.get(one.user.login, ""))
        for one in plan
    ]
    print_table(("ЛОГИН", "ИМЯ", "РОЛЬ", "ЧТО", "КОД"), rows, "В таблице никого.")
    if dry_run:
        say("Ничего не изменено: это проверка.")
    elif codes:
        say(f"Коды показаны один раз, годятся {valid_h} ч, набирают их вместо пароля при входе.")


def _what(one: Planned) -> str:
    if one.lost:
        return f"изменить, снимутся клиники: {', '.join(one.lost)}"
    return "завести" if one.new else "изменить"


def _existing(config: Config) -> dict[str, User]:
    from ekc_console.server.store.people import accounts

    if not config.database_file.exists():
        return {}
    with open_store(config) as database:
        return {user.login: user for user in database.read_now(accounts.everybody)}


def _put(config: Config, plan: list[Planned], until: float) -> dict[str, str]:
    """The codes of those who are new, by login. Raises EkcError; then nothing is changed."""
    from ekc_console.commands.shared.noted import entry, write_noted
    from ekc_console.server.people.accounts.plan import carry_out, invited, new_codes
    from ekc_console.server.people.accounts.terms import noted
    from ekc_console.server.people.auth import hash_password
    from ekc_console.server.store.people import accounts, codes

    if not plan:
        return {}
    given_codes = new_codes(plan)
    hashes = {login: hash_password(codes.normal(code)) for login, code in given_codes.items()}
    ready = invited(plan, hashes, until)
    with make_store(config) as database:
        done = [entry("account", one.user.login, reason=noted("import", one.lost)) for one in ready]
        write_noted(
            database,
            lambda conn: accounts.guarded(conn, lambda conn: carry_out(conn, ready)),
            *done,
        )
    return given_codes
