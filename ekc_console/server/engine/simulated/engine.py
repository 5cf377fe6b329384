"""A telephony engine without telephony: the same protocol, in memory, by the loop's clock.

Deterministic: events come in the order of their causes, and all delays are loop time, so that a
loop with virtual time runs hours of calls in moments. The outside world is played by the methods
below "the world outside"; :meth:`SimulatedEngine.heard` tells who hears what.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from ekc_console.domain.terms.dial_ends import DialEnd
from ekc_console.server.engine import checks
from ekc_console.server.engine import protocol as en
from ekc_console.server.engine.protocol import (
    Account,
    EngineError,
    EngineEvent,
    EventSink,
    LegGone,
    LegInfo,
)
from ekc_console.server.engine.simulated import hearing
from ekc_console.server.engine.simulated.eavesdropping import Eavesdropping
from ekc_console.server.engine.simulated.leg import Leg, Playing
from ekc_console.server.engine.simulated.outside import (
    REFUSALS,
    TRUNKS,
    Behaviour,
    Outside,
    OutsideParty,
)
from ekc_console.server.engine.simulated.sound import Heard, Recorder, read


class SimulatedEngine(Eavesdropping):
    """``previous``: an engine left by ``stop(hang_up=False)``, whose calls this one adopts.
    ``epoch``: the loop's zero in seconds since the epoch."""

    def __init__(self, previous: SimulatedEngine | None = None, epoch: float = 0.0) -> None:
        self._epoch: float = previous._epoch if previous else epoch
        self._notes: dict[str, en.NotedCaller] = previous._notes if previous else {}
        self._legs: dict[str, Leg] = previous._legs if previous else {}
        self._bridges: set[str] = previous._bridges if previous else set()
        self._outside: Outside = Outside(self._emit, previous._outside if previous else None)
        self._numbers: itertools.count[int] = previous._numbers if previous else itertools.count(1)
        self._accounts: dict[str, str] = {}
        self._sink: EventSink | None = None
        self._up = False
        self._hidden = False
        self.notes_ends = True
        """Whether it keeps account of callers' legs that end while nobody sees it."""
        self._ended: dict[str, float] = previous._ended if previous else {}
        if previous:
            previous._successor = self
        self._successor: SimulatedEngine | None = None

    # -- the protocol ------------------------------------------------------------------

    async def start(self, sink: EventSink) -> None:
        self._sink = sink
        self._up = True
        sink(self._present())
        for trunk in sorted(self._outside.silent):
            sink(en.TrunkCalls(trunk, False, en.NO_ANSWER))

    @property
    def behind_s(self) -> float:
        return 0.0

    async def stop(self, *, hang_up: bool = True) -> None:
        if hang_up:
            self._end_all()
        self._sink = None
        self._up = False

    async def answer(self, leg: str) -> None:
        self._leg(leg).answered = True

    async def hang_up(self, leg: str, *, busy: bool = False, forbidden: bool = False) -> None:
        self._check_up()
        self._end(leg, "normal")

    async def play(self, leg: str, files: Sequence[Path]) -> str:
        entry = self._answered(leg, "проигрывать некому")
        if not files:
            raise ValueError("play: no files")
        for file in files:
            checks.check_prompt(file)
        playing = Playing(f"p{next(self._numbers)}", tuple((f, read(f)) for f in files))
        self._sound_changes()
        entry.playing.append(playing)
        if entry.playing[0] is playing:
            self._begin(entry)
        return playing.id

    async def stop_playing(self, leg: str) -> None:
        self._cut(self._leg(leg))

    async def start_music(self, leg: str) -> None:
        self._sounds(leg, music=True)

    async def stop_music(self, leg: str) -> None:
        self._sounds(leg, music=False)

    async def start_ring_back(self, leg: str) -> None:
        self._sounds(leg, ring_back=True)

    async def stop_ring_back(self, leg: str) -> None:
        self._sounds(leg, ring_back=False)

    async def send_keys(self, leg: str, keys: str) -> None:
        checks.check_keys(keys)
        self._answered(leg, "клавиши слать некому").keys_sent += keys

    async def make_bridge(self, bridge: str) -> None:
        checks.check_name(bridge)
        self._check_up()
        self._bridges.add(bridge)

    async def drop_bridge(self, bridge: str) -> None:
        self._check_up()
        self._sound_changes()
        self._bridges.discard(bridge)
        for leg in self._legs.values():
            if leg.bridge == bridge:
                leg.bridge = None

    async def join(self, bridge: str, leg: str) -> None:
        entry = self._leg(leg)
        if bridge not in self._bridges:
            raise EngineError("Такого моста нет.")
        if not entry.answered and not entry.speaks:
            raise EngineError("Звонок ещё не принят: соединять рано.")
        self._cut(entry)
        self._sound_changes()
        entry.music, entry.listens_to = False, None
        entry.bridge = bridge

    async def leave(self, bridge: str, leg: str) -> None:
        entry = self._leg(leg)
        if entry.bridge == bridge:
            self._sound_changes()
            entry.bridge = None

    async def dial(
        self, leg: str, number: str, *, caller_id: str, timeout_s: float, for_caller: str = ""
    ) -> None:
        self._check_up()
        checks.check_name(leg)
        checks.check_number(number)
        if leg in self._legs:
            raise ValueError(f"leg exists: {leg!r}")
        party, trunk = self._outside.reached(number)
        entry = self._legs[leg] = Leg(leg, "outgoing", party.tone, number=number, trunk=trunk)
        loop = asyncio.get_running_loop()
        if refusal := REFUSALS.get(party.does):
            self._end(leg, *refusal)
            return
        entry.speaks = party.does == "speak"
        self._emit(en.LegSpeaks(leg) if entry.speaks else en.LegRinging(leg))
        if party.does == "answer" and party.ring_s < timeout_s:
            entry.timer = loop.call_later(party.ring_s, self.outside_answers, leg)
        else:
            entry.timer = loop.call_later(timeout_s, self._end, leg, "no_answer")

    async def start_recording(self, leg: str, stem: Path) -> None:
        entry = self._leg(leg)
        checks.check_stem(stem)
        await self.stop_recording(leg)
        entry.recorder = Recorder(stem, self._now())

    async def stop_recording(self, leg: str) -> None:
        entry = self._leg(leg)
        self._sound_changes()
        if entry.recorder:
            entry.recorder.close()
            entry.recorder = None

    async def put_account(self, account: Account) -> None:
        self._check_up()
        checks.check_account(account)
        self._accounts[account.name] = account.password

    async def drop_account(self, name: str) -> None:
        self._check_up()
        self._accounts.pop(name, None)

    async def noted_callers(self) -> Sequence[en.NotedCaller]:
        return tuple(self._notes.values())

    async def forget_callers(self, legs: Collection[str]) -> None:
        for leg in legs:
            self._notes.pop(leg, None)

    async def lines(self) -> Collection[str]:
        self._check_up()
        return self._legs.keys()

    def sip_address(self, transport: str = "udp", *, reached: str = "") -> str:
        return "127.0.0.1:5060"

    # -- the world outside ----------------------------------------------------------------

    def caller_calls(
        self, number: str | None, called: str = "122", *, tone: int = 0, held: bool = False
    ) -> str:
        """A call comes in; ``held``: the dialplan answered it while no server was there."""
        leg = Leg(f"c{next(self._numbers)}", "caller", tone, None, number, called, TRUNKS[0])
        leg.answered = leg.music = held
        leg.since = self._epoch + self._now()
        self._legs[leg.id] = leg
        self._notes[leg.id] = en.NotedCaller(leg.id, number, called, leg.since)
        arrived = en.CallerArrived(leg.id, number, called, held, trunk=leg.trunk)
        self._emit(replace(arrived, since=leg.since if held else None))
        return leg.id

    def operator_calls_in(self, account: str, password: str, *, tone: int = 0) -> str | None:
        """A softphone calls in; None when it is refused."""
        if self._accounts.get(account) != password:
            return None
        leg = Leg(f"s{next(self._numbers)}", "operator", tone, account=account)
        self._legs[leg.id] = leg
        self._emit(en.OperatorArrived(leg.id, account))
        return leg.id

    def caller_presses(self, leg: str, keys: str) -> None:
        """Any party presses keys."""
        if leg in self._legs:
            for key in keys:
                self._emit(en.KeyPressed(leg, key))

    def caller_hangs_up(self, leg: str) -> None:
        """Any party hangs up, or a dialled one refuses (``rejected``)."""
        entry = self._legs.get(leg)
        refused = entry is not None and entry.kind == "outgoing" and not entry.answered
        if leg in self._notes and self._sink is None and self._successor is None:
            self._notes[leg] = replace(self._notes[leg], left_at=self._epoch + self._now())
        self._end(leg, "rejected" if refused else "normal")

    def outside_party(
        self,
        number: str,
        does: Behaviour,
        *,
        tone: int = 0,
        ring_s: float = 0.0,
        trunk: str = TRUNKS[0],
    ) -> None:
        """What ``number`` does when it is dialled from now on through the trunk (else it is
        unreachable)."""
        self._outside.parties[trunk, number] = OutsideParty(does, tone, ring_s)

    def trunk_answers(self, trunk: str, answers: bool) -> None:
        """The trunk is found to answer probes, or to answer none any more."""
        self._outside.trunk_answers(trunk, answers)

    def outside_answers(self, leg: str) -> None:
        """A dialled party that rings picks up."""
        entry = self._legs.get(leg)
        if entry is not None and not entry.answered:
            entry.stop_timer()
            entry.answered = True
            self._emit(en.LegAnswered(leg, entry.trunk))

    def crash(self, reason: str = "engine.ended") -> None:
        """The engine dies with all its calls; :meth:`recover` brings it back."""
        for leg in self._legs.values():
            leg.stop()
        self._legs.clear()
        self._bridges.clear()
        self._accounts.clear()
        self._up = False
        self._emit(en.EngineDown(reason))

    def recover(self) -> None:
        self._up = True
        self._emit(en.EngineUp())

    def out_of_sight(self, reason: str = "engine.node_lost") -> None:
        """The link to the engine is cut until :meth:`in_sight`; what it carries goes on."""
        self._emit(en.EngineDown(reason, gone=False))
        asyncio.get_running_loop().call_soon(self._hide)

    def in_sight(self) -> None:
        self._hidden = False
        self._deliver(self._present())

    def _hide(self) -> None:
        self._hidden = True

    def _present(self) -> en.EngineUp:
        legs = tuple(leg.info() for leg in self._legs.values())
        return en.EngineUp(legs, dict(self._ended))

    # -- what goes on ------------------------------------------------------------------------

    @property
    def legs(self) -> dict[str, LegInfo]:
        return {leg.id: leg.info() for leg in self._legs.values()}

    def members(self, bridge: str) -> frozenset[str]:
        return frozenset(leg.id for leg in self._legs.values() if leg.bridge == bridge)

    def keys_sent(self, leg: str) -> str:
        """What ``send_keys`` sent to the leg."""
        return self._legs[leg].keys_sent

    def heard(self, leg: str) -> Heard:
        """What the leg hears: its prompt, else its music, else the others in its bridge.

        KeyError for a leg that is not there.
        """
        return hearing.heard(self._legs[leg], self._legs, self._now())

    # -- helpers -------------------------------------------------------------------------------

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _emit(self, event: EngineEvent) -> None:
        asyncio.get_running_loop().call_soon(self._deliver, event)

    def _deliver(self, event: EngineEvent) -> None:
        if self._hidden:
            return
        if self._sink is not None:
            self._sink(event)
        elif self._successor is not None:
            self._successor._deliver(event)

    def _check_up(self) -> None:
        if not self._up or self._hidden:
            raise EngineError("Телефонная станция не работает.")

    def _leg(self, leg: str) -> Leg:
        self._check_up()
        entry = self._legs.get(leg)
        if entry is None:
            raise LegGone("Звонок уже завершён.")
        return entry

    def _answered(self, leg: str, else_: str) -> Leg:
        entry = self._leg(leg)
        if not entry.answered:
            raise EngineError(f"Звонок ещё не принят: {else_}.")
        return entry

    def _sounds(self, leg: str, **what: bool) -> None:
        entry = self._leg(leg)
        self._sound_changes()
        for name, on in what.items():
            setattr(entry, name, on)

    def _begin(self, leg: Leg) -> None:
        playing = leg.playing[0]
        playing.began = self._now()
        loop = asyncio.get_running_loop()
        leg.timer = loop.call_later(playing.duration_s, self._played, leg)

    def _played(self, leg: Leg) -> None:
        self._sound_changes()
        self._emit(en.PlaybackEnded(leg.id, leg.playing.popleft().id, True))
        leg.timer = None
        if leg.playing:
            self._begin(leg)

    def _cut(self, leg: Leg) -> None:
        if not leg.playing:
            return
        self._sound_changes()
        leg.stop_timer()
        while leg.playing:
            self._emit(en.PlaybackEnded(leg.id, leg.playing.popleft().id, False))

    def _end(self, leg: str, cause: DialEnd, detail: str = "") -> None:
        entry = self._legs.get(leg)
        if entry is None:
            return
        self._cut(entry)
        self._sound_changes()
        entry.stop()
        del self._legs[leg]
        seen = not self._hidden and (self._sink is not None or self._successor is not None)
        if entry.kind == "caller" and self.notes_ends and not seen:
            self._ended[leg] = self._epoch + asyncio.get_running_loop().time()
        self._emit(en.LegEnded(leg, cause, detail, entry.asked_last))

    def _end_all(self) -> None:
        for leg in tuple(self._legs):
            self._end(leg, "normal")
        self._bridges.clear()

    def _sound_changes(self) -> None:
        """Write down what every recorded leg said and heard until now; before every change."""
        hearing.write_down(self._legs, self._now())
