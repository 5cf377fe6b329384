"""A synthesiser that hangs or dies, by real processes with small limits."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ekc_console.server.services import speech, synthesiser
from ekc_console.server.services.prompts import PromptLibrary
from ekc_console.server.services.speech import Speaker, SpeechError
from ekc_console.server.services.synthesiser import Synthesiser, limit_s

PROGRAM = """
import json, os, sys, time
from pathlib import Path
Path(sys.argv[1]).open("a").write("begun\\n")
if "begin" in sys.argv:
    time.sleep(600)
print("{}", flush=True)
for line in sys.stdin:
    text = json.loads(line)["text"]
    if "hang" in text:
        time.sleep(600)
    if "die" in text:
        os._exit(3)
    if "garbage" in text:
        print("garbage", flush=True)
        continue
    print(json.dumps({"rate_hz": 8000, "bytes": 4}) + "\\nab" + "cd", end="", flush=True)
"""
LIMIT_S = 0.3


class Program:
    def __init__(self, folder: Path) -> None:
        self._begun = folder / "begun"
        self._file = folder / "program.py"
        self._file.write_text(PROGRAM)

    def command(self, *more: str) -> tuple[str, ...]:
        return (sys.executable, str(self._file), str(self._begun), *more)

    @property
    def begun(self) -> int:
        """So many times."""
        return len(self._begun.read_text().splitlines())


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setattr(synthesiser, "LIMIT_S", LIMIT_S)
    return Program(tmp_path)


@pytest.fixture
def voice(program: Program) -> Iterator[Synthesiser]:
    made = Synthesiser(program.command())
    yield made
    made.close()


def spoken(voice: Synthesiser, text: str) -> tuple[bytes, int]:
    return voice.speak(text, "ru", 150, 50)


def silent_s(voice: Synthesiser, text: str) -> float:
    """How long it takes to be told that there will be no sound."""
    began = time.monotonic()
    with pytest.raises(SpeechError, match="не отвечает"):
        spoken(voice, text)
    return time.monotonic() - began


def test_one_process_speaks_many_texts(voice: Synthesiser, program: Program) -> None:
    assert [spoken(voice, text) for text in ("да", "нет")] == [(b"abcd", 8000)] * 2
    assert program.begun == 1


def test_a_longer_text_may_take_longer() -> None:
    assert 3.0 <= limit_s("да") < 4.0
    assert limit_s("слово " * 100) > limit_s("слово") + 5


def test_what_hangs_is_ended_and_the_next_text_is_spoken(voice: Synthesiser) -> None:
    spoken(voice, "да")
    child = voice._child
    assert child
    assert LIMIT_S <= silent_s(voice, "hang") < LIMIT_S + 2
    assert child.poll() is not None, "the process is gone"
    assert spoken(voice, "да") == (b"abcd", 8000)


def test_what_hangs_again_and_again_is_let_rest(
    voice: Synthesiser, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(synthesiser.HANGS):
        silent_s(voice, "hang")
    assert silent_s(voice, "да") < 0.1
    assert program.begun == synthesiser.HANGS
    monkeypatch.setattr(voice, "_rests_until", 0.0)
    assert spoken(voice, "да") == (b"abcd", 8000)
    silent_s(voice, "hang")
    assert spoken(voice, "да") == (b"abcd", 8000), "one of them is no reason to rest"


def test_a_process_that_hangs_as_it_begins_is_ended(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synthesiser, "START_S", 0.3)
    voice = Synthesiser(program.command("begin"))
    assert silent_s(voice, "да") < 2
    assert voice._child is None


def test_a_process_that_has_died_is_begun_again(voice: Synthesiser) -> None:
    spoken(voice, "да")
    assert voice._child
    voice._child.kill()
    voice._child.wait()
    assert spoken(voice, "да") == (b"abcd", 8000)


@pytest.mark.parametrize("text", ["die", "garbage"])
def test_a_text_that_it_dies_of_is_refused_and_the_next_one_spoken(
    voice: Synthesiser, program: Program, text: str
) -> None:
    silent_s(voice, text)
    spoken(voice, "да")
    silent_s(voice, text)
    assert spoken(voice, "да") == (b"abcd", 8000)
    assert program.begun <= 5


def test_a_program_that_is_not_there_is_told() -> None:
    silent_s(Synthesiser(["/nonexistent"]), "да")


async def test_nobody_waits_for_the_text_of_another_longer_than_for_his_own(
    voice: Synthesiser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech, "_synthesiser", voice)
    monkeypatch.setattr(synthesiser, "START_S", 0.5)
    began = time.monotonic()
    texts = ["hang"] * 3 + ["да"] * 20
    told = await asyncio.gather(*(Speaker().speak(text) for text in texts), return_exceptions=True)
    assert all(isinstance(one, SpeechError) for one in told)
    assert time.monotonic() - began < LIMIT_S + 0.5 + 1
    await asyncio.wrap_future(speech._thread.submit(voice.close))


async def test_what_a_waiting_caller_is_told_stops_nobody(
    tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not prepared, for the synthesiser hung at the start as well: the event loop goes on."""
    voice = Synthesiser(program.command("begin"))
    monkeypatch.setattr(speech, "_synthesiser", voice)
    monkeypatch.setattr(synthesiser, "START_S", 0.5)
    telling = asyncio.create_task(PromptLibrary(tmp_path, Speaker()).waiting(1, 90.0, "5"))
    longest_s, before = 0.0, time.monotonic()
    while not telling.done():
        await asyncio.sleep(0.01)
        before, longest_s = time.monotonic(), max(longest_s, time.monotonic() - before)
    assert isinstance(telling.exception(), SpeechError)
    assert longest_s < 0.3
