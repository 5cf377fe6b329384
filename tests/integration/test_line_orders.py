"""Orders of ``ekc line`` and overflow on real lines: what callers hear is measured, each prompt
found in the recording of the caller's telephone by correlation."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ekc_console.config import Config, Overflow, Place
from ekc_console.server.services.prompts import GOODBYE, PLACE_KEPT, Prompt, PromptLibrary
from ekc_console.server.services.speech import Speaker, Voice
from ekc_console.server.services.wav import read_wav
from sip.link.client import Softphone
from sip.link.protocol import CallState, HangUp, Record, SendKeys
from tests.support.centre import WAIT_S, Centre
from tests.support.orders import ordered

NUMBER = "+79000000202"
EMERGENCY = "Внимание! Сегодня приём отменён, нет света."
CLOSED = "Запись к врачу сегодня закрыта из-за учебной тревоги."
NOBODY = "Все операторы ушли на совещание."
HEARD, NOT_HEARD = 0.9, 0.6
"""Correlation of a prompt with what a telephone has of it through A-law: 1.0; of another: 0.4."""
PIECE = 4000
"""Half a second."""
AUDIBLE = 300.0
"""Mean level of a piece that holds words."""

Samples = NDArray[np.float64]


def queues() -> tuple:  # type: ignore[type-arg]
    rules = {
        "appointments": Overflow(
            when="closed", to=(Place(announcement=CLOSED), Place(callback=True))
        ),
        "home_visit": Overflow(
            when="no_agents", to=(Place(announcement=NOBODY), Place(close=True))
        ),
        "vaccination": Overflow(when="waited", limit=0.5, to=(Place(callback=True),)),
    }
    return tuple(
        replace(q, overflow=(rules[q.id],) if q.id in rules else ()) for q in Config().queues
    )


async def call(centre: Centre, folder: Path, number: str = NUMBER) -> tuple[Softphone, Path]:
    """A caller who is connected, and where what they hear is written."""
    phone = await centre.caller(number)
    centre.call(phone)
    await phone.wait_for(CallState, WAIT_S, call="c", state="connected")
    heard = folder / f"heard-{number}.wav"
    phone.send(Record(call="c", file=str(heard)))
    return phone, heard


async def ended(phone: Softphone, heard: Path) -> Samples:
    """What was heard until the end of the call."""
    await phone.wait_for(CallState, 4 * WAIT_S, call="c", state="ended")
    await phone.stop()
    return read_wav(heard).samples.astype(np.float64)


async def chose(centre: Centre, phone: Softphone, key: str) -> None:
    phone.send(SendKeys(call="c", keys=key))
    async with asyncio.timeout(WAIT_S):
        while not any(c.queued_at for c in all_calls(centre)):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def all_calls(centre: Centre) -> list:  # type: ignore[type-arg]
    router = centre.server.core.router
    return [*router.calls.values(), *router.recently_ended.values()]


async def step_entered(centre: Centre, step: str) -> None:
    """Wait until the menu has come so far."""

    def there(conn: object) -> bool:
        sql = "SELECT 1 FROM call_path WHERE step = ?"
        return conn.execute(sql, (step,)).fetchone() is not None  # type: ignore[attr-defined]

    async with asyncio.timeout(4 * WAIT_S):
        while not await centre.server.database.read(there):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


class Prompts:
    """The files that the server plays."""

    def __init__(self, config: Config) -> None:
        voice = Voice(name=config.voice.name, words_per_minute=config.voice.words_per_minute)
        self._library = PromptLibrary(config.prompts_dir, Speaker(voice))

    def found(self, prompt: Prompt | str, heard: Samples) -> tuple[float, float]:
        """How alike the pieces of the prompt are to the most alike stretches of ``heard`` (their
        median, 0 … 1), and where the first one begins, in seconds. In pieces, because the network
        of a busy machine stretches a pause now and then."""
        wanted = read_wav(self._library.path(prompt)).samples.astype(np.float64)
        pieces = [wanted[i : i + PIECE] for i in range(0, len(wanted) - PIECE, PIECE)]
        best = [alike(piece, heard) for piece in pieces if np.sqrt(np.mean(piece**2)) > AUDIBLE]
        return float(np.median([score for score, _ in best])), best[0][1]


def alike(piece: Samples, heard: Samples) -> tuple[float, float]:
    """The highest normalised cross-correlation, and where."""
    if len(heard) < 2 * len(piece):
        return 0.0, 0.0
    size = len(heard) + len(piece)
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(piece, size)), size)
    energy = np.concatenate([[0.0], np.cumsum(heard**2)])
    windows = np.maximum(energy[len(piece) :] - energy[: -len(piece)], len(piece) * AUDIBLE)
    score = product[: len(windows)] / np.sqrt(windows * np.sum(piece**2))
    at = int(np.argmax(score))
    return float(score[at]), at / 8000


@pytest.mark.long
async def test_an_announcement_by_command_is_heard_before_the_menu(tmp_path: Path) -> None:
    centre = await Centre(tmp_path).open()
    try:
        await centre.add_person("chief", role="supervisor")
        prompts = Prompts(centre.config)
        await ordered(centre, "line", "announce", EMERGENCY, "--why", "авария")
        phone, heard = await call(centre, tmp_path)
        await step_entered(centre, "greeting")
        phone.send(HangUp(call="c"))
        first = await ended(phone, heard)
        alike, at = prompts.found(EMERGENCY, first)
        assert alike > HEARD
        assert at < 1.0
        assert prompts.found(GOODBYE, first)[0] < NOT_HEARD

        await ordered(centre, "line", "announce", "--off")
        phone, heard = await call(centre, tmp_path, "+79000000203")
        await step_entered(centre, "menu")  # longer than it would take to be heard
        phone.send(HangUp(call="c"))
        assert prompts.found(EMERGENCY, await ended(phone, heard))[0] < NOT_HEARD
    finally:
        await centre.close()


@pytest.mark.long
async def test_a_queue_closed_by_command_says_so_and_owes_a_call(tmp_path: Path) -> None:
    centre = await Centre(tmp_path, queues=queues()).open()
    try:
        await centre.add_person("chief", role="supervisor")
        prompts = Prompts(centre.config)
        await ordered(centre, "line", "close", "appointments", "--yes", "--why", "тревога")
        phone, heard = await call(centre, tmp_path)
        await chose(centre, phone, "1")
        sound = await ended(phone, heard)
        (closed, at), (kept, then) = (prompts.found(p, sound) for p in (CLOSED, PLACE_KEPT))
        assert min(closed, kept) > HEARD
        assert at < then
        (callback,) = centre.server.core.router.callbacks.values()
        assert callback.number == NUMBER
        (record,) = (c for c in all_calls(centre) if c.direction == "in")
        assert record.outcome == "flowed_out"

        await ordered(centre, "line", "open", "appointments")
        assert "открыта" in await ordered(centre, "line", "status")
    finally:
        await centre.close()


@pytest.mark.long
async def test_overflow_to_words_and_goodbye_and_to_a_callback(tmp_path: Path) -> None:
    centre = await Centre(tmp_path, queues=queues()).open()
    try:
        prompts = Prompts(centre.config)
        closing = await call(centre, tmp_path)
        promising = await call(centre, tmp_path, "+79000000203")
        for (phone, _), key in ((closing, "2"), (promising, "3")):
            phone.send(SendKeys(call="c", keys=key))
        sound, promised = await asyncio.gather(ended(*closing), ended(*promising))
        (nobody, at), (goodbye, then) = (prompts.found(p, sound) for p in (NOBODY, GOODBYE))
        assert min(nobody, goodbye) > HEARD
        assert at < then

        assert prompts.found(PLACE_KEPT, promised)[0] > HEARD
        owed = [callback.number for callback in centre.server.core.router.callbacks.values()]
        assert "+79000000203" in owed
    finally:
        await centre.close()


@pytest.mark.long
async def test_a_number_blocked_by_command_is_refused(tmp_path: Path) -> None:
    centre = await Centre(tmp_path).open()
    try:
        await centre.add_person("chief", role="supervisor")
        await ordered(centre, "line", "block", NUMBER, "--for", "2h", "--why", "спам")
        phone = await centre.caller(NUMBER)
        centre.call(phone)
        over = await phone.wait_for(CallState, WAIT_S, call="c", state="ended")
        assert over.code == 403
        await ordered(centre, "line", "unblock", NUMBER)
        again, _heard = await call(centre, tmp_path)
        again.send(HangUp(call="c"))
        await again.wait_for(CallState, WAIT_S, call="c", state="ended")
    finally:
        await centre.close()
