"""The scenarios to go by: those of the folder where they can be used, else the last good ones.

A centre that has served callers must come up at night, whatever somebody has left half-edited in
the folder in the evening; one that never has tells its administrator, who sits there.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

import structlog

from ekc_console.config import Config, ConfigError
from ekc_console.domain import scenario as sc
from ekc_console.domain.terms.localtime import day_of
from ekc_console.errors import EkcError
from ekc_console.scenario_files import GUIDE, check_folder
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.calls import last_good
from ekc_console.server.store.calls.scenarios import remember
from ekc_console.wire.words import words

log = structlog.get_logger(__name__)

KEY = "scenarios"
"""Among the conditions, and of what the store keeps."""


@dataclass(frozen=True, slots=True)
class Source:
    """A folder of scenarios, and what else must agree with what is in it."""

    folder: Path
    main_menu: str
    queues: tuple[str, ...]
    scripts: tuple[tuple[str, str], ...]
    """Topic and the script that it names."""
    zone: tzinfo
    """The centre's: by its date a scenario is to be looked at again."""

    @classmethod
    def of(cls, config: Config) -> Source:
        return cls(
            config.scripts_dir,
            config.server.main_menu,
            tuple(queue.id for queue in config.queues),
            tuple((topic.code, topic.script) for topic in config.topics),
            config.zone,
        )

    def load(self) -> dict[str, sc.Scenario]:
        """Every scenario, by name. Raises EkcError that names each fault with file and line, or
        the key of the configuration that asks for one that is not there. Reads files."""
        checked = check_folder(self.folder, self.queues, day_of(time.time(), self.zone))
        if checked.errors:
            raise ConfigError("\n".join(map(str, checked.errors)), GUIDE)
        for warning in checked.warnings:
            log.warning("scenario", problem=str(warning))
        self.require_named(checked.scenarios)
        return checked.scenarios

    def require_named(self, scenarios: Mapping[str, sc.Scenario]) -> None:
        """Raises ConfigError when one that the configuration names is not among these."""
        menu = scenarios.get(self.main_menu)
        if menu is None or menu.kind != "menu":
            known = ", ".join(name for name, s in scenarios.items() if s.kind == "menu") or "нет"
            raise ConfigError(
                f"server.main_menu: меню «{self.main_menu}» нет в {self.folder}.",
                f"Есть меню: {known}.",
            )
        scripts = [name for name, s in scenarios.items() if s.kind == "script"]
        for topic, script in self.scripts:
            if script not in scripts:
                raise ConfigError(
                    f"topics.{topic}.script: сценария «{script}» нет в {self.folder}.",
                    f"Есть: {', '.join(sorted(scripts))}.",
                )


async def load_or_last_good(
    config: Config, database: Database, conditions: Conditions
) -> dict[str, sc.Scenario]:
    """Raises EkcError, of the folder, when there are no last good ones that can serve; says why
    when there are some."""
    source = Source.of(config)
    try:
        scenarios = source.load()
    except EkcError as error:
        kept, older = await _last_good(source, database, error)
        conditions.report(
            KEY,
            words("condition.scenarios", at=kept.at),
            detail=str(error),
        )
        for step, queue in gone_queues(older, source.queues):
            conditions.report(
                "menu_queues",
                words("condition.menu_queue", queue=queue),
                detail=step,
            )
        return older
    try:
        await keep(database, scenarios)
    except StoreError as fault:
        log.error("last good scenarios not kept", error=fault.message)
    return scenarios


async def keep(database: Database, scenarios: Mapping[str, sc.Scenario]) -> None:
    """To be the last good ones from now on, and each to be found by the cards that are filled by
    it. Raises StoreError."""
    documents = [scenario.to_document() for scenario in scenarios.values()]
    at = time.time()

    def write(conn: sqlite3.Connection) -> None:
        last_good.keep(conn, KEY, at, documents)
        for scenario in scenarios.values():
            if scenario.kind == "script":
                remember(conn, scenario.id, scenario.version, scenario.to_document())

    await database.write(write)


async def _last_good(
    source: Source, database: Database, fault: EkcError
) -> tuple[last_good.Kept, dict[str, sc.Scenario]]:
    """What is kept, and the scenarios in it. Raises ``fault``, of the folder, when nothing is kept;
    ConfigError when it is damaged, when this version cannot read it and when the configuration
    names others."""
    try:
        kept = await database.read(lambda conn: last_good.get(conn, KEY))
        if kept is None:
            raise fault
        found = [sc.scenario_from_document(document) for document in kept.documents]
        scenarios = {scenario.id: scenario for scenario in found}
        source.require_named(scenarios)
    except EkcError as error:
        if error is fault:
            raise
        raise ConfigError(
            f"{fault.message}\n"
            f"Последние верные сценарии в {database.path} заменить их не могут: {error.message}",
            "Исправьте файлы сценариев: с верными сервер запустится и сохранит их заново.",
        ) from fault
    return kept, scenarios


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
