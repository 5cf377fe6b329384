"""``ekc queue``, ``ekc call``, ``ekc agent`` against a running server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from ekc_console.cli import main
from ekc_console.server.core.clock import Clock
from ekc_console.server.store.people import accounts
from tests.support.centre import PASSWORD, PASSWORD_HASH
from tests.support.net import fresh_host
from tests.support.simulated_centre import QUEUES, Centre

WIDE = {"COLUMNS": "200"}


def ekc(
    *arguments: str, url: str = "", login: str = "chief", password: str = PASSWORD, typed: str = ""
) -> Result:
    """``typed`` at its questions."""
    env = {**WIDE, "EKC_SERVER": url, "EKC_LOGIN": login, "EKC_PASSWORD": password}
    result = CliRunner().invoke(main, arguments, env=env, input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


async def opened(tmp_path: Path, menu: str = "", **changes: Any) -> Centre:
    centre = Centre(tmp_path, menu, **changes)
    centre.clock = Clock
    await centre.open()
    chief = accounts.User("chief", "Главная", "supervisor", PASSWORD_HASH, QUEUES)
    await centre.server.database.write(lambda conn: accounts.add(conn, chief))
    return centre


async def test_queues_calls_and_agents(tmp_path: Path) -> None:
    centre = await opened(tmp_path)
    try:
        url = centre.server.url

        async def say(*arguments: str) -> str:
            result = await asyncio.to_thread(ekc, *arguments, url=url)
            assert result.exit_code == 0, result.output
            return result.stdout

        assert "Никто не ждёт." in await say("call", "list")
        assert "На смене никого нет." in await say("agent", "list")
        assert "остановлена" in await say("queue", "pause", "appointments", "--why", "учёба")
        assert "остановлена" in await say("queue", "list")
        await centre.ready("anna")
        call = await centre.in_queue()
        listed = json.loads(await say("call", "list", "--json"))
        assert [(c["id"], c["queue"]) for c in listed] == [(call, "appointments")]
        await say("call", "priority", call, "-2")
        assert centre.record(call).priority == -2
        assert "anna" in await say("call", "assign", call, "anna")
        assert "anna" in await say("call", "list")
        await say("call", "move", call, "general")
        assert "вызов" in await say("agent", "list")
        await say("queue", "resume", "appointments")
        await say("agent", "force", "anna", "break", "--reason", "lunch")
        assert "перерыв (Обед)" in await say("agent", "list")
        await (await centre.operator("boris")).come()
        listed = await say("agent", "list")
        assert "перерыв (после входа)" in listed
        assert "(login)" not in listed
        refused = await asyncio.to_thread(ekc, "call", "pick", call, url=url)
        assert refused.exit_code == 1
        assert "Вы не на смене" in refused.stderr
    finally:
        await centre.close()


async def test_faults_in_words(tmp_path: Path) -> None:
    centre = await opened(tmp_path)
    try:
        url = centre.server.url
        for arguments, fields, words in (
            (("queue", "pause", "none"), {}, "Нет очереди «none»"),
            (("queue", "list"), {"password": "wrong"}, "Неверный логин"),
            (("queue", "list"), {"url": f"http://{fresh_host()}:9"}, "недоступен"),
        ):
            result = await asyncio.to_thread(ekc, *arguments, **{"url": url, **fields})
            assert result.exit_code == 1
            assert words in result.stderr
            assert "Traceback" not in result.output
        usage = await asyncio.to_thread(ekc, "agent", "force", "anna", "break", url=url)
        assert "--reason" in usage.stderr
    finally:
        await centre.close()
