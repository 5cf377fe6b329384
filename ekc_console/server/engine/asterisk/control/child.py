"""Asterisk as a child process of ours that outlives a killed server.

It runs in a session of its own. ``engine.json`` in its directory says which process it is and how
it is controlled, so that the next server finds it and goes on with its calls.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import re
import secrets
import shutil
import signal
import tempfile
from pathlib import Path

import msgspec
import structlog

from ekc_console.json_faults import NOT_JSON
from ekc_console.server.engine.asterisk.control.ami import Ami
from ekc_console.server.engine.asterisk.install.program import EngineProgram
from ekc_console.server.engine.asterisk.setup.configuration import Access, configuration
from ekc_console.server.engine.asterisk.setup.dialplan import APPLICATION
from ekc_console.server.engine.asterisk.setup.ports import check_heard, check_ports, control_port
from ekc_console.server.engine.asterisk.setup.settings import AsteriskSettings
from ekc_console.server.engine.protocol import EngineError

log = structlog.get_logger(__name__)

READY_TIMEOUT_S = 30.0
TERM_TIMEOUT_S = 8.0
_POLL_S = 0.02
_LONGEST_SOCKET_PATH = 107  # sun_path less its final zero, unix(7)
_CONTROL_SOCKET = "asterisk.ctl"
_LOG_LINES = 8
_ENVIRONMENT = ("PATH", "HOME", "LANG", "TZ")
"""All that Asterisk gets of our environment, which may hold secrets."""
_RESOLVER = "no-aaaa timeout:1 attempts:2"
"""resolv.conf(5). Asterisk asks for the addresses of this machine's name as it starts, those of
IPv6 too, which /etc/hosts seldom has: with a name server that is dead callers would wait for 5 s,
twice, and as often again for each other server and domain to be tried."""


class _State(msgspec.Struct, frozen=True):
    pid: int
    started: int
    """Start time in clock ticks since boot (proc(5), field 22): tells a reused pid."""
    http_port: int
    ami_port: int
    secret: str
    configuration: str
    host: str
    sip_port: int
    tls_port: int = 0
    """0: TLS is not on offer."""


class Child:
    """One Asterisk. ``start`` adopts a running one or begins a new one."""

    def __init__(self, settings: AsteriskSettings, program: EngineProgram) -> None:
        self._settings = settings
        self._program = program
        self._directory = settings.directory
        self._run = run_directory(settings.directory)
        self._state: _State | None = None
        self._pidfd: int | None = None
        self.adopted = False

    @property
    def access(self) -> Access:
        state = self._running()
        return Access(state.http_port, state.ami_port, state.secret)

    @property
    def pid(self) -> int:
        return self._running().pid

    @property
    def sip(self) -> tuple[str, int, int]:
        """Address, port and TLS port that the running process is bound to (an adopted one may
        have older settings)."""
        state = self._running()
        return state.host, state.sip_port, state.tls_port

    @property
    def outdated(self) -> bool:
        """The running process was started with other settings."""
        return self._running().configuration != self._fingerprint()

    async def start(self) -> None:
        """Returns when Asterisk takes calls. Raises EngineError with the remedy."""
        try:
            await self._start()
        except OSError as error:
            raise EngineError(
                f"Asterisk не запускается: {error}.",
                f"Проверьте место на диске и права на {self._directory}.",
            ) from error

    async def _start(self) -> None:
        state = _load_state(self._directory)
        if state is not None and _started(state.pid) == state.started:
            self._follow(state)
            if await self._answers():
                self.adopted = True
                return
            log.warning("adopted engine does not answer or hear, ending it", pid=state.pid)
            await self.stop()
        self.adopted = False
        await self._begin()

    @classmethod
    def runs_in(cls, directory: Path) -> bool:
        """Whether an Asterisk of ours lives with this directory."""
        state = _load_state(directory)
        return state is not None and _started(state.pid) == state.started

    async def exited(self) -> None:
        """Until the process has ended, whoever's child it is."""
        if self._pidfd is None:
            return
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()

        def end() -> None:
            if not ended.done():
                ended.set_result(None)

        loop.add_reader(self._pidfd, end)
        try:
            await ended
        finally:
            loop.remove_reader(self._pidfd)

    async def stop(self, grace_s: float = TERM_TIMEOUT_S) -> None:
        """End the process: TERM (Asterisk then hangs up and leaves), after ``grace_s`` KILL."""
        if self._pidfd is None:
            return
        for number, wait_s in ((signal.SIGTERM, grace_s), (signal.SIGKILL, 5.0)):
            if wait_s <= 0:
                continue
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, number)
            try:
                async with asyncio.timeout(wait_s):
                    await self.exited()
                break
            except TimeoutError:
                log.warning("engine ignores a signal", signal=number.name, pid=self.pid)
        self._clear()

    def forget(self) -> None:
        """Leave the process alone; a later ``start`` adopts it."""
        if self._pidfd is not None:
            os.close(self._pidfd)
        self._pidfd = self._state = None

    def last_log_lines(self) -> str:
        """The end of what Asterisk wrote, for an error message."""
        lines: list[str] = []
        for name in ("output", "messages"):
            with contextlib.suppress(OSError):
                text = (self._directory / "log" / name).read_text(errors="replace")
                plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
                lines += [line for line in plain.splitlines() if line][-_LOG_LINES:]
        return "\n".join(lines)

    # -- starting -------------------------------------------------------------

    async def _begin(self) -> None:
        await self._end_stray()
        check_ports(self._settings)
        access = self._prepare()
        pid = self._spawn()
        state = _State(
            pid,
            _started(pid) or 0,
            access.http_port,
            access.ami_port,
            access.secret,
            self._fingerprint(),
            self._settings.host,
            self._settings.sip_port,
            self._settings.tls.port if self._settings.tls else 0,
        )
        self._follow(state)
        _write_private(self._directory / "engine.json", msgspec.json.encode(state))
        if not await self._becomes_ready():
            lines = self.last_log_lines()
            await self.stop(grace_s=0)
            raise EngineError(
                f"Asterisk не запустился. Конец его журнала:\n{lines or '(пусто)'}",
                f"Проверьте программу командой «ekc engine check»; журнал: {self._directory}/log.",
            )
        try:
            check_heard(state.host, state.sip_port, pid)
        except EngineError:
            await self.stop(grace_s=0)
            raise

    async def _end_stray(self) -> None:
        """End one of ours that ``engine.json`` does not know, for a server was killed just
        between its start and the writing of that file."""
        pid = self._stray_pid()
        if pid is not None and (started := _started(pid)) is not None:
            log.warning("ending an engine without a record", pid=pid)
            self._follow(_State(pid, started, 0, 0, "", "", "", 0))
            await self.stop()

    def _stray_pid(self) -> int | None:
        try:
            pid = int((self._run / "asterisk.pid").read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        return pid if os.fsencode(self._configuration_file) in command else None

    @property
    def _configuration_file(self) -> Path:
        return self._directory / "etc" / "asterisk.conf"

    def _prepare(self) -> Access:
        """Make the directories and write the configuration with fresh secrets."""
        self._directory.mkdir(parents=True, exist_ok=True)
        self._directory.chmod(0o700)
        for name in (
            "etc",
            "log",
            "cache",
            "callers",
            "var/keys",
            "spool/monitor",
            "spool/recording",
        ):
            (self._directory / name).mkdir(parents=True, exist_ok=True)
        self._settings.recordings.mkdir(parents=True, exist_ok=True)
        _make_run_directory(self._run)
        for path in (self._directory / "log").iterdir():
            if path.suffix != ".old":
                path.replace(path.with_name(f"{path.name}.old"))
        host = self._settings.control_host
        access = Access(
            control_port(host, self._settings.http_port, "engine.http_port"),
            control_port(host, self._settings.ami_port, "engine.ami_port"),
            secrets.token_urlsafe(24),
            secrets.token_hex(2),
        )
        texts = configuration(self._settings, self._program, access, self._run)
        etc = self._directory / "etc"
        for name, text in texts.items():
            _write_private(etc / name, text.encode())
        return access

    def _spawn(self) -> int:
        command = [
            *self._program.command, "-f", "-C", str(self._directory / "etc" / "asterisk.conf")
        ]  # fmt: skip
        output = str(self._directory / "log" / "output")
        create = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        try:
            return os.posix_spawn(
                command[0],
                command,
                {key: os.environ[key] for key in _ENVIRONMENT if key in os.environ}
                | {"RES_OPTIONS": _RESOLVER},
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 1, output, create, 0o600),
                    (os.POSIX_SPAWN_DUP2, 1, 2),
                ],
                setsid=True,
            )
        except OSError as error:
            raise EngineError(
                f"Программа Asterisk не запускается ({command[0]}): {error.strerror}.",
                "Установите её заново: «ekc engine install».",
            ) from None

    async def _becomes_ready(self) -> bool:
        ready = asyncio.create_task(self._wait_ready())
        ended = asyncio.create_task(self.exited())
        try:
            await asyncio.wait(
                {ready, ended}, timeout=READY_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED
            )
            return ready.done() and ready.exception() is None
        finally:
            for task in (ready, ended):
                task.cancel()
            await asyncio.gather(ready, ended, return_exceptions=True)

    async def _wait_ready(self) -> None:
        """A manager that refuses or closes a connection may only be busy with its start."""
        while True:
            if await self._is_booted():
                return
            await asyncio.sleep(_POLL_S)

    async def _is_booted(self) -> bool:
        try:
            ami = await self._connect()
            try:
                await ami.wait_booted()
            finally:
                await ami.close()
        except EngineError:
            return False
        return True

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(5):
                ami = await self._connect()
                await ami.close()
            state = self._running()
            check_heard(state.host, state.sip_port, state.pid)
        except (EngineError, OSError, TimeoutError):
            return False
        return True

    async def _connect(self) -> Ami:
        access = self.access
        return await Ami.connect(
            self._settings.control_host, access.ami_port, APPLICATION, access.secret
        )

    # -- what is running ---------------------------------------------------------

    def _running(self) -> _State:
        if self._state is None:
            raise EngineError("Asterisk не запущен.")
        return self._state

    def _follow(self, state: _State) -> None:
        self._state = state
        self._pidfd = os.pidfd_open(state.pid)

    def _fingerprint(self) -> str:
        texts = configuration(self._settings, self._program, Access(0, 0, ""), self._run)
        return hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest()

    def _clear(self) -> None:
        """Reap, and remove what only a running process has."""
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        self.forget()
        (self._directory / "engine.json").unlink(missing_ok=True)
        shutil.rmtree(self._run, ignore_errors=True)


def _load_state(directory: Path) -> _State | None:
    try:
        data = (directory / "engine.json").read_bytes()
        return msgspec.json.decode(data, type=_State)
    except (OSError, *NOT_JSON):
        return None


def run_directory(directory: Path) -> Path:
    """Where the control socket lies: in ``directory`` unless its path grew too long for one."""
    run = directory / "run"
    if len(os.fsencode(run / _CONTROL_SOCKET)) <= _LONGEST_SOCKET_PATH:
        return run
    name = hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"ekc-{os.getuid()}-{name}"


def _make_run_directory(path: Path) -> None:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = path.lstat()
    if path.is_symlink() or status.st_uid != os.getuid():
        raise EngineError(
            f"Каталог {path} принадлежит другому пользователю.", "Удалите его и повторите."
        )
    for name in (_CONTROL_SOCKET, "asterisk.pid"):
        (path / name).unlink(missing_ok=True)


def _write_private(path: Path, data: bytes) -> None:
    """Replace the file at once, readable by its owner only."""
    temporary = path.with_name(f".{path.name}.new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    temporary.replace(path)


def _started(pid: int) -> int | None:
    """Start time of a live process; None when there is none (a zombie is none)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])
