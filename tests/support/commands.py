"""Commands of every kind, made up."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

import msgspec

from ekc_console.wire import card_work, messages
from ekc_console.wire.day.report import ReportAsked


def made_up(kind: type, **named: object) -> messages.Command:
    """A command of the kind with ``named``, and some value in every field that needs one."""
    if kind is card_work.KeepEdit:
        edit = card_work.UnsavedEdit(card=str(named.get("card", "x")), revision=1, base=1, at=1.0)
        return card_work.KeepEdit(edit=edit)
    values = {
        field.name: _some(field.type)
        for field in msgspec.structs.fields(kind)
        if field.required and field.name not in named
    }
    command: messages.Command = kind(**values, **named)
    return command


def _some(kind: Any) -> object:
    simple: dict[object, object] = {str: "12", int: 1, float: 1.0, bool: False}
    origin, parts = get_origin(kind), get_args(kind)
    if kind is ReportAsked:
        return ReportAsked(period="2026-11")
    if origin is Literal:
        return parts[0]
    if origin in (tuple, dict):
        return origin()
    return simple[kind] if kind in simple else _some(parts[0])
