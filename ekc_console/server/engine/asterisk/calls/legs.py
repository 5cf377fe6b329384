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

from ekc_console.domain.terms.dial_ends import DialEnd
from ekc_console.server.engine.asterisk.control.ari import Bridge, Channel, Event
from ekc_console.server.engine.asterisk.setup.dialplan import APPLICATION, DIALLED_VARIABLE
from ekc_console.server.engine.checks import TRUNK_PREFIX
from ekc_console.server.engine.protocol import (
    CallerArrived,
    EventSink,
    KeyPressed,
    LegAnswered,
    LegEnded,
    LegInfo,
    LegRinging,
    LegSpeaks,
    OperatorArrived,
    PlaybackEnded,
)

Kind = Literal["caller", "operator", "outgoing"]
CALLER, OPERATOR, OUTGOING = "in", "standing", "out"
"""First argument of our Stasis application: how the channel came into it."""
_CHANNEL = re.compile(r"PJSIP/(.+)-[0-9a-f]{8,}")
_KINDS: dict[str, Kind] = {CALLER: "caller", OPERATOR: "operator", OUTGOING: "outgoing"}


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
    here: asyncio.Event = field(default_factory=asyncio.Event)
    """Of a call out: its channel has come into our application, and can be dialled."""
    rang: bool = False
    spoke: bool = False
    """The network has begun to tell how the call goes (183), perhaps with sound."""
    speaks: bool = False
    """It is heard though nobody has answered."""
    ring_back: bool = False
    """It hears the tone of a telephone that rings."""
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
    recorder: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever begins or stops its recorder, for the same reason."""

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
            "" if self.kind == "operator" else self.trunk,
        )

    @property
    def trunk(self) -> str:
        """By its name in the settings; a node's own one is called as its endpoint."""
        found = _CHANNEL.fullmatch(self.name)
        return found[1].removeprefix(TRUNK_PREFIX) if found else ""


class Dials(Protocol):
    """Who dials out, told of what becomes of a leg."""

    def ended(self, leg: Leg, cause: int, sip: int) -> tuple[DialEnd, str] | None:
        """The leg's channel ended unanswered (Q.850 cause, SIP status or 0). What that comes to,
        as ``LegEnded`` tells it; None if there will be another channel for the leg."""

    def spoke(self, leg: Leg) -> None:
        """183 came for the leg, or 180 with sound."""

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

    def within(self, bridge: str | None) -> list[str]:
        """Who stands in the bridge; of no bridge nobody."""
        return [leg.id for leg in self._legs.values() if bridge and leg.bridge == bridge]

    def is_alone(self, leg: str) -> bool:
        entry = self._legs.get(leg)
        return entry is not None and len(self.within(entry.bridge)) <= 1

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

    def end(self, leg: str, cause: DialEnd, detail: str = "") -> None:
        """Report the end of a leg once, its playbacks first."""
        entry = self._legs.pop(leg, None)
        if entry is None:
            return
        for playing in tuple(entry.playing):
            self.end_playback(playing.id, finished=False)
        self._changed.set()
        if entry.bridge is not None:
            self._left(entry.bridge)
        asked = entry.trunk if entry.kind == "outgoing" and not entry.answered else ""
        self._sink(LegEnded(leg, cause, detail, asked))

    def speaks(self, leg: Leg) -> None:
        """The leg is heard before the answer."""
        if self._legs.get(leg.id) is leg and not leg.answered and not leg.ending:
            leg.speaks = True
            self._sink(LegSpeaks(leg.id))

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
                self.end(leg.id, _unseen(leg))
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
        elif event.type == "Dial" and event.peer is not None:
            self._dial_goes_on(event.peer, event.dialstatus)
        elif event.channel is None:
            return
        elif event.type == "StasisStart":
            self._arrived(event.channel, event.args)
        elif event.type == "StasisEnd":
            self._left_us(event.channel.id)
        elif event.type == "ChannelDestroyed":
            self._ended(event.channel.id, event.cause, event.tech_cause)
        elif event.type == "ChannelDtmfReceived":
            if event.channel.id in self._legs:
                self._sink(KeyPressed(event.channel.id, event.digit))
        elif event.type == "ChannelStateChange":
            self._state_changed(event.channel)

    def _arrived(self, channel: Channel, args: list[str]) -> None:
        known = self._legs.get(channel.id)
        if known is not None and known.kind == "outgoing":
            self._state_of(known, channel)
            return
        leg = _leg(channel, args)
        if leg is None or known is not None:
            return
        if leg.kind == "outgoing" and not leg.answered:
            return  # of an order that was not answered: whoever gave it ends the call
        self._legs[leg.id] = leg
        if leg.kind == "caller":
            # Held by the dialplan while no server was there: music is on.
            leg.music = leg.answered
            since = leg.since if leg.answered else None
            called = leg.called or ""
            self._sink(CallerArrived(leg.id, leg.number, called, leg.answered, since, leg.trunk))
        elif leg.kind == "operator":
            self._sink(OperatorArrived(leg.id, leg.account or ""))
        else:
            self._sink(LegAnswered(leg.id, leg.trunk))

    def _state_changed(self, channel: Channel) -> None:
        leg = self._legs.get(channel.id)
        if leg is not None and leg.kind == "outgoing":
            self._state_of(leg, channel)
        elif leg is None and channel.state == "Up" and _arguments(channel)[:1] == [OUTGOING]:
            self._arrived(channel, _arguments(channel))

    def _state_of(self, leg: Leg, channel: Channel) -> None:
        """Of a call out: it passes through our application from its first moment on."""
        leg.name = channel.name
        leg.here.set()
        if leg.answered:
            return
        if channel.state == "Up":
            leg.answered = True
            self._dials.picked_up(leg)
            self._sink(LegAnswered(leg.id, leg.trunk))
        elif channel.state == "Ringing" and not leg.rang:
            leg.rang = True
            self._sink(LegRinging(leg.id))

    def _dial_goes_on(self, channel: Channel, status: str) -> None:
        leg = self._legs.get(channel.id)
        if leg is not None and status == "PROGRESS" and not leg.answered and not leg.spoke:
            leg.spoke = True
            self._dials.spoke(leg)

    def _left_us(self, leg_id: str) -> None:
        """Why a call out was not taken is told when its channel is destroyed, and until then there
        cannot be another by its name."""
        leg = self._legs.get(leg_id)
        if leg is not None and (leg.kind != "outgoing" or leg.answered):
            self.end(leg_id, "normal")

    def _ended(self, leg_id: str, cause: int, sip: int) -> None:
        leg = self._legs.get(leg_id)
        if leg is None:
            return
        if leg.kind != "outgoing" or leg.answered:
            self.end(leg_id, "normal")
        elif (end := self._dials.ended(leg, cause, sip)) is not None:
            self.end(leg_id, *end)

    def _playback_finished(self, playing_id: str, state: str) -> None:
        leg = self._playbacks.get(playing_id)
        if leg is None:
            return
        cut = any(one.cut for one in leg.playing if one.id == playing_id)
        self.end_playback(playing_id, finished=state == "done" and not cut)
        if not cut:
            self._next_playback(leg)


def _unseen(leg: Leg) -> DialEnd:
    """How a leg ended when nobody saw it."""
    if leg.kind != "outgoing" or leg.answered or leg.ending:
        return "normal"
    return "no_answer" if leg.rang else "no_way"


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
    leg.rang = kind == "outgoing" and channel.state == "Ringing"
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
