"""What leaves the server for a person: the one place where messages are encoded.

Who must not see numbers gets every text of every message without them, by the type of the message
and its field: what is not known to be an opaque id, or a text that the centre publishes itself, is
searched.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import msgspec

from ekc_console.domain.terms import digits, numbers
from ekc_console.server.people.person import Person
from ekc_console.server.rights import medical, session_masks
from ekc_console.wire import call_control, card_work, codec, messages, side_work
from ekc_console.wire.day import story
from ekc_console.wire.voice import VoiceSetting

Message = TypeVar("Message", bound=msgspec.Struct)

HIDDEN = "***"
IDS = frozenset(
    {
        "id",
        "call",
        "card",
        "queue",
        "queues",
        "offer",
        "callback",
        "login",
        "scenario",
        "version",
        "key",
        "gone",
        "epoch",
        "party_of",
        "assigned",
        "who",
    }
)
"""Fields that hold nothing but the server's own ids and codes, in whatever message; and ``who`` is
an outside party, whose number is hidden where it is known to be no emergency service's."""
PUBLISHED: tuple[type[msgspec.Struct], ...] = (
    messages.Welcome,
    messages.ScenarioText,
    messages.Line,
    side_work.KnowledgeFound,
    side_work.Directory,
    call_control.Targets,
    call_control.ServiceCalled,
    VoiceSetting,
)
"""What the centre tells everybody who calls, emergency services, and what is the person's own."""
DOCUMENTS = frozenset({"snils", "oms"})


class Sight(NamedTuple):
    """People of the same sight see every message alike."""

    medical: bool
    numbers: bool


def sight(person: Person) -> Sight:
    return Sight(person.may("medical"), person.sees_numbers)


def encoded(message: msgspec.Struct, person: Person) -> bytes:
    """As this person may see it."""
    return codec.encode(seen_by(message, person))


def seen_by(message: Message, person: Person) -> Message:
    seen = sight(person)
    if not seen.medical:
        message = medical.without_words(message)
    return message if seen.numbers else masked(message)


def masked(message: Message) -> Message:
    """Without a number of anybody."""
    if isinstance(message, PUBLISHED):
        return message
    first = _FIRST.get(type(message))
    if first is not None:
        message = cast(Message, first(message))
    changes = {}
    for name in message.__struct_fields__:
        old = getattr(message, name)
        if name == "session" or (name in IDS and not _holds_messages(old)):
            continue
        whole = name == "number" and isinstance(old, str)
        new = numbers.masked(old) if whole else _masked(old)
        if new is not old:
            changes[name] = new
    return msgspec.structs.replace(message, **changes) if changes else message


def _holds_messages(value: Any) -> bool:
    return isinstance(value, tuple) and any(isinstance(each, msgspec.Struct) for each in value)


def _masked(value: Any) -> Any:
    """The same object where there is nothing to hide."""
    match value:
        case str():
            return digits.masked(value)
        case msgspec.Struct():
            return masked(value)
        case tuple() | list():
            new = type(value)(_masked(each) for each in value)
            return new if any(a is not b for a, b in zip(new, value, strict=True)) else value
        case dict():
            return {key: _masked(each) for key, each in value.items()}
    return value


# -- by type of the message -----------------------------------------------------------


def _card(card: messages.Card) -> messages.Card:
    """Its session is no message: what of it people have said is hidden by its own rules."""
    return msgspec.structs.replace(card, session=session_masks.hidden(card.session))


def _unsaved(edit: card_work.UnsavedEdit) -> card_work.UnsavedEdit:
    fields = {name: session_masks.hidden_value(value) for name, value in edit.fields.items()}
    return msgspec.structs.replace(edit, fields=fields)


def _record(record: side_work.PersonRecord) -> side_work.PersonRecord:
    return msgspec.structs.replace(record, snils="", oms="")


def _change(change: card_work.PersonChange) -> card_work.PersonChange:
    return msgspec.structs.replace(change, parts=tuple(map(_part, change.parts)))


def _part(
    part: tuple[card_work.PersonField, str, str],
) -> tuple[card_work.PersonField, str, str]:
    name, *values = part
    before, after = (HIDDEN if value and name in DOCUMENTS else value for value in values)
    return name, before, after


def _caller(caller: side_work.Caller) -> side_work.Caller:
    known = tuple(item for item in caller.known if item.type not in DOCUMENTS)
    return msgspec.structs.replace(caller, known=known)


def _known(item: side_work.KnownValue) -> side_work.KnownValue:
    return msgspec.structs.replace(item, value=session_masks.hidden_value(item.value))


def _field(field: story.StoryField) -> story.StoryField:
    hidden = HIDDEN if field.type in DOCUMENTS else session_masks.hidden_value(field.value)
    return msgspec.structs.replace(field, value=hidden)


_FIRST: dict[type, Callable[[Any], msgspec.Struct]] = {
    messages.Card: _card,
    card_work.UnsavedEdit: _unsaved,
    side_work.PersonRecord: _record,
    card_work.PersonChange: _change,
    side_work.Caller: _caller,
    side_work.KnownValue: _known,
    story.StoryField: _field,
}
"""What a type hides by itself, before its texts are searched."""
