"""From the plain data of a document to a :class:`Scenario`, with a problem for every fault.

Scalars may be texts (as the YAML loader gives them) or the types of JSON.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, cast

from ekc_console.domain.scenario import keys
from ekc_console.domain.scenario.dates import When
from ekc_console.domain.scenario.model import (
    TESTS,
    Action,
    Ask,
    CardType,
    Check,
    Choose,
    Condition,
    Do,
    End,
    Field,
    GoTo,
    HangUp,
    Kind,
    Only,
    Option,
    PlanCallback,
    Problem,
    Say,
    Scenario,
    Step,
    Template,
    ToQueue,
)
from ekc_console.domain.scenario.tables import Path, TableReader, nearest

TITLE_LENGTH = 40
_FIELD_KEYS = {
    "when": "date",
    "min": "number",
    "max": "number",
    "unit": "number",
    "caller": "person",
    "house": "address",
}
"""Keys of a field that only one type has."""


def read_document(document: Any) -> tuple[Scenario | None, list[Problem]]:
    """The scenario, or None with the reasons. References between steps are not looked at here."""
    reader = _Reader()
    scenario = reader.scenario(document)
    return (None if reader.problems else scenario), reader.problems


def version_of(document: Mapping[str, Any]) -> str:
    """12 hexadecimal digits of the SHA-256 of the content; order of keys does not matter."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class _Reader(TableReader):
    def __init__(self) -> None:
        super().__init__()
        self._fields: dict[str, Field] = {}

    def scenario(self, document: Any) -> Scenario | None:
        found = self._mapping(document, keys.DOCUMENT, ())
        for name, body in self._entries(found.get("fields"), ("fields",)):
            self._fields[name] = self._field(name, body, ("fields", name))
        steps = {
            name: step
            for name, body in self._entries(found.get("steps"), ("steps",))
            if (step := self._step(name, body, ("steps", name)))
        }
        if self.problems:
            return None
        return Scenario(
            id=found["id"],
            title=found["title"],
            kind=cast(Kind, found["kind"]),
            version=version_of(document),
            owner=found["owner"],
            approved=found["approved"],
            review_by=found["review_by"],
            start=found["start"],
            fields=self._fields,
            dispositions=found.get("dispositions", {}),
            needs=found.get("needs", {}),
            unsettled=found.get("unsettled", {}),
            steps=steps,
            document=document,
        )

    # -- parts of a document ---------------------------------------------------------

    def _field(self, name: str, body: Any, path: Path) -> Field:
        found = self._mapping(body, keys.FIELD, path)
        type_ = found.get("type", "text")
        choices = found.get("choices", {})
        if type_ == "choice" and not choices:
            self._bad(
                path, "у поля с type: choice нет вариантов.", "Добавьте choices: код и название."
            )
        if type_ != "choice" and choices:
            self._bad(
                (*path, "choices"),
                f"choices не бывает у поля с type: {type_}.",
                "Напишите type: choice или уберите choices.",
            )
        for key, wanted in _FIELD_KEYS.items():
            if key in found and type_ != wanted:
                self._bad(
                    (*path, key),
                    f"{key} не бывает у поля с type: {type_}.",
                    f"Напишите type: {wanted} или уберите {key}.",
                )
        low, high = found.get("min"), found.get("max")
        if low is not None and high is not None and low >= high:
            self._bad((*path, "max"), "max не больше min.", "Поменяйте их местами.")
        return Field(
            name=name,
            type=type_,
            label=found.get("label", ""),
            required=found.get("required", False),
            hint=found.get("hint", ""),
            choices=choices,
            when=cast(When, found.get("when", "")),
            min=low,
            max=high,
            unit=found.get("unit", ""),
            caller=found.get("caller", False),
            house=found.get("house", False),
        )

    def _step(self, name: str, body: Any, path: Path) -> Step | None:
        if not isinstance(body, Mapping):
            self._bad(path, "у шага нет содержания.", f"Добавьте одно из: {', '.join(keys.STEPS)}.")
            return None
        kinds = [kind for kind in keys.STEPS if kind in body]
        if len(kinds) != 1:
            got = "нет ни одного" if not kinds else f"сразу {' и '.join(kinds)}"
            self._bad(
                path,
                f"у шага должно быть ровно одно из {', '.join(keys.STEPS)}; {got}.",
                self._unknown_keys_remedy(body),
            )
            return None
        kind = kinds[0]
        found = self._mapping(body, keys.STEPS[kind], path)
        text = found.get("text") or (found.get(kind) if kind in ("say", "choose") else "") or ""
        common: dict[str, Any] = {
            "id": name,
            "voice": Template(found.get("voice", text), self._fields),
            "operator": Template(found.get("operator", text), self._fields),
            "hint": found.get("hint", ""),
            "prompt": found.get("prompt", ""),
            "signs": found.get("signs", False),
            "next": found.get("next", ""),
        }
        title = found.get("title", "")
        match kind:
            case "say":
                only = cast(Only, found.get("only", ""))
                return Say(**common, title=title or _shortened(text), only=only)
            case "ask":
                return self._ask(found, common, title)
            case "choose":
                return self._choose(found, common, title or _shortened(text), path)
            case "check":
                return self._check(found, common, title, path)
            case "do":
                action = self._action(found.get("do"), (*path, "do"))
                return Do(**common, title=title or _ACTION_TITLES[type(action)], action=action)
        return End(
            **common,
            title=title or "Итог",
            disposition=found.get("end", ""),
            card=cast(CardType, found.get("card", "")),
        )

    def _ask(self, found: dict[str, Any], common: dict[str, Any], title: str) -> Ask:
        name = found.get("ask", "")
        field = self._fields.get(name)
        if field and not common["hint"]:
            common["hint"] = field.hint
        return Ask(**common, title=title or (field.label if field else name), field=name)

    def _choose(
        self, found: dict[str, Any], common: dict[str, Any], title: str, path: Path
    ) -> Choose:
        options = tuple(
            self._option(item, common["next"], (*path, "options", index))
            for index, item in enumerate(found.get("options", ()))
        )
        on_silence = found.get("on_silence", "")
        if found.get("timeout_s", 1) <= 0:
            self._bad((*path, "timeout_s"), "должно быть больше нуля (секунды).")
        if found.get("repeats", 0) < 0:
            self._bad((*path, "repeats"), "не может быть меньше нуля.")
        optional = ("timeout_s", "repeats", "wrong", "repeat_key", "deliberate")
        given = {key: found[key] for key in optional if key in found}
        return Choose(
            **common,
            title=title,
            options=options,
            on_silence=on_silence,
            on_wrong=found.get("on_wrong", on_silence),
            **given,
        )

    def _option(self, body: Any, default_next: str, path: Path) -> Option:
        found = self._mapping(body, keys.OPTION, path)
        return Option(
            key=found.get("key", ""),
            label=found.get("label", ""),
            next=found.get("next", default_next),
            phrases=found.get("phrases", ()),
            sets=found.get("set", {}),
            only=cast(Only, found.get("only", "")),
        )

    def _check(
        self, found: dict[str, Any], common: dict[str, Any], title: str, path: Path
    ) -> Check:
        condition = self._condition(found.get("check"), (*path, "check"))
        return Check(
            **common,
            title=title or "Проверка",
            condition=condition,
            then=found.get("then", ""),
            otherwise=found.get("else", ""),
        )

    def _condition(self, body: Any, path: Path) -> Condition:
        found = self._mapping(body, keys.CONDITION, path) if body is not None else {}
        tests = [test for test in TESTS if test in found]
        if len(tests) != 1:
            self._bad(
                path,
                f"нужно ровно одно условие из: {', '.join(TESTS)}.",
                "Например: {field: birth_date, younger_than: 18}.",
            )
            return Condition(found.get("field", ""), "filled", ("true",))
        value = found[tests[0]]
        if isinstance(value, bool):
            value = str(value).lower()
        values = tuple(value) if isinstance(value, tuple) else (str(value),)
        return Condition(found.get("field", ""), tests[0], values)

    def _action(self, body: Any, path: Path) -> Action:
        kinds = [kind for kind in keys.ACTIONS if isinstance(body, Mapping) and kind in body]
        if len(kinds) != 1:
            if body is not None:
                self._bad(
                    path,
                    f"нужно ровно одно действие из: {', '.join(keys.ACTIONS)}.",
                    "Например: do: {queue: general, topic: general}.",
                )
            return HangUp()
        found = self._mapping(body, keys.ACTIONS[kinds[0]], path)
        match kinds[0]:
            case "queue":
                return ToQueue(
                    queue=found.get("queue", ""),
                    topic=found.get("topic", ""),
                    script=found.get("script", ""),
                    skills=found.get("skills", ()),
                    priority=found.get("priority", 0),
                )
            case "scenario":
                return GoTo(found.get("scenario", ""))
            case "callback":
                return PlanCallback(found.get("callback", ""), found.get("topic", ""))
        if found.get("hang_up") is False:
            self._bad((*path, "hang_up"), "здесь бывает только true.")
        return HangUp()

    # -- values ------------------------------------------------------------------------

    def _unknown_keys_remedy(self, body: Mapping[str, Any]) -> str:
        everything = {key for table in keys.STEPS.values() for key in table}
        unknown = next((str(name) for name in body if name not in everything), None)
        return nearest(unknown, keys.STEPS) if unknown else "Разделите на несколько шагов."


_ACTION_TITLES: dict[type, str] = {
    ToQueue: "Передача в очередь",
    GoTo: "Переход в другой сценарий",
    PlanCallback: "Обратный вызов",
    HangUp: "Завершение звонка",
}


def _shortened(text: str) -> str:
    """The beginning of a text, cut between words."""
    if len(text) <= TITLE_LENGTH:
        return text
    return text[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",.;:—– ") + "…"
