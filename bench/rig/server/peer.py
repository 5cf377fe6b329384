"""app_queue on the same Asterisk: the peer of the first two figures."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from ekc_console.server.engine.asterisk.install import debian, installer
from ekc_console.server.engine.asterisk.install.modules import MODULES
from ekc_console.server.engine.asterisk.install.program import EngineProgram
from ekc_console.server.engine.asterisk.setup.configuration import Access, configuration
from ekc_console.server.engine.asterisk.setup.settings import AsteriskSettings, Trunk
from ekc_console.server.services.music import ensure_music
from rig.machine.loopback import free_port, fresh_host
from rig.machine.processes import end, leave
from rig.people import sipp

_MORE_MODULES = ("app_queue",)
_START_S = 20.0


@dataclass(frozen=True, slots=True)
class Run:
    """One load: what caller and agents have logged."""

    callers: list[sipp.Line]
    agents: list[sipp.Line]
    errors: str

    @property
    def ended(self) -> int:
        return sum(line.kind == "E" for line in self.callers)

    def offer_ms(self) -> list[float]:
        """From each caller's INVITE to the first INVITE at an agent for it."""
        sent = {line.number: line.at for line in self.callers if line.kind == "I"}
        seen: dict[str, float] = {}
        for line in self.agents:
            if line.kind == "A" and line.number in sent:
                seen.setdefault(line.number, line.at)
        return [(at - sent[number]) * 1000 for number, at in seen.items()]

    def next_offer_ms(self, waited_s: float) -> list[float]:
        """From each agent's BYE to the next INVITE at that agent, for callers who had come
        ``waited_s`` before that BYE."""
        sent = {line.number: line.at for line in self.callers if line.kind == "I"}
        freed: dict[str, float] = {}
        times = []
        for line in self.agents:
            if line.kind == "B":
                freed[line.agent] = line.at
            elif line.kind == "A" and line.agent in freed:
                at = freed.pop(line.agent)
                if sent.get(line.number, line.at) < at - waited_s:
                    times.append((line.at - at) * 1000)
        return times


class AppQueue:
    """A context: an Asterisk with one queue of ``agents`` static members, longest idle first,
    behind no menu and no ``Answer()``; agents answer at once and hang up after ``talk_s``
    (shortest and longest)."""

    def __init__(self, agents: int, talk_s: tuple[float, float]) -> None:
        self._agents = agents
        self._talk_s = talk_s
        self._host, self._callers_host, self._agents_host = (fresh_host() for _ in range(3))
        self._agents_port = free_port(self._agents_host, socket.SOCK_DGRAM)
        self._port = free_port(self._host)
        self._folder = Path(tempfile.mkdtemp(prefix="ekc-bench-queue-"))
        self._asterisk: subprocess.Popen[bytes] | None = None
        self._first = 0

    @property
    def pids(self) -> dict[str, int]:
        assert self._asterisk is not None
        return {"Asterisk": self._asterisk.pid}

    def __enter__(self) -> Self:
        try:
            self._start(_program(self._folder))
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

    def call(self, rate: float, count: int) -> Run:
        """Place calls at ``rate``; returns when the last one is over."""
        agents = sipp.Sipp(
            sipp.AGENT, self._agents_host, port=self._agents_port, pause_s=self._talk_s
        )
        callers = sipp.Sipp(
            sipp.CALLER,
            self._callers_host,
            remote=f"{self._host}:{self._port}",
            rows=sipp.numbers(count, self._first),
            rate=rate,
        )
        self._first += count
        with agents:
            time.sleep(0.3)
            with callers:
                callers.process.wait(count / rate + 60)
            time.sleep(0.5)  # the last agents' BYEs are answered
        return Run(callers.lines(), agents.lines(), callers.errors() or agents.errors())

    def _start(self, program: EngineProgram) -> None:
        directory = self._folder
        for name in ("etc", "log", "run", "cache", "var/keys", "spool"):
            (directory / name).mkdir(parents=True)
        ensure_music(directory / "music")
        settings = AsteriskSettings(
            directory=directory,
            recordings=directory / "recordings",
            host=self._host,
            sip_port=self._port,
            trunks=(Trunk("bench", addresses=(f"{self._callers_host}/32",)),),
            music_directory=directory / "music",
        )
        host = settings.control_host
        access = Access(free_port(host), free_port(host), "bench")
        files = configuration(settings, program, access, directory / "run")
        files["modules.conf"] += "".join(f"require = {name}.so\n" for name in _MORE_MODULES)
        files["pjsip.conf"] += self._endpoints()
        files["queues.conf"] = self._queue()
        files["queuerules.conf"] = ""
        files["extensions.conf"] = (
            "[ekc-trunk]\nexten = _X!,1,Queue(bench)\n same = n,Hangup()\n[none]\n"
        )
        for name, text in files.items():
            (directory / "etc" / name).write_text(text)
        command = [*program.command, "-f", "-C", str(directory / "etc/asterisk.conf")]
        with (directory / "output").open("wb") as output:
            self._asterisk = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        self._wait_until_ready(host, access.ami_port)

    def _wait_until_ready(self, host: str, ami_port: int) -> None:
        """Asterisk says ``FullyBooted`` to a manager who logs in."""
        assert self._asterisk is not None
        deadline = time.monotonic() + _START_S
        login = b"Action: Login\r\nUsername: ekc\r\nSecret: bench\r\n\r\n"
        while True:
            try:
                with socket.create_connection((host, ami_port), timeout=2) as manager:
                    manager.sendall(login)
                    heard = b""
                    while b"FullyBooted" not in heard:
                        heard += (data := manager.recv(4096))
                        if not data:
                            raise ConnectionError
                return
            except OSError:
                if self._asterisk.poll() is not None or time.monotonic() > deadline:
                    leave("app_queue's Asterisk did not start:\n" + self._log())
                time.sleep(0.1)

    def _log(self) -> str:
        texts = [self._folder / "output", self._folder / "log/messages"]
        return "\n".join(text.read_text(errors="replace") for text in texts if text.exists())

    def _endpoints(self) -> str:
        return "".join(
            f"""\
[ag{n}]
type = endpoint
context = none
aors = ag{n}
transport = transport-udp
disallow = all
allow = alaw
direct_media = no
timers = no
send_connected_line = no
[ag{n}]
type = aor
contact = sip:ag{n}@{self._agents_host}:{self._agents_port}
"""
            for n in range(1, self._agents + 1)
        )

    def _queue(self) -> str:
        members = "".join(f"member = PJSIP/ag{n}\n" for n in range(1, self._agents + 1))
        return f"""\
[general]
persistentmembers = no
autofill = yes
[bench]
strategy = leastrecent
timeout = 15
retry = 1
wrapuptime = 0
ringinuse = no
autofill = yes
joinempty = yes
announce-frequency = 0
{members}"""

    def _stop(self) -> None:
        if self._asterisk is not None:
            end(self._asterisk)
        shutil.rmtree(self._folder, ignore_errors=True)


# -- the module that our engine does not load ------------------------------------------


def _program(folder: Path) -> EngineProgram:
    """Our engine's program with a module directory of its own that has app_queue too."""
    program = installer.find()
    if program is None:
        leave("Asterisk is missing: ekc engine install")
    assert program is not None
    modules = folder / "modules"
    modules.mkdir()
    for name in MODULES:
        (modules / f"{name}.so").symlink_to(program.modules / f"{name}.so")
    source = program.modules
    if not all((source / f"{name}.so").exists() for name in _MORE_MODULES):
        source = _brought()
    for name in _MORE_MODULES:
        (modules / f"{name}.so").symlink_to(source / f"{name}.so")
    return EngineProgram(program.command, modules, program.data, program.music, program.version)


def _brought() -> Path:
    """Debian's modules beside the cached engine, downloaded once, of the engine's version."""
    cache = installer.default_cache()
    lock = next(cache.glob("asterisk-*/lock.json"))
    packages = json.loads(lock.read_text())["packages"]
    wanted = next(p["version"] for p in packages if p["name"] == "asterisk-modules")
    target = cache / f"bench-{wanted.rpartition(':')[2].replace('~', '_')}"
    if not target.exists():
        print(f"   app_queue: bringing Debian's asterisk-modules into {cache.name}/{target.name}")
        work = Path(tempfile.mkdtemp(prefix="new-", dir=cache))
        try:
            apt = debian.PrivateApt(work / "apt")
            apt.update(debian.mirrors())
            (got,) = apt.fetch(("asterisk-modules",), work / "root")
            if got.version != wanted:
                leave(f"Debian has Asterisk {got.version} now, the engine is {wanted}: "
                      "remove the engine's cache and run ekc engine install")  # fmt: skip
            found = next((work / "root").rglob("app_queue.so")).parent
            os.rename(found, target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return target
