"""``ekc message`` to a team, against a running server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ekc_console.config.teams import Team
from ekc_console.server.store.people import accounts
from tests.support.simulated_centre import Centre
from tests.unit.commands.shared.test_remote import PASSWORD_HASH, ekc, opened

DAY = Team(id="day", title="День", leads=("chief",), members=("anna",))


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[Centre]:
    centre = await opened(tmp_path, teams=(DAY,))
    anna = accounts.User("anna", "Анна", "operator", PASSWORD_HASH)
    await centre.server.database.write(lambda conn: accounts.add(conn, anna))
    yield centre
    await centre.close()


async def test_a_team_is_named_and_written_to(centre: Centre) -> None:
    async def said(*arguments: str) -> str:
        result = await asyncio.to_thread(ekc, "message", *arguments, url=centre.server.url)
        return str(result.output)

    assert "День" in await said("teams")
    assert "отправлено" in await said("send", "летучка", "--team", "day")
    assert "Команды «night» у вас нет" in await said("send", "летучка", "--team", "night")
    assert "Назовите одно" in await said("send", "летучка", "--team", "day", "--to", "anna")
