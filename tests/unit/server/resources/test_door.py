"""``/api/v1`` on a real port: the same as by command, page by page, and what is refused."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import aiohttp
import msgspec
import pytest
from yarl import URL

from ekc_console.server.commands.replies import _READING
from ekc_console.server.resources import asked
from ekc_console.server.resources.table import RESOURCES, Many
from ekc_console.wire import messages
from ekc_console.wire.admin import audit_work
from ekc_console.wire.admin.workplace_work import TellWorkplace
from tests.support.centre import PASSWORD
from tests.support.simulated_centre import NUMBER, Centre
from tests.unit.server.test_api import add, centre

__all__ = ["centre"]

Answer = tuple[int, dict[str, Any]]


class Program:
    """Asks as somebody, by login and password."""

    def __init__(self, centre: Centre, http: aiohttp.ClientSession, login: str) -> None:
        self._url = centre.server.url
        self._http = http
        auth = aiohttp.encode_basic_auth(login, PASSWORD, encoding="utf-8")
        self._headers = {"Authorization": auth} if login else {}

    async def get(self, path: str, **query: Any) -> Answer:
        asking = self._http.get(
            URL(f"{self._url}/api/v1{quote(path, '/?=&%')}", encoded=True).extend_query(query),
            headers=self._headers,
        )
        async with asking as answer:
            return answer.status, await answer.json()

    async def items(self, path: str, **query: Any) -> list[dict[str, Any]]:
        status, body = await self.get(path, **query)
        assert status == 200, body
        found: list[dict[str, Any]] = body["items"]
        return found

    async def pages(self, path: str, limit: int, **query: Any) -> list[list[dict[str, Any]]]:
        found, cursor = [], ""
        while True:
            status, body = await self.get(path, limit=limit, cursor=cursor, **query)
            assert status == 200, body
            found.append(body["items"])
            if body["next"] is None:
                return found
            cursor = body["next"]

    async def command(self, body: messages.Command) -> dict[str, Any]:
        data = msgspec.json.encode(messages.Request(id="c1", body=body))
        url = f"{self._url}/api/command"
        async with self._http.post(url, data=data, headers=self._headers) as answer:
            told: dict[str, Any] = await answer.json()
            return told


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as http:
        yield http


async def boss(centre: Centre, http: aiohttp.ClientSession, **fields: Any) -> Program:
    await add(centre, "nina", **{"role": "supervisor", **fields})
    return Program(centre, http, "nina")


def test_every_resource_only_reads() -> None:
    values = {asked.Call: {"call": "c"}, asked.Queue: {"queue": "q"}, asked.Card: {"card": "k"}}
    values |= {
        asked.Person: {"person": "p"},
        asked.ReportRows: {"report": "r"},
        asked.Report: {"period": "p"},
    }
    for resource in RESOURCES:
        given = resource.asked(**values.get(resource.asked, {}))
        if resource.path == "/reports":
            continue  # it is made beside the calls, and changes nothing
        assert _READING.match(type(resource.command(given)).__name__), resource.path


async def test_each_resource_answers_what_its_type_says(
    centre: Centre, http: aiohttp.ClientSession
) -> None:
    await add(centre, "root", role="admin")
    root, anna = Program(centre, http, "root"), await centre.ready("boris")
    call = await centre.in_queue()
    await anna.takes()
    lost = await centre.in_queue("+79000000102")
    centre.engine.caller_hangs_up(lost)
    await centre.ended(lost)
    await centre.in_queue("+79000000103")
    card = anna.call.card if anna.call else ""
    await anna.done(TellWorkplace(machine="desk-1", version="1"))
    places = {"queue": "appointments", "call": str(call), "person": "boris", "card": card}
    for resource in RESOURCES:
        if resource.path.startswith("/reports"):
            continue
        path = resource.path.format(**places)
        query = {"text": "0101"} if resource.path == "/cards" else {}
        status, body = await root.get(path, **query)
        assert status == 200, (path, body)
        for item in body["items"] if isinstance(resource, Many) else [body]:
            msgspec.convert(item, resource.item)
        if resource.path not in ("/visits", "/alarms", "/suggestions") and isinstance(
            resource, Many
        ):
            assert body["items"], path
    (waits,) = await root.items("/waiting")
    assert waits["number"] == "+7 900 000-01-03"
    (owed,) = await root.items("/callbacks")
    assert owed["number"] == "+7 900 000-01-02"
    assert [row["id"] for row in await root.items("/people")] == ["boris"]


async def test_pages_have_all_of_it_once_while_more_comes(
    centre: Centre, http: aiohttp.ClientSession
) -> None:
    nina, calls = await boss(centre, http), []
    for number in range(5):
        calls.append(str(await centre.in_queue(f"+7900000020{number}")))
    await centre.server.core.runtime.settled()
    _status, first = await nina.get("/calls", limit=2)
    await centre.in_queue("+79000000209")
    pages, cursor = [first["items"]], first["next"]
    while cursor:
        _status, body = await nina.get("/calls", limit=2, cursor=cursor)
        pages.append(body["items"])
        cursor = body["next"]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [call["id"] for page in pages for call in page] == calls[::-1]
    assert await nina.items("/calls", queue="vaccination") == []
    assert len(await nina.items("/calls", queue="appointments", direction="in")) == 6
    assert await nina.items("/calls", until=1) == []
    paged = await nina.pages("/waiting", 4)
    assert [len(page) for page in paged] == [4, 2]
    assert {call["id"] for page in paged for call in page} >= set(calls)
    queues = await nina.pages("/queues", 3)
    assert [len(page) for page in queues] == [3, 3, 1]


@pytest.mark.parametrize("role", ["trainer", "analyst"])
async def test_who_may_not_see_numbers_gets_none(
    centre: Centre, http: aiohttp.ClientSession, role: str
) -> None:
    program = await boss(centre, http, role=role)
    await centre.in_queue(NUMBER)
    await centre.server.core.runtime.settled()
    for path in ("/waiting", "/calls"):
        (row,) = await program.items(path)
        assert row["number"].endswith("01")
        assert "*" in row["number"]
        assert "000" not in row["number"]
        assert (await program.get(f"/calls/{row['id']}"))[0] == 200


async def test_what_is_read_leaves_the_same_trace_as_a_command(
    centre: Centre, http: aiohttp.ClientSession
) -> None:
    await add(centre, "root", role="admin")
    nina, root = await boss(centre, http), Program(centre, http, "root")
    anna = await centre.ready("boris")
    await centre.in_queue(NUMBER)
    await anna.takes()
    assert anna.call
    assert (await nina.get(f"/cards/{anna.call.card}"))[0] == 200
    await nina.items("/cards", text="0101")
    await nina.items("/calls")
    entries = await root.items("/audit", who="nina")
    assert {(entry["action"], entry["about"]) for entry in entries} >= {
        ("card", anna.call.card), ("contacts", ""), ("contacts", "calls")
    }  # fmt: skip
    told = await root.command(audit_work.ReadAudit(who="nina"))
    assert entries == told["result"]["entries"]


REFUSED = [
    ("/calls?limit=0", 400, "bad_value", "limit: нужно целое число.\nОт 1 до 500."),
    ("/calls?limit=many", 400, "bad_value", "limit: нужно целое число."),
    ("/calls?since=вчера", 400, "bad_value", "since: нужно время в секундах"),
    ("/calls?since=nan", 400, "bad_value", "since: нужно время в секундах"),
    ("/calls?until=1e300", 400, "bad_value", "until: нужно время в секундах"),
    ("/calls?since=0", 400, "bad_value", "не больше чем за 366 дней"),
    ("/calls?direction=up", 400, "bad_value", "direction: такого значения нет.\nЕсть: in, out"),
    ("/calls?limits=5", 400, "bad_value", "Параметра «limits» здесь нет.\nЕсть: limit, cursor"),
    ("/calls?limit=5&limit=6", 400, "bad_value", "Параметр «limit» указан дважды."),
    ("/calls?cursor=abc", 400, "bad_value", "cursor: это не из ответа этого списка."),
    ("/calls?cursor=WzFd", 400, "bad_value", "cursor: это не из ответа этого списка."),
    ("/people?offline=maybe", 400, "bad_value", "offline: нужно true или false."),
    ("/cards?text=" + "я" * 101, 400, "bad_value", "text: нужен текст"),
    ("/cards?text=я", 400, "bad_value", ""),
    ("/cards?text=%FF%FE", 400, "bad_value", ""),
    ("/queues/nowhere", 404, "unknown", "Такого здесь нет"),
    ("/queues/nowhere/day", 404, "unknown", ""),
    ("/calls/nowhere", 404, "unknown", "О таком вызове ничего не записано."),
    ("/calls/a%00b", 404, "unknown", ""),
    ("/cards/nowhere", 404, "unknown", ""),
    ("/people/nobody", 404, "unknown", ""),
    ("/people/nobody/day", 404, "unknown", ""),
    ("/suggestions?cursor=WzEwMDAwMDAwMDAwMDAwMDAwMDAwMF0", 400, "bad_value", "cursor: это не из"),
    ("/nothing", 404, "not_found", "Нет такого адреса"),
    ("/accounts", 403, "not_allowed", ""),
    ("/audit", 403, "not_allowed", ""),
]


async def test_what_cannot_be_is_refused_in_words_and_a_code(
    centre: Centre, http: aiohttp.ClientSession
) -> None:
    nina = await boss(centre, http)
    for path, status, code, message in REFUSED:
        found, body = await nina.get(path)
        assert (found, body["code"]) == (status, code), (path, body)
        assert message in body["message"], path
        assert body["message"] != body["words"]["key"]


async def test_a_report_is_made_and_its_rows_are_read(
    centre: Centre, http: aiohttp.ClientSession
) -> None:
    nina = await boss(centre, http)
    call = await centre.in_queue()
    centre.engine.caller_hangs_up(call)
    await centre.ended(call)
    status, made = await nina.get(
        "/reports", period="сегодня", by="queue", figures="offered, abandoned"
    )
    assert (status, made["status"]) == (200, "done"), made
    assert made["result"]["figures"] == ["offered", "abandoned"]
    (row,) = (row for row in made["rows"] if row["key"] == "appointments")
    assert row["values"] == [1.0, 1.0]
    status, again = await nina.get(f"/reports/{made['report']}", first=0)
    assert (status, again["rows"]) == (200, made["rows"])
    for query, code in (
        ({"period": "когда-нибудь"}, "bad_value"),
        ({"period": "сегодня", "by": "weather"}, "bad_value"),
        ({"period": "сегодня", "figures": "weather"}, "bad_value"),
        ({}, "bad_value"),
    ):
        status, body = await nina.get("/reports", **query)
        assert (status, body["code"]) == (400, code), query
        assert "." in body["message"]
    assert (await nina.get("/reports/none"))[0] == 404
    for kind, value in (("queue", "nosuch"), ("topic", "moon"), ("outcome", "glad")):
        status, body = await nina.get("/reports", period="сегодня", **{kind: value})
        assert (status, body["code"]) == (400, "bad_value"), kind
        assert f"«{value}»: такого имени нет" in body["message"]
        assert "Есть: " in body["message"]
    status, body = await nina.get("/reports", period="31.02.2026")
    assert "такого дня в календаре нет. Пишите: " in " ".join(body["message"].split())


async def test_only_who_is_known_gets_in_and_nothing_can_be_written(
    centre: Centre, http: aiohttp.ClientSession
) -> None:
    status, body = await Program(centre, http, "").get("/queues")
    assert (status, body["code"]) == (401, "wrong_password")
    assert body["message"].startswith("Не указаны логин и пароль.")
    assert (await Program(centre, http, "anna").get("/queues"))[0] == 403
    async with http.post(f"{centre.server.url}/api/v1/queues") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


async def test_a_session_s_token_is_good_as_well(
    centre: Centre, http: aiohttp.ClientSession
) -> None:
    await boss(centre, http)
    login = {"login": "nina", "password": PASSWORD, "protocol": messages.PROTOCOL}
    async with http.post(f"{centre.server.url}/api/login", json=login) as answer:
        token = (await answer.json())["token"]
    url, headers = f"{centre.server.url}/api/v1/queues", {"Authorization": f"Bearer {token}"}
    async with http.get(url, headers=headers) as answer:
        assert answer.status == 200
    async with http.get(url, headers={"Authorization": "Bearer x"}) as answer:
        assert answer.status == 401


async def test_the_document_names_every_resource_without_a_login(
    centre: Centre, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{centre.server.url}/api/openapi.json") as answer:
        document = await answer.json()
    assert document["openapi"] == "3.1.0"
    assert {f"/api/v1{resource.path}" for resource in RESOURCES} <= document["paths"].keys()
    text = msgspec.json.encode(document).decode()
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names - document["components"]["schemas"].keys() == set()


async def test_a_number_that_no_store_holds_is_no_cursor(
    centre: Centre, http: aiohttp.ClientSession
) -> None:
    await add(centre, "root", role="admin")
    root = Program(centre, http, "root")
    for number in (10**30, -(10**30)):
        cursor = base64.urlsafe_b64encode(f"[{number}]".encode()).decode().rstrip("=")
        status, body = await root.get("/audit", cursor=cursor)
        assert (status, body["code"]) == (400, "bad_value")
