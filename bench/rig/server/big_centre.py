"""A centre of many queues and people, on the simulated engine, in a process of its own."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from ekc_console.config import shipped_scripts
from ekc_console.domain.terms.ids import Role
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import accounts, sessions
from rig.machine.processes import leave
from rig.server.centre import Centre

QUEUES_OF_ONE = 3
"""So many queues each operator serves."""
_TENS = 7
_SESSION_S = 3600.0
_START_S = 60.0


class BigCentre(Centre):
    """A context as :class:`Centre`. The world outside is driven through ``outside``, the socket of
    ``tests.support.simulated_server``. A caller who presses ``keys_of(n)`` is in queue ``n``."""

    def __init__(self, operators: int, supervisors: int, queues: int) -> None:
        super().__init__(operators)
        self.queues = queues
        self.supervisors = {f"boss{n}": f"boss-token-{n}" for n in range(1, supervisors + 1)}
        self.outside = self._folder / "outside"

    @property
    def server_pid(self) -> int:
        assert self._server is not None
        return self._server.pid

    def keys_of(self, queue: int) -> str:
        return f"{queue % _TENS}{queue // _TENS}"

    def facts(self) -> int:
        """In the journal so far."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as conn:
            return int(conn.execute("SELECT max(seq) FROM journal").fetchone()[0] or 0)

    def _write_scripts(self) -> None:
        scripts = self._folder / "scripts"
        scripts.mkdir()
        for path in Path(shipped_scripts()).glob("*"):
            if path.is_file():
                (scripts / path.name).write_bytes(path.read_bytes())
        (scripts / "main_menu.yaml").write_text(self._menu(), encoding="utf-8")

    def _menu(self) -> str:
        head = (
            "id: main_menu\ntitle: Номер очереди\nkind: menu\nowner: Замеры\n"
            "approved: 2026-10-01\nreview_by: 2027-10-01\nstart: first\nsteps:\n"
        )
        steps = [_choice("first", {str(ten): f"second_{ten}" for ten in range(_TENS)})]
        for ten in range(_TENS):
            mine = range(ten, self.queues, _TENS)
            steps.append(_choice(f"second_{ten}", {str(n // _TENS): f"to_{n}" for n in mine}))
        steps += [
            f"  to_{n}:\n    do: {{queue: q{n}, topic: general, script: general}}\n"
            "    text: Соединяю.\n"
            for n in range(self.queues)
        ]
        return head + "".join(steps)

    def _write_config(self) -> None:
        queues = "".join(
            f"- {{id: q{n}, title: Очередь {n}, wrap_up: optional_timed, wrap_up_s: 5,"
            " announce_every_s: 0}\n"
            for n in range(self.queues)
        )
        self.config_file.write_text(
            f"""\
server:
  host: {self.host}
  port: {self.port}
  data_dir: "{self.data}"
  scripts_dir: "{self._folder}/scripts"
queues:
{queues}topics:
- {{code: general, title: Общая линия, script: general}}
calls: {{recording: false}}
""",
            encoding="utf-8",
        )

    def _add_people(self) -> None:
        now = time.time()
        self.data.mkdir(mode=0o700, exist_ok=True)

        def add(conn: sqlite3.Connection) -> None:
            for number, (login, token) in enumerate(self.tokens.items()):
                mine = {f"q{(number + step) % self.queues}" for step in range(QUEUES_OF_ONE)}
                put(conn, login, token, "operator", tuple(sorted(mine)))
            for login, token in self.supervisors.items():
                put(conn, login, token, "supervisor", ())

        def put(
            conn: sqlite3.Connection, login: str, token: str, role: Role, queues: tuple[str, ...]
        ) -> None:
            person = accounts.User(login, f"Человек {login}", role, "no password", queues)
            accounts.add(conn, person)
            sessions.put(conn, login, token, now, now + _SESSION_S)

        with Database.open(self.database) as database:
            database.write_now(add)

    def start_server(self) -> None:
        with (self._folder / "output").open("ab") as output:
            self._server = subprocess.Popen(
                [
                    sys.executable, "-m", "tests.support.simulated_server", self.outside,
                    "--config", self.config_file, "--log-file", self._folder / "server.log",
                ],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                cwd=Path(__file__).resolve().parents[3],
            )  # fmt: skip
        deadline = time.monotonic() + _START_S
        while not self._healthy():
            if self._server.poll() is not None or time.monotonic() > deadline:
                leave("the server did not start:\n" + (self._folder / "output").read_text())
            time.sleep(0.1)


def _choice(step: str, ways: dict[str, str]) -> str:
    options = "".join(
        f'      - {{key: "{key}", label: "Ключ {key}", next: {where}}}\n'
        for key, where in ways.items()
    )
    first = next(iter(ways.values()))
    return (
        f"  {step}:\n    title: Выбор\n    choose: Номер очереди.\n    options:\n{options}"
        f"    timeout_s: 6\n    repeats: 2\n    on_silence: {first}\n    on_wrong: {first}\n"
    )
