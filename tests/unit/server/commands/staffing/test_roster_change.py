"""``ChangeRoster`` by what is kept: what overlaps, how much, and how long the writer is held."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ekc_console.server.store.base.database import Database
from ekc_console.wire.centre import roster as wire
from tests.support.simulated_centre import Centre, Operator, run

HOUR = 3600.0
WRITER_HELD_S = 0.2
"""Ten times what it takes, for a machine under load."""


def offers(login: str, begin: float, *hours: tuple[float, float]) -> tuple[wire.NewShift, ...]:
    return tuple(
        wire.NewShift(login=login, kind="offered", since=begin + a * HOUR, until=begin + b * HOUR)
        for a, b in hours
    )


async def said(
    nina: Operator, add: tuple[wire.NewShift, ...], **how: bool
) -> list[tuple[int, str]]:
    done: wire.RosterChange = await nina.done(wire.ChangeRoster(add=add, **how))
    return [(fault.shift, fault.words.key) for fault in done.faults]


def test_what_is_asked_for_again_is_held_against_the_rest_of_its_table(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        nina = await (await centre.operator("nina", "supervisor", queues=())).come()
        now = centre.server.core.clock.now()

        def of(*hours: tuple[float, float]) -> tuple[wire.NewShift, ...]:
            return offers("nina", now, *hours)

        clash = [(1, "roster.overlaps")]
        assert await said(nina, of((10, 18))) == []
        for replace in (False, True):
            assert await said(nina, of((10, 18), (11, 12)), replace=replace) == clash
            assert await said(nina, of((10, 18), (10, 12)), replace=replace) == clash
            assert await said(nina, of((20, 30), (19, 21)), replace=replace) == clash
        assert await said(nina, of((18, 19), (10, 18), (9, 10))) == []
        assert await said(nina, of((9, 9.5))) == [(0, "roster.overlaps")]
        assert await said(nina, of((9.5, 17)), replace=True) == []
        kept: wire.Roster = await nina.done(wire.GetRoster(since=now, until=now + 48 * HOUR))
        hours = [((one.since - now) / HOUR, (one.until - now) / HOUR) for one in kept.shifts]
        assert hours == [(9.5, 17), (18, 19)]

    run(tmp_path, story)


def test_a_person_offers_so_much_and_only_what_is_ahead(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        now = centre.server.core.clock.now()
        most = wire.MOST_OFFERED
        assert await said(anna, offers("anna", now, (-3, -1), (2, 3))) == [(0, "roster.over")]
        some = offers("anna", now, *((n, n + 1) for n in range(2, most + 2)))
        assert await said(anna, some[1:]) == []
        refusal = await anna.refused(wire.ChangeRoster(add=(*some, *offers("anna", now, (0, 1)))))
        assert refusal.code == "bad_value"
        assert f"не больше {most}" in refusal.message
        assert await said(anna, some) == []
        wide = offers("anna", now, (2, 4))
        assert await said(anna, wide, replace=True) == []  # one for two

    run(tmp_path, story)


def test_the_writer_is_not_held_by_what_a_great_change_takes_to_work_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(centre: Centre) -> None:
        nina = await (await centre.operator("nina", "supervisor", queues=())).come()
        now = centre.server.core.clock.now()
        held: list[float] = []
        write = Database.write

        async def timed(store: Database, fn: Callable[..., Any], **how: Any) -> Any:
            def within(conn: Any) -> Any:
                begin = time.thread_time()
                try:
                    return fn(conn)
                finally:
                    held.append(time.thread_time() - begin)

            return await write(store, within, **how)

        monkeypatch.setattr(Database, "write", timed)
        for shift in (0.0, 0.5):
            add = tuple(
                wire.NewShift(login="nina", since=now + n * HOUR, until=now + (n + 0.5) * HOUR)
                for n in (m + shift for m in range(wire.MOST_SHIFTS))
            )
            assert await said(nina, add) == []
            assert await said(nina, add, dry_run=True) == []
        assert max(held) < WRITER_HELD_S

    run(tmp_path, story)
