"""Listening into a file that grows."""

import wave

import numpy as np
import pytest

from ekc_console.demo.people.hearing import Hearing
from tests.unit.server.services.tones import sine

SECOND_OF_SILENCE = np.zeros(8000, dtype=np.int16)


@pytest.fixture
def growing(tmp_path):
    path = tmp_path / "heard.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))

        def write(samples):
            file.writeframesraw(samples.tobytes())
            file._file.flush()

        yield Hearing(path), write


def test_no_file_yet(tmp_path):
    hearing = Hearing(tmp_path / "later.wav")
    hearing.listen()
    assert hearing.position == 0
    assert not hearing.sound_since(0)
    assert hearing.loudest_since_dbfs(0) == -120


def test_sound_then_silence(growing):
    hearing, write = growing
    write(sine(440, 0.5, -26))
    hearing.listen()
    assert hearing.sound_since(0)
    assert hearing.silent_for_s() == 0
    mark = hearing.position
    write(SECOND_OF_SILENCE)
    hearing.listen()
    assert not hearing.sound_since(mark)
    assert hearing.silent_for_s() == pytest.approx(1.0, abs=0.03)
    assert hearing.loudest_since_dbfs(0) == pytest.approx(-26, abs=0.3)
    assert hearing.loudest_since_dbfs(mark) < -100


def test_blocks_of_any_length_lose_nothing(growing):
    hearing, write = growing
    samples = np.concatenate([SECOND_OF_SILENCE, sine(440, 1.0, -20)])
    for start in range(0, len(samples), 333):
        write(samples[start : start + 333])
        hearing.listen()
    assert hearing.position == len(samples) // 160
    assert hearing.loudest_since_dbfs(0) == pytest.approx(-20, abs=0.3)


def test_a_click_is_no_sound(growing):
    hearing, write = growing
    click = SECOND_OF_SILENCE.copy()
    click[4000:4010] = 20000
    write(click)
    hearing.listen()
    assert not hearing.sound_since(0)
