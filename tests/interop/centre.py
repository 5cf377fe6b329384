"""The server as its administrator runs it: a configuration file, ``ekc user add``, ``ekc server``
in a process of its own. Nothing of the server is imported; its books are read from the database."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ekc_console.client.desk import Desk
from ekc_console.client.voice.line_state import Voice
from ekc_console.client.voice.secret import Passwords
from ekc_console.client.voice.voice_way import WayChoice
from sip.link.client import Softphone
from tests.interop.processes import Process, true_within
from tests.support.centre import until
from tests.support.net import free_port, fresh_host

EKC = str(Path(sys.executable).with_name("ekc"))
PASSWORD = "correct horse battery"
START_S = 40.0
OPERATOR_HZ = 1100.0


@dataclass(frozen=True)
class Booked:
    """One call in the server's books."""

    call: str
    direction: str
    number: str
    called: str
    topic: str
    state: str
    outcome: str
    ended_by: str
    card_state: str
    recording: str
    """Path of the joined file."""
    recording_state: str


class Centre:
    """``start``, then ``operator``; ``stop`` ends everything."""

    def __init__(
        self,
        folder: Path,
        trunks: Sequence[dict[str, Any]],
        sections: Mapping[str, Any] | None = None,
        **engine: Any,
    ) -> None:
        """``sections``: of the configuration, beside those that are always there."""
        self.folder = folder
        self.host = str(engine.pop("host", "")) or fresh_host()
        self.sip_port = free_port(self.host)
        self.url = ""
        self._config = folder / "ekc.yaml"
        self._server: Process | None = None
        self._desks: list[Desk] = []
        port = free_port(self.host)
        self.url = f"http://{self.host}:{port}"
        document = {
            "server": {"host": self.host, "port": port, "data_dir": str(folder / "data")},
            "engine": {"host": self.host, "sip_port": self.sip_port, **engine},
            "trunks": list(trunks),
            **(sections or {}),
        }
        self._config.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")

    @property
    def sip_address(self) -> str:
        return f"{self.host}:{self.sip_port}"

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text(encoding="utf-8")

    async def start(self) -> Centre:
        await self.command("config", "check", str(self._config))
        self._server = await Process.start(
            EKC, "server", "--config", str(self._config), "--log-file",
            str(self.folder / "server.log"), log=self.folder / "server.out",
        )  # fmt: skip
        await self._server.says("Сервер готов", START_S)
        return self

    async def stop(self) -> None:
        for desk in self._desks:
            await desk.close()
        if self._server is not None:
            await self._server.stop()
            assert self._server.child.returncode == 0, self._server.text[-3000:]
            assert "Traceback" not in self._server.text + self.log, self.log[-5000:]

    @property
    def runs(self) -> bool:
        return self._server is not None and self._server.child.returncode is None

    async def logs(self, words: str, limit_s: float = 10.0) -> None:
        """Wait until the server's log has these words."""
        await true_within(limit_s, lambda: words in self.log, lambda: self.log[-3000:])

    def engine_pid(self) -> int:
        """Process id of the server's Asterisk."""
        (file,) = (self.folder / "data" / "engine").rglob("*.pid")
        return int(file.read_text().split()[0])

    async def command(self, *words: str) -> str:
        """``ekc`` with these words; it must succeed. Its output."""
        done = await Process.start(
            EKC, *words, log=self.folder / "command.out", env={"EKC_PASSWORD": PASSWORD}
        )
        code = await done.ends(30)
        assert code == 0, done.text
        return done.text

    async def add(self, login: str, *options: str) -> None:
        await self.command(
            "user", "add", login, "--name", f"Оператор {login}", *options,
            "--config", str(self._config),
        )  # fmt: skip

    async def operator(self, login: str, voice: Voice | None = None) -> Desk:
        """Made by ``ekc user add``; logged in, ready, with the standing leg up."""
        await self.add(login)
        desk = await self.console(login)
        desk.line.voice = voice or Voice(tone_hz=OPERATOR_HZ)
        await desk.ready()
        await until(desk, lambda: desk.view.me is not None and desk.view.me.line_up)
        return desk

    async def console(
        self, login: str, way: WayChoice | None = None, passwords: Passwords | None = None
    ) -> Desk:
        """Logged in as somebody made before; not ready."""
        folder = self.folder / f"console-{login}"
        desk = Desk(
            self.url,
            folder,
            Softphone.spawn,
            sound="null",
            way=way,
            passwords=passwords,
        )
        self._desks.append(desk)
        await desk.log_in(login, PASSWORD)
        return desk

    def books(self) -> list[Booked]:
        """All calls, the oldest first."""
        uri = f"{(self.folder / 'data' / 'ekc.db').as_uri()}?mode=ro"
        conn = sqlite3.connect(uri, uri=True, timeout=5)
        try:
            rows = conn.execute(
                "SELECT calls.id, direction, coalesce(calls.number, ''), called, calls.topic,"
                " calls.state, coalesce(outcome, ''), coalesce(ended_by, ''),"
                " coalesce(cards.state, ''), coalesce(recordings.path, ''),"
                " coalesce(recordings.state, '')"
                " FROM calls LEFT JOIN cards ON cards.call = calls.id"
                " LEFT JOIN recordings ON recordings.call = calls.id ORDER BY arrived_at"
            ).fetchall()
        finally:
            conn.close()
        return [Booked(*row) for row in rows]

    async def settled(self, calls: int, limit_s: float = 20.0) -> list[Booked]:
        """The books when so many calls are over and their recordings joined."""

        def done() -> bool:
            books = self.books()
            return len(books) >= calls and all(
                row.outcome and row.recording_state not in ("recording", "joining") for row in books
            )

        await true_within(
            limit_s, done, lambda: "not settled: " + "\n".join(map(str, self.books()))
        )
        return self.books()
