"""Until when the server may do a command: told on its own clock, whatever the clocks do."""

from __future__ import annotations

import asyncio

import pytest

from ekc_console.client.link.errors import Offline
from ekc_console.client.link.under_way import ServerSteady, UnderWay
from ekc_console.wire import codec
from ekc_console.wire.messages import PROTOCOL, GoReady, Request, Welcome
from tests.support.wire_ear import FAST, Ear, Open, online
from tests.support.wire_server import Refusal, WireServer


def welcome(steady: float) -> Welcome:
    return Welcome(protocol=PROTOCOL, server="test", epoch="e", now=0.0, steady=steady, me="anna")


def test_a_welcome_that_was_long_on_its_way_moves_no_deadline_back() -> None:
    server = ServerSteady()
    server.told(welcome(500.0), 10.0)
    server.told(welcome(510.0), 23.0)
    assert server.at(30.0) == 520.0


async def test_a_server_that_tells_no_time_is_told_no_deadline() -> None:
    server = ServerSteady()
    server.told(welcome(0.0), 10.0)
    answer = asyncio.get_running_loop().create_future()
    told = codec.decode_client(UnderWay("r1", GoReady(), 30.0, answer).encoded(server))
    assert isinstance(told, Request)
    assert told.by == 0.0


async def test_a_command_says_until_when_it_is_waited_for(
    server: WireServer, open_link: Open
) -> None:
    server.steady = 5000.0
    connection = open_link()
    await online(connection)
    await connection.request(GoReady())
    await connection.request(GoReady(), limit_s=60.0)
    usual, long = server.requests
    assert FAST.request_s - 1.0 < usual.by - 5000.0 < FAST.request_s + 1.0
    assert 59.0 < long.by - 5000.0 < 61.0


async def test_a_server_that_came_back_elsewhere_is_told_by_its_own_time(
    server: WireServer, open_link: Open
) -> None:
    server.steady = 5000.0
    connection = open_link()
    await online(connection)
    server.mute_replies = True
    asked = asyncio.create_task(connection.request(GoReady()))
    await server.until(lambda: len(server.requests) == 1)
    server.mute_replies, server.steady = False, 70.0
    server.cut()
    async with asyncio.timeout(5):
        await asked
    first, again = server.requests
    assert first.id == again.id
    assert first.by > 5000.0
    assert 70.0 < again.by < 70.0 + FAST.request_s


async def test_a_machine_that_slept_learns_the_time_anew_and_its_command_is_done(
    server: WireServer, ear: Ear, open_link: Open
) -> None:
    server.steady = 5000.0
    connection = open_link()
    await online(connection)
    server.steady = 9000.0
    server.refuses_by = 9000.0
    async with asyncio.timeout(5):
        await connection.request(GoReady())
    assert server.executed == [GoReady()]
    assert len(ear.welcomes) == 2


async def test_what_was_refused_as_too_late_is_told_as_not_done(
    server: WireServer, open_link: Open
) -> None:
    def refuse(command: object) -> None:
        raise Refusal("too_late", "server.too_late")

    server.handler = refuse
    connection = open_link()
    await online(connection)
    with pytest.raises(Offline):
        await connection.request(GoReady(), limit_s=0.3)
