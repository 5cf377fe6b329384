"""``ekc workplace`` against a running server that consoles have told of themselves."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from ekc_console.commands.centre import workplace
from ekc_console.server.store.people import accounts, workplaces
from ekc_console.wire.admin.workplace_work import LineSums, TellWorkplace
from tests.support.simulated_centre import Centre
from tests.unit.commands.shared.test_remote import PASSWORD_HASH, ekc, opened

OLD = TellWorkplace(
    machine="desk-1",
    version="0.0.1",
    system="Linux 6.1",
    doctor="warning",
    doctor_at=1_790_000_000.0,
    doctor_checks="sound.microphone",
    line=LineSums(looks=4, bad=1, mos=16.0, loss=6.0, jitter_ms=40.0),
)


async def say(centre: Centre, *arguments: str, login: str = "root", ok: bool = True) -> str:
    result = await asyncio.to_thread(
        ekc, "workplace", *arguments, url=centre.server.url, login=login
    )
    assert (result.exit_code == 0) == ok, result.output
    return result.stdout if ok else result.output


async def test_workplaces_are_listed_and_shown(tmp_path: Path) -> None:
    centre = await opened(tmp_path)
    try:
        root = accounts.User("root", "Администратор", "admin", PASSWORD_HASH, ())
        await centre.server.database.write(lambda conn: accounts.add(conn, root))
        assert "Ни одна консоль" in await say(centre, "list")
        now = centre.server.core.clock.now()
        day = "2100-01-01"
        await centre.server.database.write(
            lambda conn: workplaces.told(conn, OLD, "chief", now, day, "2020-01-01")
        )
        listed = await say(centre, "list")
        assert "0.0.1: обновить до" in listed
        assert "4.0 из 5, потери 1.5 %, джиттер 10 мс, плохо 25 %" in listed
        (found,) = json.loads(await say(centre, "list", "--json", "--outdated"))
        assert (found["machine"], found["name"], found["outdated"]) == ("desk-1", "Главная", True)
        shown = await say(centre, "show", "desk-1")
        assert day in shown
        assert "sound.microphone" in shown
        assert "«desk-9» нет" in await say(centre, "show", "desk-9", ok=False)
        assert "администратор" in (await say(centre, "list", login="chief", ok=False)).lower()
    finally:
        await centre.close()


def test_no_talk_is_no_quality() -> None:
    assert workplace.line(()) == "—" == workplace.line((LineSums(),))
