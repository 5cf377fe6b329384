"""Words made of a key and its values, in the language in use."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from ekc_console.client.words import (
    accounts,
    alarms,
    alerts,
    audit,
    calls,
    cards,
    centre,
    listening,
    server,
    shift,
    staff,
)
from ekc_console.client.words.kinds import SHAPES
from ekc_console.client.words.machine import texts as machine
from ekc_console.client.words.settings import rehearsal
from ekc_console.domain.scenario import field_error
from ekc_console.i18n import N_, _
from ekc_console.wire.words import FieldFault, Words

TEXTS: Mapping[str, str] = {
    **accounts.TEXTS,
    **alarms.TEXTS,
    **alerts.TEXTS,
    **audit.TEXTS,
    **calls.TEXTS,
    **cards.TEXTS,
    **centre.TEXTS,
    **field_error.TEXTS,
    **listening.TEXTS,
    **machine.TEXTS,
    **rehearsal.TEXTS,
    **server.TEXTS,
    **shift.TEXTS,
    **staff.TEXTS,
}
"""By key, to be translated. A second line says what to do."""
NEWER = N_("Сообщение сервера, который новее консоли: {what}.")


def said(words: Words | None) -> str:
    """The text, what to do on a line of its own; empty for none. A key that is not known, of a
    newer server, is shown with its values."""
    if words is None:
        return ""
    text = TEXTS.get(words.key)
    if text is None:
        return _(NEWER).format(what=_plain(words))
    try:
        return _Filler().vformat(_(text), (), words.values)
    except (KeyError, ValueError, OverflowError, OSError):  # no such moment
        return _(NEWER).format(what=_plain(words))


def parts(words: Words | None) -> tuple[str, str]:
    """Message and remedy."""
    message, _newline, remedy = said(words).partition("\n")
    return message, remedy


def fault(item: FieldFault) -> str:
    """A field that is not as it should be: which one, why, and what to do."""
    text = said(item.words).replace("\n", " ")
    return text if "label" in item.words.values else f"{item.label}: {text}"


class _Filler(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        return SHAPES[format_spec](value) if format_spec else str(value)


def _plain(words: Words) -> str:
    values = ", ".join(f"{name}: {value}" for name, value in words.values.items())
    return f"{words.key} ({values})" if values else words.key
