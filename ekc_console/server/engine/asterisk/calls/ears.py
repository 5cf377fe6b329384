"""Listening to a leg beside its talk, by Asterisk's snoop channels.

Two paths that never meet. The *ear*: the listener stands in a bridge of its own with a snoop that
gives what the leg says and hears, and into which nothing can be said. The *mouth*, only of one who
is heard: a second bridge with a snoop that gives what the listener says, and one that says it to
the leg and gives nothing. So the one listened to is never heard twice, what the listener hears goes
on while the mouth opens and shuts, and while there is no mouth nothing of the listener can be
heard, whatever else goes wrong. The talk's own bridge is not touched.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import structlog

from ekc_console.domain.terms.ids import ListenMode
from ekc_console.server.engine.asterisk.control.ari import Ari, AriError, Channel
from ekc_console.server.engine.asterisk.setup.dialplan import APPLICATION
from ekc_console.server.engine.protocol import EngineError, LegGone
from ekc_console.server.tasks.background import Background

log = structlog.get_logger(__name__)

PREFIX = "ear-"
"""Of our snoops and of their bridges."""
_NOT_THERE = 404
_NOT_YET = (400, 409, 422)
_GONE_WITHIN_S = 0.5
"""A snoop that is dropped is gone with the next packet of the leg, if one comes."""
_COMES_TRIES, _COMES_AGAIN_S = 200, 0.005
"""A snoop comes into our application a few milliseconds after it is made."""
_Direction = Literal["none", "in", "out", "both"]


@dataclass(eq=False, slots=True)
class _Ear:
    leg: str
    """Listened to."""
    bridge: str
    """In which the listener stands. Never one of before: Asterisk knows a bridge's name longer than
    the bridge."""
    mode: ListenMode = "listen"
    snoop: str = ""
    mouth: str = ""
    """The bridge of what the listener says; empty: there is none."""
    said: str = ""
    """The snoop on the listener."""
    told: str = ""
    """The snoop that says it to the leg."""
    filled: bool = False
    """Silence is played to the leg: nobody else is in its bridge, and a voice is only ever added to
    a sound."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Ears:
    """``ari`` gives that of the present connection, ``alone`` says whether nobody else is in the
    bridge of a leg."""

    def __init__(self, ari: Callable[[], Ari], alone: Callable[[str], bool]) -> None:
        self._ari = ari
        self._alone = alone
        self._ears: dict[str, _Ear] = {}
        self._going: dict[str, asyncio.Event] = {}
        """Snoops that are dropped and not gone: set when one is."""
        self._background = Background()

    def place(self, listener: str) -> str | None:
        """The bridge in which a listener has to stand; None: this one does not listen."""
        ear = self._ears.get(listener)
        return ear.bridge if ear else None

    async def open(self, listener: str, leg: str) -> None:
        """Let what the leg says and hears be heard in ``place(listener)``, and in it alone; of
        another leg than before: the mouth is shut first."""
        if any(ear.leg == leg and by != listener for by, ear in self._ears.items()):
            raise EngineError("Этот разговор уже слушают.")
        ear = self._ears.get(listener)
        if ear is None:
            ear = self._ears[listener] = _Ear("", await self._bridge())
        async with ear.lock:
            if ear.leg == leg:
                return
            await self._shut(ear)
            ear.leg = leg
            await self._hear(ear)

    async def speak(self, listener: str, mode: ListenMode) -> None:
        """Let the listener be heard as ``mode`` says, and no further if that fails."""
        ear = self._ears.get(listener)
        if ear is None:
            raise LegGone("Прослушивание уже закончено.")
        async with ear.lock:
            if ear.mode == mode:
                return
            try:
                await self._open_mouth(listener, ear, mode)
            except BaseException:
                await self._shut(ear)
                raise

    async def _open_mouth(self, listener: str, ear: _Ear, mode: ListenMode) -> None:
        if mode == "listen":
            await self._shut(ear)
            return
        if not ear.mouth:
            ear.mouth = await self._bridge()
            ear.said = await self._snoop(listener, spy="in")
            await self._put(ear.mouth, ear.said)
        ear.mode = mode
        await self._tell(ear)
        await self._fill(ear)

    async def close(self, listener: str) -> None:
        ear = self._ears.pop(listener, None)
        if ear is None:
            return
        async with ear.lock:
            await self._shut(ear)
            await self._drop(ear.snoop)
            await self._ari().delete(f"/bridges/{ear.bridge}")

    def moved(self, leg: str, bridge: str) -> None:
        """The leg was put into a bridge: a listener who is there now listens no more."""
        if (place := self.place(leg)) is not None and place != bridge:
            self._background.spawn(self._quietly(self.close(leg)))

    def left(self, bridge: str, there: Collection[str]) -> None:
        """Somebody in the bridge hung up, perhaps a listener; others are ``there`` still."""
        for listener, ear in self._ears.items():
            if ear.bridge == bridge:
                self._background.spawn(self._quietly(self.close(listener)))
        self.company_changed(there)

    def company_changed(self, legs: Collection[str]) -> None:
        """Somebody else than before speaks to these, or nobody."""
        for ear in self._ears.values():
            if ear.leg in legs:
                self._background.spawn(self._quietly(self._begin_anew(ear)))

    @asynccontextmanager
    async def room_for(self, legs: Collection[str]) -> AsyncIterator[None]:
        """While somebody is put together with these: no silence is played to them. Raises
        nothing of its own."""
        async with AsyncExitStack() as stack:
            for ear in [one for one in self._ears.values() if one.leg in legs]:
                await stack.enter_async_context(ear.lock)
                await self._quietly(self._empty(ear))
            yield

    def destroyed(self, channel: str) -> None:
        """Asterisk has told it; a snoop lets go of its leg before that."""
        if gone := self._going.get(channel):
            gone.set()

    async def drop_old(self, channels: Sequence[Channel]) -> None:
        """Those of an earlier connection: what is wanted now is ordered again."""
        self._ears.clear()
        for channel in channels:
            if channel.id.startswith(PREFIX):
                await self._drop(channel.id)

    async def end(self) -> None:
        await self._background.close()

    async def _quietly(self, work: Coroutine[Any, Any, None]) -> None:
        """What is beside a talk never costs it."""
        try:
            await work
        except EngineError as error:
            log.warning("ear not kept", error=error.message)

    async def _begin_anew(self, ear: _Ear) -> None:
        """All snoops of a leg share one decoder of what is said to it, and in about half of the
        cases in which somebody else speaks than before it decodes nothing more (measured; the same
        silences a recorder). It goes with the last of them: all must be gone at once."""
        async with ear.lock:
            if ear not in self._ears.values():
                return
            snoops, ear.told, ear.snoop = (ear.told, ear.snoop), "", ""
            await self._end(snoops)
            await self._hear(ear)
            if ear.mode != "listen":
                await self._tell(ear)
                await self._fill(ear)

    async def _hear(self, ear: _Ear) -> None:
        before, ear.snoop = ear.snoop, await self._snoop(ear.leg, spy="both")
        await self._put(ear.bridge, ear.snoop)
        await self._drop(before)

    async def _tell(self, ear: _Ear) -> None:
        """The old one stays until the new one speaks: the voice is louder for a packet or two."""
        whisper: _Direction = "both" if ear.mode == "barge" else "out"
        before, ear.told = ear.told, await self._snoop(ear.leg, whisper=whisper)
        await self._put(ear.mouth, ear.told)
        await self._drop(before)

    async def _fill(self, ear: _Ear) -> None:
        if ear.mouth and not ear.filled and self._alone(ear.leg):
            ear.filled = True
            await self._ari().post(f"/channels/{ear.leg}/silence")

    async def _empty(self, ear: _Ear) -> None:
        if ear.filled:
            ear.filled = False
            await self._ari().delete(f"/channels/{ear.leg}/silence")

    async def _shut(self, ear: _Ear) -> None:
        """What says it first: what fails afterwards is heard by nobody."""
        snoops, mouth = (ear.told, ear.said), ear.mouth
        ear.mode, ear.told, ear.said, ear.mouth = "listen", "", "", ""
        for snoop in snoops:
            await self._drop(snoop)
        if mouth:
            await self._ari().delete(f"/bridges/{mouth}")
        with contextlib.suppress(AriError):  # the leg may be gone
            await self._empty(ear)

    async def _bridge(self) -> str:
        bridge = PREFIX + secrets.token_hex(8)
        await self._ari().post(f"/bridges/{bridge}", type="mixing")
        return bridge

    async def _snoop(
        self, channel: str, *, spy: _Direction = "none", whisper: _Direction = "none"
    ) -> str:
        snoop = PREFIX + secrets.token_hex(8)
        try:
            await self._ari().post(
                f"/channels/{channel}/snoop/{snoop}",
                app=APPLICATION,
                appArgs="ear",
                spy=spy,
                whisper=whisper,
            )
        except AriError as error:
            if error.status == _NOT_THERE:
                raise LegGone("Звонок уже завершён.") from None
            raise
        return snoop

    async def _put(self, bridge: str, snoop: str) -> None:
        for _ in range(_COMES_TRIES):
            try:
                await self._ari().post(f"/bridges/{bridge}/addChannel", channel=snoop)
            except AriError as error:
                if error.status not in _NOT_YET:
                    raise
                await asyncio.sleep(_COMES_AGAIN_S)
            else:
                return
        raise EngineError("Прослушивание не началось.")

    async def _end(self, snoops: Sequence[str]) -> None:
        """Drop all, and wait until all are gone."""
        going = {snoop: asyncio.Event() for snoop in snoops if snoop}
        self._going |= going
        try:
            for snoop in going:
                if not await self._drop(snoop):
                    going[snoop].set()
            async with asyncio.timeout(_GONE_WITHIN_S):
                for gone in going.values():
                    await gone.wait()
        except TimeoutError:
            log.warning("snoop not gone")
        finally:
            for snoop in going:
                del self._going[snoop]

    async def _drop(self, snoop: str) -> bool:
        """Whether there was one."""
        if snoop:
            with contextlib.suppress(AriError):  # it ends with the channel it listens to
                return await self._ari().delete(f"/channels/{snoop}")
        return False
