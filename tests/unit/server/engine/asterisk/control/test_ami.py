"""The manager client against a small manager of our own on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from ekc_console.server.engine.asterisk.control import ami as ami_module
from ekc_console.server.engine.asterisk.control.ami import Ami, AmiError
from ekc_console.server.engine.protocol import EngineError
from tests.support.net import free_port, fresh_host

Fields = dict[str, str]
Answer = Callable[[Fields, asyncio.StreamWriter], Awaitable[None]]


async def reply(fields: Fields, writer: asyncio.StreamWriter) -> None:
    good = fields["Action"] != "Login" or fields["Secret"] == "right"
    text = "Response: Success\r\n" if good else "Response: Error\r\nMessage: Bad login\r\n"
    if fields["Action"] == "Refuse":
        text = "Response: Error\r\nMessage: No such channel\r\n"
    writer.write(f"{text}ActionID: {fields['ActionID']}\r\n\r\n".encode())


@asynccontextmanager
async def manager(answer: Answer = reply) -> AsyncIterator[tuple[str, int]]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/9.0\r\n")
        fields: Fields = {}
        while line := (await reader.readline()).decode():
            key, _, value = line.rstrip("\r\n").partition(": ")
            if key:
                fields[key] = value
            else:
                await answer(fields, writer)
                fields = {}
        writer.close()

    host = fresh_host()
    port = free_port(host)
    server = await asyncio.start_server(serve, host, port)
    async with server:
        yield host, port


async def test_actions_are_answered_each_its_own() -> None:
    async def late(fields: Fields, writer: asyncio.StreamWriter) -> None:
        if fields["Action"] == "Slow":
            held.append(fields)
            return
        await reply(fields, writer)
        while held:
            await reply(held.pop(), writer)

    held: list[Fields] = []
    async with manager(late) as (host, port):
        ami = await Ami.connect(host, port, "ekc", "right")
        slow = asyncio.create_task(ami.action("Slow"))
        await asyncio.sleep(0)
        quick = await ami.action("Quick", Channel="PJSIP/a")
        assert quick["Response"] == (await slow)["Response"] == "Success"
        assert quick["ActionID"] != (await slow)["ActionID"]
        await ami.close()


async def test_a_wrong_secret_is_an_error() -> None:
    async with manager() as (host, port):
        with pytest.raises(AmiError, match="Bad login"):
            await Ami.connect(host, port, "ekc", "wrong")


async def test_a_refusal_carries_the_managers_words() -> None:
    async with manager() as (host, port):
        ami = await Ami.connect(host, port, "ekc", "right")
        with pytest.raises(AmiError, match="No such channel"):
            await ami.action("Refuse")
        await ami.close()


async def test_a_value_cannot_add_a_header() -> None:
    async with manager() as (host, port):
        ami = await Ami.connect(host, port, "ekc", "right")
        with pytest.raises(EngineError):
            await ami.action("MixMonitor", File="a\r\nCommand: evil")
        await ami.close()


async def test_a_lost_connection_fails_what_waits() -> None:
    async def hang_up(fields: Fields, writer: asyncio.StreamWriter) -> None:
        if fields["Action"] == "Login":
            await reply(fields, writer)
        else:
            writer.close()

    async with manager(hang_up) as (host, port):
        ami = await Ami.connect(host, port, "ekc", "right")
        with pytest.raises(EngineError, match="потеряно"):
            await ami.action("Anything")
        assert not ami.alive
        with pytest.raises(EngineError):
            await ami.action("Again")
        await ami.close()


async def test_nobody_there_is_an_error_that_names_the_place() -> None:
    host = fresh_host()
    port = free_port(host)
    with pytest.raises(EngineError, match=f"{host}:{port}"):
        await Ami.connect(host, port, "ekc", "right")


async def test_waiting_for_the_boot_ends_with_its_event() -> None:
    async def boot(fields: Fields, writer: asyncio.StreamWriter) -> None:
        await reply(fields, writer)
        writer.write(b"Event: Other\r\n\r\nEvent: FullyBooted\r\nStatus: Fully Booted\r\n\r\n")

    async with manager(boot) as (host, port):
        ami = await Ami.connect(host, port, "ekc", "right")
        async with asyncio.timeout(5):
            await ami.wait_booted()
        await ami.close()


async def test_a_connection_that_answers_no_more_counts_as_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ami_module, "TIMEOUT_S", 0.05)

    async def silent(fields: Fields, writer: asyncio.StreamWriter) -> None:
        if fields["Action"] == "Login":
            await reply(fields, writer)

    async with manager(silent) as (host, port):
        ami = await Ami.connect(host, port, "ekc", "right")
        with pytest.raises(EngineError):
            await ami.ping()
        await asyncio.sleep(0)
        assert not ami.alive
        with pytest.raises(EngineError):
            await ami.action("StatusOnly")
        await ami.close()
