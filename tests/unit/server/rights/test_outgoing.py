"""Every text of every message to those who must not see numbers (hostile H1, H2, review B3, B4)."""

from __future__ import annotations

import json
import re
import types
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
import pytest

from ekc_console import server
from ekc_console.domain.terms.ids import AgentId, Role
from ekc_console.domain.terms.rights import ROLES
from ekc_console.server.people.person import Person
from ekc_console.server.rights.outgoing import IDS, PUBLISHED, encoded, masked, seen_by
from ekc_console.wire import codec, messages, side_work

NUMBER = "8 (900) 123-45-67"
VERA = Person(AgentId("vera"), "Вера", "volunteer")


def _types(kind: Any, seen: dict[type, None]) -> dict[type, None]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in seen:
        seen[kind] = None
        for field in msgspec.structs.fields(kind):
            _types(field.type, seen)
    for part in get_args(kind):
        _types(part, seen)
    return seen


TYPES = [kind for kind in _types(messages.ServerMessage, {}) if not issubclass(kind, PUBLISHED)]


def full(kind: Any, text: str = NUMBER) -> Any:
    """A value of the type with a number in whatever can hold a text; of several types one that is
    searched."""
    origin, parts = get_origin(kind), get_args(kind)
    if kind is str:
        return text
    if kind is Any:
        return {}
    if origin is Annotated:
        return full(parts[0], text)
    if origin is Literal:
        return parts[0]
    if origin in (Union, types.UnionType):
        return full(str if str in parts else next(p for p in parts if p not in PUBLISHED), text)
    if origin is tuple:
        items = parts[:1] if parts[-1] is Ellipsis else parts
        return tuple(full(item, text) for item in items)
    if origin is dict:
        return {"any": full(parts[1], text)}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        text = "" if issubclass(kind, PUBLISHED) else text
        return kind(**{f.name: _of(f, text) for f in msgspec.structs.fields(kind)})
    simple: dict[Any, Any] = {int: 1, float: 1.0, bool: True, types.NoneType: None}
    return simple[kind]


def _of(field: Any, text: str) -> Any:
    return "x" if field.name in IDS and field.type is str else full(field.type, text)


def texts(plain: Any) -> Iterator[tuple[str, str]]:
    match plain:
        case dict():
            for name, value in plain.items():
                for inner, text in texts(value):
                    yield (inner or name), text
        case list():
            for value in plain:
                yield from texts(value)
        case str():
            yield "", plain


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_no_text_of_no_message_has_a_number(kind: type[msgspec.Struct]) -> None:
    shown = json.loads(msgspec.json.encode(masked(full(kind))))
    for name, text in texts(shown):
        if name not in IDS:
            assert len(re.sub(r"\D", "", text)) < 7, (name, text)


def test_the_walk_reaches_all_that_a_console_is_sent() -> None:
    assert {messages.Card, side_work.Caller, messages.Notice, side_work.StaffMessage} <= set(TYPES)
    assert len(TYPES) > 40


def caller() -> side_work.Caller:
    person = side_work.PersonRecord(
        id=1, name="Иванова Анна", birth_date="1985-03-12", snils="112-233-445 95", oms="1" * 16
    )
    values = {
        "phone": "+79001234567",
        "snils": "112-233-445 95",
        "oms": "1" * 16,
        "address": "Садовая, 5, тел. 89001234567",
        "date": "1985-03-12",
    }
    return side_work.Caller(
        known=tuple(side_work.KnownValue(type=t, value=v) for t, v in values.items()),
        learned=(("Телефон", "+7 900 123-45-67"),),
        person=person,
        persons=(person,),
        home_visits=(
            side_work.HomeVisit(at=1.0, card="card-1", address=values["address"], person="Анна"),
        ),
    )


def test_of_a_caller_no_document_is_known_and_no_number_shown() -> None:
    seen = masked(caller())
    assert {item.type: item.value for item in seen.known} == {
        "phone": "+7********67",
        "address": "Садовая, 5, тел. +7 *** ***-**-67",
        "date": "1985-03-12",
    }
    assert seen.person is not None
    assert (seen.person.snils, seen.person.oms, seen.person.birth_date) == ("", "", "1985-03-12")
    assert seen.home_visits[0].address == "Садовая, 5, тел. +7 *** ***-**-67"
    assert seen.home_visits[0].card == "card-1"


def test_ids_and_what_the_centre_publishes_stay() -> None:
    delta = messages.Delta(seq=1, gone=(("MyCall", "1764450000.1234567"),))
    assert masked(delta) is delta
    text = messages.ScenarioText(scenario="s", version="1", document={"say": "8 800 555 01 22"})
    reply = messages.Reply(id="1234567", ok=True, result=text)
    assert masked(reply) is reply
    call = messages.MyCall(
        id="1764450000.1234567", state="talking", direction="in", number="+7 900 123-45-67",
        card="card-1764450000.1234567",
    )  # fmt: skip
    seen = masked(call)
    assert (seen.id, seen.card, seen.number) == (call.id, call.card, "+7 *** ***-**-67")


@pytest.mark.parametrize("role", ROLES)
def test_the_right_decides_who_sees_numbers(role: Role) -> None:
    person = Person(AgentId("x"), "X", role)
    sees = person.may("see_numbers")
    assert (seen_by(caller(), person) == caller()) is sees
    told = side_work.StaffMessage(id="1", at=1.0, sender_name="Н", to="", text=NUMBER)
    heard = codec.decode_server(
        encoded(
            messages.Reply(id="1", ok=True, result=side_work.MessageList(messages=(told,))), person
        )
    )
    assert isinstance(heard, messages.Reply)
    assert isinstance(heard.result, side_work.MessageList)
    digits = [c for c in heard.result.messages[0].text if unicodedata.digit(c, None) is not None]
    assert len(digits) == (11 if sees else 3)


def test_nothing_else_encodes_for_a_client() -> None:
    """But for words before a login and at the end, and the watched centre, which is hidden row by
    row for all who see the same."""
    room = Path(server.__file__).parent
    found = {
        str(path.relative_to(room))
        for path in room.rglob("*.py")
        if "codec.encode(" in path.read_text(encoding="utf-8")
    }
    assert found == {"rights/outgoing.py", "api.py", "live/watch/view.py"}
