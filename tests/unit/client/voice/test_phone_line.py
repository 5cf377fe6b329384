"""A line on a telephone: asked for, up, down, asked for again."""

from __future__ import annotations

import asyncio

import pytest

from ekc_console.client.link.errors import Refused
from ekc_console.client.link.timing import Timing
from ekc_console.client.voice.phone_line import PhoneLine
from ekc_console.errors import EkcError

QUICK = Timing(phone_rings_s=0.05, phone_again_s=0.01)


class Bench:
    def __init__(self, *answers: bool) -> None:
        self.asked = 0
        self.refusal: Refused | None = None
        self.changed = asyncio.Event()
        self.answers = list(answers)
        self.line = PhoneLine(self._call, self.changed.set, timing=QUICK)

    async def _call(self) -> None:
        self.asked += 1
        if self.refusal:
            raise self.refusal
        if self.answers and not self.answers.pop(0):
            raise EkcError("Исходящие звонки не настроены.")

    async def until(self, state: str) -> None:
        async with asyncio.timeout(5):
            while self.line.state.state != state:
                self.changed.clear()
                await self.changed.wait()


async def test_up_down_and_up_again() -> None:
    bench = Bench()
    bench.line.start()
    bench.line.start()
    assert "снимите трубку" in bench.line.state.detail
    bench.line.set_up(True)
    await bench.until("up")
    bench.line.set_up(False)
    await bench.until("connecting")
    bench.line.set_up(True)
    await bench.until("up")
    await bench.line.stop()
    assert bench.line.state.state == "off"


async def test_a_telephone_that_does_not_answer_is_called_again() -> None:
    bench = Bench()
    bench.line.start()
    await bench.until("failed")
    assert bench.line.state.detail == "Телефон не ответил."
    bench.line.set_up(True)
    await bench.until("up")
    assert bench.asked >= 1
    await bench.line.stop()


async def test_a_refusal_is_told_and_tried_again() -> None:
    bench = Bench(False, False)
    bench.line.start()
    await bench.until("failed")
    assert "не настроены" in bench.line.state.detail
    bench.line.set_up(True)
    await bench.until("up")
    await bench.line.stop()


async def test_a_role_that_may_have_none_is_not_asked_for_it_again() -> None:
    bench = Bench()
    bench.refusal = Refused("not_allowed", "Ваша роль не звонит наружу.")
    bench.line.start()
    await bench.until("failed")
    await asyncio.sleep(3 * QUICK.phone_again_s)
    assert bench.asked == 1
    await bench.line.stop()


def test_muting_is_the_telephones_own() -> None:
    with pytest.raises(EkcError, match="микрофоном не управляет"):
        PhoneLine(asyncio.sleep, lambda: None).mute(True)  # type: ignore[arg-type]
