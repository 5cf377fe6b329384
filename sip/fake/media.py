"""What a fake softphone says and hears on a call: real audio, moved by the network's clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import assert_never

from sip.engine.checks import CommandFailed
from sip.fake.network import FakeLeg
from sip.link import protocol
from sip.link.protocol import Event, Heard, Played, Quality
from sip.sound.audio import FRAME_S, FileSource, Recorder, ToneDetector, ToneSource
from sip.sound.echo import EchoSource, echo_event

Tell = Callable[[Event], None]

AudioCommand = (
    protocol.Mute
    | protocol.Play
    | protocol.StopPlaying
    | protocol.Tone
    | protocol.Record
    | protocol.Listen
    | protocol.MeasureEcho
)


def do_audio(leg: FakeLeg, command: AudioCommand, tell: Tell) -> None:
    """``tell`` gets what comes of it later. Raises OSError for a file, ValueError for its form."""
    match command:
        case protocol.Mute():
            leg.mouth.muted = command.on
        case protocol.Tone(hz=0):
            if isinstance(leg.mouth.source, ToneSource):
                leg.mouth.say(None)
        case protocol.Tone():
            leg.mouth.say(ToneSource(command.hz, command.level_dbfs))
        case protocol.Play():
            leg.mouth.say(
                FileSource(Path(command.file), command.loop),
                lambda: tell(Played(call=command.call, file=command.file, t=time.monotonic())),
            )
        case protocol.StopPlaying():
            if isinstance(leg.mouth.source, FileSource):
                leg.mouth.say(None)
        case protocol.Record():
            leg.ear.record(Recorder(Path(command.file)) if command.file else None)
        case protocol.Listen():
            _listen(leg, command, tell)
        case protocol.MeasureEcho():
            _measure_echo(leg, command.call, tell)
        case _:
            assert_never(command)


def quality(leg: FakeLeg) -> Quality:
    """Nothing is lost here. Raises CommandFailed before there was audio."""
    if leg.media_since is None:
        raise CommandFailed("sip", "the call has no audio")
    packets = int((time.monotonic() - leg.media_since) / FRAME_S)
    return Quality(
        call=leg.leg.name,
        codec="PCMA",
        packets_in=packets,
        packets_out=packets,
        lost_in=0,
        jitter_ms=0.0,
        round_trip_ms=0.1,
        t=time.monotonic(),
    )


def _measure_echo(leg: FakeLeg, call: str, tell: Tell) -> None:
    source = EchoSource()

    def measured() -> None:
        leg.ear.tap(None)
        tell(echo_event(call, source.result()))

    leg.ear.tap(source.hear)
    leg.mouth.say(source, measured)


def _listen(leg: FakeLeg, command: protocol.Listen, tell: Tell) -> None:
    def changed(tones: list[float], levels: list[float], t: float) -> None:
        tell(Heard(call=command.call, tones_hz=tones, levels_dbfs=levels, t=t))

    if command.tones_hz:
        leg.ear.detect(ToneDetector(command.tones_hz, command.threshold_dbfs), changed)
    else:
        leg.ear.detect(None)
