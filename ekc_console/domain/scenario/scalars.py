"""Single values of a scenario document, by the form that a key asks for."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from ekc_console.domain.scenario.keys import Key

_NAME = re.compile(r"[a-z][a-z0-9_]{0,47}")
_BOOLS = {"true": True, "false": False}


class Unfit(Exception):
    """The value does not fit its key."""

    def __init__(self, message: str, remedy: str = "", inside: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.inside = inside
        """Where below the key."""


def read_value(value: Any, key: Key) -> Any:
    """``value`` in the form of ``key``. Raises Unfit."""
    match key.form:
        case "map":
            return _map(value)
        case "list":
            return _list(value)
        case "pairs":
            return dict(_pair(str(name), item) for name, item in _map(value).items())
        case "texts":
            return tuple(_scalar(item) for item in _list(value))
    text = _scalar(value)
    match key.form:
        case "name":
            return read_name(text)
        case "one_of":
            return _one_of(text, key.allowed)
        case "bool":
            return _BOOLS[_one_of(text, tuple(_BOOLS))]
        case "date":
            return _date(text)
        case "int" | "number":
            return _number(text, whole=key.form == "int")
    return " ".join(text.split())


def read_name(text: str) -> str:
    """An identifier. Raises Unfit."""
    if not _NAME.fullmatch(text):
        raise Unfit(
            f"имя «{text}» не годится.",
            "Латинские строчные буквы, цифры и «_», первой буква, до 48 знаков.",
        )
    return text


def _map(value: Any) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping) or not value:
        raise Unfit("здесь нужны пары «ключ: значение».")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise Unfit("здесь нужен список.", "Пункты с новой строки и «- » или так: [одно, другое].")
    return value


def _pair(name: str, value: Any) -> tuple[str, str]:
    try:
        return read_name(name), _scalar(value)
    except Unfit as unfit:
        raise Unfit(unfit.message, unfit.remedy, (name,)) from unfit


def _scalar(value: Any) -> str:
    """Text of a scalar; a number or a boolean of JSON is written as YAML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise Unfit("здесь нужно одно значение, а не список, не раздел и не пустота.")


def _one_of(text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise Unfit(f"«{text}» здесь не годится.", f"Можно: {', '.join(allowed)}.")
    return text


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unfit(f"«{text}» не дата.", "Напишите год, месяц и день: 2025-03-01.") from error


def _number(text: str, *, whole: bool) -> int | float:
    try:
        number = int(text) if whole else float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Unfit(f"«{text}» не {'целое ' if whole else ''}число.", "Напишите его цифрами.")
    return number
