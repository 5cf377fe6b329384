"""The JSON Schema of scenario documents, for editors that complete and check while typing."""

from __future__ import annotations

import json
from typing import Any

from ekc_console.domain.scenario import keys

_NAME: dict[str, Any] = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,47}$"}
_SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"]}
_TEXT: dict[str, Any] = {"type": ["string", "number"]}


def schema_text() -> str:
    """The schema as it stands in ``scripts/schema.json``."""
    return json.dumps(_schema(), ensure_ascii=False, indent=2) + "\n"


def _schema() -> dict[str, Any]:
    document = _object(keys.DOCUMENT)
    document["properties"]["fields"] |= _map_of("field")
    document["properties"]["steps"] |= _map_of("step")
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Сценарий ЕКЦ",
        **document,
        "definitions": {
            "field": _object(keys.FIELD),
            "step": {"oneOf": [_step(kind) for kind in keys.STEPS]},
            "option": _object(keys.OPTION),
            "condition": _object(keys.CONDITION) | {"minProperties": 2, "maxProperties": 2},
            "action": {"oneOf": [_object(table) for table in keys.ACTIONS.values()]},
        },
    }


def _step(kind: str) -> dict[str, Any]:
    step = _object(keys.STEPS[kind])
    inner: dict[str, dict[str, Any]] = {
        "options": {"items": _ref("option"), "minItems": 1},
        "check": _ref("condition"),
        "do": _ref("action"),
    }
    for name, shape in inner.items():
        if name in step["properties"]:
            step["properties"][name] |= shape
    return step


def _object(table: keys.Table) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, key in table.items() if key.required],
        "properties": {name: _value(key) for name, key in table.items()},
    }


def _map_of(definition: str) -> dict[str, Any]:
    return {"propertyNames": _NAME, "additionalProperties": _ref(definition)}


def _ref(definition: str) -> dict[str, Any]:
    return {"$ref": f"#/definitions/{definition}"}


def _value(key: keys.Key) -> dict[str, Any]:
    shapes: dict[keys.Form, dict[str, Any]] = {
        "text": _TEXT,
        "name": _NAME,
        "date": {"type": "string", "format": "date"},
        "bool": {"type": "boolean"},
        "int": {"type": "integer"},
        "number": {"type": "number"},
        "one_of": {"enum": list(key.allowed)},
        "texts": {"type": "array", "items": _SCALAR, "minItems": 1},
        "pairs": {"type": "object", "propertyNames": _NAME, "additionalProperties": _SCALAR},
        "map": {"type": "object"},
        "list": {"type": "array"},
    }
    return {"description": key.about, **shapes[key.form]}
