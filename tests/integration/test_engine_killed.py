"""Many callers at once are cut off with the engine: all of them are in the list within a second."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

from ekc_console.client.voice.line_state import Voice
from ekc_console.config import Trunk
from tests.support.centre import (
    OPERATOR_HZ,
    WAIT_S,
    Centre,
    engine_pid,
    hears,
    in_state,
    into_queue,
    until,
)
from tests.support.net import fresh_host
from tests.support.own_time import OwnTime
from tests.support.sip_party import SipParty

CALLERS = 40
LIMIT_S = 1.0


async def come(centre: Centre) -> dict[str, tuple[SipParty, float]]:
    """Callers in the queue (every second one) and in the menu, and when each of them called."""
    address = f"{centre.config.engine.host}:{centre.config.engine.sip_port}"
    callers = {}
    for n in range(CALLERS):
        phone = await SipParty(fresh_host(), f"+7900000{n:04}").open()
        callers[phone.user] = (phone, time.time())
        phone.call("122", address)
    for n, (phone, _) in enumerate(callers.values()):
        await phone.until("connected")
        if n % 2:
            phone.press("1")
    async with asyncio.timeout(WAIT_S):
        live = centre.server.core.router.calls
        while sum(bool(c.queued_at) for c in live.values()) < CALLERS // 2:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return callers


async def test_every_cut_off_caller_is_in_the_list_within_a_second(tmp_path: Path) -> None:
    trunk = Trunk(name="test", mode="address", addresses=("127.0.0.0/8",))
    centre = await Centre(tmp_path, trunks=(trunk,)).open()
    callers: dict[str, tuple[SipParty, float]] = {}
    try:
        desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
        talking = await into_queue(centre, "+79000009999")
        await in_state(desk, "offered")
        await desk.accept()
        await hears(talking, "c", OPERATOR_HZ)
        callers = await come(centre)

        taken = OwnTime()
        os.kill(engine_pid(centre), signal.SIGKILL)
        await until(desk, lambda: len(desk.view.callbacks) == CALLERS + 1)
        assert taken.passed_s() < LIMIT_S

        owed = {c.number: c.wanted_since for c in centre.server.core.router.callbacks.values()}
        assert {"+79000009999", *callers} == owed.keys()
        for number, (_, called_at) in callers.items():
            assert abs(owed[number] - called_at) < 1.0
        await until(desk, lambda: desk.view.engine.up)
    finally:
        await asyncio.gather(*(phone.close() for phone, _ in callers.values()))
        await centre.close()
