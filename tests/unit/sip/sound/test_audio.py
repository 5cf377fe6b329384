from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip.sound.audio import (
    FRAME_BYTES,
    FRAME_S,
    SILENCE,
    BadAudioFile,
    Ear,
    FileSource,
    Mouth,
    Recorder,
    Source,
    ToneDetector,
    ToneSource,
)
from tests.support.audio import measure, read_samples, write_tones


def frames(source: Source, count: int) -> list[bytes]:
    got = [source.read() for _ in range(count)]
    assert all(frame is not None and len(frame) == FRAME_BYTES for frame in got)
    return [frame for frame in got if frame is not None]


@pytest.mark.parametrize("hz", [100.0, 440.0, 1004.3, 3700.0])
def test_a_tone_is_pure_and_has_its_level(hz: float, tmp_path: Path) -> None:
    file = tmp_path / "tone.wav"
    recorder = Recorder(file)
    for frame in frames(ToneSource(hz, -12.0), 100):
        recorder.write(frame)
    recorder.close()
    measured = measure(file)
    assert measured.hz == pytest.approx(hz, abs=0.5)
    assert measured.level_dbfs == pytest.approx(-12, abs=0.1)
    assert measured.snr_db > 60
    assert measured.seconds == pytest.approx(2.0)


@given(
    st.sets(st.sampled_from([300.0, 600.0, 900.0, 1200.0, 2000.0, 3000.0])),
    st.floats(-30, -12),
)
def test_the_detector_finds_exactly_the_tones_there_are(tones: set[float], level: float) -> None:
    detector = ToneDetector([300, 600, 900, 1200, 2000, 3000], threshold_dbfs=-40)
    sources = [ToneSource(hz, level) for hz in sorted(tones)]
    for index in range(5):
        mixed = np.zeros(FRAME_BYTES // 2)
        for source in sources:
            mixed += np.frombuffer(source.read(), dtype="<i2")
        detector.feed(mixed.clip(-32768, 32767).astype("<i2").tobytes(), index * FRAME_S)
    heard, levels = detector.heard()
    assert heard == sorted(tones)
    assert levels == pytest.approx([level] * len(tones), abs=1.0)


def test_a_change_is_dated_to_its_first_frame_and_needs_two() -> None:
    detector = ToneDetector([440], threshold_dbfs=-40)
    tone = ToneSource(440, -12)
    assert detector.feed(tone.read(), 1.0) is None
    assert detector.feed(SILENCE, 1.02) is None
    assert detector.feed(tone.read(), 1.04) is None
    assert detector.feed(tone.read(), 1.06) == 1.04
    assert detector.feed(tone.read(), 1.08) is None
    assert detector.feed(SILENCE, 1.10) is None
    assert detector.feed(SILENCE, 1.12) == 1.10
    assert detector.heard() == ([], [])


def test_a_level_at_the_threshold_does_not_flutter() -> None:
    detector = ToneDetector([440], threshold_dbfs=-40)
    changes = 0
    for index in range(50):
        level = -39.0 if index % 4 < 2 else -43.0
        changes += detector.feed(ToneSource(440, level).read(), index * FRAME_S) is not None
    assert changes == 1


@pytest.mark.parametrize("rate_hz", [8000, 16000])
@pytest.mark.parametrize("seconds", [0.005, 0.1, 0.333])
def test_a_file_is_read_to_its_end(tmp_path: Path, rate_hz: int, seconds: float) -> None:
    source = FileSource(write_tones(tmp_path / "t.wav", 1000, seconds=seconds, rate_hz=rate_hz))
    heard = []
    while (frame := source.read()) is not None:
        assert len(frame) == FRAME_BYTES
        heard.append(frame)
    assert len(heard) * FRAME_S == pytest.approx(seconds, abs=FRAME_S)
    assert source.read() is None


def test_a_16_khz_file_keeps_its_tone_and_loses_what_telephony_cannot_carry(tmp_path: Path) -> None:
    file = write_tones(tmp_path / "t.wav", 1000, 6000, seconds=1, rate_hz=16000)
    recorder = Recorder(tmp_path / "out.wav")
    for frame in frames(FileSource(file), 45):
        recorder.write(frame)
    recorder.close()
    measured = measure(tmp_path / "out.wav")
    assert measured.hz == pytest.approx(1000, abs=2)
    assert measured.level_dbfs == pytest.approx(-12, abs=1)
    assert measured.snr_db > 40


@pytest.mark.parametrize("rate_hz", [8000, 16000])
def test_a_looped_file_has_no_gap(tmp_path: Path, rate_hz: int) -> None:
    file = write_tones(tmp_path / "t.wav", 1000, seconds=0.11, rate_hz=rate_hz)
    recorder = Recorder(tmp_path / "out.wav")
    for frame in frames(FileSource(file, loop=True), 100):
        recorder.write(frame)
    recorder.close()
    assert measure(tmp_path / "out.wav").snr_db > 40


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"channels": 2}, "mono"),
        ({"rate_hz": 44100}, "44100"),
        ({"seconds": 0}, "no samples"),
    ],
)
def test_a_file_of_another_kind_is_refused(
    tmp_path: Path, changes: dict[str, float], word: str
) -> None:
    arguments: dict[str, float] = {"seconds": 0.1, **changes}
    file = write_tones(tmp_path / "t.wav", 1000, **arguments)  # type: ignore[arg-type]
    with pytest.raises(BadAudioFile, match=word):
        FileSource(file)


@given(data=st.binary(max_size=120))
def test_no_bytes_in_a_file_raise_anything_else(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.wav"
    for head in (b"", b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00"):
        file.write_bytes(head + data)
        with contextlib.suppress(BadAudioFile):
            FileSource(file)


def test_a_mouth_says_its_source_to_the_end_and_tells_it_once(tmp_path: Path) -> None:
    mouth = Mouth()
    assert mouth.read() == SILENCE
    ended: list[bool] = []
    source = FileSource(write_tones(tmp_path / "t.wav", 1000, seconds=0.04))
    mouth.say(source, lambda: ended.append(True))
    assert mouth.read() != SILENCE
    mouth.muted = True
    assert mouth.read() == SILENCE, "muted, and the file goes on"
    assert mouth.source is source
    assert mouth.read() == SILENCE
    assert mouth.source is None
    assert ended == [True]


def test_an_ear_records_while_it_is_told_to(tmp_path: Path) -> None:
    ear = Ear()
    ear.write(SILENCE, 0.0)
    assert not ear.listening
    ear.record(Recorder(tmp_path / "a.wav"))
    assert ear.listening
    tone = ToneSource(440, -12)
    for _ in range(3):
        ear.write(tone.read(), 0.0)
    ear.record(Recorder(tmp_path / "b.wav"))
    assert len(read_samples(tmp_path / "a.wav")[0]) == 3 * FRAME_BYTES // 2
    ear.record(None)
    assert len(read_samples(tmp_path / "b.wav")[0]) == 0
    assert not ear.listening


def test_a_full_disk_ends_the_recording_and_is_told_once() -> None:
    ear = Ear()
    errors: list[OSError] = []
    ear.record(Recorder(Path("/dev/full")), errors.append)
    for _ in range(200):
        ear.write(ToneSource(440, -12).read(), 0.0)
    assert len(errors) == 1
    assert not ear.listening
