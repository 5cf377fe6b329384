"""Asterisk behind the :class:`TelephonyEngine` protocol: a child of ours or an external node."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Literal

from ekc_console.domain.terms.ids import ListenMode
from ekc_console.server.engine.asterisk.calls.legs import Leg
from ekc_console.server.engine.asterisk.calls.player import gone_or
from ekc_console.server.engine.asterisk.control.ari import AriError
from ekc_console.server.engine.asterisk.install.program import EngineProgram
from ekc_console.server.engine.asterisk.link import Link
from ekc_console.server.engine.asterisk.node import ChildNode, Node, RemoteNode
from ekc_console.server.engine.asterisk.setup.pjsip import account_fields
from ekc_console.server.engine.asterisk.setup.settings import AsteriskSettings, ExternalNode
from ekc_console.server.engine.checks import (
    check_account,
    check_keys,
    check_name,
    check_number,
    check_prompt,
    check_stem,
)
from ekc_console.server.engine.protocol import (
    Account,
    EngineError,
    EventSink,
    LegGone,
    NotedCaller,
)

_NORMAL, _BUSY = "16", "17"  # Q.850
_REJECTED = "21"
_CONFLICT = 409
_NAME_TRIES, _NAME_AGAIN_S = 200, 0.005
_HANG_UP_S = 3.0
"""At the end, for all legs' BYEs to go out."""
_DYNAMIC = "/asterisk/config/dynamic/res_pjsip"


class AsteriskEngine:
    """Implements :class:`ekc_console.server.engine.protocol.TelephonyEngine`."""

    def __init__(
        self, where: AsteriskSettings | ExternalNode, program: EngineProgram | None = None
    ) -> None:
        """``program``: of a child (see ``installer.find``); an external node needs none."""
        if isinstance(where, ExternalNode):
            self._node: Node = RemoteNode(where)
        elif program is not None:
            self._node = ChildNode(where, program)
        else:
            raise EngineError(
                "Программа Asterisk не найдена.", "Выполните команду «ekc engine install»."
            )
        self._link = Link(self._node)

    async def start(self, sink: EventSink) -> None:
        await self._link.open(sink)

    @property
    def behind_s(self) -> float:
        return self._link.behind_s

    async def stop(self, *, hang_up: bool = True) -> None:
        if hang_up:
            with contextlib.suppress(TimeoutError, EngineError):
                async with asyncio.timeout(_HANG_UP_S):
                    await asyncio.gather(*(self.hang_up(leg.id) for leg in self._link.legs.all()))
                    await self._link.legs.wait_empty()
        await self._link.close()
        if hang_up:
            await self._node.end(kill=False)
        else:
            self._node.leave()

    # -- one leg --------------------------------------------------------------------

    async def answer(self, leg: str) -> None:
        entry = self._leg(leg)
        if not entry.answered:
            await self._leg_post(f"/channels/{leg}/answer")
            entry.answered = True

    async def hang_up(self, leg: str, *, busy: bool = False, forbidden: bool = False) -> None:
        self._link.check()
        entry = self._link.legs.get(leg)
        if entry is None:
            return
        entry.ending = True
        reason = _NORMAL
        if not entry.answered:
            reason = _BUSY if busy else _REJECTED if forbidden else _NORMAL
        await self._link.ari.delete(f"/channels/{leg}", reason_code=reason)

    async def play(self, leg: str, files: Sequence[Path]) -> str:
        entry = self._leg(leg)
        if not entry.answered:
            raise EngineError("Звонок ещё не принят: проигрывать некому.")
        if not files:
            raise ValueError("play: no files")
        for file in files:
            self._check_prompt(file)
        async with entry.lock:
            return await self._link.player.play(entry, files)

    async def stop_playing(self, leg: str) -> None:
        entry = self._leg(leg)
        async with entry.lock:
            await self._link.player.stop(entry)

    async def start_music(self, leg: str) -> None:
        entry = self._leg(leg)
        async with entry.lock:
            await self._link.player.start_music(entry)
        await self._codec(entry)  # known before an operator answers: then every millisecond counts

    async def stop_music(self, leg: str) -> None:
        entry = self._leg(leg)
        async with entry.lock:
            await self._link.player.stop_music(entry)

    async def start_ring_back(self, leg: str) -> None:
        entry = self._leg(leg)
        async with entry.lock:
            await self._link.player.start_ring_back(entry)

    async def stop_ring_back(self, leg: str) -> None:
        entry = self._leg(leg)
        async with entry.lock:
            await self._link.player.stop_ring_back(entry)

    async def send_keys(self, leg: str, keys: str) -> None:
        check_keys(keys)
        if not self._leg(leg).answered:
            raise EngineError("Звонок ещё не принят: клавиши слать некому.")
        await self._leg_post(f"/channels/{leg}/dtmf", dtmf=keys)

    # -- bridges ----------------------------------------------------------------------

    async def make_bridge(self, bridge: str) -> None:
        check_name(bridge)
        try:
            await self._link.ari.post(f"/bridges/{bridge}", type="mixing,dtmf_events")
        except AriError as error:
            if error.status != _CONFLICT:  # it is there already
                raise

    async def drop_bridge(self, bridge: str) -> None:
        check_name(bridge)
        for _ in range(_NAME_TRIES):
            if await self._name_is_free(bridge):
                break
            await asyncio.sleep(_NAME_AGAIN_S)
        else:
            raise EngineError("Asterisk не разбирает мост.")
        for leg in self._link.legs.all():
            if leg.bridge == bridge:
                leg.bridge = None

    async def _name_is_free(self, bridge: str) -> bool:
        """Asterisk knows a bridge's name a few milliseconds longer than the bridge: until then
        one cannot make another by that name (409, as if it were there)."""
        try:
            return not await self._link.ari.delete(f"/bridges/{bridge}")
        except AriError as error:
            if error.status != _CONFLICT:
                raise
            return False

    async def join(self, bridge: str, leg: str) -> None:
        check_name(bridge)
        entry = self._leg(leg)
        if not entry.answered and not entry.speaks:
            raise EngineError("Звонок ещё не принят: соединять рано.")
        async with entry.lock:
            await self._link.player.cut(entry)
            await self._link.player.stop_music(entry)
            if entry.bridge == bridge:
                return
            odd, before = await self._odd_one(bridge, entry), entry.bridge
            async with self._link.ears.room_for({leg, *self._link.legs.within(bridge)}):
                await self._put(bridge, entry, odd)
            await self._link.recorders.moved(entry)
        self._link.ears.moved(leg, bridge)
        self._link.ears.company_changed(self._link.legs.within(bridge))
        self._link.ears.company_changed(self._link.legs.within(before))
        await self._link.recorders.company_changed(bridge, entry, aside=odd)

    async def _put(self, bridge: str, leg: Leg, odd: Leg | None) -> None:
        if odd is not None:
            with contextlib.suppress(LegGone):  # it may hang up in this very moment
                await self._move(f"/bridges/{bridge}/removeChannel", odd.id)
        try:
            await self._move(f"/bridges/{bridge}/addChannel", leg.id)
            leg.bridge = bridge
        finally:
            # A standing leg must not be left out because its caller hung up meanwhile.
            if odd is not None:
                with contextlib.suppress(LegGone):
                    await self._move(f"/bridges/{bridge}/addChannel", odd.id)

    async def leave(self, bridge: str, leg: str) -> None:
        check_name(bridge)
        entry = self._leg(leg)
        async with entry.lock:
            if entry.bridge == bridge:
                await self._move(f"/bridges/{bridge}/removeChannel", leg)
                entry.bridge = None
        self._link.ears.company_changed({leg, *self._link.legs.within(bridge)})
        await self._link.recorders.company_changed(bridge, entry)

    async def listen(self, listener: str, leg: str, mode: ListenMode) -> None:
        for one in (listener, leg):
            if not self._leg(one).answered:
                raise EngineError("Звонок ещё не принят: слушать рано.")
        try:
            await self._link.ears.open(listener, leg)
            if place := self._link.ears.place(listener):
                await self.join(place, listener)
            await self._link.ears.speak(listener, mode)
        except BaseException:
            with contextlib.suppress(EngineError):
                await self.stop_listening(listener)
            raise

    async def stop_listening(self, listener: str) -> None:
        self._link.check()
        place, entry = self._link.ears.place(listener), self._link.legs.get(listener)
        await self._link.ears.close(listener)
        if entry is not None and entry.bridge == place:
            entry.bridge = None

    async def _odd_one(self, bridge: str, new: Leg) -> Leg | None:
        """Who must step aside while ``new`` joins a bridge of one or two.

        Asterisk 22 sends nothing any more to a leg that is spoken to in another codec when its
        place in the bridge outlives those who speak: a standing leg from one caller to the next,
        or two of different codecs whose simple bridge becomes a mixing one (measured). A leg that
        is put back in begins anew. Of three legs and two codecs (A-law and µ-law) two agree: those
        two must be the ones who are there when the third comes.
        """
        legs = self._link.legs.all()
        there = [leg for leg in legs if leg.bridge == bridge and not leg.ending]
        if len(there) not in (1, 2):
            return None
        codecs = [await self._codec(leg) for leg in (*there, new)]
        if not all(codecs) or codecs[0] == codecs[1]:
            return None
        return there[0] if len(there) == 1 or codecs[0] != codecs[2] else there[1]

    async def _codec(self, leg: Leg) -> str:
        """Asked once. Empty when the leg has ended in this moment."""
        if not leg.codec:
            with contextlib.suppress(AriError):
                leg.codec = await self._link.ari.variable(leg.id, "CHANNEL(audionativeformat)")
        return leg.codec

    async def _move(self, path: str, leg: str) -> None:
        try:
            await self._link.ari.post(path, channel=leg)
        except AriError as error:
            if error.status == 404:
                raise EngineError("Такого моста нет.") from None
            # 400: no such channel; 409, 422: it is no longer in our application
            raise LegGone("Звонок уже завершён.") from None

    # -- calls out -----------------------------------------------------------------------

    async def dial(
        self, leg: str, number: str, *, caller_id: str, timeout_s: float, for_caller: str = ""
    ) -> None:
        """An error raised here means that no call began and no event follows."""
        check_name(leg)
        check_number(number)
        await self._link.dialler.dial(leg, number, caller_id, timeout_s, for_caller)

    # -- recording -----------------------------------------------------------------------

    async def start_recording(self, leg: str, stem: Path) -> None:
        entry = self._leg(leg)
        check_stem(stem)
        await asyncio.to_thread(stem.parent.mkdir, parents=True, exist_ok=True)
        await self._link.recorders.start(entry, stem)

    async def stop_recording(self, leg: str) -> None:
        await self._link.recorders.stop(self._leg(leg))

    # -- accounts -------------------------------------------------------------------------

    async def put_account(self, account: Account) -> None:
        name = account.name
        check_account(account)
        login = [
            ("auth_type", "userpass"),
            ("username", name),
            ("password", account.password),
        ]
        await self._link.ari.put(f"{_DYNAMIC}/auth/{name}", _fields(login))
        await self._link.ari.put(
            f"{_DYNAMIC}/endpoint/{name}", _fields(account_fields(self._node.settings, account))
        )

    async def drop_account(self, name: str) -> None:
        check_name(name)
        for kind in ("endpoint", "auth"):
            await self._link.ari.delete(f"{_DYNAMIC}/{kind}/{name}")

    # -- callers as the dialplan knows them ------------------------------------------------

    async def noted_callers(self) -> Sequence[NotedCaller]:
        notes = self._node.notes()
        return () if notes is None else await asyncio.to_thread(notes.read)

    async def forget_callers(self, legs: Collection[str]) -> None:
        notes = self._node.notes()
        # While it is out of sight its notes alone tell how a call ended: they stay.
        if notes is not None and self._link.connected:
            await asyncio.to_thread(notes.forget, legs)

    async def lines(self) -> Collection[str]:
        self._link.check()
        return {channel.id for channel in await self._link.ari.channels()}

    def sip_address(
        self, transport: Literal["udp", "tcp", "tls"] = "udp", *, reached: str = ""
    ) -> str:
        host, port = self._node.sip(tls=transport == "tls", reached=reached)
        return f"{host}:{port}"

    # -- helpers --------------------------------------------------------------------------

    def _leg(self, leg: str) -> Leg:
        self._link.check()
        entry = self._link.legs.get(leg)
        if entry is None:
            raise LegGone("Звонок уже завершён.")
        return entry

    async def _leg_post(self, path: str, **query: str) -> None:
        try:
            await self._link.ari.post(path, **query)
        except AriError as error:
            raise gone_or(error) from None

    def _check_prompt(self, file: Path) -> None:
        check_prompt(file)
        if self._node.settings is not None and not file.is_file():
            raise EngineError(f"Нет звукового файла {file}.", "Проверьте каталог фраз.")


def _fields(pairs: list[tuple[str, str]]) -> dict[str, object]:
    return {"fields": [{"attribute": key, "value": value} for key, value in pairs]}
