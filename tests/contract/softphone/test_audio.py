"""What is said into a call and what is heard of it, measured."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from sip.link.protocol import (
    Event,
    ExpectOther,
    Failed,
    HangUp,
    Heard,
    Hold,
    Listen,
    Mute,
    Play,
    Played,
    Record,
    StopPlaying,
    Tone,
    Unhold,
)
from tests.support.audio import measure, read_samples, write_tones
from tests.support.softphone import WAIT_S, AnyPhone, PhoneMaker, Talk, connect, ends, ring, watch

pytestmark = pytest.mark.asyncio(loop_scope="package")

LATENCY_S = 0.5
"""From a command to its sound at the other end; far above what is usual (60 ms), since the machine
may be busy."""


@pytest_asyncio.fixture(loop_scope="package")
async def talk(make: PhoneMaker) -> Talk:
    caller, callee = await make.pair()
    return await connect(caller, callee)


async def hears(phone: AnyPhone, call: str, *tones_hz: float, after: float = 0.0) -> Heard:
    return await phone.wait_for(
        Heard, WAIT_S, after=after, call=call, tones_hz=[float(hz) for hz in tones_hz]
    )


async def sound_passes(phone: AnyPhone, call: str, folder: Path, seconds: float) -> None:
    """Until so much of the call has sounded by its own clock: silence of that length is said."""
    silence = write_tones(folder / f"silence-{seconds:g}.wav", seconds=seconds)
    began = time.monotonic()
    phone.send(Play(call=call, file=str(silence)))
    await phone.wait_for(Played, WAIT_S, after=began, call=call, file=str(silence))


def last_heard(events: list[Event]) -> list[float]:
    return [event.tones_hz for event in events if isinstance(event, Heard)][-1]


async def test_tones_are_heard_at_both_ends(talk: Talk) -> None:
    talk.caller.send(Listen(call=talk.out, tones_hz=[440, 700, 1000]))
    talk.callee.send(Listen(call=talk.inc, tones_hz=[440, 700, 1000]))
    began = time.monotonic()
    talk.caller.send(Tone(call=talk.out, hz=440))
    talk.callee.send(Tone(call=talk.inc, hz=1000, level_dbfs=-20))
    for phone, call, hz, level in (
        (talk.callee, talk.inc, 440, -12),
        (talk.caller, talk.out, 1000, -20),
    ):
        heard = await hears(phone, call, hz)
        assert 0 <= heard.t - began < LATENCY_S
        assert heard.levels_dbfs == pytest.approx([level], abs=1.5)


async def test_a_tone_that_ends_or_changes(talk: Talk) -> None:
    talk.callee.send(Listen(call=talk.inc, tones_hz=[440, 1000]))
    talk.caller.send(Tone(call=talk.out, hz=440))
    await hears(talk.callee, talk.inc, 440)
    talk.caller.send(Tone(call=talk.out, hz=1000))
    await hears(talk.callee, talk.inc, 1000)
    ended = time.monotonic()
    talk.caller.send(Tone(call=talk.out, hz=0))
    assert (await hears(talk.callee, talk.inc)).t - ended < LATENCY_S


async def test_another_party_is_heard_without_a_gap(talk: Talk, tmp_path: Path) -> None:
    """What was received is forgotten, what comes then is played at once."""
    talk.callee.send(Listen(call=talk.inc, tones_hz=[440]))
    talk.caller.send(Tone(call=talk.out, hz=440))
    await hears(talk.callee, talk.inc, 440)
    file = tmp_path / "heard.wav"
    talk.callee.send(Record(call=talk.inc, file=str(file)))
    for _ in range(5):
        talk.callee.send(ExpectOther(call=talk.inc))
        await sound_passes(talk.callee, talk.inc, tmp_path, 0.2)
    talk.callee.send(Record(call=talk.inc, file=""))
    await sound_passes(talk.callee, talk.inc, tmp_path, 0.1)
    samples, rate_hz = read_samples(file)
    parts = np.abs(samples[: len(samples) // 20 * 20]).reshape(-1, 20).max(axis=1)
    assert np.count_nonzero(parts < 0.1) * 20 / rate_hz < 0.04


async def test_a_tone_set_before_the_answer_is_heard_after_it(make: PhoneMaker) -> None:
    caller, callee = await asyncio.gather(make(), make(auto_answer=True))
    talk = await ring(caller, callee)
    caller.send(Tone(call=talk.out, hz=440))
    caller.send(Listen(call=talk.out, tones_hz=[700]))
    callee.send(Tone(call=talk.inc, hz=700))
    callee.send(Listen(call=talk.inc, tones_hz=[440]))
    await hears(caller, talk.out, 700)
    await hears(callee, talk.inc, 440)


async def test_mute_silences_us_for_the_other_side_only(talk: Talk) -> None:
    saw = watch(talk.caller)
    for phone, call, hz in ((talk.caller, talk.out, 440), (talk.callee, talk.inc, 1000)):
        phone.send(Listen(call=call, tones_hz=[440, 1000]))
        phone.send(Tone(call=call, hz=hz))
    await hears(talk.callee, talk.inc, 440)
    await hears(talk.caller, talk.out, 1000)
    muted = time.monotonic()
    talk.caller.send(Mute(call=talk.out))
    assert (await hears(talk.callee, talk.inc)).t - muted < LATENCY_S
    talk.caller.send(Mute(call=talk.out, on=False))
    await hears(talk.callee, talk.inc, 440)
    assert last_heard(saw) == [1000.0]


async def test_a_held_call_is_silent_both_ways(talk: Talk) -> None:
    for phone, call, hz in ((talk.caller, talk.out, 440), (talk.callee, talk.inc, 1000)):
        phone.send(Listen(call=call, tones_hz=[440, 1000]))
        phone.send(Tone(call=call, hz=hz))
    await hears(talk.callee, talk.inc, 440)
    await hears(talk.caller, talk.out, 1000)
    talk.callee.send(Hold(call=talk.inc))
    await hears(talk.callee, talk.inc)
    await hears(talk.caller, talk.out)
    talk.callee.send(Unhold(call=talk.inc))
    await hears(talk.callee, talk.inc, 440)
    await hears(talk.caller, talk.out, 1000)


async def test_the_end_of_listening(talk: Talk) -> None:
    talk.callee.send(Listen(call=talk.inc, tones_hz=[440]))
    talk.caller.send(Tone(call=talk.out, hz=440))
    await hears(talk.callee, talk.inc, 440)
    talk.callee.send(Listen(call=talk.inc, tones_hz=[]))
    seq = talk.callee.send(HangUp(call="none"))
    await talk.callee.wait_for(Failed, WAIT_S, seq=seq)
    ended = time.monotonic()
    talk.caller.send(Tone(call=talk.out, hz=0))
    with pytest.raises(TimeoutError):
        await talk.callee.wait_for(Heard, 0.15, after=ended)


@pytest.mark.parametrize("rate_hz", [8000, 16000])
async def test_a_file_is_played_to_its_end(talk: Talk, tmp_path: Path, rate_hz: int) -> None:
    file = write_tones(tmp_path / "tone.wav", 1000, seconds=0.4, rate_hz=rate_hz)
    talk.callee.send(Listen(call=talk.inc, tones_hz=[1000]))
    began = time.monotonic()
    talk.caller.send(Play(call=talk.out, file=str(file)))
    played = await talk.caller.wait_for(Played, WAIT_S, call=talk.out, file=str(file))
    assert 0.35 < played.t - began < 0.4 + LATENCY_S
    heard = await hears(talk.callee, talk.inc, 1000)
    silent = await hears(talk.callee, talk.inc)
    assert silent.t - heard.t == pytest.approx(0.4, abs=0.25)


async def test_a_looped_file_plays_until_it_is_stopped(talk: Talk, tmp_path: Path) -> None:
    file = write_tones(tmp_path / "tone.wav", 1000, seconds=0.1)
    talk.callee.send(Listen(call=talk.inc, tones_hz=[1000]))
    saw = watch(talk.callee), watch(talk.caller)
    talk.caller.send(Play(call=talk.out, file=str(file), loop=True))
    await hears(talk.callee, talk.inc, 1000)
    await sound_passes(talk.callee, talk.inc, tmp_path, 0.35)
    assert last_heard(saw[0]) == [1000.0]
    stopped = time.monotonic()
    talk.caller.send(StopPlaying(call=talk.out))
    await hears(talk.callee, talk.inc, after=stopped)
    assert not any(isinstance(event, Played) for event in saw[1])


async def test_a_tone_takes_the_place_of_a_file(talk: Talk, tmp_path: Path) -> None:
    file = write_tones(tmp_path / "tone.wav", 1000, seconds=0.1)
    talk.callee.send(Listen(call=talk.inc, tones_hz=[440, 1000]))
    talk.caller.send(Play(call=talk.out, file=str(file), loop=True))
    await hears(talk.callee, talk.inc, 1000)
    talk.caller.send(Tone(call=talk.out, hz=440))
    await hears(talk.callee, talk.inc, 440)
    talk.caller.send(StopPlaying(call=talk.out))
    talk.caller.send(Tone(call=talk.out, hz=0))
    await hears(talk.callee, talk.inc)


async def test_files_that_cannot_be_played(talk: Talk, tmp_path: Path) -> None:
    stereo = write_tones(tmp_path / "stereo.wav", 1000, seconds=0.1, channels=2)
    fast = write_tones(tmp_path / "fast.wav", 1000, seconds=0.1, rate_hz=44100)
    empty = write_tones(tmp_path / "empty.wav", 1000, seconds=0)
    text = tmp_path / "text.wav"
    text.write_text("no audio at all")
    for file, code in (
        (tmp_path / "missing.wav", "no_file"),
        (tmp_path, "no_file"),
        (stereo, "bad_value"),
        (fast, "bad_value"),
        (empty, "bad_value"),
        (text, "bad_value"),
        ("nul\0byte", "bad_value"),
    ):
        seq = talk.caller.send(Play(call=talk.out, file=str(file)))
        failed = await talk.caller.wait_for(Failed, WAIT_S, seq=seq)
        assert failed.code == code, file
        assert Path(str(file)).name in failed.detail or code == "bad_value"
    seq = talk.caller.send(Record(call=talk.out, file=str(tmp_path / "no" / "such.wav")))
    assert (await talk.caller.wait_for(Failed, WAIT_S, seq=seq)).code == "no_file"


async def test_a_recording_holds_what_was_heard(talk: Talk, tmp_path: Path) -> None:
    file = tmp_path / "heard.wav"
    talk.callee.send(Listen(call=talk.inc, tones_hz=[1000]))
    talk.caller.send(Tone(call=talk.out, hz=1000))
    await hears(talk.callee, talk.inc, 1000)
    began = time.monotonic()
    talk.callee.send(Record(call=talk.inc, file=str(file)))
    await sound_passes(talk.callee, talk.inc, tmp_path, 1.0)
    talk.callee.send(HangUp(call=talk.inc))
    ended = await ends(talk.callee, talk.inc)
    measured = measure(file, start_s=0.1, seconds=0.8)
    assert measured.hz == pytest.approx(1000, abs=2)
    assert measured.level_dbfs == pytest.approx(-12, abs=1)
    assert measured.snr_db > 20
    assert measured.seconds == pytest.approx(ended.t - began, abs=0.3)


async def test_a_recording_ends_on_request(talk: Talk, tmp_path: Path) -> None:
    first, second = tmp_path / "first.wav", tmp_path / "second.wav"
    talk.callee.send(Listen(call=talk.inc, tones_hz=[440, 1000]))
    talk.caller.send(Tone(call=talk.out, hz=440))
    await hears(talk.callee, talk.inc, 440)
    talk.callee.send(Record(call=talk.inc, file=str(first)))
    await sound_passes(talk.callee, talk.inc, tmp_path, 0.3)
    talk.callee.send(Record(call=talk.inc, file=""))
    talk.caller.send(Tone(call=talk.out, hz=1000))
    await hears(talk.callee, talk.inc, 1000)
    talk.callee.send(Record(call=talk.inc, file=str(second)))
    await sound_passes(talk.callee, talk.inc, tmp_path, 0.3)
    talk.callee.send(HangUp(call=talk.inc))
    await ends(talk.callee, talk.inc)
    assert measure(first, seconds=0.2).hz == pytest.approx(440, abs=6)
    assert measure(second, seconds=0.2).hz == pytest.approx(1000, abs=6)


async def test_four_calls_at_once_are_kept_apart(make: PhoneMaker) -> None:
    caller, *callees = await asyncio.gather(make(), *(make(auto_answer=True) for _ in range(4)))
    tones = [400.0, 700.0, 1100.0, 1600.0]
    talks = []
    for hz, callee in zip(tones, callees, strict=True):
        talk = await ring(caller, callee, f"c{hz:.0f}")
        talks.append(talk)
        callee.send(Listen(call=talk.inc, tones_hz=tones))
        caller.send(Listen(call=talk.out, tones_hz=[hz + 200 for hz in tones]))
        caller.send(Tone(call=talk.out, hz=hz))
        callee.send(Tone(call=talk.inc, hz=hz + 200))
    for hz, talk in zip(tones, talks, strict=True):
        await hears(talk.callee, talk.inc, hz)
        await hears(talk.caller, talk.out, hz + 200)
