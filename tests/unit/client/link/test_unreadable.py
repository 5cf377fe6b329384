"""What the console cannot read costs what it stands in, and neither the link nor the call."""

from __future__ import annotations

import asyncio
import dataclasses
import json

import msgspec
import pytest

from ekc_console.client.link.errors import Refused
from ekc_console.client.link.reading import read_reply, read_server
from ekc_console.wire import codec
from ekc_console.wire.messages import (
    PROTOCOL,
    Contacts,
    Delta,
    GetTargets,
    GoReady,
    Me,
    MyCall,
    QueueInfo,
    Reply,
    Welcome,
)
from tests.support.wire_ear import FAST, Ear, Open, online
from tests.support.wire_server import WireServer

ME = Me(id="anna", name="Анна", role="operator", state="talking", since=1.0)
CALL = MyCall(id="c1", state="talking", direction="in", number="")


def queue(queue_id: str, waiting: int = 0) -> QueueInfo:
    return QueueInfo(
        id=queue_id, title=queue_id, waiting=waiting, longest_since=None, agents_ready=0,
        agents_busy=0, wait_first_s=20.0, wait_second_s=60.0,
    )  # fmt: skip


def with_values(message: msgspec.Struct, **values: object) -> str:
    return json.dumps(json.loads(codec.encode(message)) | values)


def entity(message: msgspec.Struct, **values: object) -> dict[str, object]:
    return dict(json.loads(with_values(message, **values)))


UNREADABLE_ANSWERS = {
    "a result of an unknown type": {"ok": True, "result": {"type": "Hologram"}},
    "a result with a wrong field": {"ok": True, "result": {"type": "Targets", "agents": 5}},
    "no answer at all": {"ok": "perhaps"},
    "an unknown code": {"ok": False, "code": "tired", "words": {"key": "server.not_now"}},
    "words of no kind": {"ok": False, "code": "tired", "words": 5},
}


@pytest.mark.parametrize("answer", UNREADABLE_ANSWERS.values(), ids=UNREADABLE_ANSWERS)
async def test_an_answer_that_cannot_be_read_fails_its_own_request_alone(
    server: WireServer, ear: Ear, open_link: Open, answer: dict[str, object]
) -> None:
    connection = open_link()
    await online(connection)
    server.mute_replies = True
    bad = asyncio.create_task(connection.request(GetTargets()))
    good = asyncio.create_task(connection.request(GoReady()))
    await server.until(lambda: len(server.requests) == 2)
    first, second = server.requests
    await server.send_raw(json.dumps({"type": "Reply", "id": first.id} | answer))
    await server.send(Reply(id=second.id, ok=True))
    assert await good is None
    with pytest.raises(Refused) as refused:
        await bad
    assert refused.value.message
    if answer.get("code") == "tired" and answer["words"] != 5:
        assert refused.value.message == "Сейчас это невозможно."
    else:
        assert "непонят" in refused.value.message
    assert ear.states == ["connecting", "online"]
    assert len(server.hellos) == 1


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "5", "\ud800", '{"type":"Nonsense"}', '{"type":"Delta","seq":"x"}',
     '{"type":"Notice","level":"info"}'],
)  # fmt: skip
async def test_a_message_of_no_sense_leads_to_a_fresh_snapshot_on_the_same_link(
    server: WireServer, ear: Ear, open_link: Open, text: str
) -> None:
    connection = open_link()
    await online(connection)
    server.put_silently(queue("q1", 5))
    server.seq = 8
    await server.send_raw(text.encode(errors="replace").decode())
    await ear.until(lambda: connection.view.seq == 8)
    assert connection.view.queues[0].waiting == 5
    assert [notice.words.key for notice in ear.notices] == ["server.unreadable"]
    assert await connection.request(GoReady()) is None
    assert ear.states == ["connecting", "online"]


async def test_a_gap_leads_to_a_fresh_snapshot_on_the_same_link(
    server: WireServer, ear: Ear, open_link: Open
) -> None:
    connection = open_link()
    await online(connection)
    server.answers_resync = False
    await server.send(Delta(seq=8, put=(queue("q1", 5),)))
    await server.until(lambda: server.resyncs)
    await server.send(Delta(seq=9, put=(queue("q1", 6),)))
    server.seq = 10
    server.put_silently(queue("q1", 7))
    await server.send(server.snapshot())
    await ear.until(lambda: connection.view.seq == 10)
    await server.put(queue("q1", 8))
    await ear.until(lambda: connection.view.seq == 11)
    assert connection.view.queues[0].waiting == 8
    assert (server.resyncs, ear.notices, len(server.hellos)) == (1, [], 1)


async def test_an_entity_with_an_unknown_value_stays_as_it_was_and_the_rest_is_shown(
    server: WireServer, ear: Ear, open_link: Open
) -> None:
    server.put_silently(ME, CALL)
    connection = open_link()
    await online(connection)
    server.answers_resync = False
    unknown = entity(CALL, state="levitating")
    delta = {"type": "Delta", "seq": 2, "put": [unknown, entity(queue("q1", 5))]}
    await server.send_raw(json.dumps(delta))
    await server.until(lambda: server.resyncs)
    assert connection.view.call == CALL
    assert connection.view.queues[0].waiting == 5
    snapshot = {"type": "Snapshot", "seq": 9, "entities": [entity(ME, name="Я"), unknown]}
    await server.send_raw(json.dumps(snapshot))
    await ear.until(lambda: connection.view.seq == 9)
    assert connection.view.call == CALL
    assert connection.view.queues == ()
    assert connection.view.me is not None
    assert connection.view.me.name == "Я"
    assert ear.states == ["connecting", "online"]
    assert len(ear.notices) == 1


async def test_what_is_never_readable_asks_for_no_snapshot_without_end(
    server: WireServer, ear: Ear, open_link: Open
) -> None:
    connection = open_link()
    await online(connection)
    for seq in range(2, 40):
        unknown = entity(queue("q1"), waiting="many")
        await server.send_raw(json.dumps({"type": "Delta", "seq": seq, "put": [unknown]}))
        server.seq = seq
        server.answers_resync = seq < 3
    await server.send_raw('{"type":"Hologram"}')
    assert await connection.request(GoReady()) is None
    assert (server.resyncs, len(server.hellos), len(ear.notices)) == (1, 1, 1)


async def test_a_second_gap_within_a_short_while_ends_the_link(
    server: WireServer, ear: Ear, open_link: Open
) -> None:
    connection = open_link()
    await online(connection)
    server.seq = 8
    await server.send(Delta(seq=8))
    await ear.until(lambda: connection.view.seq == 8)
    server.seq = 18
    await server.send(Delta(seq=18))
    await ear.until(lambda: len(ear.welcomes) == 2 and connection.link.state == "online")
    assert connection.view.seq == 18
    assert server.resyncs == 1


@pytest.mark.parametrize("answer", ["", '{"type":"Snapshot","seq":"?"}'], ids=["none", "garbled"])
async def test_a_snapshot_that_was_asked_for_and_does_not_come_ends_the_link(
    server: WireServer, ear: Ear, open_link: Open, answer: str
) -> None:
    """Else all that follows is taken for older than it, and the screen stands still for good."""
    connection = open_link(dataclasses.replace(FAST, resync_s=0.1))
    await online(connection)
    server.answers_resync = False
    server.seq = 7
    await server.put(queue("q1", 5))
    await server.until(lambda: server.resyncs)
    if answer:
        await server.send_raw(answer)
    await ear.until(lambda: len(ear.welcomes) == 2 and connection.link.state == "online")
    assert connection.view.queues[0].waiting == 5
    await server.put(queue("q1", 6))
    await ear.until(lambda: connection.view.queues[0].waiting == 6)
    assert server.resyncs == 1


async def test_a_first_view_with_what_cannot_be_read_is_a_view(
    server: WireServer, ear: Ear, open_link: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a console that starts against such a server would try without end."""

    async def greet(socket: object, hello: object) -> None:
        unknown = entity(queue("q1"), waiting="many")
        for message in (
            entity(Welcome(protocol=PROTOCOL, server="", epoch="e1", now=1.0, me="anna"),
                   asked_kinds=["telepathy"], emergencies=["103"]),
            {"type": "Notice", "level": "info"},
            {"type": "Snapshot", "seq": 1, "entities": [entity(ME), unknown]},
        ):  # fmt: skip
            await socket.send_str(json.dumps(message))  # type: ignore[attr-defined]

    monkeypatch.setattr(server, "_greet", greet)
    connection = open_link()
    await online(connection)
    assert connection.view.me == ME
    assert ear.welcomes[0].emergencies == ("103",)
    assert ear.welcomes[0].asked_kinds == ()
    assert ear.states == ["connecting", "online"]


def test_a_welcome_of_another_protocol_says_so_whatever_else_it_says() -> None:
    told = with_values(
        Welcome(protocol=99, server="", epoch="", now=0.0, me=""), break_reasons="none"
    )
    message = read_server(told).message
    assert isinstance(message, Welcome)
    assert message.protocol == 99


@pytest.mark.parametrize("text", ["", "[1", "{}", '{"type":"Notice","words":{"key":"k"}}'])
def test_what_is_no_answer_is_none(text: str) -> None:
    with pytest.raises(codec.BadMessage):
        read_reply(text.encode())


def test_an_answer_that_can_be_read_is_as_it_was() -> None:
    reply = Reply(id="1", ok=True, result=Contacts(contacts=()))
    assert read_server(codec.encode(reply)).message == reply
