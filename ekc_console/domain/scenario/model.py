"""A scenario as types: what the voice menu and the operator's screen both run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from ekc_console.domain.scenario import fields as values
from ekc_console.domain.scenario.dates import When, age
from ekc_console.domain.scenario.field_error import FieldError
from ekc_console.domain.scenario.fields import Audience, FieldType
from ekc_console.domain.scenario.filling import SLOT, fill
from ekc_console.errors import EkcError

Only = Literal["", "medic"]
"""Whose a text or an answer is: who has the right ``medical``; "" for everybody's."""
Kind = Literal["menu", "script"]
KINDS: tuple[Kind, ...] = get_args(Kind)
CardType = Literal["appointment", "home_visit", "vaccination", "med_info", "feedback", "other"]
CARD_TYPES: tuple[CardType, ...] = get_args(CardType)
Test = Literal["equals", "in", "filled", "brought", "younger_than", "less_than", "more_than"]
TESTS: tuple[Test, ...] = get_args(Test)
UNSETTLED = ("later", "in_vain")
TELEPHONE_KEYS = "0123456789*#"
NUMBER = "number"
"""Reserved name: the other party's telephone number (E.164 or as masked by the server)."""


class ScenarioError(EkcError):
    """A scenario document that cannot be used; the message lists every fault."""


_OUTSIDE = {
    (True, False): "field.below",
    (True, True): "field.below_range",
    (False, False): "field.above",
    (False, True): "field.above_range",
}
"""By whether a number is too low, and whether both ends are set."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: FieldType
    label: str
    required: bool = False
    """True: the operator cannot pass its question without an answer."""
    hint: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    """Code to label, for the type ``choice``."""
    when: When = ""
    """For the type ``date``: which side of today it lies on."""
    min: float | None = None
    max: float | None = None
    """Of the type ``number``; a value outside is refused."""
    unit: str = ""
    """Of the type ``number``: shown behind the value."""
    caller: bool = False
    """Of the type ``person``: the name of who calls, who may be another than whom it is about."""
    house: bool = False
    """Of the type ``address``: one without a house and without a landmark is refused."""

    def parse(self, text: str, today: date) -> str:
        """The canonical value; "" for a blank answer to a field that is not required.

        Raises FieldError.
        """
        if not text.strip():
            if self.required:
                raise FieldError("field.required", label=self.label)
            return ""
        if self.unit:
            text = text.strip().removesuffix(self.unit)
        value = values.parse(self.type, text, today, self.choices, self.when)
        if self.type == "number":
            self._require_in_range(value)
        if self.house and not values.finds_the_house(value):
            raise FieldError("field.no_house", text=value)
        return value

    def _require_in_range(self, value: str) -> None:
        low = self.min is not None and float(value) < self.min
        if low or (self.max is not None and float(value) > self.max):
            both = self.min is not None and self.max is not None
            raise FieldError(
                _OUTSIDE[low, both],
                label=self.label,
                value=self.show(value),
                min=_decimal(self.min),
                max=_decimal(self.max),
                unit=f" {self.unit}" if self.unit else "",
            )

    def show(self, value: str, audience: Audience = "operator") -> str:
        shown = values.show(self.type, value, self.choices, audience)
        return f"{shown} {self.unit}" if self.unit and shown and audience == "operator" else shown


def _decimal(number: float | None) -> str:
    return "" if number is None else f"{number:g}".replace(".", ",")


NUMBER_FIELD = Field(NUMBER, "phone", "Номер телефона")
_CALLED = {"ringing": "звонит", "answered": "ответила", "failed": "не ответила"}
FACTS: Mapping[str, Field] = {
    name: Field(name, "choice", label, choices=_CALLED)
    for name, label in (("state_103", "Вызов 103"), ("state_112", "Вызов 112"))
}
"""Reserved names, for conditions of an operator's script only: what the journal knows of the call
at this moment. Empty: that service was not called."""
CALLS: Mapping[str, str] = {"call_103": "state_103", "call_112": "state_112"}
"""Reserved names, for the operator's texts of a script only, and the fact that each follows: the
keys that call the service. Empty while it rings or is on the line: nobody is told to call it."""


@dataclass(frozen=True, slots=True)
class Template:
    """A text with ``{field}`` in it."""

    source: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict, repr=False, compare=False)
    """The scenario's fields by name."""

    @property
    def slots(self) -> tuple[str, ...]:
        return tuple(SLOT.findall(self.source))

    def render(self, audience: Audience, known: Mapping[str, str]) -> str:
        """Fill in; what is not known is left out together with the words around it."""

        def value(name: str) -> str:
            if name in CALLS:
                return known.get(name, "")
            shape = NUMBER_FIELD if name == NUMBER else self.fields[name]
            return shape.show(known.get(name, ""), audience)

        return fill(self.source, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    id: str
    title: str
    """Short, for the list of steps."""
    voice: Template
    operator: Template
    hint: str = ""
    """For the operator, never spoken."""
    prompt: str = ""
    """Name of a recorded prompt that replaces the synthesised voice; "" for none."""
    signs: bool = False
    """The signs of an emergency stand beside it."""
    next: str = ""

    def text_for(self, audience: Audience, known: Mapping[str, str]) -> str:
        """The text of this step with the ``known`` field values filled in."""
        return (self.voice if audience == "voice" else self.operator).render(audience, known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(_Step):
    """Say a text and go on. Who may not say it goes on too, and asks a medic."""

    only: Only = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(_Step):
    """Ask for one field."""

    field: str
    """``hint`` is the field's own one when the step has none."""


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    """One of ``TELEPHONE_KEYS``."""
    label: str
    next: str
    phrases: tuple[str, ...] = ()
    """What a caller may say instead of pressing the key."""
    sets: Mapping[str, str] = field(default_factory=dict)
    """Fields (canonical values) that this choice fills."""
    only: Only = ""
    """Who alone may choose it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose(_Step):
    """One of several ways, by key, phrase or label."""

    options: tuple[Option, ...]
    timeout_s: float = 6.0
    """Silence of the caller after the text."""
    repeats: int = 2
    """The text is said again this often after silence, a wrong key or ``repeat_key``."""
    on_silence: str = ""
    on_wrong: str = ""
    """Where to go when the repeats are used up."""
    wrong: str = "Такого пункта нет."
    """Said before the repeat after a wrong key."""
    repeat_key: str = ""
    deliberate: bool = False
    """No answer is marked beforehand: Enter alone chooses none."""

    def option(self, answer: str) -> Option | None:
        """By key, label or phrase, whatever the case of the letters."""
        wanted = " ".join(answer.split()).lower()
        for option in self.options:
            words = (option.key, option.label, *option.phrases)
            if wanted in (word.lower() for word in words):
                return option
        return None


@dataclass(frozen=True, slots=True)
class Condition:
    field: str
    test: Test
    values: tuple[str, ...]

    def holds(self, known: Mapping[str, str], today: date, brought: Collection[str] = ()) -> bool:
        """``brought``: fields that were filled when the scenario began; one that has been emptied
        since then counts no more. An empty field makes every condition false, except
        ``filled: false`` and ``brought: false``."""
        value = known.get(self.field, "")
        if self.test == "brought":
            return (bool(value) and self.field in brought) == (self.values[0] == "true")
        if self.test == "filled":
            return bool(value) == (self.values[0] == "true")
        if not value:
            return False
        if self.test in ("equals", "in"):
            return value in self.values
        limit = float(self.values[0])
        if self.test == "younger_than":
            return age(value, today) < limit
        return float(value) < limit if self.test == "less_than" else float(value) > limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(_Step):
    """Go one way or the other; passed without anybody noticing."""

    condition: Condition
    then: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class ToQueue:
    """Hand the call to a queue. Leaves the scenario."""

    queue: str
    topic: str
    script: str = ""
    """The operator's scenario; "" leaves it to the topic."""
    skills: tuple[str, ...] = ()
    priority: int = 0


@dataclass(frozen=True, slots=True)
class GoTo:
    """Go on in another scenario with the same fields. Leaves this one."""

    scenario: str


@dataclass(frozen=True, slots=True)
class PlanCallback:
    """Put the caller into the list of people to call back."""

    queue: str
    topic: str = ""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call. Leaves the scenario."""


Action = ToQueue | GoTo | PlanCallback | HangUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Do(_Step):
    """Something for the executor to carry out; only a planned callback goes on to ``next``."""

    action: Action

    @property
    def leaves(self) -> bool:
        return not isinstance(self.action, PlanCallback)


@dataclass(frozen=True, slots=True, kw_only=True)
class End(_Step):
    """The scenario is over."""

    disposition: str
    """Code of one of the scenario's dispositions."""
    card: CardType | Literal[""] = ""
    """What kind of card the contact gets; always there in a script."""


Step = Say | Ask | Choose | Check | Do | End


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    id: str
    title: str
    kind: Kind
    version: str
    """12 hexadecimal digits of the SHA-256 of the document."""
    owner: str
    approved: date
    review_by: date
    start: str
    fields: Mapping[str, Field]
    dispositions: Mapping[str, str]
    """Code to label, in the author's order: what the card offers."""
    needs: Mapping[str, str]
    """Code of a disposition to the field that it cannot do without."""
    unsettled: Mapping[str, str]
    """Code of a disposition after which the person is to be called (again), to one of
    ``UNSETTLED``."""
    steps: Mapping[str, Step]
    document: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def later(self) -> frozenset[str]:
        """Fields that tell when a person wants to be called."""
        wanted = (code for code, how in self.unsettled.items() if how == "later")
        return frozenset(self.needs[code] for code in wanted if code in self.needs)

    def fitting(self, values: Mapping[str, str], today: date) -> dict[str, str]:
        """Those of ``values``, by field name, that this scenario has and whose type they fit, in
        canonical form; and ``number``."""
        known = {}
        for name, value in values.items():
            if name == NUMBER and value:
                known[name] = value
            elif name in self.fields and value:
                with suppress(FieldError):
                    known[name] = self.fields[name].parse(value, today)
        return known

    def to_document(self) -> dict[str, Any]:
        """Plain data for ``scenario_from_document``; gives the same version again."""
        return dict(self.document)


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault in a scenario document, for its author."""

    path: tuple[str | int, ...]
    """Keys and list indexes from the top of the document."""
    message: str
    remedy: str = ""
    level: Literal["error", "warning"] = "error"
    scenario: str = ""
    file: str = ""
    line: int = 0
    """1-based; 0 when the document did not come from a file, and for a folder."""

    @property
    def where(self) -> str:
        """The path as people write it: ``steps.menu.options[2].next``."""
        parts = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in self.path)
        return parts.lstrip(".")

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        place = f"{self.file}{line}" if self.file else self.scenario
        text = ": ".join(part for part in (place, self.where, self.message) if part)
        return f"{text} {self.remedy}" if self.remedy else text
