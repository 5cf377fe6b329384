"""Speech, by the real synthesiser."""

import asyncio

import numpy as np
import pytest

from ekc_console.server.services.loudness import dbfs, rms_dbfs, to_signal
from ekc_console.server.services.speech import (
    PEAK_DBFS,
    SPEECH_DBFS,
    Speaker,
    SpeechError,
    Voice,
    normalise,
    trim,
    variants,
)

TEXT = "Здравствуйте! Ваш номер в очереди — три."


@pytest.mark.parametrize("name", ["ru", "ru+f2", "ru+m3", "ru+Annie"])
async def test_speech_is_telephone_sound(name):
    samples = await Speaker(Voice(name)).speak(TEXT)
    assert 2.0 < len(samples) / 8000 < 6.0
    assert rms_dbfs(samples) == pytest.approx(SPEECH_DBFS, abs=2.0)
    assert dbfs(float(np.abs(to_signal(samples)).max())) < PEAK_DBFS


async def test_no_long_silence_at_the_ends():
    samples = await Speaker().speak(TEXT)
    assert rms_dbfs(samples[:1600]) > -35
    assert rms_dbfs(samples[-2400:]) > -40


async def test_many_at_once_do_not_mix():
    texts = ["да", "нет", "Запись к врачу", "Справочная медицинская информация"] * 5
    speakers = [Speaker(Voice("ru+f1" if n % 2 else "ru")) for n in range(len(texts))]
    together = await asyncio.gather(
        *(speaker.speak(text) for speaker, text in zip(speakers, texts, strict=True))
    )
    for speaker, text, samples in zip(speakers, texts, together, strict=True):
        alone = await speaker.speak(text)
        assert len(samples) == pytest.approx(len(alone), rel=0.15)  # voices flutter by chance


def test_faster_is_shorter():
    slow = Speaker(Voice(words_per_minute=120)).speak_blocking(TEXT)
    fast = Speaker(Voice(words_per_minute=240)).speak_blocking(TEXT)
    assert len(fast) < 0.75 * len(slow)


@pytest.mark.parametrize(
    ("voice", "word"),
    [
        (Voice("en"), "«en»"),
        (Voice("ru+nobody"), "«nobody»"),
        (Voice(words_per_minute=10), "10 слов"),
        (Voice(pitch=100), "100"),
    ],
)
def test_wrong_voice(voice, word):
    with pytest.raises(SpeechError, match=word) as error:
        Speaker(voice)
    assert error.value.remedy


def test_variants_are_there():
    assert {"f1", "f2", "m1", "m3", "Annie"} <= set(variants())


@pytest.mark.parametrize("text", ["", "   ", "…"])
async def test_nothing_to_say(text):
    with pytest.raises(SpeechError, match="нечего произнести"):
        await Speaker().speak(text)


def test_silence_is_trimmed_to_nothing_and_stays_silence():
    silence = np.zeros(8000)
    assert len(trim(silence)) == 0
    assert np.array_equal(normalise(silence), silence)


def test_trim_keeps_the_sound():
    signal = np.zeros(16000)
    signal[6000:10000] = 0.5
    kept = trim(signal)
    assert np.count_nonzero(kept) == 4000
    assert len(kept) < 6000
