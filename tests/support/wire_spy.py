"""Russian that the server sends: none but what the centre has written itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from ekc_console.wire.words import Words

CYRILLIC = re.compile("[А-Яа-яЁё]")

CENTRES = {
    "Account": {"name", "teams"},
    "AccountList": {"clinics", "queues", "teams"},
    "AgentInfo": {"name", "skills"},
    "AgentTarget": {"name"},
    "AttendedShift": {"name"},
    "BlockedNumber": {"why"},
    "BreakReason": {"title"},
    "CallbackInfo": {"callers", "people", "queue_title", "topic_title", "taken_by"},
    "Caller": {"callers", "name", "learned"},
    "Card": {"agent_name", "disposition_title", "note", "session", "topic"},
    "CardChange": {"agent_name", "parts"},
    "ClinicInfo": {"address", "specialties", "title", "words"},
    "ConsultInfo": {"who"},
    "Contact": {"agent_name", "disposition", "note", "person", "topic"},
    "Contacts": {"clinics"},
    "Directory": {"specialties"},
    "HelpRequest": {"answer", "name", "text", "topic_title"},
    "HomeVisit": {"address", "closed_by", "note", "ordered_by", "person"},
    "KnowledgeFound": {"corrected"},
    "KnowledgeItem": {"owner", "text", "title", "topic_title"},
    "KnownValue": {"value"},
    "LineState": {"announcement"},
    "LoggedIn": {"name"},
    "Me": {"name"},
    "MenuTarget": {"title"},
    "MyCall": {"menu_path", "queue_title", "topic_title"},
    "NotTaken": {"who"},
    "OpenCallback": {"topic_title"},
    "PersonRecord": {"name"},
    "QueueDoor": {"title", "why"},
    "QueueInfo": {"title"},
    "QueueState": {"title"},
    "QueueTarget": {"title"},
    "QueuedCall": {"topic_title"},
    "Report": {"asked", "only"},
    "ReportRow": {"title"},
    "ReportView": {"asked", "name"},
    "RosterShift": {"name"},
    "ScenarioText": {"document"},
    "SettingsInForce": {"lines"},
    "SettingsStep": {"changes", "why"},
    "SignInfo": {"looks", "title"},
    "StaffMessage": {"sender_name", "text"},
    "Suggestion": {"answer", "author_name", "decided_by", "text"},
    "UnsavedEdit": {"fields", "note"},
    "Workplace": {"name", "machine", "headset"},
    "WaitingCall": {"offered_to", "queue_title", "topic_title"},
    "Welcome": {"scripts", "topics"},
}
"""Fields that hold names, titles, scripts, cards and words of people."""
BY_LANGUAGE = {"MyCall": {"region"}}
"""Fields with words of tables in every language, by its code: the Russian ones are Russian."""
VALUES = {"answer", "fields", "known", "name", "owner", "reason", "scenario", "text", "who", "why"}
"""Values in Words that do: of people, of scripts, or what was typed."""
FOR_THE_COMMAND_LINE = {
    "SettingsChange": "what a file would change, in its own terms",
    "settings.faulty": "faults of files, as they are written for the command line",
    "settings.refused": "likewise",
}
FOR_OLDER_CONSOLES = {"Goodbye": {"message"}}


def russian(message: object, path: str = "") -> Iterator[str]:
    """Where in a message Russian stands that the centre has not written."""
    if isinstance(message, Words):
        if message.key in FOR_THE_COMMAND_LINE:
            return
        for name, value in message.values.items():
            if name not in VALUES and CYRILLIC.search(str(value)):
                yield f"{path} {message.key} {name}: {value}"
        yield from _plain(message.key, f"{path} key")
    elif isinstance(message, msgspec.Struct):
        yield from _fields(message)
    elif isinstance(message, tuple | list):
        for each in message:
            yield from russian(each, path)
    elif isinstance(message, dict):
        for key, each in message.items():
            yield from russian(each, f"{path}[{key}]")
    else:
        yield from _plain(message, path)


def _fields(message: msgspec.Struct) -> Iterator[str]:
    kind = type(message).__name__
    if kind in FOR_THE_COMMAND_LINE:
        return
    own = CENTRES.get(kind, set()) | FOR_OLDER_CONSOLES.get(kind, set())
    for field in message.__struct_fields__:
        value = getattr(message, field)
        if field in BY_LANGUAGE.get(kind, set()):
            value = {code: text for code, text in value.items() if code != "ru"}
        if field not in own:
            yield from russian(value, f"{kind}.{field}")


def _plain(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, str) and CYRILLIC.search(value):
        yield f"{path}: {value}"
