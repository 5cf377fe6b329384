"""The scenarios to go by: those of the folder where they can be used, else the last good ones.

A centre that has served callers must come up at night, whatever somebody has left half-edited in
the folder in the evening; one that never has tells its administrator, who sits there.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Collection, Iterator, Mapping

import structlog

from ekc_console.config import Config, ConfigError
from ekc_console.domain import scenario as sc
from ekc_console.errors import EkcError
from ekc_console.scenario_files import GUIDE, check_folder
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.calls import last_good

log = structlog.get_logger(__name__)

KEY = "scenarios"
"""Among the conditions, and of what the store keeps."""


def load(config: Config) -> dict[str, sc.Scenario]:
    """Every scenario of the configured folder, by name. Raises EkcError that names each fault with
    file and line, or the key of the configuration that asks for one that is not there."""
    queues = {queue.id for queue in config.queues}
    checked = check_folder(config.scripts_dir, queues, datetime.date.today())
    if checked.errors:
        raise ConfigError("\n".join(map(str, checked.errors)), GUIDE)
    for warning in checked.warnings:
        log.warning("scenario", problem=str(warning))
    require_named(config, checked.scenarios)
    return checked.scenarios


def require_named(config: Config, scenarios: Mapping[str, sc.Scenario]) -> None:
    """Raises ConfigError when a scenario that the configuration names is not among these."""
    menu = scenarios.get(config.server.main_menu)
    if menu is None or menu.kind != "menu":
        known = ", ".join(name for name, s in scenarios.items() if s.kind == "menu") or "нет"
        raise ConfigError(
            f"server.main_menu: меню «{config.server.main_menu}» нет в {config.scripts_dir}.",
            f"Есть меню: {known}.",
        )
    for topic in config.topics:
        if topic.script not in scenarios:
            raise ConfigError(
                f"topics.{topic.code}.script: сценария «{topic.script}» нет в "
                f"{config.scripts_dir}.",
                f"Есть: {', '.join(sorted(scenarios))}.",
            )


async def load_or_last_good(
    config: Config, database: Database, conditions: Conditions
) -> dict[str, sc.Scenario]:
    """Raises EkcError, of the folder, when there are no last good ones that can serve."""
    try:
        scenarios = load(config)
    except EkcError as error:
        kept = await database.read(lambda conn: last_good.get(conn, KEY))
        older = None if kept is None else _serving(config, kept)
        if kept is None or older is None:
            raise
        day = datetime.datetime.fromtimestamp(kept.at).strftime("%d.%m.%Y")
        conditions.report(
            KEY,
            f"Сценарии в папке с ошибками: действуют последние верные, от {day}. "
            "Ошибки перечислит ekc scripts check.",
            detail=str(error),
        )
        return older
    await keep(database, scenarios)
    return scenarios


async def keep(database: Database, scenarios: Mapping[str, sc.Scenario]) -> None:
    """To be the last good ones from now on."""
    documents = [scenario.to_document() for scenario in scenarios.values()]
    at = time.time()
    try:
        await database.write(lambda conn: last_good.keep(conn, KEY, at, documents))
    except StoreError as error:
        log.error("last good scenarios not kept", error=error.message)


def _serving(config: Config, kept: last_good.Kept) -> dict[str, sc.Scenario] | None:
    """None when this version cannot read them, or the configuration names others."""
    try:
        found = [sc.Scenario.from_document(document) for document in kept.body]
        scenarios = {scenario.id: scenario for scenario in found}
        require_named(config, scenarios)
    except EkcError as error:
        log.error("last good scenarios cannot serve", error=str(error))
        return None
    return scenarios


def gone_queues(
    scenarios: Mapping[str, sc.Scenario], queues: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Each step of a menu that leads to a queue which is not among ``queues``, as
    ``menu: steps.name``, and the queue."""
    for scenario in scenarios.values():
        for step in scenario.steps.values():
            action = step.action if isinstance(step, sc.Do) else None
            if isinstance(action, sc.ToQueue | sc.PlanCallback) and action.queue not in queues:
                yield f"{scenario.id}: steps.{step.id}", action.queue
