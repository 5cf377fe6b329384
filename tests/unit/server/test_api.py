"""HTTP and WebSocket of a whole server on a real port: what is refused, and how one comes back."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ekc_console.client.link import once
from ekc_console.client.link.errors import Refused
from ekc_console.client.link.login import ChoosePassword
from ekc_console.client.link.login import login as log_in
from ekc_console.client.words.saying import said
from ekc_console.domain.facts import AgentPaused
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.errors import EkcError
from ekc_console.server import api
from ekc_console.server.app import Server
from ekc_console.server.core.clock import Clock
from ekc_console.server.engine.protocol import TrunkCalls, TrunkState
from ekc_console.server.live import sync
from ekc_console.server.live.sync import Stream
from ekc_console.server.people import session_watch
from ekc_console.server.people.auth import hash_password
from ekc_console.server.store.people import accounts, codes, sessions
from ekc_console.wire import card_work, codec, messages, side_work
from ekc_console.wire.words import words
from tests.support.centre import PASSWORD, PASSWORD_HASH
from tests.support.simulated_centre import CLINIC, NUMBER, Centre
from tests.support.store_weather import Weather

WAIT_S = 5.0


class Console:
    """A raw connection. ``say`` sends text as it is; ``hear`` gives the next message."""

    def __init__(self, centre: Centre, http: aiohttp.ClientSession) -> None:
        self.centre = centre
        self.http = http
        self.seq = 0

    async def log_in(self, login: str = "anna", password: str = PASSWORD) -> str:
        answer = await self.post({"login": login, "password": password})
        assert answer[0] == 200, answer
        token: str = answer[1]["token"]
        return token

    async def post(self, body: Any) -> tuple[int, dict[str, Any]]:
        told = {"protocol": messages.PROTOCOL}
        data = body if isinstance(body, bytes) else json.dumps({**told, **body}).encode()
        async with self.http.post(f"{self.centre.server.url}/api/login", data=data) as response:
            return response.status, await response.json()

    async def open(self, **options: Any) -> Console:
        self.ws = await self.http.ws_connect(f"{self.centre.server.url}/api/ws", **options)
        return self

    async def hello(
        self, token: str, *, epoch: str = "", seq: int = 0, protocol: int = messages.PROTOCOL
    ) -> Console:
        await self.open(max_msg_size=0)
        await self.send(messages.Hello(protocol=protocol, token=token, epoch=epoch, seq=seq))
        return self

    async def join(self, token: str, **resume: Any) -> Console:
        """Hello, Welcome."""
        await self.hello(token, **resume)
        self.welcome = await self.expect(messages.Welcome)
        return self

    async def send(self, message: Any) -> None:
        await self.ws.send_str(codec.encode(message).decode())

    async def hear(self) -> messages.ServerMessage:
        message = await self.ws.receive(WAIT_S)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        heard = codec.decode_server(message.data)
        if isinstance(heard, messages.Snapshot | messages.Delta):
            self.seq = heard.seq
        return heard

    async def expect(self, kind: type) -> Any:
        """The next message of a kind; what the view is told before it is passed over."""
        async with asyncio.timeout(WAIT_S):
            while True:
                heard = await self.hear()
                if isinstance(heard, kind):
                    return heard
                assert isinstance(heard, messages.Snapshot | messages.Delta | messages.Notice), (
                    heard
                )

    async def ask(self, body: messages.Command, request: str = "r1") -> messages.Reply:
        await self.send(messages.Request(id=request, body=body))
        reply: messages.Reply = await self.expect(messages.Reply)
        return reply

    async def goodbye(self) -> messages.Goodbye:
        async with asyncio.timeout(WAIT_S):
            while not isinstance(heard := await self.hear(), messages.Goodbye):
                pass
        message = await self.ws.receive(WAIT_S)
        assert message.type is aiohttp.WSMsgType.CLOSE
        return heard


MakeConsole = Callable[[], Console]


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[Centre]:
    centre = Centre(tmp_path)
    centre.clock = Clock
    await centre.open()
    await add(centre, "anna")
    yield centre
    await centre.close()


@pytest.fixture
async def console(centre: Centre) -> AsyncIterator[MakeConsole]:
    async with aiohttp.ClientSession() as http:
        yield lambda: Console(centre, http)


async def add(centre: Centre, login: str, **fields: Any) -> None:
    clinics = (CLINIC,) if fields.get("role") == "clinic" else ()
    values = {
        "clinics": clinics,
        "name": login,
        "role": "operator",
        "queues": ("appointments",),
        **fields,
    }
    person = accounts.User(login=login, password_hash=PASSWORD_HASH, **values)
    await centre.server.database.write(lambda conn: accounts.add(conn, person))


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not true():  # noqa: ASYNC110 - the server has no event for a test to wait on
            await asyncio.sleep(0.005)


# -- HTTP ----------------------------------------------------------------------------


async def test_health(centre: Centre, console: MakeConsole) -> None:
    async with console().http.get(f"{centre.server.url}/health") as response:
        body = await response.json()
    assert response.status == 200
    assert (body["engine"], body["calls"]) == ("up", 0)
    centre.engine.crash()
    await until(lambda: centre.server.health.report()["engine"] == "down")


async def test_a_trunk_that_is_not_registered_is_told_to_everybody(
    centre: Centre, console: MakeConsole
) -> None:
    client = console()
    await client.join(await client.log_in())
    centre.server.calls.telephony.on_event(TrunkState("north", False, "Rejected"))
    notice = await client.expect(messages.Notice)
    assert notice.level == "error"
    assert "north" in said(notice.words)
    assert centre.server.health.report()["trunks"] == {"north": "down"}
    centre.server.calls.telephony.on_event(TrunkState("north", True, "Registered"))
    assert "снова" in said((await client.expect(messages.Notice)).words)
    centre.server.calls.telephony.on_event(TrunkCalls("north", False, "SIP 503"))
    assert "SIP 503" in said((await client.expect(messages.Notice)).words)
    assert centre.server.health.report()["trunks"] == {"north": "no_calls_out"}
    centre.server.calls.telephony.on_event(TrunkCalls("north", True, ""))
    assert "снова" in said((await client.expect(messages.Notice)).words)
    assert centre.server.health.report()["trunks"] == {"north": "up"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/api/login", 405, "bad_request"),
        ("DELETE", "/health", 405, "bad_request"),
        ("GET", "/api/ws", 400, "bad_request"),
    ],
)
async def test_wrong_addresses_are_answered_in_json(
    centre: Centre, console: MakeConsole, method: str, path: str, status: int, code: str
) -> None:
    async with console().http.request(method, f"{centre.server.url}{path}") as response:
        body = await response.json()
    assert (response.status, body["code"]) == (status, code)
    assert body["words"]["key"]


MALFORMED_LOGINS = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'{"login": "anna"}',
    b'{"login": 5, "password": "x"}',
    b'{"login": "\xff", "password": "x"}',
    b'{"login": "\\ud800", "password": "x"}',
    b"[" * 100_000,
]


async def test_a_malformed_login(console: MakeConsole) -> None:
    for body in MALFORMED_LOGINS:
        status, answer = await console().post(body)
        assert (status, answer["code"]) == (400, "bad_request"), body[:50]
        assert answer["words"]["key"] == "server.bad_request"


async def test_a_login_too_large(console: MakeConsole) -> None:
    status, answer = await console().post(b" " * (codec.MESSAGE_LIMIT + 1))
    assert (status, answer["code"]) == (413, "bad_request")


async def test_wrong_password_unknown_login_and_throttling(
    centre: Centre, console: MakeConsole
) -> None:
    anna = console()
    wrong = {"login": "anna", "password": "wrong"}
    first = await anna.post(wrong)
    unknown = await anna.post({"login": "nobody", "password": "wrong"})
    assert first == unknown
    assert (first[0], first[1]["code"]) == (401, "wrong_password")
    answers = [await anna.post(wrong) for _ in range(3)]
    status, body = answers[-1]
    assert (status, body["code"]) == (429, "throttled")
    assert body["words"]["key"] == "login.throttled"


async def test_accounts_that_have_ended(centre: Centre, console: MakeConsole) -> None:
    await add(centre, "old", expires_at=1.0)
    await add(centre, "off", disabled=True)
    for login, code in (("old", "account_expired"), ("off", "account_disabled")):
        status, body = await console().post({"login": login, "password": PASSWORD})
        assert (status, body["code"]) == (401, code)


NO_LOGINS = [
    # role, what is sent, the answer
    ("supervisor", {"workplace": "admin"}, (403, "not_allowed")),
    ("volunteer", {"workplace": "admin"}, (403, "not_allowed")),
    ("operator", {"workplace": "supervisor"}, (403, "not_allowed")),
    ("operator", {"workplace": "clinic"}, (403, "not_allowed")),
    ("supervisor", {"protocol": 7}, (400, "wrong_protocol")),
    ("supervisor", {"protocol": 9}, (400, "wrong_protocol")),
    ("supervisor", {"protocol": 99, "what": "is new"}, (400, "wrong_protocol")),
    ("supervisor", {"protocol": 99, "workplace": "is new"}, (400, "wrong_protocol")),
    ("supervisor", {"workplace": "is new"}, (400, "bad_request")),
    ("supervisor", {"password": "wrong"}, (401, "wrong_password")),
]


async def test_a_login_that_comes_to_nothing_leaves_the_open_session(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_watch, "LOOK_S", 0.01)
    working = {}
    for role in ("supervisor", "volunteer", "operator"):
        await add(centre, role, role=role)
        working[role] = console()
        await working[role].join(await working[role].log_in(role))
    for role, sent, answer in NO_LOGINS:
        status, body = await console().post({"login": role, "password": PASSWORD, **sent})
        assert (status, body["code"]) == answer
    await asyncio.sleep(0.1)
    for open_before in working.values():
        assert (await open_before.ask(messages.GetVoice())).ok


async def test_a_code_is_not_used_up_by_a_login_to_the_screen_of_others(
    centre: Centre, console: MakeConsole
) -> None:
    code = "K7QF-2MXD-9PAB"
    hashed = hash_password(codes.normal(code))
    vera = accounts.User("vera", "Вера", "volunteer", hashed, code_until=2e10)
    await centre.server.database.write(lambda conn: accounts.add(conn, vera))
    chosen = {"login": "vera", "password": code, "new_password": "eight888"}
    status, body = await console().post({**chosen, "workplace": "admin"})
    assert (status, body["code"]) == (403, "not_allowed")
    status, _body = await console().post(chosen)
    assert status == 200


async def test_who_may_open_a_screen_is_said_with_the_own_one(centre: Centre) -> None:
    await add(centre, "nina", role="supervisor")
    with pytest.raises(EkcError) as caught:
        await log_in(centre.server.url, "nina", PASSWORD, workplace="admin")
    assert caught.value.message == (
        "Экран администратора открывает только администратор, а вы — руководитель."
    )
    assert caught.value.remedy == "Ваш экран: ekc supervisor. Роль меняет администратор."


# -- the first message -------------------------------------------------------------------


NO_HELLO = [
    "",
    "not json",
    "{}",
    '{"type": "Nonsense"}',
    '{"type": "Hello"}',
    '{"type": "Hello", "protocol": "one", "token": "x"}',
    '{"type": "Request", "id": "1", "body": {"type": "GoReady"}}',
    '{"type": "Hello", "protocol": 1, "token": ' + "[" * 100_000,
]


async def test_a_first_message_that_is_no_hello(console: MakeConsole) -> None:
    for text in NO_HELLO:
        anna = await console().open()
        await anna.ws.send_str(text)
        bye = await anna.goodbye()
        assert bye.code == "bad_message", text[:50]
        assert said(bye.words)


async def test_binary_is_refused(console: MakeConsole) -> None:
    anna = await console().open()
    await anna.ws.send_bytes(b"{}")
    assert (await anna.goodbye()).code == "bad_message"


async def test_silence_is_ended(console: MakeConsole, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "HELLO_WITHIN_S", 0.05)
    anna = await console().open()
    assert "не представился" in said((await anna.goodbye()).words)


async def test_another_protocol(console: MakeConsole) -> None:
    anna = console()
    token = await anna.log_in()
    for theirs in (9, 99):
        bye = await (await anna.hello(token, protocol=theirs)).goodbye()
        assert (bye.code, bye.reconnect) == ("wrong_protocol", False)
        assert f"Версия протокола {theirs}, " in said(bye.words)


async def test_another_protocol_is_told_also_where_nothing_else_is_understood(
    console: MakeConsole,
) -> None:
    anna = await console().open()
    await anna.ws.send_json({"type": "Hello", "protocol": 99, "token": {"is": "new"}})
    bye = await anna.goodbye()
    assert (bye.code, bye.reconnect) == ("wrong_protocol", False)


async def test_an_unknown_token(console: MakeConsole) -> None:
    anna = await console().hello("made up")
    bye = await anna.goodbye()
    assert (bye.code, bye.reconnect) == ("session_expired", False)


# -- the session ------------------------------------------------------------------------


async def test_welcome_then_snapshot(centre: Centre, console: MakeConsole) -> None:
    anna = console()
    await anna.join(await anna.log_in("  ANNA "))
    assert anna.welcome.me == "anna"
    assert [reason.code for reason in anna.welcome.break_reasons][:2] == ["rest", "lunch"]
    assert anna.welcome.scripts["appointment"]
    snapshot = await anna.hear()
    assert isinstance(snapshot, messages.Snapshot)
    kinds = {type(entity) for entity in snapshot.entities}
    assert {messages.Me, messages.QueueInfo, messages.EngineState} <= kinds


BAD_LATER = [
    "{",
    '{"type": "Nonsense"}',
    '{"type": "Request", "body": {"type": "Fly"}}',
    '{"type": "Request", "id": "", "body": {"type": "Fly"}}',
    '{"type": "Hello", "protocol": 1, "token": "x"}',
]


async def test_a_bad_message_later(console: MakeConsole) -> None:
    token = await console().log_in()
    for text in BAD_LATER:
        anna = await console().join(token)
        await anna.ws.send_str(text)
        bye = await anna.goodbye()
        assert (bye.code, bye.reconnect) == ("bad_message", True), text


NOT_UNDERSTOOD = [
    ('{"type": "Request", "id": "1", "body": {"type": "Fly"}}', "'Fly'"),
    ('{"type": "Request", "id": "1", "body": {"type": "GoBreak"}}', "`reason`"),
    ('{"type": "Request", "id": "1"}', "`body`"),
    ('{"type": "Request", "id": "1", "by": 1e300, "body": {"type": "GoReady"}}', "`$.by`"),
]


async def test_a_command_that_is_not_understood_is_refused_and_ends_no_link(
    console: MakeConsole,
) -> None:
    anna = console()
    await anna.join(await anna.log_in())
    for text, named in NOT_UNDERSTOOD:
        await anna.ws.send_str(text)
        reply = await anna.expect(messages.Reply)
        assert (reply.id, reply.ok, reply.code) == ("1", False, "bad_value"), text
        assert named in said(reply.words)
        assert "до одной версии" in said(reply.words)
    assert (await anna.ask(messages.GoReady(), "1")).ok


async def test_a_snapshot_comes_on_the_same_connection_when_it_is_asked_for(
    console: MakeConsole,
) -> None:
    anna = console()
    await anna.join(await anna.log_in())
    first = await anna.expect(messages.Snapshot)
    await anna.send(messages.Resync())
    again = await anna.expect(messages.Snapshot)
    assert again.seq > first.seq
    assert (await anna.ask(messages.GoReady())).id == "r1"


async def test_an_oversized_message_closes_the_connection(
    centre: Centre, console: MakeConsole
) -> None:
    anna = console()
    await anna.join(await anna.log_in())
    await anna.ws.send_str(" " * (codec.MESSAGE_LIMIT + 1))
    async with asyncio.timeout(WAIT_S):
        while (message := await anna.ws.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
    assert message.type is aiohttp.WSMsgType.CLOSE
    assert message.data == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
    await until(lambda: not centre.server.core.router.agents[AgentId("anna")].present)


async def test_a_session_that_ends_by_time(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_watch, "LOOK_S", 0.05)
    anna = console()
    token = await anna.log_in()
    await anna.join(token)
    now = centre.server.core.clock.now()
    # Only now, however long the login and the greeting took.
    await centre.server.database.write(lambda conn: sessions.put(conn, "anna", token, now, now))
    bye = await anna.goodbye()
    assert (bye.code, bye.reconnect) == ("session_expired", False)
    await until(lambda: not centre.server.core.router.agents[AgentId("anna")].present)


async def test_a_disabled_account_is_put_out(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_watch, "LOOK_S", 0.05)
    anna = console()
    await anna.join(await anna.log_in())
    await centre.server.database.write(lambda conn: accounts.disable(conn, "anna"))
    assert (await anna.goodbye()).code == "session_expired"


async def test_a_second_console_takes_over(centre: Centre, console: MakeConsole) -> None:
    first, second = console(), console()
    token = await first.log_in()
    await first.join(token)
    leaving = asyncio.create_task(first.goodbye())
    await second.join(token)
    bye = await leaving
    assert (bye.code, bye.reconnect) == ("replaced", False)
    assert (await second.ask(messages.GoReady())).ok
    assert centre.server.core.router.agents[AgentId("anna")].present


async def test_a_first_console_that_does_not_answer_delays_nobody_for_long(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "CLOSE_WITHIN_S", 0.1)
    first, second = console(), console()
    token = await first.log_in()
    await first.join(token)  # and never reads again
    await second.join(token)
    assert (await second.ask(messages.GoReady())).ok


async def test_logging_out_ends_the_session(centre: Centre, console: MakeConsole) -> None:
    anna = console()
    token = await anna.log_in()
    await anna.join(token)
    assert (await anna.ask(messages.LogOut())).ok
    refusal = await anna.ask(messages.OpenLine(), "r2")
    assert refusal.code == "wrong_state"
    refusal = await anna.ask(card_work.ListOwnContacts(), "r3")
    assert (refusal.code, refusal.words) == ("not_allowed", words("session.expired"))
    assert (await anna.goodbye()).code == "session_expired"
    again = await console().hello(token)
    assert (await again.goodbye()).code == "session_expired"


async def test_the_server_says_goodbye_at_its_end(centre: Centre, console: MakeConsole) -> None:
    anna = console()
    await anna.join(await anna.log_in())
    leaving = asyncio.create_task(anna.goodbye())
    await centre.server.api.close()
    bye = await leaving
    assert (bye.code, bye.reconnect) == ("shutdown", True)


# -- resume -------------------------------------------------------------------------------


async def test_a_console_that_can_get_no_updates_is_closed_and_comes_back(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its picture would stand still, and nobody would see it."""
    anna = console()
    token = await anna.log_in()
    await anna.join(token)
    await anna.expect(messages.Snapshot)
    outbox = centre.server.live.hub.stream(_person("anna")).outbox
    assert outbox is not None
    outbox._queue.append((object(), False))  # type: ignore[arg-type]
    centre.server.live.hub.notice(messages.Notice(level="info", words=words("server.stopping")))
    async with asyncio.timeout(WAIT_S):
        while (await anna.ws.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
    await until(lambda: not centre.server.core.router.agents[AgentId("anna")].present)
    again = await console().join(token)
    await again.expect(messages.Snapshot)


async def test_a_login_while_the_store_is_in_trouble_is_told_to_wait(
    centre: Centre, console: MakeConsole
) -> None:
    weather = Weather(centre.server.database)
    weather.full = True
    status, answer = await console().post({"login": "anna", "password": PASSWORD})
    assert (status, answer["code"]) == (503, "server_busy")
    weather.clear()
    await console().log_in()


async def test_a_console_resumes_by_its_number(centre: Centre, console: MakeConsole) -> None:
    anna = console()
    token = await anna.log_in()
    await anna.join(token)
    await anna.expect(messages.Snapshot)
    assert (await anna.ask(messages.GoReady())).ok
    seen = anna.seq
    await anna.ws.close()
    await until(lambda: not centre.server.core.router.agents[AgentId("anna")].present)
    centre.server.core.runtime.submit(AgentPaused(AgentId("anna"), "lunch", 0.0))

    again = console()
    await again.join(token, epoch=anna.welcome.epoch, seq=seen)
    delta = await again.hear()
    assert isinstance(delta, messages.Delta)
    assert delta.seq == seen + 1
    assert any(isinstance(entity, messages.Me) and entity.state == "break" for entity in delta.put)


@pytest.mark.parametrize("resume", [{"epoch": "another", "seq": 1}, {"seq": 999}, {}])
async def test_a_console_that_cannot_resume_gets_a_snapshot(
    centre: Centre, console: MakeConsole, resume: dict[str, Any]
) -> None:
    anna = console()
    token = await anna.log_in()
    await anna.join(token)
    await anna.ws.close()
    again = console()
    await again.join(token, **{"epoch": anna.welcome.epoch, **resume} if resume else {})
    assert isinstance(await again.hear(), messages.Snapshot)


async def test_a_snapshot_after_too_many_missed_changes(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "DELTAS_KEPT", 3)
    anna = console()
    token = await anna.log_in()
    await anna.join(token)
    await anna.expect(messages.Snapshot)
    seen = anna.seq
    stream = centre.server.live.hub.stream(_person("anna"))
    for number in range(2 * sync.DELTAS_KEPT):
        sent = stream.seq
        body = messages.GoBreak(reason="rest") if number % 2 else messages.GoReady()
        assert (await anna.ask(body, f"r{number}")).ok
        await until(lambda: stream.seq > sent)  # noqa: B023 - waited for at once
    await anna.ws.close()
    again = console()
    await again.join(token, epoch=anna.welcome.epoch, seq=seen)
    assert isinstance(await again.hear(), messages.Snapshot)


async def test_a_slow_console_gets_a_snapshot_in_place_of_the_backlog(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client reads nothing while a thousand changes come; its reply is not lost."""
    monkeypatch.setattr(sync, "OUTBOX_LIMIT", 20)
    gate = asyncio.Event()
    send = api._send_all

    async def held_back(ws: Any, outbox: sync.Outbox) -> None:
        await gate.wait()
        await send(ws, outbox)

    monkeypatch.setattr(api, "_send_all", held_back)
    anna = console()
    await anna.hello(await anna.log_in())
    await anna.send(messages.Request(id="r", body=messages.GoReady()))
    stream = centre.server.live.hub.stream(_person("anna"))
    await until(
        lambda: (
            stream.outbox is not None and any(b"Reply" in data for data, _ in stream.outbox._queue)
        )
    )
    for _ in range(1000):
        centre.server.live.views.engine = messages.EngineState(
            up=not centre.server.live.views.engine.up
        )
        centre.server.live.hub.engine_changed()
    assert stream.outbox is not None
    gate.set()
    heard = [await anna.hear()]
    while (
        not isinstance(heard[-1], messages.Delta | messages.Snapshot) or heard[-1].seq < stream.seq
    ):
        heard.append(await anna.hear())
    kinds = [type(message) for message in heard]
    assert len(heard) < 40
    assert kinds[0] is messages.Welcome
    assert messages.Snapshot in kinds
    assert [m.id for m in heard if isinstance(m, messages.Reply)] == ["r"]


def _person(login: str) -> Any:
    from ekc_console.server.people.person import Person

    return Person(AgentId(login), login, "operator", (QueueId("appointments"),))


# -- commands -------------------------------------------------------------------------------


async def test_a_request_sent_twice_is_done_once(centre: Centre, console: MakeConsole) -> None:
    centre.engine.outside_party("+79000000202", "ring")
    anna = console()
    token = await anna.log_in()
    await anna.join(token)
    line = (await anna.ask(messages.OpenLine(), "line")).result
    assert isinstance(line, messages.Line)
    centre.engine.operator_calls_in(line.user, line.password)
    await until(lambda: centre.server.core.router.agents[AgentId("anna")].has_leg)
    dial = messages.Dial(number="+79000000202")
    for _ in range(3):  # at the same time
        await anna.send(messages.Request(id="d", body=dial))
    replies = [await anna.expect(messages.Reply) for _ in range(3)]
    assert replies[0].ok
    assert replies == [replies[0]] * 3
    assert len(centre.server.core.router.calls) == 1
    await anna.ws.close()

    again = console()  # and after a reconnection
    await again.join(token)
    await again.expect(messages.Snapshot)
    assert await again.ask(dial, "d") == replies[0]
    assert len(centre.server.core.router.calls) == 1


async def test_a_console_that_vanishes_gets_no_offers(centre: Centre, console: MakeConsole) -> None:
    anna = console()
    token = await anna.log_in()
    await anna.join(token)
    line = (await anna.ask(messages.OpenLine(), "line")).result
    assert isinstance(line, messages.Line)
    centre.engine.operator_calls_in(line.user, line.password)
    await until(lambda: centre.server.core.router.agents[AgentId("anna")].has_leg)
    assert (await anna.ask(messages.GoReady(), "ready")).ok
    assert anna.ws._response.connection is not None
    anna.ws._response.connection.transport.abort()  # the network goes, without a farewell
    await until(lambda: not centre.server.core.router.agents[AgentId("anna")].available)
    call = await centre.in_queue(NUMBER)
    assert centre.record(call).offers == ()
    again = console()
    await again.join(token)
    async with asyncio.timeout(WAIT_S):
        while not any(
            isinstance(entity, messages.MyCall) for entity in entities(await again.hear())
        ):
            pass


def entities(message: messages.ServerMessage) -> tuple[messages.ViewEntity, ...]:
    match message:
        case messages.Snapshot(entities=found) | messages.Delta(put=found):
            return found
    return ()


async def test_a_port_in_use_is_named(centre: Centre, tmp_path: Path) -> None:
    other = Centre(tmp_path / "other")
    other.clock = Clock
    config = other._config()
    host, port = config.server.host, config.server.port
    with socket.socket() as taken:
        taken.bind((host, port))
        taken.listen()
        server = await Server.open(config, engine=other.engine)
        with pytest.raises(Exception, match=f"{host}:{port} не открывается"):
            await server.start()
        await server.stop()


async def test_one_command_over_http_as_the_command_line_sends_it(
    centre: Centre, console: MakeConsole
) -> None:
    url = centre.server.url
    await add(centre, "boss", role="supervisor")
    await once.command(url, "boss", PASSWORD, side_work.SendMessage(text="Летучка"))
    listed = await once.command(url, "boss", PASSWORD, side_work.ListMessages())
    assert isinstance(listed, side_work.MessageList)
    assert [message.text for message in listed.messages] == ["Летучка"]
    with pytest.raises(Refused, match="Логина"):
        await once.command(url, "boss", PASSWORD, side_work.SendMessage(text="a", to="nobody"))
    with pytest.raises(EkcError, match="Неверный логин"):
        await once.command(url, "boss", "wrong", side_work.ListMessages())
    http = console().http
    for headers in ({}, {"Authorization": "Bearer no"}, {"Authorization": "Basic !"}):
        async with http.post(f"{url}/api/command", data=b"{}", headers=headers) as answer:
            assert answer.status == 401


async def test_a_session_may_send_commands_over_http(centre: Centre, console: MakeConsole) -> None:
    http = console().http
    token = await console().log_in()
    headers = {"Authorization": f"Bearer {token}"}
    for body, status in ((b"{", 400), (codec.encode(messages.Hello(protocol=1, token="")), 400)):
        async with http.post(
            f"{centre.server.url}/api/command", data=body, headers=headers
        ) as answer:
            assert answer.status == status
    request = codec.encode(messages.Request(id="1", body=side_work.GetDirectory()))
    async with http.post(
        f"{centre.server.url}/api/command", data=request, headers=headers
    ) as answer:
        assert (await answer.json())["ok"] is True


async def test_a_console_whose_first_view_breaks_is_not_there(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its agent would be present, and staff, with nobody at the screen."""
    anna = console()
    token = await anna.log_in()

    def broken(*_: object) -> None:
        raise RuntimeError("a view that cannot be made")

    with monkeypatch.context() as patched:
        patched.setattr(Stream, "attach", broken)
        await anna.hello(token)
        message = await anna.ws.receive(WAIT_S)
        while message.type is aiohttp.WSMsgType.TEXT:
            message = await anna.ws.receive(WAIT_S)
    agent = centre.server.core.router.agents[AgentId("anna")]
    async with asyncio.timeout(WAIT_S):
        while agent.present:
            await asyncio.sleep(0.01)
            agent = centre.server.core.router.agents[AgentId("anna")]
    await console().join(token)
    assert centre.server.core.router.agents[AgentId("anna")].present


async def test_an_invited_person_comes_in_by_a_code_and_a_password_of_her_own(
    centre: Centre,
) -> None:
    code, url = "K7QF-2MXD-9PAB", centre.server.url
    vera = accounts.User(
        "vera", "Вера", "volunteer", hash_password(codes.normal(code)), code_until=2e10
    )
    await centre.server.database.write(lambda conn: accounts.add(conn, vera))
    with pytest.raises(ChoosePassword) as caught:
        await log_in(url, "vera", code)
    assert "задайте себе пароль" in caught.value.message
    with pytest.raises(EkcError, match="не годится"):
        await log_in(url, "vera", code, "short")
    session = await log_in(url, "vera", code, "Подснежник-7")
    assert session.login == "vera"
    with pytest.raises(EkcError, match="Неверный"):
        await log_in(url, "vera", code, "Другой-пароль")
    assert (await log_in(url, "vera", "Подснежник-7")).login == "vera"
