"""The live connection to one Asterisk: it is opened, watched, resumed and brought back here."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Literal, cast

import structlog

from ekc_console.errors import reason
from ekc_console.server.engine.asterisk.calls.dialler import Dialler, TrunkOrder
from ekc_console.server.engine.asterisk.calls.ears import Ears
from ekc_console.server.engine.asterisk.calls.leaving import leave_callers
from ekc_console.server.engine.asterisk.calls.legs import LegTable
from ekc_console.server.engine.asterisk.calls.player import Player
from ekc_console.server.engine.asterisk.calls.probes import Probes
from ekc_console.server.engine.asterisk.calls.recorders import Recorders
from ekc_console.server.engine.asterisk.calls.registrations import Registrations
from ekc_console.server.engine.asterisk.calls.silence import Silence
from ekc_console.server.engine.asterisk.control.ami import Ami, AmiError, Message
from ekc_console.server.engine.asterisk.control.ari import Ari, EngineUnreachable, Event
from ekc_console.server.engine.asterisk.control.presence import BEAT_S, Presence
from ekc_console.server.engine.asterisk.node import Node
from ekc_console.server.engine.asterisk.setup.dialplan import APPLICATION
from ekc_console.server.engine.checks import TRUNK_PREFIX
from ekc_console.server.engine.protocol import (
    EngineDown,
    EngineError,
    EngineEvent,
    EngineUp,
    EventSink,
    LegSilent,
)
from ekc_console.server.tasks import essential

log = structlog.get_logger(__name__)

_BACK_OFF_S = (0.0, 0.5, 1.0, 2.0)
"""Pauses before a try; the last one for ever."""
_LOGGED_EVERY = 30
RESUME_S = 2.5
"""Longest time for a new stream in place of a broken one, before the loss is told."""
_Loss = Literal["ended", "lost", "replaced"]
_HEALTHY_S = 60.0
"""An engine that ran for so long starts the back-off anew when it dies."""
NOTES_WITHIN_S = 2.0
"""So long the link waits for the disk with the dialplan's notes: callers wait for the link."""
CONNECTS_WITHIN_S = 10.0
"""So long events may wait in a stream while nothing that is asked is answered: the time limits of
the requests of one connection, the manager's included, end within it."""


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
        self._opened = False
        """There are clients to be closed."""
        self._connected = False
        self._gone = False
        """It is down, with all its legs: to be started, not only connected."""
        self._replaced = False
        """Another server has it."""
        self._failures = 0
        """In a row, to bring it back."""
        self._presence = Presence()
        self._ami_lock = asyncio.Lock()
        self._keeper: asyncio.Task[None] | None = None
        # On a node that somebody else runs, the registrations are not ours.
        self._registrations = Registrations(
            node.trunks if node.settings is not None else (), self._tell
        )
        trunks = TrunkOrder(node.trunks, self._registrations.is_registered, self._tell)
        self._probes = Probes(node.trunks, trunks.probed)
        self._silence = Silence(self._tell_of_silence)
        self.dialler = Dialler(lambda: self.legs, lambda: self.ari, trunks)
        self.recorders = Recorders(lambda: self.legs, lambda: self.ari, self.ami)
        self.ears = Ears(lambda: self.ari, lambda leg: self.legs.is_alone(leg))

    async def open(self, sink: EventSink) -> None:
        """Bring the node up and connect; EngineUp was sent when this returns."""
        self._sink = sink
        self.legs = LegTable(
            self._tell,
            lambda leg: self.player.continue_with(leg),
            self.dialler,
            self._left,
        )
        await self._node.bring_up()
        try:
            await self._connect()
        except BaseException:
            await self._node.give_up()
            raise
        self._keeper = essential.start(self._keep(), "engine link")

    def _tell(self, event: EngineEvent) -> None:
        try:
            self._sink(event)
        except Exception:
            log.exception("engine event not taken", type=type(event).__name__)

    def _left(self, bridge: str) -> None:
        self.recorders.left(bridge)
        self.ears.left(bridge, self.legs.within(bridge))

    @property
    def connected(self) -> bool:
        """Orders reach Asterisk, as far as is known."""
        return self._connected

    def check(self) -> None:
        """Raise EngineUnreachable unless ``connected``."""
        if not self._connected:
            raise EngineUnreachable("Связи с Asterisk нет.")

    @property
    def behind_s(self) -> float:
        """As ``TelephonyEngine.behind_s``."""
        return max(0.0, self.ari.unread_s - CONNECTS_WITHIN_S) if self._opened else 0.0

    async def close(self) -> None:
        """Those who come from now on are held by the dialplan, while the engine lives."""
        await essential.stop(self._keeper)
        self._keeper = None
        await self.recorders.close()
        await self.ears.end()
        if self._connected:
            try:
                await self._presence.leave(self.ari)
                await leave_callers(self.ari, self.legs)
            except EngineError as error:
                log.warning("callers not left to the dialplan", error=error.message)
        await self._disconnect()

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
        self._opened = True
        try:
            await self.ari.connect()
            await self._presence.beat(self.ari)  # who is replaced by this sees by whom
            await self._drop_old_accounts()
            await self._watch_trunks()
            await self._adopt()
            ended = await self._ended_unseen()
        except BaseException:
            await self._disconnect()
            raise
        self._since = asyncio.get_running_loop().time()
        self._connected = True
        self._tell(EngineUp(tuple(leg.info() for leg in self.legs.all()), ended))

    async def _ended_unseen(self) -> dict[str, float]:
        """After the list of those who live: who ends from then on tells it by an event."""
        if (notes := self._node.notes()) is None:
            return {}
        try:
            async with asyncio.timeout(NOTES_WITHIN_S):
                return await asyncio.to_thread(notes.ended)
        except (OSError, TimeoutError) as error:
            log.error("how calls ended unseen is not known", error=reason(error))
            return {}

    async def _disconnect(self) -> None:
        self._connected = False
        if self._opened:
            self._opened = False
            await self.dialler.close()
            await self.player.close()
            await self.ari.close()
        if self._ami is not None:
            await self._ami.close()
            self._ami = None

    async def _adopt(self) -> None:
        channels, bridges = await asyncio.gather(self.ari.channels(), self.ari.bridges())
        places = {channel: bridge.id for bridge in bridges for channel in bridge.channels}
        self.legs.clear()
        adopted = [self.legs.adopt(channel, places.get(channel.id)) for channel in channels]
        legs = [leg for leg in adopted if leg is not None]
        await asyncio.gather(
            self.ears.drop_old(channels),
            *(self.recorders.adopt(leg) for leg in legs if leg.answered),
        )
        for leg in legs:
            if not leg.answered:
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
        """And silence. A node whose manager interface is shut can still take calls."""
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
        self._silence.take(event)

    def _tell_of_silence(self, silence: LegSilent) -> None:
        """An operator's own leg is silent between calls."""
        leg = self.legs.get(silence.leg)
        if leg is not None and leg.kind != "operator":
            self._tell(silence)

    # -- watching -------------------------------------------------------------------

    async def _keep(self) -> None:
        """Never ends by itself: whatever breaks, even on our side, it is logged and tried again."""
        while True:
            try:
                if self._connected:
                    await self._lost(await self._watch())
                else:
                    await self._come_back()
            except Exception:
                log.exception("engine link broke")
                await self._disconnect()
                await asyncio.sleep(_BACK_OFF_S[-1])

    async def _watch(self) -> _Loss:
        """Until something is wrong."""
        events = asyncio.create_task(self.ari.read_events(self._take), name="ari events")
        ended = asyncio.create_task(self._node.ended(), name="engine process")
        beat = asyncio.create_task(self._beat(), name="engine beat")
        try:
            await asyncio.wait({events, ended, beat}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (events, ended, beat):
                task.cancel()
            told = await asyncio.gather(events, ended, beat, return_exceptions=True)
        match told:
            case [_, None, _]:
                return "ended"
            case ["replaced", *_]:
                return "replaced"
            case [_, _, None]:
                log.error("event stream is deaf")
            case [BaseException() as error, *_]:
                log.error("event stream failed", error=reason(error))
        return "lost"

    def _take(self, event: Event) -> None:
        try:
            self.legs.take(event)
            if event.type == "ChannelDestroyed" and event.channel is not None:
                self.ears.destroyed(event.channel.id)
        except Exception:
            log.exception("event not taken", type=event.type)

    async def _beat(self) -> None:
        """Say that we are here, and look after the manager connection, which tells of no loss.

        Returns when the stream of events brings none any more.
        """
        trouble = ""
        while not self.ari.is_deaf:
            before, trouble = trouble, ""
            try:
                await self._presence.beat(self.ari)
                await self.ari.echo()
                await (await self.ami()).ping()
            except EngineError as error:
                trouble = error.message
            except Exception:
                log.exception("beat broke")
            if trouble and not before:
                log.warning("engine does not answer a beat", error=trouble)
            await asyncio.sleep(BEAT_S)

    async def _lost(self, loss: _Loss) -> None:
        if loss == "lost" and await self._resume():
            return
        ours = self._node.settings is not None
        # One of ours that does not answer is killed; another's is only not seen.
        self._gone = loss == "ended" or (loss == "lost" and ours)
        self._replaced = loss == "replaced"
        lived = asyncio.get_running_loop().time() - self._since
        self._failures = 0 if lived > _HEALTHY_S else self._failures
        await self._disconnect()
        if self._gone:
            self.legs.clear()
        if self._replaced:
            log.error("another server has taken the engine over")
            self._presence.replaced()
        self._tell(EngineDown(_why(loss, ours), self._gone))

    async def _resume(self) -> bool:
        """The stream broke. Where Asterisk still answers, catch up with what was missed."""
        log.warning("engine stream is lost")
        try:
            async with asyncio.timeout(RESUME_S):
                await self.ari.close_stream()
                await self.ari.connect()
                channels, bridges = await asyncio.gather(self.ari.channels(), self.ari.bridges())
                playing = [leg.playing[0].id for leg in self.legs.all() if leg.playing]
                over = [one for one in playing if not await self.ari.has_playback(one)]
        except (EngineError, TimeoutError) as error:
            log.warning("engine stream is not back", error=reason(error))
            return False
        self.legs.catch_up(channels, bridges, over)
        log.info("engine stream is back")
        return True

    async def _come_back(self) -> None:
        """Restart or reconnect until it works."""
        while not self._connected:
            delay = _BACK_OFF_S[min(self._failures, len(_BACK_OFF_S) - 1)]
            await asyncio.sleep(delay)
            self._failures += 1
            try:
                if self._replaced:
                    await self._wait_until_free()
                if self._gone:
                    await self._node.end(kill=True)
                await self._node.bring_up()
                await self._connect()
                log.info("engine is back", tries=self._failures)
            except Exception as error:
                if self._failures % _LOGGED_EVERY == 1 or not isinstance(error, EngineError):
                    log.error("engine is not back yet", tries=self._failures, error=reason(error))

    async def _wait_until_free(self) -> None:
        ari = self._node.ari()
        try:
            await self._presence.wait_until_free(ari)
        except EngineError:
            # Of ours, the other server may have begun a new one, with other secrets.
            if self._node.settings is None:
                self._presence.replaced()
                raise
        finally:
            await ari.close()
        self._replaced = False


def _why(loss: _Loss, ours: bool) -> str:
    if loss == "replaced":
        return "engine.taken_over"
    if loss == "ended":
        return "engine.ended"
    return "engine.silent" if ours else "engine.node_lost"
