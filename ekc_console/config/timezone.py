"""The centre's time zone in the configuration file, and the offset of older files."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any
from zoneinfo import available_timezones

from ekc_console.config.model import Config
from ekc_console.domain.terms.localtime import USUAL_ZONE, offset_name, usual_offset_s, zone_named

_Contradiction = tuple[str, str, str]

KEY = "timezone"
OLD_SECTION, OLD_KEY = "callbacks", "utc_offset_hours"
RUSSIAN = {
    2: "Europe/Kaliningrad",
    3: "Europe/Moscow",
    4: "Europe/Samara",
    5: "Asia/Yekaterinburg",
    6: "Asia/Omsk",
    7: "Asia/Novosibirsk",
    8: "Asia/Irkutsk",
    9: "Asia/Yakutsk",
    10: "Asia/Vladivostok",
    11: "Asia/Magadan",
    12: "Asia/Kamchatka",
}
"""A zone for each offset that Russia has."""
_EXAMPLE = f"Например, {KEY}: {USUAL_ZONE} или {KEY}: {RUSSIAN[10]}."


def without_old_key(document: Any) -> tuple[Any, list[_Contradiction]]:
    """The document with ``timezone`` in the place of ``callbacks.utc_offset_hours``, which files of
    the first version have; and the faults of that key."""
    section = document.get(OLD_SECTION) if isinstance(document, dict) else None
    if not isinstance(section, dict) or OLD_KEY not in section:
        return document, []
    rest = {name: value for name, value in section.items() if name != OLD_KEY}
    document, offset = {**document, OLD_SECTION: rest}, section[OLD_KEY]
    key = f"{OLD_SECTION}.{OLD_KEY}"
    if KEY in document:
        return document, [(key, f"ключ устарел, его заменяет {KEY}.", "Уберите его.")]
    if not isinstance(offset, int | float) or isinstance(offset, bool) or not -12 <= offset <= 14:
        fault = f"такого пояса нет: {offset}."
        return document, [(key, fault, f"Ключ устарел, напишите вместо него {KEY}. {_EXAMPLE}")]
    return {**document, KEY: offset_name(offset * 3600)}, []


def timezone_faults(config: Config) -> Iterator[_Contradiction]:
    try:
        zone_named(config.timezone)
    except ValueError:
        near = difflib.get_close_matches(config.timezone, available_timezones(), n=1)
        remedy = f"Может быть, {near[0]}?" if near else _EXAMPLE
        yield KEY, f"часового пояса «{config.timezone}» нет.", remedy


def timezone_warning(config: Config) -> str:
    """What to write instead of an offset; empty where the zone has a name."""
    if not config.timezone.startswith("UTC"):
        return ""
    hours = usual_offset_s(config.zone) / 3600
    named = RUSSIAN.get(int(hours), USUAL_ZONE) if hours.is_integer() else "Регион/Город"
    return (
        f"Часовой пояс задан смещением {config.timezone}: ключ {OLD_SECTION}.{OLD_KEY} устарел. "
        f"Напишите вместо него, например, {KEY}: {named}"
    )
