"""What we know of every leg at an Asterisk, and the translation of its events into ours.

No I/O: ARI events go in by :meth:`LegTable.take`, engine events come out through the sink.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from ekc_console.server.engine.asterisk.control.ari import Bridge, Channel, Event
from ekc_console.server.engine.asterisk.setup.dialplan import APPLICATION, DIALLED_VARIABLE
from ekc_console.server.engine.protocol import (
    CallerArrived,
    EventSink,
    KeyPressed,
    LegAnswered,
    LegEnded,
    LegInfo,
    LegRinging,
    OperatorArrived,
    PlaybackEnded,
)

Kind = Literal["caller", "operator", "outgoing"]
Cause = Literal["normal", "busy", "no_answer", "rejected", "unreachable", "failed"]

CALLER, OPERATOR, OUTGOING = "in", "standing", "out"
"""First argument of our Stasis application: how the channel came into it."""
_KINDS: dict[str, Kind] = {CALLER: "caller", OPERATOR: "operator", OUTGOING: "outgoing"}

_CAUSES: dict[int, Cause] = {
    0: "no_answer",  # our own time-out of the call out
    1: "unreachable",  # unallocated number (SIP 404)
    2: "unreachable",
    3: "unreachable",  # no route
    16: "no_answer",
    17: "busy",
    18: "no_answer",  # SIP 408, 480
    19: "no_answer",
    20: "unreachable",  # subscriber absent
    21: "rejected",  # SIP 401, 403, 603
    22: "unreachable",
    26: "no_answer",  # answered elsewhere
    27: "unreachable",  # destination out of order (SIP 502)
    28: "unreachable",
    34: "unreachable",  # no circuit (SIP 503)
    38: "unreachable",  # SIP 500
    102: "unreachable",  # SIP 504
    42: "unreachable",
    127: "failed",
}
"""Q.850 cause of an outgoing leg that was not answered; others are ``failed``."""


_TIMEOUT = 408
"""SIP status; also made by our own stack when a peer sends nothing."""


@dataclass(eq=False, slots=True)
class Playing:
    id: str
    files: tuple[Path, ...]
    begun: bool = False
    cut: bool = False


@dataclass(eq=False, slots=True)
class Leg:
    id: str
    kind: Kind
    name: str
    """Asterisk's channel name, by which AMI knows it."""
    account: str | None = None
    number: str | None = None
    called: str | None = None
    since: float | None = None
    """When a caller came."""
    answered: bool = False
    rang: bool = False
    bridge: str | None = None
    codec: str = ""
    """Asterisk's name of it, once somebody has asked."""
    recording: Path | None = None
    """Stem of the files it is recorded to, while it is."""
    recorded_in: str | None = None
    """The bridge whose talk its recorder hears."""
    music: bool = False
    """Wanted, and sounding whenever nothing is played."""
    adopted: bool = False
    """Music that nobody here has asked for may be sounding: Asterisk does not tell."""
    playing: deque[Playing] = field(default_factory=deque)
    """The first one sounds, the others wait for it."""
    ending: bool = False
    """We asked for its end."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever changes what the leg hears: steps of two such changes must not mix."""

    def info(self) -> LegInfo:
        return LegInfo(
            self.id,
            self.kind,
            self.account,
            self.number,
            self.bridge,
            self.called,
            self.answered,
            self.since,
        )


class Dials(Protocol):
    """Who dials out, told of what becomes of a leg."""

    def goes_on(self, leg: Leg, cause: int, sip: int) -> bool:
        """The leg's channel ended unanswered (Q.850 cause, SIP status or 0); True if there will be
        another one for it."""

    def picked_up(self, leg: Leg) -> None: ...


class LegTable:
    """``next_playback`` is called when the first of a leg's playbacks is over by itself, ``left``
    with the bridge in which a leg was that has ended."""

    def __init__(
        self,
        sink: EventSink,
        next_playback: Callable[[Leg], None],
        dials: Dials,
        left: Callable[[str], None],
    ) -> None:
        self._left = left
        self._sink = sink
        self._next_playback = next_playback
        self._dials = dials
        self._legs: dict[str, Leg] = {}
        self._playbacks: dict[str, Leg] = {}
        self._changed = asyncio.Event()

    async def wait_empty(self) -> None:
        """Until no leg is left."""
        while self._legs:
            self._changed.clear()
            await self._changed.wait()

    def get(self, leg: str) -> Leg | None:
        return self._legs.get(leg)

    def all(self) -> tuple[Leg, ...]:
        return tuple(self._legs.values())

    def adopt(self, channel: Channel, bridge: str | None) -> Leg | None:
        """A channel that lives already; None when it is not one of ours."""
        leg = _leg(channel, _arguments(channel))
        if leg is None or channel.id in self._legs:
            return None
        leg.bridge = bridge
        leg.adopted = True
        self._legs[leg.id] = leg
        return leg

    def add_outgoing(self, leg: str, number: str) -> Leg:
        entry = self._legs[leg] = Leg(leg, "outgoing", "", number=number)
        return entry

    def add_playback(self, leg: Leg, playing: Playing) -> None:
        leg.playing.append(playing)
        self._playbacks[playing.id] = leg

    def end_playback(self, playing_id: str, *, finished: bool) -> None:
        """Report it, unless it was reported before."""
        leg = self._playbacks.get(playing_id)
        if leg is not None:
            self.forget_playback(playing_id)
            self._sink(PlaybackEnded(leg.id, playing_id, finished))

    def forget_playback(self, playing_id: str) -> None:
        """Drop one that could not begin, with no report."""
        leg = self._playbacks.pop(playing_id, None)
        if leg is not None:
            leg.playing = deque(one for one in leg.playing if one.id != playing_id)

    def end(self, leg: str, cause: Cause) -> None:
        """Report the end of a leg once, its playbacks first."""
        entry = self._legs.pop(leg, None)
        if entry is None:
            return
        for playing in tuple(entry.playing):
            self.end_playback(playing.id, finished=False)
        self._changed.set()
        if entry.bridge is not None:
            self._left(entry.bridge)
        self._sink(LegEnded(leg, cause))

    def forget(self, leg: str) -> None:
        """Drop a leg that never came to be, with no report."""
        self._legs.pop(leg, None)

    def clear(self) -> None:
        """All legs are gone with the engine, which is reported as one."""
        self._legs.clear()
        self._changed.set()
        self._playbacks.clear()

    def catch_up(
        self, channels: Sequence[Channel], bridges: Sequence[Bridge], over: Sequence[str]
    ) -> None:
        """Report what happened while no events came: ``over`` are playbacks that ended."""
        live = {channel.id for channel in channels}
        for leg in self.all():
            if leg.id not in live:
                self.end(leg.id, "normal")
        for playing_id in over:
            self._playback_finished(playing_id, "done")
        for channel in channels:
            if channel.dialplan.app_name == "Stasis":
                self._arrived(channel, _arguments(channel))
        places = {channel: bridge.id for bridge in bridges for channel in bridge.channels}
        for leg in self.all():
            leg.bridge = places.get(leg.id)

    # -- ARI events ---------------------------------------------------------------

    def take(self, event: Event) -> None:
        if event.type == "PlaybackFinished" and event.playback is not None:
            self._playback_finished(event.playback.id, event.playback.state)
        elif event.channel is None:
            return
        elif event.type == "StasisStart":
            self._arrived(event.channel, event.args)
        elif event.type in ("StasisEnd", "ChannelDestroyed"):
            self._ended(event.channel.id, event.cause, event.tech_cause)
        elif event.type == "ChannelDtmfReceived":
            if event.channel.id in self._legs:
                self._sink(KeyPressed(event.channel.id, event.digit))
        elif event.type == "ChannelStateChange":
            self._state_changed(event.channel)

    def _arrived(self, channel: Channel, args: list[str]) -> None:
        known = self._legs.get(channel.id)
        if known is not None and known.kind == "outgoing":
            known.name = channel.name
            if not known.answered:
                known.answered = True
                self._dials.picked_up(known)
                self._sink(LegAnswered(known.id))
            return
        leg = _leg(channel, args)
        if leg is None or known is not None:
            return
        self._legs[leg.id] = leg
        if leg.kind == "caller":
            # Held by the dialplan while no server was there: music is on.
            leg.music = leg.answered
            since = leg.since if leg.answered else None
            self._sink(CallerArrived(leg.id, leg.number, leg.called or "", leg.answered, since))
        elif leg.kind == "operator":
            self._sink(OperatorArrived(leg.id, leg.account or ""))
        else:
            self._sink(LegAnswered(leg.id))

    def _state_changed(self, channel: Channel) -> None:
        leg = self._legs.get(channel.id)
        if leg is not None and leg.kind == "outgoing":
            leg.name = channel.name
            if channel.state == "Ringing":
                leg.rang = True
                self._sink(LegRinging(leg.id))

    def _ended(self, leg_id: str, cause: int, sip: int) -> None:
        leg = self._legs.get(leg_id)
        if leg is None:
            return
        unanswered = leg.kind == "outgoing" and not leg.answered
        if unanswered and self._dials.goes_on(leg, cause, sip):
            return
        if leg.ending or not unanswered:
            self.end(leg_id, "normal")
        elif sip == _TIMEOUT and not leg.rang:
            self.end(leg_id, "unreachable")  # nobody was rung
        else:
            self.end(leg_id, _CAUSES.get(cause, "failed"))

    def _playback_finished(self, playing_id: str, state: str) -> None:
        leg = self._playbacks.get(playing_id)
        if leg is None:
            return
        cut = any(one.cut for one in leg.playing if one.id == playing_id)
        self.end_playback(playing_id, finished=state == "done" and not cut)
        if not cut:
            self._next_playback(leg)


def _arguments(channel: Channel) -> list[str]:
    """Those of our application where the channel is in it, else those that ``dial`` gave."""
    application, *args = channel.dialplan.app_data.split(",")
    if channel.dialplan.app_name == "Stasis" and application == APPLICATION:
        return args
    dialled = channel.channelvars.get(DIALLED_VARIABLE, "")
    return [OUTGOING, dialled] if dialled else []


def _leg(channel: Channel, args: list[str]) -> Leg | None:
    kind = _KINDS.get(args[0] if args else "")
    if kind is None:
        return None
    detail = args[1] if len(args) > 1 else ""
    leg = Leg(channel.id, kind, channel.name, answered=channel.state == "Up")
    if kind == "operator":
        leg.account = detail
    elif kind == "caller":
        leg.number, leg.called = number_of(channel.caller.number), detail
        leg.since = _moment(args[2] if len(args) > 2 else "")
    else:
        leg.number = detail
    return leg


def _moment(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[0-9]{9,11}\.[0-9]{3}", text) else None


def number_of(text: str) -> str | None:
    """A caller's number as digits with an optional ``+``; None when it is withheld or none."""
    digits = re.sub(r"[^0-9]", "", text)
    if not digits or re.search(r"[^\W\d_]", text):
        return None
    return f"+{digits}" if text.strip().startswith("+") else digits
