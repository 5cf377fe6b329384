"""An Asterisk in a network namespace of its own, reached over two links: one for the voice of
callers and operators, one for ARI and AMI, which can be cut. Run as root.

As a program (in the namespace): begins that Asterisk, says how it is controlled, and leaves it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path
from unittest import mock

from ekc_console.server.engine.asterisk.control import child
from ekc_console.server.engine.asterisk.engine import AsteriskEngine
from ekc_console.server.engine.asterisk.setup.configuration import configuration
from ekc_console.server.engine.asterisk.setup.dialplan import callers_directory
from ekc_console.server.engine.asterisk.setup.settings import AsteriskSettings, ExternalNode, Trunk
from ekc_console.server.services.music import ensure_music
from tests.interop.processes import Process, program, run
from tests.support.engine import asterisk_program

SIP_PORT = 5060
_NOBODY = "02:00:00:00:00:99"
"""A hardware address that no interface has: what is sent to it is lost without a word."""


class RemoteNode:
    """``start``, then ``cut`` and ``mend``; ``stop`` leaves nothing behind."""

    def __init__(self, folder: Path) -> None:
        number = os.getpid() % 60000
        self._name = f"ekc-node-{number}"
        self._links = {"voice": f"ekv{number}", "control": f"ekc{number}"}
        nets = {"voice": f"198.18.{number % 250}", "control": f"198.19.{number % 250}"}
        self.here = f"{nets['voice']}.1"
        """Our address on the link of voices."""
        self.there = f"{nets['voice']}.2"
        self._ends = {name: (f"{net}.1", f"{net}.2") for name, net in nets.items()}
        self._folder = folder
        self._pid = 0

    async def start(self) -> ExternalNode:
        await self._ip("netns", "add", self._name)
        await self._inside("link", "set", "lo", "up")
        for link, device in self._links.items():
            ours, theirs = self._ends[link]
            await self._ip(
                "link", "add", device, "type", "veth", "peer", "name", link, "netns", self._name
            )
            await self._ip("addr", "add", f"{ours}/30", "dev", device)
            await self._ip("link", "set", device, "up")
            await self._inside("addr", "add", f"{theirs}/30", "dev", link)
            await self._inside("link", "set", link, "up")
        control = self._ends["control"][1]
        log = self._folder / "node.out"
        process = await Process.start(
            program("ip"), "netns", "exec", self._name, sys.executable, "-m",
            "tests.interop.remote_node", str(self._folder), self.here, self.there, control,
            log=log,
        )  # fmt: skip
        assert await process.ends(60) == 0, process.text
        told = json.loads(log.read_text().splitlines()[-1])
        self._pid = told["pid"]
        return ExternalNode(
            ari=f"http://{control}:{told['http_port']}",
            user="ekc",
            password=told["secret"],
            ami=f"{control}:{told['ami_port']}",
            ami_user="ekc",
            ami_password=told["secret"],
            sip=f"{self.there}:{SIP_PORT}",
            callers=callers_directory(_settings(self._folder, self.here, self.there).directory),
        )

    async def cut(self) -> None:
        """From now on nothing passes the control link, either way, and nobody is told."""
        ours, theirs = self._ends["control"]
        for order, address, device in (
            (self._ip, theirs, self._links["control"]),
            (self._inside, ours, "control"),
        ):
            await order(
                "neigh", "replace", address, "lladdr", _NOBODY, "dev", device, "nud", "permanent"
            )

    async def mend(self) -> None:
        ours, theirs = self._ends["control"]
        await self._ip("neigh", "del", theirs, "dev", self._links["control"])
        await self._inside("neigh", "del", ours, "dev", "control")

    async def stop(self) -> None:
        if self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        # The namespace itself lives on in the kernel until its last sockets have timed out.
        for device in self._links.values():
            await self._ip("link", "del", device)
        await self._ip("netns", "del", self._name)

    async def _inside(self, *words: str) -> None:
        await self._ip("-n", self._name, *words)

    async def _ip(self, *words: str) -> None:
        await run(program("ip"), *words, log=self._folder / "ip.out")


def _settings(folder: Path, here: str, there: str) -> AsteriskSettings:
    return AsteriskSettings(
        directory=folder / "node",
        recordings=folder / "data" / "recordings",
        host=there,
        sip_port=SIP_PORT,
        music_directory=folder / "data" / "music",
        trunks=(Trunk("test", addresses=(f"{here}/32",), outbound=f"{here}:5060"),),
    )


async def _begin(folder: Path, here: str, there: str, control: str) -> None:
    """``control``: the address that ARI and AMI are bound to, open for the other end."""

    def reachable(*given: object) -> dict[str, str]:
        texts = configuration(*given)  # type: ignore[arg-type]
        permitted = texts["manager.conf"].replace("127.0.0.0/255.0.0.0", "0.0.0.0/0.0.0.0")
        return {**texts, "manager.conf": permitted}

    ensure_music(folder / "data" / "music")
    settings = _settings(folder, here, there)
    with (
        mock.patch.object(AsteriskSettings, "control_host", control),
        mock.patch.object(child, "configuration", reachable),
    ):
        engine = AsteriskEngine(settings, asterisk_program())
        await engine.start(lambda event: None)
        await engine.stop(hang_up=False)
    print((settings.directory / "engine.json").read_text())


if __name__ == "__main__":
    asyncio.run(_begin(Path(sys.argv[1]), *sys.argv[2:]))
