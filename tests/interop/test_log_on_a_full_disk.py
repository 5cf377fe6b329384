"""Data and log on one small disk that fills up: open consoles go on, callers are served, a log
line costs nobody anything, the end comes in time; freed, the journal has it all."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from ekc_console.client.link.connection import Connection, Link
from ekc_console.client.link.errors import Refused
from ekc_console.client.link.login import login
from ekc_console.client.words.saying import said
from ekc_console.errors import EkcError
from ekc_console.wire import messages
from ekc_console.wire.side_work import AddSuggestion
from tests.interop.centre import EKC, PASSWORD
from tests.interop.processes import Process, true_within
from tests.interop.test_disk_full import fill, run
from tests.support.net import free_port, fresh_host
from tests.support.simulated_server import Outside

DISK_MB = 40
WAIT_S = 15.0
TROUBLE_S = 12.0
"""Of trouble while calls come and go."""
REFUSALS = 120
"""Each leaves a line of the log: more than the rest of a page holds."""


class Console:
    """A console's link; knows what it was shown."""

    def __init__(self, url: str, token: str) -> None:
        self.connection = Connection(url, token, listener=self)
        self.notices: list[str] = []
        self.connection.start()

    def on_link(self, link: Link) -> None: ...

    def on_welcome(self, welcome: messages.Welcome) -> None: ...

    def on_view(self) -> None: ...

    def on_notice(self, notice: messages.Notice) -> None:
        self.notices.append(said(notice.words))

    @property
    def call(self) -> messages.MyCall | None:
        return self.connection.view.call

    async def do(self, body: messages.Command) -> Any:
        return await self.connection.request(body)

    async def until(self, true: Callable[[], object], what: str) -> None:
        await true_within(
            WAIT_S, lambda: bool(true()), lambda: f"{what}: {self.call} {self.notices}"
        )


class Small:
    """The server, its disk and its world outside."""

    def __init__(self, folder: Path, disk: Path, socket: Path) -> None:
        self.folder, self.disk, self.host = folder, disk, fresh_host()
        port = free_port(self.host)
        self.url = f"http://{self.host}:{port}"
        self.config = folder / "ekc.yaml"
        document = {"server": {"host": self.host, "port": port, "data_dir": str(disk / "data")}}
        self.config.write_text(yaml.safe_dump(document), encoding="utf-8")
        self.socket = socket
        self.outside = Outside(socket)
        self.process: Process

    @property
    def log(self) -> str:
        """A full disk cuts a line anywhere, in the midst of a letter too."""
        return (self.disk / "server.log").read_text(errors="replace")

    async def start(self) -> None:
        self.process = await Process.start(
            sys.executable, "-m", "tests.support.simulated_server", str(self.socket),
            "--config", str(self.config), "--log-file", str(self.disk / "server.log"),
            log=self.folder / "server.out", cwd=Path(__file__).parents[2],
        )  # fmt: skip
        await self.process.says("Сервер готов", 60)

    async def add(self, person: str) -> None:
        words = ("user", "add", person, "--name", person, "--role", "operator")
        done = await Process.start(
            EKC, *words, "--config", str(self.config),
            log=self.folder / "user.out", env={"EKC_PASSWORD": PASSWORD},
        )  # fmt: skip
        assert await done.ends(30) == 0, done.text

    async def console(self, person: str) -> Console:
        session = await login(self.url, person, PASSWORD)
        console = Console(self.url, session.token)
        await console.connection.online()
        return console

    async def health(self) -> dict[str, Any]:
        async with aiohttp.ClientSession() as http, http.get(f"{self.url}/health") as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def until_journal(self, state: str) -> None:
        async with asyncio.timeout(WAIT_S):
            while (await self.health())["journal"] != state:  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    def journalled(self, fact: str) -> int:
        conn = sqlite3.connect(f"{(self.disk / 'data' / 'ekc.db').as_uri()}?mode=ro", uri=True)
        try:
            query = "SELECT count(*) FROM journal WHERE fact = ?"
            return int(conn.execute(query, (fact,)).fetchone()[0])
        finally:
            conn.close()


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[Small]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "none", str(disk))
    await run(tmp_path, *mount)
    with tempfile.TemporaryDirectory(prefix="ekc-") as short:
        small = Small(tmp_path, disk, Path(short) / "world")
        try:
            yield small
        finally:
            await small.process.stop()
            await run(tmp_path, "umount", "--lazy", str(disk))


async def test_consoles_and_callers_go_on(small: Small) -> None:
    await small.add("anna")
    await small.add("boris")
    await small.start()
    anna = await small.console("anna")
    line: messages.Line = await anna.do(messages.OpenLine())
    await small.outside.wish("operator_calls_in", line.user, line.password)
    me = lambda: anna.connection.view.me  # noqa: E731
    await anna.until(lambda: me() and me().line_up, "line up")
    await anna.do(messages.GoReady())

    ballast = fill(small.disk)
    loop = asyncio.get_running_loop()
    until, calls = loop.time() + TROUBLE_S, 0
    while loop.time() < until or calls < 2:
        await one_call(small, anna)
        calls += 1
    for i in range(REFUSALS):
        with pytest.raises(Refused) as refused:
            await anna.do(AddSuggestion(source="own", text=f"слово {i}"))
        assert refused.value.code == "server_busy"
    health = await small.health()
    assert health["journal"] == "in_trouble"
    assert health["journal_waiting"] > 0
    assert health["log_lines_lost"] > 0
    assert health["faults"] == 0
    assert any("ещё не записано" in text for text in anna.notices)
    with pytest.raises(EkcError, match="не может записать"):
        await small.console("boris")

    ballast.unlink()
    await small.until_journal("written")
    await anna.until(lambda: any("снова работает" in text for text in anna.notices), "said")
    assert small.journalled("CallEnded") == small.journalled("CallBridged") == calls
    before = len(anna.notices)
    await anna.do(messages.GoBreak(reason="lunch"))
    assert not any("ещё не записано" in text for text in anna.notices[before:])
    boris = await small.console("boris")
    assert "log lines lost" in small.log

    ballast = fill(small.disk)
    await anna.do(messages.GoReady())
    await boris.connection.close()
    await anna.connection.close()
    small.process.child.terminate()
    assert await small.process.ends(20) == 0, small.process.text
    assert "Traceback" not in small.process.text + small.log


async def one_call(small: Small, anna: Console) -> None:
    leg = await small.outside.wish("caller_calls", "+79000000808")
    await asyncio.sleep(0.2)
    await small.outside.wish("caller_presses", leg, "1")
    await anna.until(lambda: anna.call and anna.call.state == "offered", "offered")
    assert anna.call
    await anna.do(messages.AcceptOffer(offer=anna.call.offer))
    await anna.until(lambda: anna.call and anna.call.state == "talking", "talking")
    await anna.do(messages.HangUpCall(call=leg))
    await anna.until(lambda: anna.connection.view.me.state == "wrap_up", "wrap-up")  # type: ignore[union-attr]
    await anna.do(messages.FinishWrapUp())
    await anna.until(lambda: anna.connection.view.me.state == "ready", "ready")  # type: ignore[union-attr]
