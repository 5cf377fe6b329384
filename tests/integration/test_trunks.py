"""Two trunks, the first of which fails: calls out go through the second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ekc_console.client.voice.line_state import Voice
from ekc_console.config import Config, Overflow, Place, Trunk
from sip.link.protocol import CallState, Incoming, Listen, Tone
from tests.support.centre import (
    CALLER_HZ,
    OPERATOR_HZ,
    WAIT_S,
    Centre,
    hears,
    in_state,
    into_queue,
    save_card,
    until,
    waits_in_queue,
)
from tests.support.net import fresh_host
from tests.support.sip_party import SipParty

NUMBER = "+79000000707"
NO_REPLY_S = 8.0


@asynccontextmanager
async def centre_with_two_trunks(
    folder: Path, first: str, *, second: str = "", probe_every_s: int = 0, **changes: Any
) -> AsyncIterator[Centre]:
    """``first``: ``host:port`` of the trunk that fails, and how often it is probed. ``second``:
    that of the other one, if it is not ``outside_port``."""
    centre = Centre(folder, **changes)
    centre.changes["trunks"] = (
        Trunk(name="first", mode="address", outbound=first, probe_every_s=probe_every_s),
        Trunk(
            name="second",
            mode="address",
            addresses=(f"{centre.host}/32",),
            outbound=second or f"{centre.host}:{centre.outside_port}",
            probe_every_s=0,
        ),
    )
    await centre.open()
    try:
        yield centre
    finally:
        await centre.close()


@pytest.mark.long
async def test_an_operators_call_goes_round_a_dead_trunk(tmp_path: Path) -> None:
    async with centre_with_two_trunks(tmp_path, f"{fresh_host()}:5060") as centre:
        desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
        outside = await centre.caller(NUMBER, port=centre.outside_port, auto_answer=True)
        await desk.dial(NUMBER)
        incoming = await outside.wait_for(Incoming, NO_REPLY_S + WAIT_S)
        outside.send(Listen(call=incoming.call, tones_hz=[CALLER_HZ, OPERATOR_HZ]))
        await in_state(desk, "talking")
        await hears(outside, incoming.call, OPERATOR_HZ)
        assert centre.server.health.report()["trunks"] == {"first": "no_calls_out"}
        await desk.hang_up()
        await outside.wait_for(CallState, WAIT_S, call=incoming.call, state="ended")


@pytest.mark.long
async def test_a_probed_trunk_costs_no_call_when_it_is_dead_and_is_back_when_it_answers(
    tmp_path: Path,
) -> None:
    host = fresh_host()
    async with centre_with_two_trunks(tmp_path, f"{host}:5060", probe_every_s=1) as centre:
        desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
        await trunks_are(centre, {"first": "no_calls_out"})
        outside = await centre.caller(NUMBER, port=centre.outside_port, auto_answer=True)
        began = time.monotonic()
        await desk.dial(NUMBER)
        incoming = await outside.wait_for(Incoming, WAIT_S)
        assert time.monotonic() - began < NO_REPLY_S / 2
        await in_state(desk, "talking")
        await desk.hang_up()
        await outside.wait_for(CallState, WAIT_S, call=incoming.call, state="ended")

        first = await SipParty(host, "79001112233").open()
        try:
            await trunks_are(centre, {"first": "up"})
            await save_card(desk)
            await desk.dial(NUMBER)
            await first.until("connected")
            await desk.hang_up()
        finally:
            await first.close()
    assert "снова" in [notice.text for notice in desk.notices if "«first»" in notice.text][-1]


async def test_the_only_way_out_is_tried_though_it_leaves_probes_unanswered(
    tmp_path: Path,
) -> None:
    """A probe that was lost must not keep 103 from being called until the next one."""
    out = await SipParty(fresh_host(), "79001112233").open()
    out.ignores_probes = True
    centre = Centre(tmp_path)
    way_out = Trunk(name="out", mode="address", outbound=f"{out.host}:5060", probe_every_s=1)
    centre.changes["trunks"] = (way_out,)
    await centre.open()
    try:
        desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
        await trunks_are(centre, {"out": "no_calls_out"})
        await desk.dial(NUMBER)
        await out.until("connected")
        assert out.dialled == NUMBER
        await trunks_are(centre, {"out": "up"})
    finally:
        await centre.close()
        await out.close()


async def trunks_are(centre: Centre, states: dict[str, str]) -> None:
    """As ``/health`` tells it; the server has no event for that."""
    async with asyncio.timeout(WAIT_S):
        while centre.server.health.report()["trunks"] != states:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.mark.long
async def test_an_overflowing_caller_goes_round_a_trunk_that_refuses(tmp_path: Path) -> None:
    broken = await SipParty(fresh_host(), "79001112233").open()
    broken.behaviour = 503
    rule = Overflow(when="no_agents", to=(Place(number=NUMBER),))
    queues = tuple(replace(queue, overflow=(rule,)) for queue in Config().queues)
    try:
        async with centre_with_two_trunks(tmp_path, f"{broken.host}:5060", queues=queues) as centre:
            outside = await centre.caller(NUMBER, port=centre.outside_port, auto_answer=True)
            caller = await into_queue(centre, "+79000000708")
            incoming = await outside.wait_for(Incoming, WAIT_S)
            outside.send(Tone(call=incoming.call, hz=OPERATOR_HZ))
            await hears(caller, "c", OPERATOR_HZ)
    finally:
        await broken.close()


@pytest.mark.long
async def test_a_callback_goes_round_a_trunk_that_refuses(tmp_path: Path) -> None:
    broken = await SipParty(fresh_host(), "79001112233").open()
    broken.behaviour = 503
    try:
        async with centre_with_two_trunks(tmp_path, f"{broken.host}:5060") as centre:
            caller = await into_queue(centre, NUMBER, port=centre.outside_port)
            await waits_in_queue(centre)
            await caller.hang_up("c")
            desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
            await until(desk, lambda: len(desk.view.callbacks) == 1)
            (callback,) = desk.view.callbacks
            await desk.dial_callback(callback.id)
            await caller.wait_for(Incoming, WAIT_S)
    finally:
        await broken.close()
