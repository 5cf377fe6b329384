"""A server that stands still and goes on later: what the operator was told has failed is not done
any more, and what is typed comes in once."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from ekc_console.client.card.card_desk import CardDesk
from ekc_console.client.card.draft_sender import DraftSender, save_draft
from ekc_console.client.card.drafts import Draft, Drafts
from ekc_console.client.link import once
from ekc_console.client.link.connection import Connection
from ekc_console.client.link.errors import Offline
from ekc_console.client.link.login import login
from ekc_console.client.link.timing import Backoff, Timing
from ekc_console.domain.terms.localtime import zone_named
from ekc_console.errors import EkcError
from ekc_console.wire import messages, way_in
from tests.interop.centre import EKC
from tests.interop.processes import Process, true_within
from tests.support.centre import PASSWORD, plain_outcome
from tests.support.net import free_port, fresh_host
from tests.support.simulated_server import Outside

WAIT_S = 10.0
TIMING = Timing(backoff=Backoff(0.01, 0.1), heartbeat_s=0.4, open_s=2.0, request_s=1.0)


class Frozen:
    """A server process, one operator and what the database says."""

    def __init__(self, folder: Path, socket: Path) -> None:
        self.folder, self.socket = folder, socket
        host = fresh_host()
        port = free_port(host)
        self.url = f"http://{host}:{port}"
        self.config = folder / "ekc.yaml"
        document = {"server": {"host": host, "port": port, "data_dir": str(folder / "data")}}
        self.config.write_text(yaml.safe_dump(document), encoding="utf-8")
        self.outside = Outside(socket)
        self.process: Process
        self.connection: Connection

    async def start(self) -> None:
        await self._add("anna", "operator")
        await self._add("nina", "supervisor")
        self.process = await Process.start(
            sys.executable, "-m", "tests.support.simulated_server", str(self.socket),
            "--config", str(self.config), "--log-file", str(self.folder / "server.log"),
            log=self.folder / "server.out", cwd=Path(__file__).parents[2],
        )  # fmt: skip
        await self.process.says("Сервер готов", 60)
        session = await login(self.url, "anna", PASSWORD)
        self.connection = Connection(self.url, session.token, timing=TIMING)
        self.connection.start()
        await self.connection.online()
        line: Any = await self.connection.request(messages.OpenLine())
        await self.outside.wish("operator_calls_in", line.user, line.password)
        await self.until(lambda: self.me.line_up)
        await self.connection.request(messages.GoReady())

    async def stop(self) -> None:
        await self.connection.close()
        await self.process.stop()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        self.process.child.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.child.send_signal(signal.SIGCONT)

    @property
    def me(self) -> messages.Me:
        assert self.connection.view.me
        return self.connection.view.me

    async def until(self, true: Any) -> None:
        await true_within(WAIT_S, lambda: bool(true()), lambda: str(self.connection.view.me))

    async def thawed(self) -> None:
        """Everything that stood in its sockets has been read."""
        await asyncio.sleep(0.5)
        await self.until(lambda: self.connection.link.state == "online")

    def journalled(self, fact: str) -> int:
        return self.count("SELECT count(*) FROM journal WHERE fact = ?", fact)

    def count(self, query: str, *values: str) -> int:
        conn = sqlite3.connect(f"{(self.folder / 'data' / 'ekc.db').as_uri()}?mode=ro", uri=True)
        try:
            return int(conn.execute(query, values).fetchone()[0])
        finally:
            conn.close()

    async def _add(self, who: str, role: str) -> None:
        done = await Process.start(
            EKC, "user", "add", who, "--name", who,
            "--role", role, "--config", str(self.config),
            log=self.folder / "user.out", env={"EKC_PASSWORD": PASSWORD},
        )  # fmt: skip
        assert await done.ends(30) == 0, done.text


@pytest.fixture
async def frozen(tmp_path: Path) -> AsyncIterator[Frozen]:
    with tempfile.TemporaryDirectory(prefix="ekc-") as short:
        frozen = Frozen(tmp_path, Path(short) / "world")
        await frozen.start()
        try:
            yield frozen
        finally:
            await frozen.stop()


async def test_what_the_console_gave_up_is_not_done_when_the_server_goes_on(
    frozen: Frozen,
) -> None:
    with frozen.standing_still():
        with pytest.raises(Offline):
            await frozen.connection.request(messages.GoBreak(reason="lunch"))
        await asyncio.sleep(0.5)
    await frozen.thawed()
    assert frozen.journalled("AgentPaused") == 0
    await frozen.connection.request(messages.GoReady())
    await frozen.connection.request(messages.GoBreak(reason="lunch"))
    await frozen.until(lambda: frozen.me.state == "break")


@pytest.mark.long
async def test_what_the_command_line_gave_up_is_not_done_when_the_server_goes_on(
    frozen: Frozen,
) -> None:
    order = way_in.BlockNumber(number="+79000000808", why="грозил")
    with frozen.standing_still():
        with pytest.raises(EkcError):
            await once.command(frozen.url, "nina", PASSWORD, order, timeout_s=1.0)
        await asyncio.sleep(0.5)
    await frozen.thawed()
    assert frozen.journalled("NumberBlocked") == 0


@pytest.mark.long
async def test_a_card_finished_while_the_server_stood_still_comes_in_once(
    frozen: Frozen, tmp_path: Path
) -> None:
    leg = await frozen.outside.wish("caller_calls", "+79000000808")
    await asyncio.sleep(0.2)
    await frozen.outside.wish("caller_presses", leg, "1")
    view = frozen.connection.view
    await frozen.until(lambda: view.call and view.call.state == "offered")
    assert view.call
    await frozen.connection.request(messages.AcceptOffer(offer=view.call.offer))
    await frozen.until(lambda: view.call and view.call.card)
    troubles: list[str] = []
    sender = DraftSender(
        Drafts(tmp_path / "drafts", Draft), frozen.connection.request, save_draft,
        troubles.append, TIMING,
    )  # fmt: skip
    sender.start()
    desk = CardDesk(
        frozen.connection.request, lambda: None, lambda: 0.0, lambda: zone_named("Europe/Moscow")
    )
    desk.begin(sender)
    await desk.open(view.call.card)
    with frozen.standing_still():
        desk.set_note("написано, пока сервер стоял")
        desk.set_disposition(plain_outcome(desk))
        with pytest.raises(Offline):
            await desk.save()
        await asyncio.sleep(0.5)
    await frozen.thawed()
    saved = "SELECT count(*) FROM cards WHERE state = 'saved'"
    assert frozen.count(saved) == 0
    await desk.save()
    await sender.settled()
    assert frozen.count(saved + " AND note = ?", "написано, пока сервер стоял") == 1
    assert frozen.count("SELECT count(*) FROM card_history") == 0
    assert troubles == []
    await sender.stop()
