"""Volumes, meters, test tone and hearing oneself, frame by frame."""

from __future__ import annotations

import numpy as np
import pytest

from sip.link.protocol import SILENT_DBFS, Event, Levels, SetVolume
from sip.sound.audio import FRAME_S, FRAME_SAMPLES, SILENCE, ToneSource
from sip.sound.mixer import (
    HEAR_DELAY_S,
    METER_FRAMES,
    TEST_TONE_DBFS,
    TEST_TONE_S,
    Mixer,
    ring_source,
)


class Bench:
    """The mixer with a clock turned by hand; the devices keep pace with it."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.mixer = Mixer(self.events.append)
        self.mixer.watching = True
        self.played: list[bytes] = []

    def run(
        self,
        frames: int,
        *,
        microphone: ToneSource | None = None,
        call: ToneSource | None = None,
        talking: bool = False,
    ) -> list[bytes]:
        """What the calls got of the microphone."""
        sent = []
        for _ in range(frames):
            self.mixer.capture.push(microphone.read() if microphone else SILENCE)
            if talking:
                sent.append(self.mixer.microphone())
            self.mixer.speaker(call.read() if call else SILENCE)
            self.played.append(self.mixer.playback.pull(FRAME_SAMPLES))
        return sent

    @property
    def levels(self) -> Levels:
        return next(event for event in reversed(self.events) if isinstance(event, Levels))


@pytest.mark.parametrize("talking", [False, True])
def test_levels_with_and_without_a_call(talking: bool) -> None:
    bench = Bench()
    bench.run(20, microphone=ToneSource(400, -20.0), call=ToneSource(700, -30.0), talking=talking)
    assert len(bench.events) == 20 // METER_FRAMES
    assert bench.levels.microphone_dbfs == pytest.approx(-20, abs=0.5)
    assert bench.levels.speaker_dbfs == pytest.approx(-30, abs=0.5)


def test_silence_has_a_level_and_nobody_watching_gets_none() -> None:
    bench = Bench()
    bench.run(METER_FRAMES)
    assert bench.levels.microphone_dbfs == bench.levels.speaker_dbfs == SILENT_DBFS
    bench.mixer.watching = False
    bench.run(METER_FRAMES)
    assert len(bench.events) == 1


def test_volumes() -> None:
    bench = Bench()
    bench.mixer.set_volume(SetVolume(microphone=2.0, speaker=0.5))
    sent = bench.run(
        20, microphone=ToneSource(400, -20.0), call=ToneSource(700, -20.0), talking=True
    )
    assert bench.levels.microphone_dbfs == pytest.approx(-14, abs=0.5)
    assert bench.levels.speaker_dbfs == pytest.approx(-26, abs=0.5)
    loudest = np.abs(np.frombuffer(sent[-1], "<i2")).max()
    assert loudest == pytest.approx(32767 * 10 ** (-14 / 20), rel=0.02)


def test_a_volume_that_is_too_high_is_cut_at_full_scale() -> None:
    bench = Bench()
    bench.mixer.set_volume(SetVolume(speaker=4.0))
    bench.run(10, call=ToneSource(700, 0.0))
    samples = np.frombuffer(b"".join(bench.played[3:]), "<i2")
    assert samples.max() == 32767
    assert samples.min() == -32767


def test_the_test_tone_ends_by_itself() -> None:
    bench = Bench()
    bench.mixer.test_tone()
    bench.run(METER_FRAMES)
    assert bench.levels.speaker_dbfs == pytest.approx(TEST_TONE_DBFS, abs=0.5)
    bench.run(round(TEST_TONE_S / FRAME_S) + METER_FRAMES)
    assert bench.levels.speaker_dbfs == SILENT_DBFS


def test_one_hears_oneself_after_a_while_and_no_longer() -> None:
    bench = Bench()
    voice = ToneSource(400, -20.0)
    bench.mixer.hear_yourself(True)
    delay = round(HEAR_DELAY_S / FRAME_S)
    bench.run(delay - METER_FRAMES, microphone=voice)
    assert bench.levels.speaker_dbfs == SILENT_DBFS
    bench.run(3 * METER_FRAMES, microphone=voice)
    assert bench.levels.speaker_dbfs == pytest.approx(-20, abs=1.0)
    bench.mixer.hear_yourself(False)
    bench.run(2 * METER_FRAMES, microphone=voice)
    assert bench.levels.speaker_dbfs == SILENT_DBFS


def test_the_ring_rings_a_second_and_rests_a_second() -> None:
    give = ring_source(lambda: 0.5)
    first, second, third = (np.frombuffer(give(8000), "<i2") for _ in range(3))
    assert np.abs(first).max() == pytest.approx(32767 * 10 ** (-12 / 20) / 2, rel=0.01)
    assert not second.any()
    assert third.any()
