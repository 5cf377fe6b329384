"""The live link against a real WebSocket server on loopback."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from ekc_console.client.link.errors import Offline, Refused
from ekc_console.client.link.timing import Backoff, Timing
from ekc_console.wire import codec
from ekc_console.wire.messages import (
    PROTOCOL,
    CloseCallback,
    GoBreak,
    Goodbye,
    GoReady,
    Notice,
    QueueInfo,
)
from ekc_console.wire.words import words
from tests.support.wire_ear import FAST, Ear, Open, online
from tests.support.wire_server import Refusal, WireServer


def queue(queue_id: str, waiting: int = 0) -> QueueInfo:
    return QueueInfo(
        id=queue_id,
        title=queue_id,
        waiting=waiting,
        longest_since=None,
        agents_ready=0,
        agents_busy=0,
        wait_first_s=20.0,
        wait_second_s=60.0,
    )


async def test_the_first_link_brings_the_view(
    server: WireServer, ear: Ear, open_link: Open
) -> None:
    connection = open_link()
    await online(connection)
    assert ear.states == ["connecting", "online"]
    assert connection.view.me is not None
    assert connection.view.me.name == "Анна"
    assert server.hellos[0].token == "token-anna"
    assert server.hellos[0].epoch == ""
    await server.put(queue("q1", 3))
    await ear.until(lambda: connection.view.queues)
    assert connection.view.queues[0].waiting == 3


async def test_a_cut_link_resumes_from_its_number(
    server: WireServer, ear: Ear, open_link: Open
) -> None:
    connection = open_link()
    await online(connection)
    await server.put(queue("q1"))
    await ear.until(lambda: connection.view.seq == 2)
    server.cut()
    await server.until(lambda: server.links == 0)
    await server.put(queue("q2"))
    await ear.until(lambda: connection.view.seq == 3)
    await online(connection)
    assert [(hello.epoch, hello.seq) for hello in server.hellos] == [("", 0), ("e1", 2)]
    assert [info.id for info in connection.view.queues] == ["q1", "q2"]


async def test_a_new_epoch_brings_a_snapshot(server: WireServer, ear: Ear, open_link: Open) -> None:
    connection = open_link()
    await online(connection)
    await server.put(queue("old"))
    await ear.until(lambda: connection.view.seq == 2)
    server.entities.clear()
    server.put_silently(queue("new"))
    server.restart_numbers("e2")
    server.cut()
    await ear.until(lambda: len(ear.welcomes) == 2 and connection.link.state == "online")
    assert [info.id for info in connection.view.queues] == ["new"]
    assert connection.view.seq == 1


async def test_a_request_that_was_cut_off_is_done_once(
    server: WireServer, ear: Ear, open_link: Open
) -> None:
    connection = open_link()
    await online(connection)
    server.mute_replies = True
    asked = asyncio.create_task(connection.request(GoReady()))
    await server.until(lambda: len(server.requests) == 1)
    server.mute_replies = False
    server.cut()
    async with asyncio.timeout(5):
        assert await asked is None
    assert len({request.id for request in server.requests}) == 1
    assert len(server.requests) == 2
    assert server.executed == [GoReady()]


async def test_a_refusal_carries_the_servers_words(
    server: WireServer, ear: Ear, open_link: Open
) -> None:
    def refuse(command: object) -> None:
        raise Refusal("wrong_state", "consult.first")

    server.handler = refuse
    connection = open_link()
    await online(connection)
    with pytest.raises(Refused, match="Сначала закончите консультацию") as caught:
        await connection.request(GoBreak(reason="lunch"))
    assert caught.value.code == "wrong_state"


async def test_what_is_done_and_not_written_yet_is_said(
    server: WireServer, ear: Ear, open_link: Open
) -> None:
    connection = open_link()
    await online(connection)
    server.handler = lambda body: None
    await connection.request(GoReady())
    assert ear.notices == []
    server.unsaved = True
    await connection.request(GoReady())
    assert [notice.level for notice in ear.notices] == ["warning"]
    assert ear.notices[0].words.key == "server.unsaved"


async def test_no_answer_in_time(server: WireServer, open_link: Open) -> None:
    server.mute_replies = True
    connection = open_link(
        Timing(backoff=FAST.backoff, heartbeat_s=1.0, open_s=2.0, request_s=0.05)
    )
    await online(connection)
    with pytest.raises(Offline, match=r"не ответил за 0\.05 с"):
        await connection.request(GoReady())
    server.mute_replies = False
    assert await connection.request(CloseCallback(callback="cb1", result="reached")) is None


async def test_no_command_without_a_link(server: WireServer, ear: Ear, open_link: Open) -> None:
    connection = open_link()
    await online(connection)
    await server.stop()
    await ear.until(lambda: connection.link.state == "connecting")
    with pytest.raises(Offline, match="Нет связи с сервером"):
        await connection.request(GoReady())


async def test_it_comes_back_when_the_server_does(
    server: WireServer, ear: Ear, open_link: Open
) -> None:
    connection = open_link()
    await online(connection)
    await server.stop()
    await ear.until(lambda: "отклонено" in connection.link.detail)
    lost_since = connection.link.since
    assert lost_since >= ear.links[1].since
    await server.start()
    await ear.until(lambda: connection.link.state == "online")
    assert await connection.request(GoReady()) is None


async def test_a_silently_dead_link_is_found(server: WireServer, ear: Ear, open_link: Open) -> None:
    server.deaf = True
    connection = open_link(Timing(backoff=FAST.backoff, heartbeat_s=0.04))
    await online(connection)
    server.deaf = False
    await ear.until(lambda: len(ear.welcomes) >= 2 and connection.link.state == "online")
    assert server.hellos[1].seq == 1


async def test_goodbye_for_good(server: WireServer, ear: Ear, open_link: Open) -> None:
    connection = open_link()
    await online(connection)
    server.mute_replies = True
    asked = asyncio.create_task(connection.request(GoReady()))
    await server.until(lambda: server.requests)
    goodbye = Goodbye(code="session_expired", words=words("session.expired"), reconnect=False)
    await server.say_goodbye(goodbye)
    await ear.until(lambda: connection.link.state == "offline")
    assert connection.link.detail == "Сеанс окончен. Войдите заново."
    with pytest.raises(Offline, match=r"Сеанс окончен\."):
        await asked
    with pytest.raises(Offline, match=r"Сеанс окончен\."):
        await connection.online()
    assert len(server.hellos) == 1


async def test_goodbye_for_a_while(server: WireServer, ear: Ear, open_link: Open) -> None:
    connection = open_link()
    await online(connection)
    await server.say_goodbye(
        Goodbye(code="shutdown", words=words("server.stopping"), reconnect=True)
    )
    await ear.until(lambda: len(ear.welcomes) == 2 and connection.link.state == "online")
    assert "Сервер останавливается." in [link.detail for link in ear.links]


async def test_another_protocol_version_ends_it(server: WireServer, open_link: Open) -> None:
    server.protocol = 99
    connection = open_link()
    with pytest.raises(Offline, match=f"Версия протокола сервера 99, консоли {PROTOCOL}"):
        await online(connection)


async def test_notices_and_replies_nobody_waits_for(
    server: WireServer, ear: Ear, open_link: Open
) -> None:
    connection = open_link()
    await online(connection)
    await server.send_raw('{"type":"Reply","id":"stranger","ok":true}')
    await server.send(Notice(level="warning", words=words("shift.break_too_long")))
    await ear.until(lambda: ear.notices)
    assert ear.notices[0].words.key == "shift.break_too_long"
    assert connection.link.state == "online"


async def test_a_welcome_that_comes_again_is_taken_over(
    server: WireServer, ear: Ear, open_link: Open
) -> None:
    """Settings were changed: new topics and break reasons, the same view and numbers."""
    connection = open_link()
    await online(connection)
    await server.put(queue("main", 3))
    await ear.until(lambda: connection.view.queues)
    again = msgspec.structs.replace(ear.welcomes[0], topics={"new": "Новая тема"})
    await server.send(again)
    await ear.until(lambda: len(ear.welcomes) == 2)
    assert ear.welcomes[1].topics == {"new": "Новая тема"}
    assert connection.link.state == "online"
    assert [q.waiting for q in connection.view.queues] == [3]


async def test_a_server_that_says_nothing_after_hello_is_left(
    server: WireServer, ear: Ear, open_link: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    greet = server._greet
    calls = 0

    async def silent_once(socket: object, hello: object) -> None:
        nonlocal calls
        calls += 1
        if calls > 1:
            await greet(socket, hello)  # type: ignore[arg-type]

    monkeypatch.setattr(server, "_greet", silent_once)
    connection = open_link(Timing(backoff=FAST.backoff, open_s=0.1))
    await online(connection)
    assert calls == 2


async def test_close_ends_waiting_commands(server: WireServer, open_link: Open) -> None:
    server.mute_replies = True
    connection = open_link()
    await online(connection)
    asked = asyncio.create_task(connection.request(GoReady()))
    await server.until(lambda: server.requests)
    await connection.close()
    with pytest.raises(Offline):
        await asked
    await connection.close()


def test_back_off_doubles_and_is_bounded() -> None:
    backoff = Backoff(0.2, 5.0)
    for attempt, whole in enumerate([0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]):
        delays = [backoff.delay(attempt) for _ in range(50)]
        assert all(whole / 2 <= delay <= whole for delay in delays)
        assert len(set(delays)) > 1
    assert backoff.delay(10_000) <= 5.0


async def test_a_command_too_long_for_the_server_is_refused_here_and_ends_no_link(
    server: WireServer, ear: Ear, open_link: Open
) -> None:
    connection = open_link()
    await online(connection)
    with pytest.raises(Refused) as raised:
        await connection.request(GoBreak(reason="я" * codec.MESSAGE_LIMIT))
    assert raised.value.code == "bad_value"
    assert server.requests == []
    assert ear.states == ["connecting", "online"]


async def test_a_command_that_ends_the_link_is_refused_and_not_sent_again(
    server: WireServer, ear: Ear, open_link: Open
) -> None:
    connection = open_link()
    await online(connection)
    server.strange = (GoReady(),)
    with pytest.raises(Refused, match="Сообщение не понято: Invalid value") as caught:
        await connection.request(GoReady())
    assert caught.value.code == "bad_value"
    assert "до версии сервера" in caught.value.remedy
    await ear.until(lambda: len(ear.welcomes) == 2 and connection.link.state == "online")
    assert len(server.requests) == 1


async def test_of_several_that_ended_the_link_each_is_sent_again_once(
    server: WireServer, ear: Ear, open_link: Open
) -> None:
    connection = open_link()
    await online(connection)
    server.strange, server.mute_replies = (GoBreak(reason="lunch"),), True
    asked = [
        asyncio.create_task(connection.request(body))
        for body in (GoReady(), GoBreak(reason="lunch"))
    ]
    async with asyncio.timeout(5):
        found = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in found] == [Offline, Offline]
    await ear.until(lambda: len(ear.welcomes) == 3 and connection.link.state == "online")
    assert len(server.requests) <= 4
