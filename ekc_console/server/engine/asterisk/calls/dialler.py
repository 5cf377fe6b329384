"""Calls out: the first trunk that takes one. What a call came to is told of the last one tried."""

from __future__ import annotations

import asyncio
import contextlib
import math
import re
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from ekc_console.domain.terms.dial_ends import THE_WAY_WORKS, DialEnd
from ekc_console.domain.terms.numbers import as_dialled
from ekc_console.server.engine.asterisk.calls.legs import OUTGOING, Leg, LegTable
from ekc_console.server.engine.asterisk.calls.outcomes import (
    end_of,
    may_be_the_number,
    timed_out,
    trunk_failed,
)
from ekc_console.server.engine.asterisk.control.ari import Ari, AriError, EngineUnreachable
from ekc_console.server.engine.asterisk.setup.dialplan import APPLICATION, DIALLED_VARIABLE
from ekc_console.server.engine.asterisk.setup.pjsip import number_uri
from ekc_console.server.engine.asterisk.setup.settings import Trunk
from ekc_console.server.engine.checks import is_number
from ekc_console.server.engine.protocol import NO_ANSWER, EngineError, TrunkCalls
from ekc_console.server.tasks.background import Background

log = structlog.get_logger(__name__)

UNDO_AFTER_S = (0.0, 1.0, 3.0, 10.0)
AVOIDED_S = 60.0
"""For so long a trunk that failed is tried after the others."""
TIME_OVER_S = 0.5
"""Asterisk gives a call up by its own clock: one that ends so shortly before its time is over was
given up for that."""
COMES_S = 3.0
"""Longest wait for a channel that was made."""
NOT_BEGUN: tuple[DialEnd, str] = ("no_way", "")
TALKS_TO = "CHANNEL(rtp,dest)"
"""Where the sound of a call goes; port 0 while the other side has named none."""


class TrunkOrder:
    """Which trunk is tried when: those of the configuration in its order, those that have failed
    lately, do not answer or are not registered last. Times in seconds of one steady clock."""

    def __init__(
        self,
        trunks: Sequence[Trunk],
        registered: Callable[[str], bool],
        report: Callable[[TrunkCalls], None],
    ) -> None:
        self._trunks = [trunk for trunk in trunks if trunk.peer]
        self._registered = registered
        self._report = report
        self._failed: dict[str, float] = {}
        self._refused: dict[str, str] = {}
        """The number that a trunk would not carry, and none went through it since."""
        self._silent: set[str] = set()
        """Those that leave probes unanswered."""

    def order(self, now: float) -> list[Trunk]:
        return sorted(self._trunks, key=lambda trunk: self._is_avoided(trunk, now))

    def is_silent(self, trunk: Trunk) -> bool:
        """It leaves probes unanswered."""
        return trunk.name in self._silent

    def failed(self, trunk: Trunk, now: float, detail: str) -> None:
        new = not self._in_trouble(trunk.name)
        self._failed[trunk.name] = now
        if new:
            self._broken(trunk.name, detail)

    def refused(self, trunk: Trunk, number: str, now: float, detail: str) -> None:
        """The trunk would not carry a call (403), perhaps for its number alone: not so when it
        carries no other either."""
        if self._refused.setdefault(trunk.name, number) != number:
            self.failed(trunk, now, detail)

    def works(self, trunk: Trunk) -> None:
        """A call went through: that says more than an unanswered probe."""
        self._refused.pop(trunk.name, None)
        if trunk.name in self._silent:
            log.warning(
                "the trunk takes calls and answers no OPTIONS: set its probe_every_s to 0",
                trunk=trunk.name,
            )
        self._mended(trunk.name)

    def probed(self, name: str, answers: bool) -> None:
        """The trunk has begun to answer probes, or has ceased to. One that is back is tried in its
        turn at once, whatever calls it failed while it was away."""
        if answers:
            if name in self._silent:
                self._mended(name)
            return
        new = not self._in_trouble(name)
        self._silent.add(name)
        if new:
            self._broken(name, NO_ANSWER)

    def _in_trouble(self, name: str) -> bool:
        return name in self._failed or name in self._silent

    def _broken(self, name: str, detail: str) -> None:
        log.error("no calls out through the trunk", trunk=name, detail=detail)
        self._report(TrunkCalls(name, False, detail))

    def _mended(self, name: str) -> None:
        if not self._in_trouble(name):
            return
        self._failed.pop(name, None)
        self._silent.discard(name)
        log.info("calls out through the trunk again", trunk=name)
        self._report(TrunkCalls(name, True, ""))

    def _is_avoided(self, trunk: Trunk, now: float) -> bool:
        failed_at = self._failed.get(trunk.name)
        return (
            (failed_at is not None and now - failed_at < AVOIDED_S)
            or trunk.name in self._silent
            or not self._registered(trunk.name)
        )


@dataclass(slots=True)
class _Dial:
    """A call out that nobody has answered yet."""

    number: str
    caller_id: str
    until: float
    """Loop time at which the called party is given up."""
    for_caller: str
    trunk: Trunk
    rest: list[Trunk]
    begun: bool = False
    """The trunk was asked: the end of the channel tells what it said."""


class Dialler:
    """``dial`` begins a call; ``ended`` is asked when one was not answered.

    A call is made in two steps, its channel and then the dialling, so that what the network says
    before the answer can be heard. A redirection ends such a call: Asterisk follows one only where
    it dials in one step (by a Local channel, which would come to us as a caller)."""

    def __init__(
        self, legs: Callable[[], LegTable], ari: Callable[[], Ari], trunks: TrunkOrder
    ) -> None:
        self._legs = legs
        self._ari = ari
        self._trunks = trunks
        self._dials: dict[str, _Dial] = {}
        self._background = Background()

    async def dial(
        self, leg: str, number: str, caller_id: str, timeout_s: float, for_caller: str = ""
    ) -> None:
        """As ``TelephonyEngine.dial``. Raises EngineError when no trunk began the call; then no
        event follows."""
        trunks = self._trunks.order(_now())
        if not trunks:
            raise EngineError(
                "Исходящие звонки не настроены.", "Укажите outbound у одной из engine.trunks."
            )
        entry = self._legs().add_outgoing(leg, number)
        dial = _Dial(number, caller_id, _now() + timeout_s, for_caller, trunks[0], trunks[1:])
        self._dials[leg] = dial
        try:
            await self._begin(entry, dial)
        except EngineError as error:
            self._dials.pop(leg, None)
            self._legs().forget(leg)
            if isinstance(error, EngineUnreachable):
                self._spawn(self._undo(leg))
            raise

    def ended(self, leg: Leg, cause: int, sip: int) -> tuple[DialEnd, str] | None:
        """As ``legs.Dials``."""
        dial = self._dials.get(leg.id)
        if leg.ending:
            self._dials.pop(leg.id, None)
            return ("normal" if leg.rang or leg.spoke else "unrung"), ""
        if dial is None:
            return end_of(cause, sip, rang=leg.rang, spoke=leg.spoke)
        if not dial.begun:
            end, detail = NOT_BEGUN
        elif dial.until - _now() < TIME_OVER_S:
            end, detail = timed_out(rang=leg.rang, spoke=leg.spoke)
        else:
            end, detail = end_of(cause, sip, rang=leg.rang, spoke=leg.spoke)
            self._judge(leg, dial, end, cause, sip)
        again = end == "no_way" and not leg.spoke and dial.rest and dial.until - _now() >= 1
        if not again:
            del self._dials[leg.id]
            return end, detail
        dial.trunk, dial.begun = dial.rest.pop(0), False
        leg.here.clear()
        self._spawn(self._go_on(leg, dial))
        return None

    def spoke(self, leg: Leg) -> None:
        """As ``legs.Dials``."""
        self._spawn(self._listen(leg))

    async def _listen(self, leg: Leg) -> None:
        """183 may come without sound."""
        try:
            address = await self._ari().variable(leg.id, TALKS_TO)
        except AriError:
            return  # it has ended
        if re.fullmatch(r".*:[1-9][0-9]*", address):
            self._legs().speaks(leg)

    def _judge(self, leg: Leg, dial: _Dial, end: DialEnd, cause: int, sip: int) -> None:
        """What the end of a call says of its trunk, by what is the trunk's own fault."""
        detail = f"SIP {sip}" if sip else f"Q.850 {cause}"
        if leg.rang or leg.spoke or (sip and end in THE_WAY_WORKS):
            self._trunks.works(dial.trunk)
        elif trunk_failed(cause, sip):
            self._trunks.failed(dial.trunk, _now(), detail)
        elif may_be_the_number(sip):
            self._trunks.refused(dial.trunk, dial.number, _now(), detail)

    def picked_up(self, leg: Leg) -> None:
        if (dial := self._dials.pop(leg.id, None)) is not None:
            self._trunks.works(dial.trunk)

    async def close(self) -> None:
        await self._background.close()
        self._dials.clear()

    async def _begin(self, leg: Leg, dial: _Dial) -> None:
        """Through the present trunk, or the first of the rest that can be asked at all. Raises
        EngineError when none can, EngineUnreachable when nobody knows whether one did: that is no
        fault of the trunk."""
        while True:
            try:
                await self._originate(leg, dial)
            except EngineUnreachable:
                raise
            except EngineError as error:
                if leg.ending:
                    return  # hung up meanwhile, which an event tells
                self._trunks.failed(dial.trunk, _now(), error.message)
                if not dial.rest:
                    raise
                dial.trunk = dial.rest.pop(0)
            else:
                return

    async def _go_on(self, leg: Leg, dial: _Dial) -> None:
        if leg.ending:  # when there was no channel to end
            self._dials.pop(leg.id, None)
            self._legs().end(leg.id, "unrung")
            return
        log.info("another trunk is tried", call=leg.id, trunk=dial.trunk.name)
        try:
            await self._begin(leg, dial)
        except EngineError as error:
            self._dials.pop(leg.id, None)
            self._legs().end(leg.id, "no_way")
            if isinstance(error, EngineUnreachable):
                await self._undo(leg.id)
            return
        if leg.ending or self._legs().get(leg.id) is not leg:
            # Hung up meanwhile, or gone with the connection.
            await self._ari().delete(f"/channels/{leg.id}")

    async def _undo(self, leg: str) -> None:
        """Asterisk did not answer the order for a call, and may have begun it all the same, or
        may yet: it must ring nobody. One that is picked up first, or found by the next connection,
        is hung up by whoever is told of it."""
        for pause_s in UNDO_AFTER_S:
            await asyncio.sleep(pause_s)
            if self._legs().get(leg) is not None:
                return  # it was told, as a leg that nobody knows
            with contextlib.suppress(EngineError):
                if await self._ari().delete(f"/channels/{leg}"):
                    log.warning("a call that was not answered for is ended", call=leg)
                    return

    def _way(self, number: str, trunk: Trunk) -> str:
        """As Asterisk names it. To a contact that left a probe unanswered it begins no call at all
        («Allocation failed»), to an address it does: what may have been one lost packet must not
        keep the last way out closed until the next probe."""
        if self._trunks.is_silent(trunk):
            return f"PJSIP/{trunk.endpoint}/{number_uri(number, trunk)}"
        return f"PJSIP/{number}@{trunk.endpoint}"

    async def _originate(self, leg: Leg, dial: _Dial) -> None:
        trunk = dial.trunk
        number = as_dialled(dial.number, trunk.number_format)
        await self._ari().post(
            "/channels/create",
            {"variables": _variables(dial)},
            endpoint=self._way(number, trunk),
            app=APPLICATION,
            appArgs=f"{OUTGOING},{dial.number}",
            channelId=leg.id,
        )
        try:
            async with asyncio.timeout(COMES_S):
                await leg.here.wait()
        except TimeoutError:
            await self._ari().delete(f"/channels/{leg.id}")
            return
        if self._legs().get(leg.id) is not leg:
            return
        dial.begun = True
        try:
            await self._ari().post(
                f"/channels/{leg.id}/dial", timeout=str(max(1, math.ceil(dial.until - _now())))
            )
        except AriError as error:
            log.warning("channel not dialled", call=leg.id, error=error.message)
            dial.begun = False
            await self._ari().delete(f"/channels/{leg.id}")  # its end is told by an event

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._background.spawn(self._logged(work))

    async def _logged(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except EngineError as error:
            log.warning("call out not ended", error=error.message)


def _variables(dial: _Dial) -> dict[str, str]:
    """Of the channel of a call through its present trunk."""
    trunk = dial.trunk
    found = {DIALLED_VARIABLE: dial.number}
    shown = _shaped(dial.caller_id, trunk) or trunk.caller_id
    if told := _shaped(dial.for_caller, trunk):
        match trunk.caller_to_emergency:
            case "none":
                pass
            case "From":
                shown = told
            case "Diversion":
                value = f"<sip:{told}@{trunk.domain}>;reason=unconditional"
                found["PJSIP_HEADER(add,Diversion)"] = value
            case "P-Asserted-Identity":
                found["PJSIP_HEADER(add,P-Asserted-Identity)"] = f"<sip:{told}@{trunk.domain}>"
    if shown:
        found["CONNECTEDLINE(all,i)"] = f'"{shown}" <{shown}>'
    return found


def _shaped(number: str, trunk: Trunk) -> str:
    """As the trunk wants it; empty for what is no number."""
    return as_dialled(number, trunk.number_format) if is_number(number) else ""


def _now() -> float:
    return asyncio.get_running_loop().time()
