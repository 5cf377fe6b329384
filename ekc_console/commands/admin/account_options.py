"""What several commands about accounts are given, and what has to hold of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import click

from ekc_console.config import Config
from ekc_console.domain.terms import rights
from ekc_console.errors import EkcError
from ekc_console.wire.voice import VoiceSetting

HOUR_S = 3600.0
ROLES = click.Choice(rights.ROLES)
QUEUE_HELP = (
    "Очередь; можно несколько. Без неё — {without}. appointments=2 — вторая ступень: таких "
    "операторов зовут после первой."
)
SKILL_HELP = "Навык; можно несколько. english=4 — с уровнем от 1 до 10."
USUALLY = "все, а у supervisor и admin — ни одной"

name_option = click.option("--name", required=True, help="Как показывать на экранах.")
role_option = click.option(
    "--role",
    type=ROLES,
    default="operator",
    show_default=True,
    help="Роль: volunteer не видит номеров целиком.",
)
queues_option = click.option(
    "--queue", "queues", multiple=True, help=QUEUE_HELP.format(without=USUALLY)
)
clinics_option = click.option(
    "--clinic",
    "clinics",
    multiple=True,
    help="Клиника из справочника (scripts/knowledge), для роли clinic: видна её часть. Можно "
    "несколько.",
)
TEAM_HELP = "Команда из настроек (teams); можно несколько."
teams_option = click.option("--team", "teams", multiple=True, help=TEAM_HELP)
skills_option = click.option("--skill", "skills", multiple=True, help=SKILL_HELP)
until_option = click.option(
    "--until", help="Последний день учётной записи: 2026-12-31; never — без срока."
)
why_option = click.option(
    "--why", default="", help="Почему: останется в журнале доступа. Без имён и номеров."
)


def valid_option(hours: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(
        "--valid",
        "valid_h",
        type=click.IntRange(1, 24 * 31),
        default=hours,
        show_default=True,
        help="Сколько часов годится код.",
    )


def code_until(valid_h: int) -> float:
    """Seconds since the epoch."""
    return time.time() + valid_h * HOUR_S


def ends_at(text: str, config: Config) -> float | None:
    """As :func:`ekc_console.server.people.accounts.terms.ends_at`, at the centre of ``config``."""
    from ekc_console.server.people.accounts import terms

    return terms.ends_at(text, config.zone, time.time())


def queue_ids(config: Config) -> tuple[str, ...]:
    return tuple(queue.id for queue in config.queues)


def check_duties(config: Config, queues: Iterable[str], skills: Iterable[str]) -> None:
    """Raises EkcError, and BadParameter for a queue that is not there."""
    from ekc_console.client.words.saying import parts
    from ekc_console.server.people.accounts import terms
    from ekc_console.server.store.people.accounts import PeopleError
    from ekc_console.wire.words import words_of

    try:
        terms.check_duties(queues, skills, queue_ids(config))
    except PeopleError as error:
        if error.key == "account.no_such_queue":
            raise click.BadParameter(parts(words_of(error))[0]) from error
        raise


def clinic_ids(config: Config) -> tuple[str, ...]:
    """Of the directory beside the scripts."""
    from ekc_console.domain.terms.localtime import day_of
    from ekc_console.scenario_files import check_knowledge

    today = day_of(time.time(), config.zone)
    found = check_knowledge(config.scripts_dir, None, today).knowledge
    return tuple(clinic.id for clinic in found.clinics)


def check_clinics(config: Config, clinics: Iterable[str]) -> None:
    """Raises BadParameter for one that is not in the directory."""
    from ekc_console.client.words.saying import parts
    from ekc_console.server.people.accounts import terms
    from ekc_console.server.store.people.accounts import PeopleError
    from ekc_console.wire.words import words_of

    known = clinic_ids(config) if clinics else ()
    for clinic in clinics:
        try:
            terms.check_clinic(clinic, known)
        except PeopleError as error:
            raise click.BadParameter(parts(words_of(error))[0]) from error


def check_teams(config: Config, teams: Iterable[str]) -> None:
    """Raises BadParameter for one that the settings do not name, with those that they do."""
    from ekc_console.client.words.saying import parts
    from ekc_console.server.people.accounts import terms
    from ekc_console.server.store.people.accounts import PeopleError
    from ekc_console.wire.words import words_of

    for team in teams:
        try:
            terms.check_team(team, [one.id for one in config.teams])
        except PeopleError as error:
            raise click.BadParameter(" ".join(parts(words_of(error)))) from error


def check_way(config: Config, setting: VoiceSetting) -> None:
    """A number that the server calls needs a trunk that calls out. Raises EkcError."""
    if setting.way in ("standing", "dial-in"):
        return
    if not any(trunk.mode == "register" or trunk.outbound for trunk in config.trunks):
        raise EkcError(
            f"Способ голоса {setting.way}: серверу не по чему звонить на этот номер.",
            "Опишите в настройках (trunks) линию с outbound или с регистрацией и назовите файл "
            "ключом --config.",
        )
