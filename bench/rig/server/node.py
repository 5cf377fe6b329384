"""An Asterisk that the server does not run: an external node on loopback, whose control link
(ARI and AMI) can be cut."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from pathlib import Path

from ekc_console.server.engine.asterisk.install import installer
from ekc_console.server.engine.asterisk.setup.configuration import Access, configuration
from ekc_console.server.engine.asterisk.setup.settings import AsteriskSettings, Trunk
from ekc_console.server.services.music import ensure_music
from rig.machine.loopback import free_port
from rig.machine.processes import end, leave
from tests.support.cut_link import CutLink

SECRET = "bench"
_START_S = 20.0


class ExternalNode:
    """``start``, then ``entry`` for ``engine.nodes``; ``stop`` at the end."""

    def __init__(self, data: Path, host: str, sip_port: int, callers_host: str) -> None:
        self._directory = data / "engine"
        self._music = data / "music"
        self._settings = AsteriskSettings(
            directory=self._directory,
            recordings=data / "recordings",
            host=host,
            sip_port=sip_port,
            trunks=(Trunk("bench", addresses=(f"{callers_host}/32",)),),
            music_directory=self._music,
        )
        self._sip = f"{host}:{sip_port}"
        self._process: subprocess.Popen[bytes] | None = None
        self.ari, self.ami = CutLink(), CutLink()

    async def start(self) -> None:
        access = await asyncio.to_thread(self._start)
        host = self._settings.control_host
        await self.ari.open(host, access.http_port)
        await self.ami.open(host, access.ami_port)

    def _start(self) -> Access:
        for name in ("etc", "log", "run", "cache", "var/keys", "spool", "callers"):
            (self._directory / name).mkdir(parents=True, exist_ok=True)
        ensure_music(self._music)
        program = installer.find()
        if program is None:
            leave("Asterisk is missing: ekc engine install")
        host = self._settings.control_host
        access = Access(free_port(host), free_port(host), SECRET)
        files = configuration(self._settings, program, access, self._directory / "run")
        for name, text in files.items():
            (self._directory / "etc" / name).write_text(text)
        with (self._directory / "output").open("wb") as output:
            self._process = subprocess.Popen(
                [*program.command, "-f", "-C", str(self._directory / "etc/asterisk.conf")],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        _wait_for(host, access.ami_port)
        return access

    @property
    def entry(self) -> str:
        """One line of YAML."""
        return (
            f"{{ari_url: 'http://{self.ari.address}/ari', ari_user: ekc, ari_password: {SECRET}, "
            f"ami_address: '{self.ami.address}', ami_user: ekc, ami_password: {SECRET}, "
            f"sip_address: '{self._sip}'}}"
        )

    def cut(self) -> None:
        self.ari.cut()
        self.ami.cut()

    def mend(self) -> None:
        self.ari.mend()
        self.ami.mend()

    async def stop(self) -> None:
        await self.ari.close()
        await self.ami.close()
        if self._process is not None:
            end(self._process)


def _wait_for(host: str, port: int) -> None:
    """The manager interface listens last."""
    deadline = time.monotonic() + _START_S
    while True:
        try:
            socket.create_connection((host, port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                leave("the external Asterisk did not start")
            time.sleep(0.1)
