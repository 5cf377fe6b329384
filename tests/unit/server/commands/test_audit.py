"""The audit trail over the API: read by pages, checked beside the calls; both are entries."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ekc_console.client.words import audit as words
from ekc_console.domain.terms.rights import having
from ekc_console.server.commands.admin import audit
from ekc_console.server.store.audit import check, entries
from ekc_console.server.store.audit.entries import Entry
from ekc_console.wire.admin import audit_work
from tests.support.simulated_centre import EPOCH, Centre, Operator, run


async def chief_of(centre: Centre, count: int = 0) -> Operator:
    """And so many entries by vera, one a minute."""
    chief = await centre.operator("chief", role="admin", queues=())
    for number in range(count):
        entry = Entry(EPOCH + 60 * number, "vera", "card", about=f"c{number}")
        await centre.server.people.trail.changed(lambda conn: None, entry)
    return chief


def test_it_is_read_a_page_at_a_time_and_by_filter(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        chief = await chief_of(centre, 5)
        page = await chief.done(audit_work.ReadAudit(who="vera", limit=3))
        assert [entry.about for entry in page.entries] == ["c4", "c3", "c2"]
        assert page.more
        rest = await chief.done(
            audit_work.ReadAudit(who="vera", limit=3, before=page.entries[-1].seq)
        )
        assert ([entry.about for entry in rest.entries], rest.more) == (["c1", "c0"], False)
        at = await chief.done(
            audit_work.ReadAudit(action="card", since=EPOCH + 60, until=EPOCH + 180)
        )
        assert [entry.about for entry in at.entries] == ["c2", "c1"]
        own = await chief.done(audit_work.ReadAudit(who="chief", why="проверка"))
        assert [(e.action, e.about, e.reason) for e in own.entries] == [
            ("audit", "chief", "проверка"),
            ("audit", "", ""),
            ("audit", "vera", ""),
            ("audit", "vera", ""),
        ]

    run(tmp_path, story)


async def checked(who: Operator) -> audit_work.AuditCheck:
    told = await who.done(audit_work.StartAuditCheck(why="раз в день"))
    async with asyncio.timeout(60):
        while not told.done:
            await asyncio.sleep(0.01)
            told = await who.done(audit_work.GetAuditCheck())
    found: audit_work.AuditCheck = told
    return found


def test_it_is_checked_and_that_is_noted(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        chief = await chief_of(centre, 20)
        assert "ещё не начинали" in (await chief.refused(audit_work.GetAuditCheck())).message
        told = await checked(chief)
        assert (told.fault, told.entries >= 20, told.head != "") == ("", True, True)
        own = await chief.done(audit_work.ReadAudit(who="chief", action="audit_check"))
        assert [(e.about, e.reason) for e in own.entries] == [("whole", "раз в день")]

    run(tmp_path, story)


def test_a_server_that_ends_waits_for_no_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "SAID_EVERY", 1)
    going, ended = threading.Event(), threading.Event()
    whole = audit.check

    def slow(*args: Any, progress: Callable[[int], None]) -> object:
        def said(count: int) -> None:
            going.set()
            time.sleep(0.05)
            progress(count)

        try:
            return whole(*args, progress=said)
        finally:
            ended.set()

    monkeypatch.setattr(audit, "check", slow)

    async def story(centre: Centre) -> None:
        chief = await chief_of(centre, 200)
        await chief.done(audit_work.StartAuditCheck())
        assert await asyncio.to_thread(going.wait, 5)
        (task,) = (t for t in asyncio.all_tasks() if t.get_name() == "audit check")
        task.cancel()  # as the end of the loop does
        assert await asyncio.to_thread(ended.wait, 2)

    run(tmp_path, story)


def test_what_was_changed_is_named(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        chief = await chief_of(centre, 5)

        def forge(conn: object) -> None:
            conn.execute("DROP TRIGGER audit_no_update")  # type: ignore[attr-defined]
            conn.execute("UPDATE audit SET about = 'x' WHERE seq = 3")  # type: ignore[attr-defined]

        await centre.server.database.write(forge)
        told = await checked(chief)
        assert (told.fault, told.seq) == ("changed", 3)

    run(tmp_path, story)


def test_only_who_has_the_right_reads_it(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        boss = await centre.operator("boss", role="supervisor")
        for body in (audit_work.ReadAudit(), audit_work.StartAuditCheck()):
            assert (await boss.refused(body)).code == "not_allowed"
        kept = await centre.server.database.read(lambda c: entries.of(c, entries.Wanted("boss")))
        assert kept == []

    assert having("audit") == ("admin",)
    run(tmp_path, story)


@pytest.mark.parametrize("action", entries.ACTIONS)
def test_every_action_has_words(action: str) -> None:
    assert action in words.ACTIONS


def test_every_fault_has_words() -> None:
    assert set(words.FAULTS) == set(check.Fault.__args__)  # type: ignore[attr-defined]
