"""The two ways to an Asterisk: a child process of ours, or a node that somebody else runs."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from ekc_console.server.engine.asterisk.calls.notes import Notes
from ekc_console.server.engine.asterisk.control.ami import Ami
from ekc_console.server.engine.asterisk.control.ari import Ari
from ekc_console.server.engine.asterisk.control.child import Child
from ekc_console.server.engine.asterisk.install.program import EngineProgram
from ekc_console.server.engine.asterisk.setup.dialplan import APPLICATION, callers_directory
from ekc_console.server.engine.asterisk.setup.ports import is_ours
from ekc_console.server.engine.asterisk.setup.settings import (
    AsteriskSettings,
    ExternalNode,
    Trunk,
    host_port,
)
from ekc_console.server.engine.protocol import EngineError

log = structlog.get_logger(__name__)


class Node(Protocol):
    """Clients are made anew after every ``bring_up``, for ports and secrets may have changed."""

    trunks: tuple[Trunk, ...]
    settings: AsteriskSettings | None
    """None where they are not ours to know."""

    async def bring_up(self) -> None:
        """Returns when Asterisk takes calls; raises EngineError."""

    async def ended(self) -> None:
        """Until its process has ended (never, where it is not ours)."""

    async def end(self, *, kill: bool) -> None:
        """End its process if it is ours; ``kill``: it is hung or dead, do not ask first."""

    def notes(self) -> Notes | None:
        """Its notes of callers; None where they are not ours to read."""

    def leave(self) -> None:
        """Let it go on without us."""

    async def give_up(self) -> None:
        """Undo ``bring_up``: end what it began, leave what it found."""

    def ari(self) -> Ari: ...

    async def ami(self) -> Ami: ...

    def sip(self, *, tls: bool, reached: str = "") -> tuple[str, int]:
        """As ``TelephonyEngine.sip_address``."""


class ChildNode:
    def __init__(self, settings: AsteriskSettings, program: EngineProgram) -> None:
        self.settings: AsteriskSettings | None = settings
        self.trunks = settings.trunks
        self._own = settings
        self._child = Child(settings, program)
        self._notes = Notes(callers_directory(settings.directory))

    async def bring_up(self) -> None:
        await self._child.start()
        if self._child.adopted and self._child.outdated:
            await self._renew_if_idle()

    async def _renew_if_idle(self) -> None:
        """New settings need a new process; calls that live are worth more than they."""
        ari = self.ari()
        try:
            busy = bool(await ari.channels())
        finally:
            await ari.close()
        if busy:
            log.warning("engine goes on with older settings until it is idle at a start")
            return
        await self._child.stop()
        await self._child.start()

    async def ended(self) -> None:
        await self._child.exited()

    async def end(self, *, kill: bool) -> None:
        if kill:
            await self._child.stop(grace_s=0)
        else:
            await self._child.stop()

    def notes(self) -> Notes | None:
        return self._notes

    def leave(self) -> None:
        self._child.forget()

    async def give_up(self) -> None:
        if self._child.adopted:
            self._child.forget()
        else:
            await self._child.stop()

    def ari(self) -> Ari:
        access = self._child.access
        return Ari(
            f"http://{self._own.control_host}:{access.http_port}", APPLICATION, access.secret
        )

    async def ami(self) -> Ami:
        access = self._child.access
        return await Ami.connect(
            self._own.control_host, access.ami_port, APPLICATION, access.secret
        )

    def sip(self, *, tls: bool, reached: str = "") -> tuple[str, int]:
        """A certificate is for the public name, wherever the softphone is."""
        host, port, tls_port = self._child.sip
        if tls:
            port = tls_port
        if not port:
            raise EngineError(
                "Работающий Asterisk запущен без TLS: настройки новее его.",
                "Перезапустите сервер, когда нет разговоров.",
            )
        if self._own.public_host:
            inside = "" if tls else self._inside(reached)
            return inside or self._own.public_host, port
        if host == "0.0.0.0":
            raise EngineError(
                "Не задан адрес, по которому телефоны операторов находят сервер.",
                "Укажите engine.public_host: адрес этой машины в сети.",
            )
        return host, port

    def _inside(self, reached: str) -> str:
        """The address for those who are in our own networks; empty: they are not."""
        if not self._own.is_local(reached):
            return ""
        if not self._own.any_host:
            return self._own.host
        return reached if is_ours(reached) else ""


class RemoteNode:
    def __init__(self, node: ExternalNode) -> None:
        self.settings: AsteriskSettings | None = None
        self.trunks = node.trunks
        self._node = node
        self._notes = None if node.callers is None else Notes(node.callers)

    async def bring_up(self) -> None:
        """It is up or it is not: connecting tells. Its dialplan may make no directory."""
        if self._node.callers is not None:
            try:
                await asyncio.to_thread(self._node.callers.mkdir, parents=True, exist_ok=True)
            except OSError as error:
                log.error("callers cannot be noted", error=error.strerror)

    async def ended(self) -> None:
        await asyncio.Event().wait()

    async def end(self, *, kill: bool) -> None:
        """Not ours to end."""

    def notes(self) -> Notes | None:
        return self._notes

    def leave(self) -> None:
        """Nothing is held."""

    async def give_up(self) -> None:
        """Nothing was begun."""

    def ari(self) -> Ari:
        return Ari(self._node.ari, self._node.user, self._node.password)

    async def ami(self) -> Ami:
        host, port = host_port(self._node.ami)
        return await Ami.connect(host, port, self._node.ami_user, self._node.ami_password)

    def sip(self, *, tls: bool, reached: str = "") -> tuple[str, int]:
        return host_port(self._node.sip)
