"""``ekc server`` as a process of its own, with data in a temporary folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from ekc_console.config import shipped_scripts
from ekc_console.server.people.auth import hash_password
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import accounts, sessions
from rig.machine.loopback import free_port, fresh_host
from rig.machine.processes import end, end_strangers, leave, strangers

PASSWORD = "bench password 122"
QUEUE = "general"
_START_S = 60.0
_SESSION_S = 3600.0

_STRAIGHT_TO_QUEUE = """\
id: main_menu
title: Сразу в очередь
kind: menu
owner: Замеры
approved: 2026-10-01
review_by: 2027-10-01
start: to_general
steps:
  to_general:
    do: {queue: general, topic: general, script: general}
    text: Соединяю с оператором.
"""


class Centre:
    """A context: the server runs within. ``operators``: logins ``op1`` … that can log in, each
    with a session token in ``tokens``."""

    def __init__(
        self,
        operators: int,
        *,
        recording: bool = False,
        log: bool = False,
        begin: bool = True,
        data: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """``data``: another folder for the server's data; ``environment``: more of it;
        ``begin`` False: ``spawn_server`` later, when the folder is as it is wanted."""
        self._begin = begin
        self.host = fresh_host()
        self.callers_host = fresh_host()
        """Calls from this address are the trunk's."""
        self.port = free_port(self.host)
        self.sip_port = free_port(self.host)
        self.sip = f"{self.host}:{self.sip_port}"
        self.tokens = {f"op{n}": f"bench-token-{n}" for n in range(1, operators + 1)}
        self._recording = recording
        self._show_log = log
        self._folder = Path(tempfile.mkdtemp(prefix="ekc-bench-"))
        self.data = data or self._folder / "data"
        self._environment = dict(environment or {})
        self.node = ""
        """``engine.nodes``: the one entry, as YAML; empty: an Asterisk of its own."""
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def pids(self) -> dict[str, int]:
        assert self._server is not None
        return {"server": self._server.pid, "Asterisk": self.engine_pid() or 0}

    def __enter__(self) -> Self:
        try:
            self._write_scripts()
            self._write_config()
            self._add_people()
            if self._begin:
                self.start_server()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    @property
    def database(self) -> Path:
        return self.data / "ekc.db"

    @property
    def recordings(self) -> Path:
        return self.data / "recordings"

    @property
    def config_file(self) -> Path:
        return self._folder / "config.yaml"

    def log_lines(self, word: str) -> list[str]:
        path = self._folder / "server.log"
        text = path.read_text() if path.exists() else ""
        return [line for line in text.splitlines() if word in line]

    def log_tail(self, lines: int = 5) -> str:
        path = self._folder / "server.log"
        return "\n".join(path.read_text().splitlines()[-lines:]) if path.exists() else ""

    # -- before the start ----------------------------------------------------------

    def _write_scripts(self) -> None:
        scripts = self._folder / "scripts"
        shutil.copytree(shipped_scripts(), scripts)
        (scripts / "main_menu.yaml").write_text(_STRAIGHT_TO_QUEUE, encoding="utf-8")

    def _write_config(self) -> None:
        own = f"host: {self.host}, sip_port: {self.sip_port}, "
        engine = f"nodes: [{self.node}], " if self.node else own
        (self._folder / "config.yaml").write_text(
            f"""\
server:
  host: {self.host}
  port: {self.port}
  data_dir: "{self.data}"
  scripts_dir: "{self._folder}/scripts"
engine: {{{engine}operator_transport: udp}}
trunks:
- {{name: bench, mode: address, addresses: ["{self.callers_host}/32"]}}
queues:
- {{id: {QUEUE}, title: Общая линия, wrap_up: none, announce_every_s: 0}}
topics:
- {{code: general, title: Общая линия, script: general}}
calls: {{recording: {str(self._recording).lower()}}}
""",
            encoding="utf-8",
        )

    def _add_people(self) -> None:
        password_hash, now = hash_password(PASSWORD), time.time()
        self.data.mkdir(mode=0o700, exist_ok=True)
        with Database.open(self.database) as database:
            for login, token in self.tokens.items():
                person = accounts.User(
                    login=login,
                    name=f"Оператор {login}",
                    role="operator",
                    password_hash=password_hash,
                    queues=(QUEUE,),
                )
                database.write_now(lambda conn, p=person: accounts.add(conn, p))  # type: ignore[misc]
                database.write_now(
                    lambda conn, w=login, t=token: sessions.put(  # type: ignore[misc]
                        conn, w, t, now, now + _SESSION_S
                    )
                )

    # -- the process ----------------------------------------------------------------

    def spawn_server(self, program: Sequence[str | Path]) -> None:
        """Returns at once; ``program``: as which ``ekc`` runs."""
        with (self._folder / "output").open("ab") as output:
            self._server = subprocess.Popen(
                [
                    *program, "server", "--config", self.config_file,
                    "--log-file", self._folder / "server.log",
                ],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env={**os.environ, **self._environment},
            )  # fmt: skip

    def start_server(self) -> None:
        self.spawn_server([Path(sys.executable).with_name("ekc")])
        assert self._server is not None
        deadline = time.monotonic() + _START_S
        while not self._healthy():
            if self._server.poll() is not None or time.monotonic() > deadline:
                leave("ekc server did not start:\n" + (self._folder / "output").read_text())
            time.sleep(0.1)

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                return bool(json.load(answer)["engine"] == "up")
        except (urllib.error.URLError, OSError):
            return False

    def kill_server(self) -> None:
        """Kill -9; Asterisk and its calls go on. ``start_server`` again afterwards."""
        assert self._server is not None
        self._server.kill()
        self._server.wait()

    def server_exit(self) -> int | None:
        """None while it runs."""
        return None if self._server is None else self._server.poll()

    def engines(self) -> int:
        """Asterisk processes that run here: one."""
        return len(strangers(str(self.data / "engine/etc/asterisk.conf")))

    def keep(self, folder: Path) -> None:
        """Copy what tells how it was: log, output, database, the engine's notes of callers."""
        folder.mkdir(parents=True, exist_ok=True)
        for path in (
            self._folder / "server.log",
            self._folder / "output",
            *self.data.glob("ekc.*"),
        ):
            if path.is_file():
                shutil.copy(path, folder)
        shutil.copytree(self.data / "engine/callers", folder / "callers", dirs_exist_ok=True)

    def engine_pid(self) -> int | None:
        """None while there is none."""
        try:
            return int(json.loads((self.data / "engine/engine.json").read_bytes())["pid"])
        except (OSError, ValueError):
            return None

    def _stop(self) -> None:
        if self._server is not None:
            end(self._server, wait_s=20.0)
        if self._show_log:
            print(self.log_tail(40))
        end_strangers(str(self.data / "engine"))
        shutil.rmtree(self._folder, ignore_errors=True)
