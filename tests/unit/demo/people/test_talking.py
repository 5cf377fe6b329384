"""Whose turn it is, on a recording of what is heard."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np

from ekc_console.demo.people.hearing import HEADER_BYTES
from ekc_console.demo.people.talking import GONE_S, Talk
from tests.support import virtual_time

SECOND = 8000
WORDS = (8000 * np.sin(np.arange(SECOND) * 0.5)).astype("<i2").tobytes()
SILENCE = bytes(2 * SECOND)


def append(heard: Path, data: bytes) -> None:
    with heard.open("ab") as file:
        file.write(data)


def turn(heard: Path, *pieces: bytes) -> tuple[bool, float]:
    """Each piece is heard a second after the one before; the answer, and how long it took."""

    async def main() -> tuple[bool, float]:
        talk = Talk(lambda command: 0, "c", heard)
        talk.begin()
        loop = asyncio.get_running_loop()

        async def hear() -> None:
            append(heard, bytes(HEADER_BYTES))
            for piece in pieces:
                await asyncio.sleep(1.0)
                append(heard, piece)

        hearing = asyncio.create_task(hear())
        began = loop.time()
        async with asyncio.timeout(60):
            answer = await talk.their_turn(0.5, 5.0)
        took = loop.time() - began
        await hearing
        return answer, took

    return virtual_time.run(main)


def test_words_and_then_silence_are_a_turn(tmp_path: Path) -> None:
    answer, took = turn(tmp_path / "heard.wav", WORDS, WORDS, SILENCE)
    assert answer
    assert 3.0 <= took < 3.2


def test_who_hangs_up_on_the_last_word_has_had_the_turn(tmp_path: Path) -> None:
    answer, took = turn(tmp_path / "heard.wav", WORDS, WORDS)
    assert answer
    assert 2.0 + GONE_S <= took < 2.3 + GONE_S


def test_who_says_nothing_gets_no_more_time(tmp_path: Path) -> None:
    answer, took = turn(tmp_path / "heard.wav", SILENCE, SILENCE)
    assert not answer
    assert 5.0 <= took < 5.2
