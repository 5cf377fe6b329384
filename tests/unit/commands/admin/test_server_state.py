"""``ekc server state`` against a running server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from ekc_console.server.core.conditions import Conditions
from ekc_console.server.engine.protocol import TrunkState
from ekc_console.wire.words import words
from tests.support.simulated_centre import Centre
from tests.unit.commands.admin.test_config_orders import admins
from tests.unit.commands.shared.test_remote import ekc


async def said(centre: Centre, *arguments: str, code: int, login: str = "root") -> str:
    url = centre.server.url
    result = await asyncio.to_thread(ekc, "server", "state", *arguments, url=url, login=login)
    assert result.exit_code == code, result.output
    return result.output


def line(told: str, beginning: str) -> str:
    (found,) = [each for each in told.splitlines() if each.startswith(beginning)]
    return found


async def test_every_part_is_told_with_what_to_do(tmp_path: Path) -> None:
    centre = await admins(tmp_path)
    try:
        conditions: Conditions = centre.server.conditions
        for key in conditions.words:
            conditions.clear(key)
        told = await said(centre, code=0)
        assert "Работает." in line(told, "Телефония")
        assert "Свободно" in line(told, "Диск · данные")
        assert "Записывается." in line(told, "Журнал")
        assert "протокол" in line(told, "Версия")
        conditions.report("music", words("condition.music"))
        centre.server.live.alerts.trunk(TrunkState("test", registered=False, detail="403"))
        told = await said(centre, code=1)
        trunk = line(told, "Внешняя линия · test")
        assert "не работает" in trunk
        assert "Проверьте сеть" in trunk
        assert "права на папку" in line(told, "Не в порядке")
    finally:
        await centre.close()


async def test_programs_get_codes_and_moments(tmp_path: Path) -> None:
    centre = await admins(tmp_path)
    try:
        centre.server.conditions.report("music", words("condition.music"))
        (told,) = json.loads(await said(centre, "--json", code=1))
        music = told["parts"][-1]
        assert music["words"]["key"] == "condition.music"
        assert abs(music["since"] - centre.server.core.clock.now()) < 60
    finally:
        await centre.close()
