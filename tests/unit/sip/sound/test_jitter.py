from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sip.sound.audio import FRAME_SAMPLES, RATE_HZ
from sip.sound.jitter import LIMIT_SAMPLES, TARGET_SAMPLES, JitterBuffer


def ramp(start: int, count: int) -> bytes:
    return np.arange(start, start + count, dtype="<i2").tobytes()


def samples(data: bytes) -> list[int]:
    values: list[int] = np.frombuffer(data, dtype="<i2").tolist()
    return values


def test_silence_until_the_target_is_reached_then_all_in_order() -> None:
    buffer = JitterBuffer()
    buffer.push(ramp(1, FRAME_SAMPLES))
    assert buffer.pull(FRAME_SAMPLES) == bytes(2 * FRAME_SAMPLES)
    buffer.push(ramp(1 + FRAME_SAMPLES, TARGET_SAMPLES - FRAME_SAMPLES))
    got = samples(buffer.pull(FRAME_SAMPLES))
    assert got == list(range(1, FRAME_SAMPLES + 1))


def test_running_dry_gives_what_is_left_then_silence_until_filled_again() -> None:
    buffer = JitterBuffer()
    buffer.push(ramp(1, TARGET_SAMPLES))
    buffer.pull(TARGET_SAMPLES - 10)
    got = samples(buffer.pull(FRAME_SAMPLES))
    assert got[:10] == list(range(TARGET_SAMPLES - 9, TARGET_SAMPLES + 1))
    assert set(got[10:]) == {0}
    assert buffer.underruns == 1
    buffer.push(ramp(1, FRAME_SAMPLES))
    assert set(samples(buffer.pull(FRAME_SAMPLES))) == {0}


def test_a_stalled_reader_finds_no_old_audio() -> None:
    buffer = JitterBuffer()
    for start in range(0, 20 * FRAME_SAMPLES, FRAME_SAMPLES):
        buffer.push(ramp(start, FRAME_SAMPLES))
    first = samples(buffer.pull(1))[0]
    assert first >= 20 * FRAME_SAMPLES - LIMIT_SAMPLES
    assert buffer.dropped_samples > 0


def drift(per_frame: int, seconds: int = 60) -> tuple[JitterBuffer, float]:
    """A writer whose clock differs by ``per_frame`` samples of 1600; returns the mean filling."""
    buffer = JitterBuffer()
    fillings = []
    for _ in range(seconds * 5):
        for part in range(10):
            buffer.push(bytes(2 * (FRAME_SAMPLES + (per_frame if part == 0 else 0))))
            fillings.append(buffer.filling)
            buffer.pull(FRAME_SAMPLES)
    return buffer, float(np.mean(fillings[len(fillings) // 2 :]))


def test_clocks_that_drift_apart_are_followed_without_a_gap() -> None:
    for per_frame in (-3, 0, 3):  # 0.2 % is twenty times what two crystals differ by
        buffer, filling = drift(per_frame)
        assert buffer.underruns == 0, per_frame
        assert abs(filling - TARGET_SAMPLES) <= 2 * FRAME_SAMPLES, per_frame
        if per_frame == 0:
            assert buffer.dropped_samples == 0


def test_catching_up_does_not_crackle() -> None:
    tone = (
        (10000 * np.sin(2 * np.pi * 1000 / RATE_HZ * np.arange(5 * RATE_HZ)))
        .astype("<i2")
        .tobytes()
    )
    buffer, heard, written = JitterBuffer(), bytearray(), 0
    buffer.push(bytes(2 * TARGET_SAMPLES))
    for _ in range(200):
        step = 2 * (FRAME_SAMPLES + 1)  # the writer is quicker by one sample of 160
        buffer.push(tone[written : written + step])
        written += step
        heard += buffer.pull(FRAME_SAMPLES)
    samples = np.frombuffer(bytes(heard[-8000:]), dtype="<i2") * np.hanning(4000)
    power = np.abs(np.fft.rfft(samples)) ** 2
    peak = int(power.argmax())
    assert peak * RATE_HZ / len(samples) == 1006
    tone_power = power[peak - 4 : peak + 5].sum()
    assert tone_power > 300 * (power.sum() - tone_power)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 400)), max_size=60))
def test_a_pull_always_gives_what_was_asked(steps: list[tuple[bool, int]]) -> None:
    buffer = JitterBuffer()
    for pushing, count in steps:
        if pushing:
            buffer.push(ramp(1, count))
        else:
            assert len(buffer.pull(count)) == 2 * count
        assert buffer.filling <= LIMIT_SAMPLES
