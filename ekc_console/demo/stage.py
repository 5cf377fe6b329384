"""A throw-away centre: data directory, operators, a server process.

Both forms of the demo stand on it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import functools
import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from ekc_console.config import Config, parse
from ekc_console.domain.terms.ids import Role
from ekc_console.errors import EkcError
from ekc_console.folders import DEMONSTRATION
from ekc_console.server.engine.asterisk.install import installer
from ekc_console.server.engine.asterisk.setup.ports import free_sip_port
from ekc_console.server.people.auth import hash_password
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import accounts

Progress = Callable[[str], None]

HOST = "127.0.0.1"
READY_WITHIN_S = 60.0
STOP_WITHIN_S = 15.0
KEPT = "keep"
"""A file of this name says that the folder was to be kept."""
CALLED_NUMBER = "122"
_PR_SET_PDEATHSIG = 1


class Stage:
    """``open``, then use ``url`` and ``sip_address``, then ``close`` (also after an error)."""

    def __init__(self, *, keep: bool = False) -> None:
        self.keep = keep
        """Leave the directory (data, recordings, logs) behind."""
        self.directory = Path(tempfile.mkdtemp(prefix=f"{DEMONSTRATION}{os.getpid()}-"))
        self.password = secrets.token_urlsafe(12)
        """Of every operator of this demo."""
        self.work = self.directory / "work"
        """For the demonstration's own short-lived files."""
        self.work.mkdir()
        self._config_file = self.directory / "config.yaml"
        self._processes: list[asyncio.subprocess.Process] = []
        self._readers: list[asyncio.Task[None]] = []
        self._http_port, self._sip_port = _two_free_ports()
        self.config: Config = Config()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._http_port}"

    @property
    def sip_address(self) -> str:
        return f"{HOST}:{self._sip_port}"

    @property
    def database(self) -> Path:
        return self.config.database_file

    @property
    def log_file(self) -> Path:
        return self.directory / "server.log"

    async def open(
        self,
        operators: dict[str, str],
        progress: Progress,
        *,
        outbound: str,
        changes: dict[str, Any] | None = None,
        supervisors: dict[str, str] | None = None,
    ) -> None:
        """Bring the engine, make the store with ``operators`` and ``supervisors`` (login to
        name), start the server.

        ``outbound``: ``host:port`` where the people are whom the centre calls. ``changes``: keys
        over the demo's configuration. Raises EkcError.
        """
        if installer.find() is None:
            progress("Телефонный движок: ставлю Asterisk (один раз, около 20 с)")
            await asyncio.to_thread(
                installer.install, installer.default_cache(), lambda text: progress(f"  {text}")
            )
        self.config = self._write_config(outbound, changes or {})
        self._add_people(operators, "operator")
        self._add_people(supervisors or {}, "supervisor")
        await self._start_server(progress)

    def break_engine(self) -> None:
        """The telephony dies under its calls; the server starts it anew."""
        for file in self.directory.rglob("asterisk.pid"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(file.read_text()), signal.SIGKILL)

    async def spawn(self, *arguments: str, **options: Any) -> asyncio.subprocess.Process:
        """Start a Python module of ours that ends when this process does, and with ``close``."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *arguments, preexec_fn=_die_with_parent, **options
        )
        self._processes.append(process)
        return process

    async def close(self) -> None:
        """End what was started, the newest first, and delete the data."""
        for process in reversed(self._processes):
            await _end(process)
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)
        if self.keep:
            (self.directory / KEPT).touch()
        else:
            await asyncio.to_thread(shutil.rmtree, self.directory, ignore_errors=True)

    def _write_config(self, outbound: str, changes: dict[str, Any]) -> Config:
        document: dict[str, Any] = {
            "server": {"port": self._http_port, "data_dir": str(self.directory / "data")},
            "engine": {"sip_port": self._sip_port},
            "trunks": [
                {
                    "name": "demo",
                    "mode": "address",
                    "addresses": ["127.0.0.0/8"],
                    "outbound": outbound,
                    "caller_id": CALLED_NUMBER,
                }
            ],
            "callbacks": {"hours": "00:00-24:00"},
        }
        for section, keys in changes.items():
            if isinstance(keys, dict):
                document.setdefault(section, {}).update(keys)
            else:
                document[section] = keys
        text = yaml.safe_dump(document, allow_unicode=True)
        self._config_file.write_text(text, encoding="utf-8")
        return parse(text, str(self._config_file))

    def _add_people(self, people: dict[str, str], role: Role) -> None:
        served = role == "operator"
        queues = tuple(queue.id for queue in self.config.queues) if served else ()
        with Database.open(self.database) as database:
            for login, name in people.items():
                person = accounts.User(
                    login=login,
                    name=name,
                    role=role,
                    password_hash=hash_password(self.password),
                    queues=queues,
                )
                database.write_now(functools.partial(accounts.add, user=person))

    async def _start_server(self, progress: Progress) -> None:
        server = await self.spawn(
            "ekc_console.cli",
            "server",
            "--config",
            str(self._config_file),
            "--log-file",
            str(self.log_file),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl+C in the terminal is for the demo alone
        )
        words: list[str] = []
        self._readers.append(asyncio.create_task(_relay(server, words, progress)))
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                while not await _is_ready(self.url):
                    if server.returncode is not None:
                        raise EkcError("Сервер не запустился:\n" + "\n".join(words[-8:]))
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise EkcError(
                f"Сервер не готов за {READY_WITHIN_S:.0f} с.", f"Журнал: {self.log_file}"
            ) from None


def sweep() -> None:
    """Delete what demonstrations that were killed outright have left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{DEMONSTRATION}*-*"):
        pid = folder.name.removeprefix(DEMONSTRATION).partition("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists() and not (folder / KEPT).exists():
            shutil.rmtree(folder, ignore_errors=True)


async def _relay(process: asyncio.subprocess.Process, words: list[str], progress: Progress) -> None:
    assert process.stderr is not None
    async for line in process.stderr:
        text = line.decode(errors="replace").rstrip()
        words.append(text)
        progress(f"  {text}")


async def _is_ready(url: str) -> bool:
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session,
            session.get(f"{url}/health") as response,
        ):
            return response.status == 200 and (await response.json())["engine"] == "up"
    except (aiohttp.ClientError, TimeoutError):
        return False


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask, then kill."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(STOP_WITHIN_S):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _die_with_parent() -> None:
    """In the child: SIGTERM when the demo dies without having said so (Linux prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == 1:
        os._exit(1)


def _two_free_ports() -> tuple[int, int]:
    first = second = free_sip_port(HOST)
    while second == first:
        second = free_sip_port(HOST)
    return first, second
