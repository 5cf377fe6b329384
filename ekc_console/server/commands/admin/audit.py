"""The audit trail read and checked from a console, as by ``ekc audit``; both are entries."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from ekc_console.server.commands.handler import Handler
from ekc_console.server.people.person import Person
from ekc_console.server.people.trail import Trail
from ekc_console.server.refusal import Refusal
from ekc_console.server.store.audit import entries
from ekc_console.server.store.audit.check import Checked, check
from ekc_console.server.store.audit.entries import Kept, Wanted
from ekc_console.server.store.audit.heads import Heads
from ekc_console.server.store.base import read_only
from ekc_console.server.store.base.database import Database
from ekc_console.wire.admin.audit_work import (
    AuditCheck,
    AuditEntry,
    AuditPage,
    GetAuditCheck,
    ReadAudit,
    StartAuditCheck,
)

MOST_AT_ONCE = 1000


@dataclass(slots=True)
class _Running:
    task: asyncio.Task[Checked]
    total: int
    entries: int = 0


class AuditOrders:
    def __init__(self, database: Database, trail: Trail) -> None:
        self._database = database
        self._trail = trail
        self._running: _Running | None = None
        """The last check, done or not."""

    @property
    def handlers(self) -> Mapping[type, Handler]:
        return {
            ReadAudit: self._read,
            StartAuditCheck: self._start_check,
            GetAuditCheck: self._get_check,
        }

    async def _read(self, person: Person, body: ReadAudit) -> AuditPage:
        limit = max(1, min(body.limit, MOST_AT_ONCE))
        wanted = Wanted(
            who=body.who,
            action=body.action,
            about=body.about,
            since=body.since,
            until=body.until,
            before=body.before,
        )
        await self._trail.kept(person.login, "audit", about=body.who, reason=body.why)
        found = await self._database.read(lambda conn: entries.of(conn, wanted, limit + 1))
        return AuditPage(entries=tuple(map(_entry, found[:limit])), more=len(found) > limit)

    async def _start_check(self, person: Person, body: StartAuditCheck) -> AuditCheck:
        if self._running is None or self._running.task.done():
            total = await self._database.read(entries.last_number)
            task = asyncio.create_task(self._check(person, body.why), name="audit check")
            self._running = _Running(task, total)
        return self._told(self._running)

    async def _get_check(self, person: Person, body: GetAuditCheck) -> AuditCheck:
        if self._running is None:
            raise Refusal("wrong_state", "audit.no_check")
        return self._told(self._running)

    async def _check(self, person: Person, why: str) -> Checked:
        ending = threading.Event()
        try:
            checked = await asyncio.to_thread(self._walk, ending)
        finally:
            ending.set()
        broken = checked.broken
        about = f"{broken.fault}:{broken.seq}" if broken else "whole"
        self._trail.note(person.login, "audit_check", about=about, reason=why)
        return checked

    def _walk(self, ending: threading.Event) -> Checked:
        """Beside the loop, on a connection of its own. A server that ends waits for its threads:
        once it is ``ending``, nobody wants to know."""

        def progress(count: int) -> None:
            if ending.is_set():
                raise asyncio.CancelledError
            self._progress(count)

        path = self._database.path
        with read_only.opened(path) as conn:
            return check(conn, Heads(path), progress=progress)

    def _progress(self, count: int) -> None:
        if self._running is not None:
            self._running.entries = count

    def _told(self, running: _Running) -> AuditCheck:
        """Raises what the check has ended with."""
        if not running.task.done():
            return AuditCheck(entries=running.entries, total=running.total)
        checked = running.task.result()
        head, broken = checked.head, checked.broken
        return AuditCheck(
            entries=checked.entries,
            total=checked.entries,
            done=True,
            fault=broken.fault if broken else "",
            seq=broken.seq if broken else 0,
            head=f"{head.seq}:{head.seal}" if head else "",
        )


def _entry(kept: Kept) -> AuditEntry:
    return AuditEntry(
        seq=kept.seq,
        at=kept.at,
        who=kept.who,
        action=kept.action,
        about=kept.about,
        found=kept.found,
        reason=kept.reason,
    )
