"""A change of settings while the server runs: whole or not at all, in the journal, taken back."""

from __future__ import annotations

import asyncio
import datetime
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Mapping

from ekc_console.config import Config, parse
from ekc_console.domain.facts import QueuesConfigured
from ekc_console.domain.scenario import Scenario
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.domain.terms.state_table import IllegalFact
from ekc_console.scenario_files import check_folder
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.core.settings_changes import centre_changes, differing, queue_changes
from ekc_console.server.live.views import Person
from ekc_console.server.people.duties import nobody_for
from ekc_console.server.refusal import STORE_BUSY, Refusal
from ekc_console.server.services.prompts import Prompt, keep_place
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.journal import journal
from ekc_console.server.store.people import accounts
from ekc_console.wire import way_in as wire


class SettingsOrders:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(
        self,
        config: Config,
        runtime: Runtime,
        database: Database,
        scenarios: Mapping[str, Scenario],
        prepare: Callable[[Iterable[Prompt | str]], Awaitable[None]],
        changed: Callable[[], None],
    ) -> None:
        """``config`` and ``scenarios``: what the server was started with. ``prepare`` makes spoken
        words ready. ``changed`` is told after a change."""
        self._config = config
        self._runtime = runtime
        self._database = database
        self._scenarios = scenarios
        self._prepare = prepare
        self._changed = changed
        self._one_at_a_time = asyncio.Lock()
        self.handlers: dict[type, Handler] = {
            wire.CompareSettings: self._compare,
            wire.ApplySettings: self._apply,
            wire.UndoSettings: self._undo,
        }

    async def _compare(self, person: Person, body: wire.CompareSettings) -> wire.SettingsChange:
        require_admin(person)
        config, wanted = await self._checked(body.name, body.text)
        return await self._change(wanted, config)

    async def _apply(self, person: Person, body: wire.ApplySettings) -> wire.SettingsChange:
        require_admin(person)
        async with self._one_at_a_time:
            config, wanted = await self._checked(body.name, body.text)
            change = await self._change(wanted, config)
            await self._put_in_force(wanted, person, body.why)
            return change

    async def _undo(self, person: Person, body: wire.UndoSettings) -> wire.SettingsChange:
        require_admin(person)
        async with self._one_at_a_time:
            if not await self._runtime.kept():
                raise Refusal("server_busy", STORE_BUSY)
            wanted = await self._database.read(previous)
            if wanted is None:
                raise Refusal("wrong_state", "Настройки не менялись: возвращать нечего.")
            await self._check_scripts(wanted)
            change = await self._change(wanted, None)
            await self._put_in_force(wanted, person, body.why or "undo")
            return change

    async def _checked(self, name: str, text: str) -> tuple[Config, QueuesConfigured]:
        """Raises EkcError with every fault of the text."""
        config = parse(text, name)
        queues = tuple(queue.settings() for queue in config.queues)
        wanted = QueuesConfigured(queues, config.centre())
        await self._check_scripts(wanted)
        return config, wanted

    async def _check_scripts(self, wanted: QueuesConfigured) -> None:
        """A menu must not lead to a queue that would be gone, nor a topic to no script."""
        folder, queues = self._config.scripts_dir, {str(q.id) for q in wanted.queues}
        checked = await asyncio.to_thread(check_folder, folder, queues, datetime.date.today())
        if checked.errors:
            raise Refusal("bad_value", "\n".join(map(str, checked.errors)))
        scripts = [name for name, s in self._scenarios.items() if s.kind == "script"]
        for topic in wanted.centre.topics:
            if topic.script not in scripts:
                raise Refusal(
                    "bad_value",
                    f"topics.{topic.code}.script: сценария «{topic.script}» у сервера нет.\n"
                    f"Есть: {', '.join(sorted(scripts))}. Новый читается при запуске.",
                )

    async def _change(self, wanted: QueuesConfigured, config: Config | None) -> wire.SettingsChange:
        router = self._runtime.router
        waits = () if config is None else tuple(differing(self._config, config))
        queues = tuple(router.queues.values())
        everybody = await self._database.read(accounts.everybody)
        return wire.SettingsChange(
            changes=(
                *queue_changes(queues, wanted.queues),
                *centre_changes(router.centre, wanted.centre),
            ),
            at_restart=waits,
            warnings=tuple(
                nobody_for(self._scenarios.values(), (q.id for q in wanted.queues), everybody)
            ),
        )

    async def _put_in_force(self, wanted: QueuesConfigured, person: Person, why: str) -> None:
        router = self._runtime.router
        if tuple(router.queues.values()) == wanted.queues and router.centre == wanted.centre:
            return
        await self._prepare(spoken_words(wanted.queues))
        if not self._runtime.saved:
            # Which settings are in force must not be known to the memory alone.
            raise Refusal("server_busy", STORE_BUSY)
        fact = QueuesConfigured(wanted.queues, wanted.centre, person.login, why)
        try:
            self._runtime.submit(fact)
        except IllegalFact as illegal:
            raise Refusal("bad_value", f"Настройки не годятся: {illegal}") from illegal
        self._changed()


def require_admin(person: Person) -> None:
    if person.role != "admin":
        raise Refusal("not_allowed", "Настройки меняет только администратор.")


def spoken_words(queues: Iterable[QueueSettings]) -> list[Prompt | str]:
    """What the settings of queues make the server say."""
    words: list[Prompt | str] = []
    for queue in queues:
        if queue.keep_place_key:
            words.append(keep_place(queue.keep_place_key))
        places = (place for rule in queue.overflow for place in rule.to)
        words += [place.value for place in places if place.kind == "announcement"]
    return words


def previous(conn: sqlite3.Connection) -> QueuesConfigured | None:
    """The latest settings of the journal that differ from those in force; None: there are none.
    Those of a version that did not keep all of them together are passed over."""
    rows = conn.execute(
        "SELECT body FROM journal WHERE fact = 'QueuesConfigured' ORDER BY seq DESC"
    )
    newest: QueuesConfigured | None = None
    for (body,) in rows:
        fact = journal.decode_fact("QueuesConfigured", body)
        assert isinstance(fact, QueuesConfigured)
        if newest is None:
            newest = fact
        elif (fact.queues, fact.centre) != (newest.queues, newest.centre):
            return fact if fact.centre.calls is not None else None
    return None
