"""What an address and its parameters ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from ekc_console.domain.terms.localtime import LATEST
from ekc_console.errors import WordsError
from ekc_console.wire.day.report import Against, ReportBy, ReportEvery

T = TypeVar("T", bound=msgspec.Struct)

MOST = 500
Moment = Annotated[float, msgspec.Meta(ge=0, le=LATEST, description="Секунды от 1970-01-01 UTC.")]
Text = Annotated[str, msgspec.Meta(max_length=100)]
"""All of an address with four of them fits a line of HTTP, whatever the letters."""
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
_PLACE = re.compile(r"at `\$\.(\w+)`|unknown field `(\w+)`|required field `(\w+)`")


class _Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Nothing(_Asked, frozen=True, kw_only=True):
    pass


class Page(_Asked, frozen=True, kw_only=True):
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST, description="Сколько на странице.")] = 100
    cursor: Annotated[
        str,
        msgspec.Meta(
            max_length=300, pattern="^[A-Za-z0-9_-]*$", description="next прошлой страницы."
        ),
    ] = ""


class Waiting(Page, frozen=True, kw_only=True):
    queue: Annotated[Text, msgspec.Meta(description="Очередь; без неё — все.")] = ""


class Calls(Page, frozen=True, kw_only=True):
    since: Annotated[Moment | None, msgspec.Meta(description="Без него — полночь центра.")] = None
    until: Annotated[Moment | None, msgspec.Meta(description="Без него — сейчас.")] = None
    queue: Text = ""
    person: Annotated[Text, msgspec.Meta(description="Логин того, у кого вызов был.")] = ""
    direction: Literal["", "in", "out"] = ""


class Call(_Asked, frozen=True, kw_only=True):
    call: Id


class People(Page, frozen=True, kw_only=True):
    offline: Annotated[bool, msgspec.Meta(description="И те, чья смена закончена.")] = False


class Person(_Asked, frozen=True, kw_only=True):
    person: Id


class Queue(_Asked, frozen=True, kw_only=True):
    queue: Id


class Search(Page, frozen=True, kw_only=True):
    text: Annotated[
        Text, msgspec.Meta(description="Конец номера или часть имени, от трёх букв.")
    ] = ""


class Card(_Asked, frozen=True, kw_only=True):
    card: Id


class Audit(Page, frozen=True, kw_only=True):
    who: Text = ""
    action: Text = ""
    about: Text = ""
    since: Moment | None = None
    until: Moment | None = None
    why: Annotated[Text, msgspec.Meta(description="Зачем читают: останется в журнале.")] = ""


class Report(_Asked, frozen=True, kw_only=True):
    period: Annotated[
        Text,
        msgspec.Meta(min_length=1, description="Как пишут люди: вчера, прошлый месяц, 2026-11."),
    ]
    by: ReportBy | None = None
    every: ReportEvery | None = None
    against: Against = ""
    figures: Annotated[
        Text, msgspec.Meta(description="Через запятую: ekc report formulas. Без них — обычные.")
    ] = ""
    queue: Text = ""
    topic: Text = ""
    agent: Text = ""
    called: Text = ""
    trunk: Text = ""
    direction: Text = ""
    outcome: Text = ""
    clinic: Text = ""
    disposition: Text = ""


class ReportRows(_Asked, frozen=True, kw_only=True):
    report: Id
    first: Annotated[int, msgspec.Meta(ge=0, le=10_000_000, description="С какой строки.")] = 0


class BadAsked(WordsError):
    """A parameter is not what it may be; its words name it."""


def read(kind: type[T], path: Mapping[str, str], query: Mapping[str, str]) -> T:
    """Raises BadAsked."""
    given = {**query, **path}
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _named(kind, str(error)) from error


def _named(kind: type[msgspec.Struct], text: str) -> BadAsked:
    found = _PLACE.search(text)
    value, unknown, missing = found.groups() if found else ("", "", "")
    known = ", ".join(kind.__struct_fields__)
    if unknown:
        return BadAsked("api.no_such_parameter", name=unknown[:40], known=known or "—")
    name = value or missing or ""
    schema = parameter(kind, name)
    if schema.get("type") == "integer":
        return BadAsked(
            "api.whole_number", name=name, least=schema["minimum"], most=schema["maximum"]
        )
    if schema.get("type") == "boolean":
        return BadAsked("api.yes_or_no", name=name)
    if "enum" in schema:
        words = ", ".join(word for word in schema["enum"] if word)
        return BadAsked("api.one_of", name=name, words=words)
    if name == "cursor":
        return BadAsked("api.bad_cursor")
    if schema.get("type") == "string":
        return BadAsked("api.text_length", name=name, most=schema["maxLength"])
    return BadAsked("api.moment", name=name)


def parameter(kind: type[msgspec.Struct], name: str) -> dict[str, Any]:
    """JSON Schema of a parameter; empty where there is none of the name."""
    (schema,), components = msgspec.json.schema_components([kind], ref_template="{name}")
    own = components[schema["$ref"]]
    found: dict[str, Any] = own["properties"].get(name, {})
    return found
