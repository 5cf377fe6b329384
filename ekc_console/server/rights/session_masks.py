"""Numbers inside a card for those who must not see them.

What leaves the server has every number of the session hidden; what comes back has the real ones
put in again, each only where it stood, so that a draft never replaces a number by its mask and no
mask brings a number to light elsewhere. A whole telephone number keeps the shape of E.164
(``+7********12``): it passes through the console's scenario as a value like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ekc_console.domain import scenario as sc
from ekc_console.domain.terms import digits

_NUMBER = re.compile(r"\+\d{7,15}")

NOTE = "note"
"""Name of a card's note beside its fields; none of them is called so: those stand under ``.``."""

Plain = Mapping[str, Any]
"""A ``SessionState`` as plain data."""


def mask(number: str) -> str:
    """``+79000000012`` as ``+7********12``."""
    return f"{number[:2]}{'*' * (len(number) - 4)}{number[-2:]}"


def hidden_value(value: str) -> str:
    """Of a field or of an answer."""
    return mask(value) if _NUMBER.fullmatch(value) else digits.masked(value)


def hidden(session: Plain) -> dict[str, Any]:
    """A session with every number in it masked."""
    return _replaced(session, lambda _name, value: hidden_value(value))


class Held:
    """What stands in a card by now, under the name of each field, as ``restored`` needs it.

    ``number``: the other party's, which any field for a telephone may have taken; ``scenario``:
    whose fields those are.
    """

    def __init__(self, number: str, scenario: sc.Scenario | None) -> None:
        self._number = number
        self._texts: dict[str, list[str]] = {}
        self._asked: dict[str, str] = {}
        self._telephones: set[str] = set()
        if scenario is not None:
            self._know(scenario)

    def _know(self, scenario: sc.Scenario) -> None:
        self._telephones = {f".{f.name}" for f in scenario.fields.values() if f.type == "phone"}
        for step in scenario.steps.values():
            if isinstance(step, sc.Ask):
                self._asked[f"@{step.id}"] = f".{step.field}"

    def learn(self, session: Plain) -> None:
        def learn(name: str, value: str) -> str:
            self._texts.setdefault(name, []).append(value)
            return value

        _replaced(session, learn)

    def learn_fields(self, fields: Mapping[str, str], note: str | None) -> None:
        for name, value in fields.items():
            self._texts.setdefault(f".{name}", []).append(value)
        self._texts.setdefault(NOTE, []).append(note or "")

    def restored(self, session: Plain) -> dict[str, Any]:
        """A session that came from a console; a mask of what was not in its field is dropped."""
        return _replaced(session, self.real)

    def restored_fields(self, fields: Mapping[str, str]) -> dict[str, str]:
        return {name: self.real(f".{name}", value) for name, value in fields.items()}

    def real(self, name: str, value: str) -> str:
        """``name``: of a field with a dot before it, of a step with ``@``, or :data:`NOTE`."""
        if "*" not in value:
            return value
        field = self._asked.get(name, name)
        held: list[str] = [*self._texts.get(name, []), *self._texts.get(field, [])]
        for text in held:
            if hidden_value(text) == value:
                return text
        if field in self._telephones and self._number and mask(self._number) == value:
            return self._number
        return digits.restored(value, held)


def _replaced(session: Plain, new: Callable[[str, str], str]) -> dict[str, Any]:
    """``new`` gets the name of the field after a dot, or of the step after "@" for an answer in a
    path, and the value. A value goes from ``fields`` to ``kept`` and back under its name."""
    done = dict(session)
    for part in ("kept", "fields"):
        if isinstance(values := session.get(part), dict):
            done[part] = {name: new(f".{name}", str(value)) for name, value in values.items()}
    done["path"] = _path(session, new)
    if earlier := session.get("earlier"):
        done["earlier"] = [{**walk, "path": _path(walk, new)} for walk in earlier]
    return done


def _path(walk: Plain, new: Callable[[str, str], str]) -> list[dict[str, Any]]:
    return [
        {**step, "value": new(f"@{step.get('step', '')}", str(step.get("value", "")))}
        for step in walk.get("path", ())
    ]
