"""A change of settings while the server runs: whole or not at all, in the journal, taken back."""

from __future__ import annotations

import asyncio
import datetime
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import fields
from typing import Any

import msgspec

from ekc_console.config import Config, parse
from ekc_console.domain.facts import QueuesConfigured
from ekc_console.domain.settings import (
    CentreSettings,
    Destination,
    OverflowRule,
    QueueSettings,
)
from ekc_console.domain.state_table import IllegalFact
from ekc_console.scenario_files import check_folder
from ekc_console.server.handler import Handler
from ekc_console.server.refusal import Refusal
from ekc_console.server.runtime import Runtime
from ekc_console.server.services.prompts import Prompt, keep_place
from ekc_console.server.store import journal
from ekc_console.server.store.database import Database
from ekc_console.server.views import Person
from ekc_console.wire import line_orders as wire

AT_ONCE = ("queues", "callbacks", "limits", "schedules")
"""Sections that a running server takes over; all others wait for its next start."""


class SettingsOrders:
    """``handlers`` go into :class:`ekc_console.server.commands.Commands`."""

    def __init__(
        self,
        config: Config,
        runtime: Runtime,
        database: Database,
        prepare: Callable[[Iterable[Prompt | str]], Awaitable[None]],
        changed: Callable[[Config | None], None],
    ) -> None:
        """``config``: what the server was started with. ``prepare`` makes spoken words ready.
        ``changed`` is told after a change; None: one was taken back."""
        self._config = config
        self._runtime = runtime
        self._database = database
        self._prepare = prepare
        self._changed = changed
        self._hours = config
        """Whose schedules are in force."""
        self._one_at_a_time = asyncio.Lock()
        self.handlers: dict[type, Handler] = {
            wire.CompareSettings: self._compare,
            wire.ApplySettings: self._apply,
            wire.UndoSettings: self._undo,
        }

    async def _compare(self, person: Person, body: wire.CompareSettings) -> wire.SettingsChange:
        require_admin(person)
        config, wanted = await self._checked(body.name, body.text)
        return self._change(wanted, config)

    async def _apply(self, person: Person, body: wire.ApplySettings) -> wire.SettingsChange:
        require_admin(person)
        async with self._one_at_a_time:
            config, wanted = await self._checked(body.name, body.text)
            change = self._change(wanted, config)
            await self._put_in_force(wanted, person, body.why)
            self._hours = config
            self._changed(config)
            return change

    async def _undo(self, person: Person, body: wire.UndoSettings) -> wire.SettingsChange:
        require_admin(person)
        async with self._one_at_a_time:
            await self._runtime.settled()
            wanted = await self._database.read(previous)
            if wanted is None:
                raise Refusal("wrong_state", "Настройки не менялись: возвращать нечего.")
            await self._check_menus({q.id for q in wanted.queues})
            change = self._change(wanted, None)
            await self._put_in_force(wanted, person, body.why or "undo")
            self._changed(None)
            return change

    async def _checked(self, name: str, text: str) -> tuple[Config, QueuesConfigured]:
        """Raises EkcError with every fault of the text."""
        config = parse(text, name)
        await self._check_menus({q.id for q in config.queues})
        queues = tuple(queue.settings() for queue in config.queues)
        return config, QueuesConfigured(queues, config.centre())

    async def _check_menus(self, queues: set[Any]) -> None:
        """A menu must not lead to a queue that would be gone."""
        folder = self._config.scripts_dir
        checked = await asyncio.to_thread(check_folder, folder, queues, datetime.date.today())
        if checked.errors:
            raise Refusal("bad_value", "\n".join(map(str, checked.errors)))

    def _change(self, wanted: QueuesConfigured, config: Config | None) -> wire.SettingsChange:
        router = self._runtime.router
        waits = () if config is None else tuple(differing(self._config, config))
        queues = tuple(router.queues.values())
        return wire.SettingsChange(
            changes=(
                *queue_changes(queues, wanted.queues),
                *centre_changes(router.centre, wanted.centre),
                *(schedule_changes(self._hours, config) if config else ()),
            ),
            at_restart=waits,
        )

    async def _put_in_force(self, wanted: QueuesConfigured, person: Person, why: str) -> None:
        router = self._runtime.router
        if tuple(router.queues.values()) == wanted.queues and router.centre == wanted.centre:
            return
        await self._prepare(spoken_words(wanted.queues))
        fact = QueuesConfigured(wanted.queues, wanted.centre, person.login, why)
        try:
            self._runtime.submit(fact)
        except IllegalFact as illegal:
            raise Refusal("bad_value", f"Настройки не годятся: {illegal}") from illegal


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
    """The latest settings of the journal that differ from those in force; None: there are none."""
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
            return fact
    return None


# -- differences in words ----------------------------------------------------


def differing(old: Config, new: Config) -> Iterator[str]:
    """Keys of the sections that only a start takes over, ``section.key`` or ``section``."""
    for name in old.__struct_fields__:
        before, after = getattr(old, name), getattr(new, name)
        if name in AT_ONCE or before == after:
            continue
        if isinstance(before, msgspec.Struct):
            keys = before.__struct_fields__
            yield from (f"{name}.{k}" for k in keys if getattr(before, k) != getattr(after, k))
        else:
            yield name


def queue_changes(old: tuple[QueueSettings, ...], new: tuple[QueueSettings, ...]) -> Iterator[str]:
    before, after = {q.id: q for q in old}, {q.id: q for q in new}
    for queue in new:
        if queue.id not in before:
            yield f"queues.{queue.id}: добавлена"
            continue
        for field in fields(QueueSettings):
            a, b = getattr(before[queue.id], field.name), getattr(queue, field.name)
            if a != b:
                yield f"queues.{queue.id}.{field.name}: {_said(a)} → {_said(b)}"
    for gone in old:
        if gone.id not in after:
            yield f"queues.{gone.id}: убрана"
    kept = [q.id for q in old if q.id in after]
    if kept != [q.id for q in new if q.id in before]:
        yield "queues: другой порядок"


def schedule_changes(old: Config, new: Config) -> Iterator[str]:
    for name in {**old.schedules, **new.schedules}:
        if old.schedules.get(name) != new.schedules.get(name):
            yield f"schedules.{name}: {'изменено' if name in new.schedules else 'убрано'}"
    before = {q.id: q.schedule for q in old.queues}
    for queue in new.queues:
        was = before.get(queue.id, "")
        if was != queue.schedule:
            yield f"queues.{queue.id}.schedule: {_said(was)} → {_said(queue.schedule)}"


def centre_changes(old: CentreSettings, new: CentreSettings) -> Iterator[str]:
    """In the keys of the configuration file."""
    for key, said in (
        ("callbacks.hours", _hours),
        ("callbacks.retry_minutes", lambda c: _said(tuple(s / 60 for s in c.callback_retries_s))),
        ("callbacks.utc_offset_hours", lambda c: _said(c.utc_offset_s / 3600)),
        ("limits.calls_per_number", lambda c: _said(c.calls_per_number)),
    ):
        if said(old) != said(new):
            yield f"{key}: {said(old)} → {said(new)}"


def _hours(centre: CentreSettings) -> str:
    ends = (centre.callback_from_s, centre.callback_until_s)
    return "-".join(f"{int(s // 3600):02}:{int(s % 3600 // 60):02}" for s in ends)


def _said(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case OverflowRule():
            limit = f" {value.limit:g}" if value.limit else ""
            return f"{value.when}{limit}: {', '.join(map(_said, value.to))}"
        case Destination():
            return f"{value.kind} {value.value}".strip()
        case tuple():
            return f"[{'; '.join(map(_said, value))}]"
        case "":
            return '""'
    return str(value)
