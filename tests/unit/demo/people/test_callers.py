"""Callers on real SIP calls, against a telephone that plays the centre."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from ekc_console.demo.people import caller, callers
from ekc_console.demo.people.callers import CALLS_A_PROCESS, CallerPool
from ekc_console.demo.people.pace import BRISK
from ekc_console.demo.people.personas import personas
from ekc_console.demo.people.talking import Talk
from ekc_console.demo.people.voices import Voices
from ekc_console.errors import EkcError
from ekc_console.server.services.loudness import loudest_dbfs
from ekc_console.server.services.wav import read_wav
from sip.link.client import Softphone
from sip.link.protocol import Answer, CallState, HangUp, Incoming, KeyHeard, Start, Tone
from tests.support.net import fresh_host

PACE = replace(
    BRISK, listen=(0.2, 0.3), give_up_after=(0.2, 0.3), turn=0.4, reply_within=1.5, talk_limit=10.0
)
KEYS = {"appointment": "10"}
LIMIT_S = 10.0


class Centre:
    """A telephone that plays the contact centre, step by step."""

    def __init__(self, host: str, phone: Softphone) -> None:
        self.phone = phone
        assert phone.started is not None
        self.address = f"{host}:{phone.started.port}"

    async def arrival(self) -> Incoming:
        return await self.phone.wait_for(Incoming, LIMIT_S)

    async def take(self) -> str:
        call = (await self.arrival()).call
        self.phone.send(Answer(call=call))
        await self.phone.wait_for(CallState, LIMIT_S, call=call, state="connected")
        return call

    async def end_of(self, call: str) -> None:
        await self.phone.wait_for(CallState, LIMIT_S, call=call, state="ended")

    async def key(self, call: str) -> str:
        return (await self.phone.wait_for(KeyHeard, LIMIT_S, call=call)).key

    async def hear_out(self, call: str, file: Path) -> None:
        """Record, until the caller has said something and is silent."""
        talk = Talk(self.phone.send, call, file)
        talk.begin()
        assert await talk.their_turn(0.2, LIMIT_S)

    async def sound(self, call: str, hz: float, seconds: float) -> None:
        self.phone.send(Tone(call=call, hz=hz, level_dbfs=-20))
        await asyncio.sleep(seconds)
        self.phone.send(Tone(call=call, hz=0))


@pytest.fixture(autouse=True)
def _no_menu_after_the_last_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caller, "MENU_REACTS_WITHIN_S", 0.0)


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    host = fresh_host()
    phone = await Softphone.spawn(Start(host=host))
    yield Centre(host, phone)
    await phone.stop()


@pytest.fixture
async def make_pool(centre, tmp_path) -> AsyncIterator[Callable[..., CallerPool]]:
    made: list[CallerPool] = []

    def make(count=100, gives_up="", **options):
        drawn = islice(personas(1, tuple(KEYS), give_up=False), count)
        pool = CallerPool(
            options.pop("address", centre.address),
            options.pop("hosts", [fresh_host()]),
            processes=options.pop("processes", 1),
            personas=(replace(person, gives_up=gives_up) for person in drawn),
            keys=KEYS,
            voices=Voices(tmp_path / "speech"),
            work_dir=tmp_path,
            pace=PACE,
            **options,
        )
        made.append(pool)
        return pool

    yield make
    for pool in made:
        await pool.stop()


async def test_a_whole_call_both_hear_each_other(centre, make_pool, tmp_path):
    pool = make_pool()
    await pool.start()
    running = asyncio.create_task(pool.run(1.0, 1))
    call = await centre.take()
    assert [await centre.key(call), await centre.key(call)] == ["1", "0"]
    await centre.sound(call, 300, 1.0)  # music; it stops: somebody is there
    heard = tmp_path / "centre.wav"
    await centre.hear_out(call, heard)
    await centre.sound(call, 500, 1.0)  # the operator's word
    centre.phone.send(HangUp(call=call))
    async with asyncio.timeout(LIMIT_S):
        await running
    [report] = pool.reports
    assert (report.ended, report.hung_up_by, report.keys_sent) == ("talked", "centre", "10")
    assert report.number == "+79000000000"
    assert report.operator_dbfs == pytest.approx(-23, abs=2)
    assert loudest_dbfs(read_wav(heard).samples) > -20
    assert not list(tmp_path.glob("heard-*.wav"))


async def test_callers_that_are_cut_with_the_telephony_make_room_for_new_ones_at_once(
    centre, make_pool
):
    pool = make_pool()
    await pool.start()
    running = asyncio.create_task(pool.run(0.01))
    for _slot in range(CALLS_A_PROCESS):
        await centre.take()
    pool.cut()
    assert await centre.arrival()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_who_works_alone_has_no_more_callers_at_once_than_one_can_serve(
    make_pool, monkeypatch
):
    monkeypatch.setattr(callers, "LOOK_S", 0.01)
    pool = make_pool()
    for _slot in range(CALLS_A_PROCESS):
        pool._slots.put_nowait(0)
    calls = [asyncio.Event() for _call in range(10)]

    def place(_slot, _persona, _source, number):
        call = asyncio.create_task(calls[number].wait())
        pool._calls.add(call)
        call.add_done_callback(pool._calls.discard)

    monkeypatch.setattr(pool, "_place", place)
    running = asyncio.create_task(pool.run(0.001, most=2))
    await asyncio.sleep(0.2)
    assert pool.live == 2
    calls[0].set()
    await asyncio.sleep(0.2)
    assert pool.live == 2
    calls[2].set()
    await pool.stop()
    async with asyncio.timeout(LIMIT_S):
        await running


@pytest.mark.long
@pytest.mark.parametrize(("gives_up", "keys"), [("menu", ""), ("queue", "10")])
async def test_giving_up(centre, make_pool, gives_up, keys):
    pool = make_pool(gives_up=gives_up)
    await pool.start()
    running = asyncio.create_task(pool.run(1.0, 1))
    await centre.end_of(await centre.take())
    async with asyncio.timeout(LIMIT_S):
        await running
    [report] = pool.reports
    assert (report.ended, report.hung_up_by) == (f"gave_up_{gives_up}", "caller")
    assert report.keys_sent == keys


@pytest.mark.long
async def test_a_silent_operator_is_not_heard(centre, make_pool, tmp_path):
    pool = make_pool()
    await pool.start()
    running = asyncio.create_task(pool.run(1.0, 1))
    call = await centre.take()
    await centre.key(call)
    await centre.key(call)
    await centre.sound(call, 300, 1.0)
    await centre.hear_out(call, tmp_path / "centre.wav")
    centre.phone.send(HangUp(call=call))
    async with asyncio.timeout(LIMIT_S):
        await running
    [report] = pool.reports
    assert report.ended == "talked"
    assert not report.heard_operator


async def test_refused_and_dropped(centre, make_pool):
    pool = make_pool()
    await pool.start()
    running = asyncio.create_task(pool.run(0.01, 2))
    centre.phone.send(Answer(call=(await centre.arrival()).call, code=486))
    call = await centre.take()
    centre.phone.send(HangUp(call=call))
    async with asyncio.timeout(LIMIT_S):
        await running
    refused, dropped = pool.reports
    assert (refused.ended, refused.connected) == ("not_connected", False)
    assert "486" in refused.detail
    assert (dropped.ended, dropped.hung_up_by) == ("dropped", "centre")


@pytest.mark.long
async def test_stop_ends_calls_and_processes(centre, make_pool):
    pool = make_pool(processes=2)
    await pool.start()
    pids = pool.pids
    assert len(pids) == 2
    running = asyncio.create_task(pool.run(0.01))
    call = await centre.take()
    await pool.stop()
    await centre.end_of(call)
    async with asyncio.timeout(LIMIT_S):
        await running
    assert pool.live == 0
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_an_address_that_is_not_ours(make_pool):
    pool = make_pool(hosts=["192.0.2.1"])
    with pytest.raises(EkcError, match=r"192\.0\.2\.1"):
        await pool.start()
    assert pool.pids == []
