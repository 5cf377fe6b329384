"""The echo's measure over made paths: delay, volume, noise, codec, loss."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sip.sound.audio import FRAME_SAMPLES, RATE_HZ
from sip.sound.echo import LONGEST_S, STARTS_S, EchoSource, measure, signal
from tests.support import g711

SENT = len(STARTS_S)
SAID = np.frombuffer(signal(), dtype="<i2").astype(float)


def heard(delay: int, gain: float = 1.0, noise: float = 0.0) -> np.ndarray:
    """What comes back, in samples."""
    path = np.zeros(len(SAID))
    path[delay:] = gain * SAID[: len(SAID) - delay]
    return path + noise * np.random.default_rng(1).standard_normal(len(path))


def result(samples: np.ndarray):
    return measure(np.clip(samples, -32768, 32767).astype("<i2").tobytes())


@settings(deadline=None, max_examples=60)
@example(0, 1.0)
@example(round(LONGEST_S * RATE_HZ) - 1, 1.0)
@given(st.integers(0, round(LONGEST_S * RATE_HZ) - 1), st.floats(0.02, 2.0))
def test_any_delay_at_any_volume_to_the_sample(delay: int, gain: float) -> None:
    found = result(heard(delay, gain))
    assert (found.sent, found.returned) == (SENT, SENT)
    assert found.round_trip_ms == pytest.approx(delay * 1000 / RATE_HZ, abs=0.2)


def test_through_noise_and_the_codec() -> None:
    noisy = heard(1234, 0.5, noise=200)
    coded = g711.decode(g711.encode(noisy, "alaw"), "alaw")
    found = measure(coded.astype("<i2").tobytes())
    assert found.returned == SENT
    assert found.round_trip_ms == pytest.approx(1234 / 8, abs=0.2)


@pytest.mark.parametrize("lost", [{0}, {2, 5}, {0, 1, 2, 3, 4, 5}])
def test_chirps_that_did_not_come_back(lost: set[int]) -> None:
    path = heard(800)
    for number in lost:
        at = round(STARTS_S[number] * RATE_HZ) + 800
        path[at - FRAME_SAMPLES : at + 4 * FRAME_SAMPLES] = 0
    found = result(path)
    assert found.returned == SENT - len(lost)
    assert found.round_trip_ms == pytest.approx(100, abs=0.2)


def test_a_jitter_buffer_that_grows_by_the_way() -> None:
    path = heard(800)
    middle = len(path) // 3
    path[middle + 160 :] = path[middle:-160].copy()
    found = result(path)
    assert found.returned == SENT
    assert 99.8 <= found.round_trip_ms <= 120.2


@pytest.mark.parametrize("noise", [0.0, 1.0, 3000.0])
def test_no_echo_at_all(noise: float) -> None:
    found = result(heard(0, gain=0.0, noise=noise))
    assert (found.returned, found.round_trip_ms) == (0, 0.0)


@pytest.mark.parametrize("data", [b"", bytes(320), bytes(24000)])
def test_a_call_that_ended_early(data: bytes) -> None:
    assert measure(data).returned == 0


def test_what_was_heard_before_the_first_frame_is_not_counted() -> None:
    source = EchoSource()
    source.hear(bytes(320))
    frames = 0
    while (frame := source.read()) is not None:
        frames += 1
        source.hear(frame)
    found = source.result()
    assert (found.returned, found.round_trip_ms) == (SENT, 0.0)
    assert frames == len(SAID) // FRAME_SAMPLES
