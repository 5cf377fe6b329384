"""The cache of prompts and recordings that take precedence."""

import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ekc_console.server.services import call_prompts
from ekc_console.server.services import prompts as library_module
from ekc_console.server.services.call_prompts import CallPrompts
from ekc_console.server.services.prompts import (
    FALLBACK_TEXT,
    POSITIONS,
    STANDARD_TEXTS,
    Prompt,
    PromptError,
    PromptLibrary,
)
from ekc_console.server.services.speech import Speaker, SpeechError, Voice
from ekc_console.server.services.wav import read_wav, write_wav
from tests.unit.server.services.tones import level_at, sine

GREETING = "Здравствуйте! Вы позвонили в единый контактный центр."


def library(tmp_path: Path, recorded: Path | None = None, voice: str = "ru") -> PromptLibrary:
    return PromptLibrary(tmp_path / "cache", Speaker(Voice(voice)), recorded)


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    folder = tmp_path / "recorded"
    folder.mkdir()
    return folder


async def test_second_run_does_nothing_and_is_quick(tmp_path):
    texts = [GREETING, *STANDARD_TEXTS]
    told = []
    await library(tmp_path).prepare(texts, lambda done, total: told.append((done, total)))
    assert told[-1] == (len(texts), len(texts))
    before = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "cache").iterdir()}
    assert len(before) == len(texts)
    spans = []
    for _ in range(3):
        again = library(tmp_path)
        started = time.perf_counter()
        await again.prepare(texts)
        spans.append(time.perf_counter() - started)
    assert min(spans) < 0.05
    assert before == {p.name: p.stat().st_mtime_ns for p in (tmp_path / "cache").iterdir()}
    assert read_wav(again.path(GREETING)).complete


async def test_a_text_and_a_voice_have_one_file_each(tmp_path):
    one, other = library(tmp_path), library(tmp_path, voice="ru+f2")
    await one.prepare([GREETING, f"  {GREETING}\n", "Нажмите один."])
    await other.prepare([GREETING])
    assert one.path(f"\n{GREETING} ") == one.path(GREETING)
    assert len({one.path(GREETING), one.path("Нажмите один."), other.path(GREETING)}) == 3


def test_a_text_that_was_not_prepared_is_made_at_once(tmp_path):
    assert len(read_wav(library(tmp_path).path("Запись на двенадцатое мая.")).samples) > 8000


async def test_what_a_waiting_caller_is_told(tmp_path):
    prompts = library(tmp_path)
    assert len(POSITIONS) == 21
    beyond = await prompts.waiting(21, None, "")
    assert await prompts.waiting(300, None, "") == beyond
    assert (
        len({*beyond, *await prompts.waiting(1, None, ""), *await prompts.waiting(2, None, "")})
        == 3
    )
    assert len(await prompts.waiting(1, 90.0, "5")) == 3


async def test_unspeakable_text(tmp_path):
    with pytest.raises(SpeechError, match="«…»"):
        await library(tmp_path).prepare(["…"])


async def test_a_recording_in_the_right_format_is_played_itself(tmp_path, recorded):
    write_wav(recorded / "greeting.wav", sine(700, 0.5))
    prompts = library(tmp_path, recorded)
    await prompts.prepare([Prompt(GREETING, "greeting"), "Нажмите один."])
    assert prompts.path(Prompt(GREETING, "greeting")) == recorded / "greeting.wav"
    assert prompts.path(GREETING).parent == tmp_path / "cache"
    assert prompts.path("Нажмите один.").parent == tmp_path / "cache"


async def test_the_servers_own_prompts_can_be_recorded(tmp_path, recorded):
    for name in ("fallback", "position_3", "position_more"):
        write_wav(recorded / f"{name}.wav", sine(700, 0.5))
    prompts = library(tmp_path, recorded)
    await prompts.prepare(STANDARD_TEXTS)
    assert prompts.path(FALLBACK_TEXT) == recorded / "fallback.wav"
    assert await prompts.waiting(3, None, "") == [recorded / "position_3.wav"]
    assert (await prompts.waiting(2, None, ""))[0].parent == tmp_path / "cache"
    assert await prompts.waiting(25, None, "") == [recorded / "position_more.wav"]


@pytest.mark.parametrize("suffix", ["wav", "flac"])
async def test_another_format_is_converted_once(tmp_path, recorded, suffix):
    time_axis = np.arange(44100) / 44100
    tone = 0.4 * np.sin(2 * np.pi * 700 * time_axis)
    soundfile.write(recorded / f"greeting.{suffix}", np.stack([tone, tone], axis=1), 44100)
    await library(tmp_path, recorded).prepare([Prompt(GREETING, "greeting")])
    [copy] = (tmp_path / "cache").iterdir()
    written = copy.stat().st_mtime_ns
    samples = read_wav(copy).samples
    assert len(samples) == 8000
    assert level_at(samples, 700) == pytest.approx(-11.0, abs=0.2)
    assert library(tmp_path, recorded).path(Prompt(GREETING, "greeting")) == copy
    assert copy.stat().st_mtime_ns == written


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"this is no sound", "не читается"),
        (np.zeros(0, dtype=np.int16), "пуста"),
        (sine(700, 1.0, -70), "почти не слышна"),
    ],
)
async def test_a_bad_recording_is_named(tmp_path, recorded, content, word):
    path = recorded / "greeting.wav"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        write_wav(path, content)
    with pytest.raises(PromptError, match=word) as error:
        await library(tmp_path, recorded).prepare([Prompt(GREETING, "greeting")])
    assert str(path) in error.value.message
    assert error.value.remedy


@pytest.mark.parametrize("name", ["../secret", "a/b", "a.wav", "x" * 101])
def test_a_name_is_a_plain_word(tmp_path, recorded, name):
    with pytest.raises(PromptError, match="Имя подсказки"):
        library(tmp_path, recorded).path(Prompt(GREETING, name))


def test_no_folder_of_recordings(tmp_path):
    with pytest.raises(PromptError, match="nowhere") as error:
        library(tmp_path, tmp_path / "nowhere")
    assert "voice.recorded_dir" in error.value.remedy


async def test_the_cache_is_closed_to_others(tmp_path):
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o755)
    cache.chmod(0o755)  # as an earlier version left it
    prompts = library(tmp_path)
    path = await prompts.speak(GREETING)
    assert (cache.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)


@pytest.mark.parametrize("content", [b"", b"garbage", None])
async def test_a_damaged_file_of_an_earlier_run_is_made_again(tmp_path, content):
    path = await library(tmp_path).speak("да")
    path.write_bytes(path.read_bytes()[:200] if content is None else content)
    assert read_wav(await library(tmp_path).speak("да")).complete


async def test_a_file_that_was_removed_is_made_again(tmp_path):
    prompts = library(tmp_path)
    path = await prompts.speak(GREETING)
    path.unlink()
    assert await prompts.speak(GREETING) == path
    assert path.is_file()


async def test_no_more_are_remembered_than_there_is_reason_to(tmp_path, monkeypatch):
    monkeypatch.setattr(library_module, "_REMEMBERED", 2)
    prompts = library(tmp_path)
    paths = [await prompts.speak(f"Номер {word}.") for word in ("один", "два", "три")]
    assert len(prompts._paths) == 2
    assert await prompts.speak("Номер один.") == paths[0]


async def test_a_full_disk_is_an_error_of_ours(tmp_path):
    (tmp_path / "cache").write_bytes(b"")  # in the place of the folder
    with pytest.raises(PromptError, match="не сохраняется"):
        await library(tmp_path).speak(GREETING)


class TestOfACall:
    TEXT = Prompt("Ваш номер девять.", personal=True)

    async def test_a_file_is_gone_with_its_call(self, tmp_path):
        prompts = CallPrompts(tmp_path / "calls", library(tmp_path))
        one, other = await prompts.make("c1", self.TEXT), await prompts.make("c2", self.TEXT)
        assert one != other
        await prompts.forget("c1")
        assert (one.exists(), other.exists()) == (False, True)
        await prompts.clear()
        assert not other.exists()

    async def test_a_caller_who_hangs_up_meanwhile_leaves_nothing(self, tmp_path, monkeypatch):
        prompts = CallPrompts(tmp_path / "calls", library(tmp_path))
        write = call_prompts.write_wav

        def slow(path, samples):
            prompts._files.clear()
            write(path, samples)

        monkeypatch.setattr(call_prompts, "write_wav", slow)
        await prompts.make("c1", self.TEXT)
        assert not list((tmp_path / "calls").iterdir())

    async def test_what_is_not_personal_or_recorded_is_of_the_library(self, tmp_path, recorded):
        write_wav(recorded / "number.wav", sine(700, 0.5))
        prompts = CallPrompts(tmp_path / "calls", library(tmp_path, recorded))
        path = await prompts.make("c1", Prompt("Ваш номер девять.", "number", personal=True))
        assert path == recorded / "number.wav"
        assert (await prompts.make("c1", Prompt(GREETING))).parent == tmp_path / "cache"
        await prompts.forget("c1")
        assert path.exists()

    async def test_an_error_does_not_name_the_text(self, tmp_path):
        prompts = CallPrompts(tmp_path / "calls", library(tmp_path))
        with pytest.raises(SpeechError) as error:
            await prompts.make("c1", Prompt("…", personal=True))
        assert "…" not in error.value.message
