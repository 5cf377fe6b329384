"""What lasts is told to consoles that come later, too."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ekc_console.server.core import clock_keeper
from ekc_console.server.core.commits import NO_ROOM
from ekc_console.server.live.alerts import CLOCK_NEWS_S
from ekc_console.server.store.journal.projection_faults import Fault
from tests.support.simulated_centre import Centre, run
from tests.support.told import told


async def comes(centre: Centre, login: str) -> str:
    """What a console is told when it connects."""
    return told(centre, await centre.ready(login))()


def test_a_journal_in_trouble_is_told_until_it_is_well(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        heard = told(centre, anna)
        centre.server._on_trouble(NO_ROOM)
        assert "нет места" in heard()
        assert "нет места" in await comes(centre, "boris")
        centre.server._on_trouble(None)
        assert heard().endswith("База данных снова работает.")
        assert await comes(centre, "clara") == ""

    run(tmp_path, story)


def test_read_models_that_lack_something_are_told_at_every_start(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        fault = Fault(1, "CallArrived", "no such column")
        centre.server.live.read_models.set_aside(fault)
        assert "ekc store rebuild" in await comes(centre, "anna")
        await centre.server.database.write(
            lambda conn: conn.execute(
                "INSERT INTO projection_faults (seq, fact, why) VALUES (1, 'CallArrived', 'no')"
            ).close()
        )
        await centre.start_again()
        assert "ekc store rebuild" in await comes(centre, "boris")

    run(tmp_path, story)


def test_a_clock_that_was_set_at_the_start_is_told_for_a_while(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.server.core.clock.stepped_s += 6 * 3600.0
        await asyncio.sleep(clock_keeper.LOOK_S + 0.1)
        await centre.in_menu()
        await centre.start_again()  # by a system clock that is right again
        assert centre.server.core.clock_keeper.last_set
        assert "переставлены" in await comes(centre, "anna")
        await asyncio.sleep(CLOCK_NEWS_S + 1)
        assert await comes(centre, "boris") == ""

    run(tmp_path, story)


def test_of_two_settings_of_the_clock_the_last_is_told(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.server.live.alerts.clock(7200.0)
        await asyncio.sleep(CLOCK_NEWS_S - 10)
        centre.server.live.alerts.clock(-600.0)
        await asyncio.sleep(60)
        assert "назад на 10 мин" in await comes(centre, "anna")
        assert "вперёд" not in await comes(centre, "boris")

    run(tmp_path, story)
