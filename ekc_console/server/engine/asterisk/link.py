"""The live connection to one Asterisk: it is opened, watched, resumed and brought back here."""

from __future__ import annotations

import asyncio
import contextlib
from typing import cast

import structlog

from ekc_console.server.engine.asterisk.calls.dialler import Dialler, TrunkOrder
from ekc_console.server.engine.asterisk.calls.legs import LegTable
from ekc_console.server.engine.asterisk.calls.player import Player
from ekc_console.server.engine.asterisk.calls.probes import Probes
from ekc_console.server.engine.asterisk.calls.recorders import Recorders
from ekc_console.server.engine.asterisk.calls.registrations import Registrations
from ekc_console.server.engine.asterisk.control.ami import Ami, AmiError, Message
from ekc_console.server.engine.asterisk.control.ari import Ari, AriError, Channel, EngineUnreachable
from ekc_console.server.engine.asterisk.node import Node
from ekc_console.server.engine.asterisk.setup.dialplan import (
    APPLICATION,
    ASK_LABEL,
    CALLERS_CONTEXT,
    CALLERS_PLACE,
)
from ekc_console.server.engine.checks import TRUNK_PREFIX
from ekc_console.server.engine.protocol import (
    EngineDown,
    EngineError,
    EngineUp,
    EventSink,
)

log = structlog.get_logger(__name__)

_BACK_OFF_S = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_LEAVING_S = (0.0, 0.02, 0.05, 0.1)
"""Pauses between the looks at who has come while we leave: Asterisk, which has closed the stream
with us, notices within them that we are gone."""
_HEALTHY_S = 60.0
"""An engine that ran for so long starts the back-off anew when it dies."""


class _Absent:
    """In the place of what there is only with a connection."""

    def __getattr__(self, name: str) -> object:
        raise EngineUnreachable("Asterisk не запущен.")


class Link:
    """``open`` first. ``legs``, ``ari`` and ``player`` are those of the present connection."""

    legs: LegTable
    ari: Ari
    player: Player

    def __init__(self, node: Node) -> None:
        self.ari, self.player = cast(Ari, _Absent()), cast(Player, _Absent())
        self._node = node
        self._ami: Ami | None = None
        self._connected = False
        self._ami_lock = asyncio.Lock()
        self._keeper: asyncio.Task[None] | None = None
        # On a node that somebody else runs, the registrations are not ours.
        self._registrations = Registrations(
            node.trunks if node.settings is not None else (), lambda state: self._sink(state)
        )
        trunks = TrunkOrder(
            node.trunks, self._registrations.is_registered, lambda calls: self._sink(calls)
        )
        self._probes = Probes(node.trunks, trunks.probed)
        self.dialler = Dialler(lambda: self.legs, lambda: self.ari, trunks)
        self.recorders = Recorders(lambda: self.legs, self.ami)

    async def open(self, sink: EventSink) -> None:
        """Bring the node up and connect; EngineUp was sent when this returns."""
        self._sink = sink
        self.legs = LegTable(
            sink, lambda leg: self.player.continue_with(leg), self.dialler, self.recorders.left
        )
        await self._node.bring_up()
        try:
            await self._connect()
        except BaseException:
            await self._node.give_up()
            raise
        self._keeper = asyncio.create_task(self._keep(), name="engine link")

    async def close(self, *, calls_go_on: bool) -> None:
        """``calls_go_on``: those who come from now on are held by the dialplan."""
        # One that has ended by itself: another server has taken over, whose callers they are.
        ours = self._keeper is not None and not self._keeper.done()
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
            self._keeper = None
        await self.recorders.close()
        if calls_go_on and ours and self._connected:
            try:
                await self._leave_callers()
            except EngineError as error:
                log.warning("callers not left to the dialplan", error=error.message)
        await self._disconnect()

    async def _leave_callers(self) -> None:
        """Until Asterisk has noticed that we go it gives callers to an application behind which
        nobody is any more, where they would ring until there is a server again (measured): those
        go back to the dialplan."""
        await self.ari.close_stream()
        for pause_s in _LEAVING_S:
            await asyncio.sleep(pause_s)
            if not await self.ari.is_registered():
                return  # an application with channels in it stays
            for channel in await self.ari.channels():
                await self._back_to_the_dialplan(channel)

    async def _back_to_the_dialplan(self, channel: Channel) -> None:
        came = channel.dialplan
        if channel.state != "Ring" or came.app_name != "Stasis" or came.context != CALLERS_CONTEXT:
            return
        if self.legs.get(channel.id) is not None:
            return  # it was told to us: the next server will find it where it is
        with contextlib.suppress(AriError):  # it may hang up in this very moment
            await self.ari.post(
                f"/channels/{channel.id}/continue",
                context=CALLERS_CONTEXT,
                extension=CALLERS_PLACE,
                label=ASK_LABEL,
            )

    async def ami(self) -> Ami:
        """The manager connection, made when it is first wanted or was lost."""
        async with self._ami_lock:
            if self._ami is None or not self._ami.alive:
                self._ami = await self._node.ami()
                self._ami.on_event = self._take_manager_event
                await self._ask_for_trunks(self._ami)
            return self._ami

    # -- connection -----------------------------------------------------------------

    async def _connect(self) -> None:
        """Connect and report what lives there already.

        Events that come meanwhile wait in the stream: a leg is reported once, either in EngineUp
        or by its own event.
        """
        self.ari = self._node.ari()
        self.player = Player(self.ari, self.legs)
        self._connected = True
        try:
            await self.ari.connect()
            await self._drop_old_accounts()
            await self._watch_trunks()
            await self._adopt()
        except BaseException:
            await self._disconnect()
            raise
        self._since = asyncio.get_running_loop().time()
        self._sink(EngineUp(tuple(leg.info() for leg in self.legs.all())))

    async def _disconnect(self) -> None:
        if self._connected:
            self._connected = False
            await self.dialler.close()
            await self.player.close()
            await self.ari.close()
        if self._ami is not None:
            await self._ami.close()
            self._ami = None

    async def _adopt(self) -> None:
        channels, bridges = await asyncio.gather(self.ari.channels(), self.ari.bridges())
        places = {channel: bridge.id for bridge in bridges for channel in bridge.channels}
        for channel in channels:
            leg = self.legs.adopt(channel, places.get(channel.id))
            if leg is not None and not leg.answered:
                # A call out that still rings is not in our application yet.
                with contextlib.suppress(EngineError):
                    await self.ari.post(
                        f"/applications/{APPLICATION}/subscription",
                        eventSource=f"channel:{leg.id}",
                    )

    async def _drop_old_accounts(self) -> None:
        """Accounts pushed before live in our child's memory; they are valid no longer."""
        if self._node.settings is None:
            return
        names = [name for name in await self.ari.endpoints() if not name.startswith(TRUNK_PREFIX)]
        for name in names:
            for kind in ("endpoint", "auth"):
                await self.ari.delete(f"/asterisk/config/dynamic/res_pjsip/{kind}/{name}")

    async def _watch_trunks(self) -> None:
        """A node whose manager interface is shut can still take calls."""
        if not self._registrations and not self._probes.endpoints:
            return
        try:
            await self.ami()
        except EngineError as error:
            log.error("trunks are not watched", error=error.message)

    async def _ask_for_trunks(self, ami: Ami) -> None:
        """What they are now; every change comes as an event."""
        asked = [("PJSIPShowEndpoint", {"Endpoint": name}) for name in self._probes.endpoints]
        if self._registrations:
            asked.append(("PJSIPShowRegistrationsOutbound", {}))
        for action, fields in asked:
            try:
                await ami.action(action, **fields)
            except AmiError as error:
                log.error("trunk is not watched", action=action, **fields, error=error.message)

    def _take_manager_event(self, event: Message) -> None:
        self._registrations.take(event)
        self._probes.take(event)

    # -- watching -------------------------------------------------------------------

    async def _keep(self) -> None:
        failures = 0
        while True:
            reason = await self._watch()
            if reason == "replaced":
                log.error("another server has taken the engine over")
                self._go_down("Телефонной станцией завладел другой сервер.")
                return
            if reason == "lost" and await self._resume():
                continue
            lived = asyncio.get_running_loop().time() - self._since
            failures = 0 if lived > _HEALTHY_S else failures
            self._go_down("Asterisk завершился." if reason == "ended" else "Asterisk не отвечает.")
            failures = await self._come_back(failures)

    async def _watch(self) -> str:
        """Until something is wrong: ``ended``, ``lost`` or ``replaced``."""
        events = asyncio.create_task(self.ari.read_events(self.legs.take), name="ari events")
        ended = asyncio.create_task(self._node.ended(), name="engine process")
        try:
            await asyncio.wait({events, ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (events, ended):
                task.cancel()
            results = await asyncio.gather(events, ended, return_exceptions=True)
        match results:
            case [_, None]:
                return "ended"
            case [str() as reason, _]:
                return reason
            case [BaseException() as error, _]:
                log.error("event stream failed", error=repr(error))
        return "lost"

    async def _resume(self) -> bool:
        """The stream broke. Where Asterisk still answers, catch up with what was missed."""
        try:
            await self.ari.close_stream()
            await self.ari.connect()
            channels, bridges = await asyncio.gather(self.ari.channels(), self.ari.bridges())
            playing = [leg.playing[0].id for leg in self.legs.all() if leg.playing]
            over = [one for one in playing if not await self.ari.has_playback(one)]
        except EngineError as error:
            log.warning("engine stream is not back", error=error.message)
            return False
        self.legs.catch_up(channels, bridges, over)
        return True

    def _go_down(self, reason: str) -> None:
        self.legs.clear()
        self._sink(EngineDown(reason))

    async def _come_back(self, failures: int) -> int:
        """Restart or reconnect until it works; returns the failures in a row so far."""
        await self._disconnect()
        while True:
            delay = _BACK_OFF_S[min(failures, len(_BACK_OFF_S) - 1)]
            await asyncio.sleep(delay)
            failures += 1
            try:
                await self._node.end(kill=True)
                await self._node.bring_up()
                await self._connect()
            except EngineError as error:
                log.error("engine is not back yet", error=error.message)
                continue
            return failures
