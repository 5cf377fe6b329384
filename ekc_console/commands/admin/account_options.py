"""What several commands about accounts are given, and what has to hold of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta

import click

from ekc_console.config import Config
from ekc_console.domain.terms import rights
from ekc_console.domain.terms.localtime import start_of
from ekc_console.errors import EkcError
from ekc_console.wire.messages import Role
from ekc_console.wire.voice import VoiceSetting


class NoSuchQueue(EkcError):
    """In the configuration."""


NEVER = "never"
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
    """Seconds since the epoch of the end of a last day; None for an account without an end.
    Raises EkcError."""
    if text == NEVER:
        return None
    try:
        day = date.fromisoformat(text) + timedelta(days=1)
        end = start_of(day, config.zone)
    except (ValueError, OverflowError) as error:
        raise EkcError(
            f"«{text}» — не день.", "Напишите так: 2026-12-31, или never — без срока."
        ) from error
    if end <= time.time():
        raise EkcError(f"День {text} уже прошёл.", "Закрыть вход сразу — ekc user disable ЛОГИН.")
    return end


def usual_queues(role: Role, config: Config) -> tuple[str, ...]:
    """Who leads answers no calls unless told to: callers are not to count on them."""
    if rights.may(role, "watch") or not rights.may(role, "serve"):
        return ()
    return tuple(queue.id for queue in config.queues)


def check_duties(config: Config, queues: Iterable[str], skills: Iterable[str]) -> None:
    """Raises EkcError, and BadParameter for a queue that is not there."""
    for queue in queues:
        try:
            check_queue(config, queue)
        except NoSuchQueue as error:
            raise click.BadParameter(str(error)) from error
    for skill in skills:
        check_skill(skill)


def check_queue(config: Config, text: str) -> None:
    """Raises EkcError."""
    from ekc_console.server.people.duties import queue_and_tier

    known = [queue.id for queue in config.queues]
    queue, _tier = queue_and_tier(text)
    if queue not in known:
        raise NoSuchQueue(f"нет очереди «{queue}»; есть: {', '.join(known)}")


def check_skill(text: str) -> None:
    """Raises EkcError."""
    from ekc_console.domain.state import skills

    skills.check_skill(text)


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
