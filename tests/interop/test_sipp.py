"""sipp as the public network: many calls, codecs, transports."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from ekc_console.client.desk import Desk
from tests.interop.centre import OPERATOR_HZ, Booked
from tests.interop.operators import QuickOperator
from tests.interop.sipp import CALLER_HZ, Callers, Result
from tests.support.net import fresh_host

CALLS = 50
OPERATORS = 5


async def test_fifty_calls_with_keys_and_audio(open_centre: Any, tmp_path: Path) -> None:
    network = fresh_host()
    centre = await open_centre([trunk(network)])
    desks = [await centre.operator(f"operator{n}") for n in range(OPERATORS)]
    operators = [QuickOperator(desk, talk_s=1.2) for desk in desks]
    callers = Callers(
        host=network,
        target=centre.sip_address,
        calls=CALLS,
        per_s=2.0,
        together=20,
        keys="123450",
    )
    result = await served(operators, callers, tmp_path / "sipp")

    assert (result.placed, result.successful, result.failed) == (CALLS, CALLS, 0), result.text
    books = await centre.settled(CALLS)
    check(books, CALLS, ended_by="agent")
    assert {row.number for row in books} == {f"+{callers.first_number + n}" for n in range(CALLS)}
    assert {row.topic for row in books} == {
        "appointment", "home_visit", "vaccination", "med_info", "feedback", "general",
    }  # fmt: skip
    assert sorted(call for one in operators for call in one.answered) == sorted(
        row.call for row in books
    )


@pytest.mark.parametrize(("codec", "transport"), [("PCMU", "udp"), ("PCMA", "tcp")])
async def test_other_codec_and_transport(
    open_centre: Any, tmp_path: Path, codec: Any, transport: Any
) -> None:
    network = fresh_host()
    centre = await open_centre([trunk(network)])
    operators = [QuickOperator(await centre.operator(f"operator{n}"), None) for n in range(3)]
    callers = Callers(
        host=network,
        target=centre.sip_address,
        calls=3,
        per_s=3,
        together=3,
        codec=codec,
        transport=transport,
        hang_up_after_s=6.0,
    )
    result = await served(operators, callers, tmp_path / "sipp")
    assert (result.placed, result.successful, result.failed) == (3, 3, 0), result.text
    check(await centre.settled(3), 3, ended_by="caller")


def trunk(address: str) -> dict[str, Any]:
    return {"name": "network", "mode": "address", "addresses": [address]}


async def served(operators: Sequence[QuickOperator], callers: Callers, folder: Path) -> Result:
    """sipp's result while the operators work; an operator's trouble ends it at once."""
    work = [asyncio.create_task(one.run()) for one in operators]
    calls = asyncio.create_task(callers.run(folder))
    try:
        await asyncio.wait([calls, *work], return_when=asyncio.FIRST_COMPLETED)
        for task in work:
            if task.done():
                task.result()
        result = await calls
        await all_idle([one.desk for one in operators], work)
        return result
    finally:
        calls.cancel()
        for task in work:
            task.cancel()
        await asyncio.gather(calls, *work, return_exceptions=True)


async def all_idle(desks: Sequence[Desk], work: Sequence[asyncio.Task[None]]) -> None:
    """Wait until the last cards are saved."""
    async with asyncio.timeout(15):
        while not all(desk.view.me and desk.view.me.state == "ready" for desk in desks):
            for task in work:
                if task.done():
                    task.result()
            await asyncio.sleep(0.05)


def check(books: Sequence[Booked], calls: int, ended_by: str, called: str = "122") -> None:
    """Every call was answered, has its saved card and both voices in its recording."""
    assert len(books) == calls
    for row in books:
        assert (row.direction, row.outcome, row.ended_by) == ("in", "answered", ended_by), row
        assert (row.called, row.card_state, row.recording_state) == (called, "saved", "ready"), row
        caller, operator = strongest(row.recording)
        assert caller == pytest.approx(CALLER_HZ, abs=10), row
        assert operator == pytest.approx(OPERATOR_HZ, abs=10), row


def strongest(recording: str) -> tuple[float, float]:
    """Frequencies of the strongest tones of both sides, Hz; 0 for silence."""
    samples, rate = soundfile.read(recording)
    left, right = (_strongest(samples[:, side], rate) for side in (0, 1))
    return left, right


def _strongest(side: np.ndarray, rate: int) -> float:
    if np.abs(side).max() < 0.01:
        return 0.0
    spectrum = np.abs(np.fft.rfft(side * np.hanning(len(side))))
    return float(np.argmax(spectrum[1:]) + 1) * rate / len(side)
