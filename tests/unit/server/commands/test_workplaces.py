"""What consoles tell of their workplaces, and who may read it."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest

from ekc_console import __version__
from ekc_console.server.store.people import workplaces
from ekc_console.wire.admin.workplace_work import (
    LineSums,
    ListWorkplaces,
    TellWorkplace,
    Workplaces,
)
from tests.support.simulated_centre import Centre, run


def told(machine: str, **more: object) -> TellWorkplace:
    return TellWorkplace(**{"machine": machine, "version": __version__, **more})  # type: ignore[arg-type]


def test_a_console_tells_and_its_days_are_summed(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        nina = await (await centre.operator("nina")).come()
        root = await (await centre.operator("root", "admin", queues=())).come()
        line = LineSums(looks=2, bad=1, mos=8.0, loss=3.0, jitter_ms=20.0)
        await nina.done(told("desk-2", line=line))
        await nina.done(told("desk-2", line=line, doctor="warning", doctor_at=5.0))
        await root.done(told("desk-1", version="0.0.1"))
        found: Workplaces = await root.done(ListWorkplaces())
        first, second = found.workplaces
        assert (first.machine, first.login, first.outdated) == ("desk-1", "root", True)
        assert (second.login, second.outdated, second.doctor) == ("nina", False, "warning")
        (day,) = second.line
        assert (day.looks, day.bad, day.mos, day.loss, day.jitter_ms) == (4, 2, 16.0, 6.0, 40.0)

    run(tmp_path, story)


def test_only_who_keeps_accounts_reads_of_workplaces(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        for login, role in (("nina", "operator"), ("anna", "supervisor")):
            who = await (await centre.operator(login, role, queues=())).come()
            assert (await who.refused(ListWorkplaces())).code == "not_allowed"

    run(tmp_path, story)


def test_the_place_seen_longest_ago_makes_room_for_one_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workplaces, "MOST_PLACES", 2)

    async def story(centre: Centre) -> None:
        root = await (await centre.operator("root", "admin", queues=())).come()
        for machine in ("desk-1", "desk-2", "desk-1", "desk-3"):
            await root.done(told(machine))
            await asyncio.sleep(1)  # of virtual time
        found: Workplaces = await root.done(ListWorkplaces())
        assert [place.machine for place in found.workplaces] == ["desk-1", "desk-3"]

    run(tmp_path, story)


def test_a_place_of_nobody_who_is_known_has_the_login(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        root = await (await centre.operator("root", "admin", queues=())).come()
        await centre.server.database.write(
            partial(workplaces.told, place=told("old"), login="gone", at=1.0, day="", oldest="")
        )
        await root.done(told("desk-1"))
        found: Workplaces = await root.done(ListWorkplaces())
        names = {place.machine: place.name for place in found.workplaces}
        assert names["old"] == "gone"
        assert names["desk-1"] not in ("", "root")

    run(tmp_path, story)
