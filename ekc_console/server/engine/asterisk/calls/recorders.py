"""Recorders (MixMonitor) of the legs, kept hearing both sides whoever comes and goes.

In about half of the cases in which somebody else speaks to a leg than before, MixMonitor of
Asterisk 22 hears nothing more of what is said to it (measured): it is begun anew then, in the same
files.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from ekc_console.server.engine.asterisk.calls.legs import Leg, LegTable
from ekc_console.server.engine.asterisk.control.ami import Ami, AmiError
from ekc_console.server.engine.asterisk.control.ari import Ari, AriError
from ekc_console.server.engine.protocol import EngineError, LegGone
from ekc_console.server.tasks.background import Background

log = structlog.get_logger(__name__)

RECORDED_VARIABLE = "EKC_RECORDED"
"""Channel variable: stem of the files that the channel is recorded to; empty while it is not."""
_LETS_GO_AFTER = 3
"""Packets of both directions: a stopped MixMonitor lets go of its leg with the next one, and of
three one has passed whole."""
_LETS_GO_WITHIN_S, _LOOKS_EVERY_S = 0.5, 0.01
"""For a leg through which nothing passes there is nothing to wait for."""


class Recorders:
    """``legs``, ``ari`` and ``ami`` give those of the present connection."""

    def __init__(
        self,
        legs: Callable[[], LegTable],
        ari: Callable[[], Ari],
        ami: Callable[[], Awaitable[Ami]],
    ) -> None:
        self._legs = legs
        self._ari = ari
        self._ami = ami
        self._background = Background()

    async def start(self, leg: Leg, stem: Path) -> None:
        async with leg.recorder:
            await self._order("MixMonitor", leg, Options=_sides(stem))
            leg.recording, leg.recorded_in = stem, leg.bridge
        self._background.spawn(self._note(leg))

    async def adopt(self, leg: Leg) -> None:
        """A recorder that was begun before must be known, to be begun anew when the leg moves."""
        if leg.kind == "operator":
            return
        with contextlib.suppress(AriError):
            stem = await self._ari().variable(leg.id, RECORDED_VARIABLE)
            leg.recording = Path(stem) if stem else None
            leg.recorded_in = leg.bridge

    async def stop(self, leg: Leg) -> None:
        leg.recording = None  # at once: one that is being begun anew is not begun
        async with leg.recorder:
            await self._note(leg)
            with contextlib.suppress(AmiError):  # nothing was being recorded
                await self._order("StopMixMonitor", leg)

    async def moved(self, leg: Leg) -> None:
        """The leg was put into a bridge."""
        before, leg.recorded_in = leg.recorded_in, leg.bridge
        if before not in (None, leg.bridge):
            await self._begin_anew(leg)

    async def company_changed(
        self, bridge: str, who: Leg | None = None, *, aside: Leg | None = None
    ) -> None:
        """A third one, ``who``, came or went, or one of the others stepped ``aside`` for a moment:
        of the others, whoever is recorded."""
        rest = [leg for leg in self._legs().all() if leg.bridge == bridge and leg is not who]
        if len(rest) == 2 or aside is not None:
            for leg in rest:
                with contextlib.suppress(LegGone):
                    await self._begin_anew(leg)

    def left(self, bridge: str) -> None:
        """Somebody in the bridge hung up."""
        self._background.spawn(self._after(bridge))

    async def _begin_anew(self, leg: Leg) -> None:
        async with leg.recorder:
            if leg.recording is not None:
                await self._order("StopMixMonitor", leg)
                await self._let_go(leg)
            if leg.recording is not None:  # it may have been stopped meanwhile
                await self._order("MixMonitor", leg, Options="a" + _sides(leg.recording))

    async def _let_go(self, leg: Leg) -> None:
        """Begun before the stopped one has let go of the leg, a recorder shares its decoder."""
        with contextlib.suppress(TimeoutError, EngineError):
            async with asyncio.timeout(_LETS_GO_WITHIN_S):
                ari = self._ari()
                before = await ari.packets(leg.id)
                while await ari.packets(leg.id) < before + _LETS_GO_AFTER:  # noqa: ASYNC110 - Asterisk tells of no packet
                    await asyncio.sleep(_LOOKS_EVERY_S)

    async def _note(self, leg: Leg) -> None:
        """Let the leg itself say where it is recorded to: the next server asks it."""
        stem = str(leg.recording or "")
        try:
            await self._order("Setvar", leg, Variable=RECORDED_VARIABLE, Value=stem)
        except LegGone:
            pass
        except EngineError as error:
            log.warning("recording not noted at its leg", leg=leg.id, error=error.message)

    async def close(self) -> None:
        await self._background.close()

    async def _after(self, bridge: str) -> None:
        try:
            await self.company_changed(bridge)
        except EngineError as error:
            log.warning("recorder not begun anew", bridge=bridge, error=error.message)

    async def _order(self, action: str, leg: Leg, **headers: str) -> None:
        ami = await self._ami()
        try:
            await ami.action(action, Channel=leg.name, **headers)
        except AmiError as error:
            if error.message == "No such channel":
                raise LegGone("Звонок уже завершён.") from None
            raise


def _sides(stem: Path) -> str:
    """Options of MixMonitor: what is heard from the leg and what is said to it, apart."""
    return f"r({stem}-in.wav)t({stem}-out.wav)i(EKC_RECORDING)"
