"""Values of the settings file in the words of people."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ekc_console.client.words.kinds import NUMBER_KINDS, ROLES
from ekc_console.domain.state.strategy import SettingsError, strategy_named
from ekc_console.i18n import N_, _

STRATEGIES: Mapping[str, str] = {
    "longest-idle": N_("кто дольше свободен"),
    "fewest-calls": N_("у кого меньше вызовов"),
    "least-talk-time": N_("кто меньше говорил"),
    "least-total-load": N_("кто меньше работал"),
    "round-robin": N_("по кругу"),
    "linear": N_("по порядку входа"),
    "random": N_("по жребию"),
    "weighted-random": N_("по жребию, меньше занятым чаще"),
    "ring-all": N_("всем сразу"),
    "ring-progressively": N_("одному, двум и так до всех"),
}
WRAP_UPS: Mapping[str, str] = {
    "none": N_("нет"),
    "optional": N_("по желанию, без срока"),
    "optional_timed": N_("по желанию, со сроком"),
    "mandatory": N_("до карточки, без срока"),
    "mandatory_timed": N_("до карточки, со сроком"),
}
LISTENING: Mapping[str, str] = {
    "listen": N_("слушают"),
    "whisper": N_("подсказывают"),
    "barge": N_("вошли в разговор"),
}
OVERFLOWS: Mapping[str, str] = {
    "size": N_("ждут {limit}"),
    "expected_wait": N_("ждать дольше {limit} с"),
    "waited": N_("ждёт {limit} с"),
    "no_agents": N_("никого на смене"),
    "closed": N_("закрыта"),
}
DESTINATIONS: Mapping[str, str] = {
    "queue": N_("очередь {value}"),
    "number": N_("номер {value}"),
    "announcement": N_("объявление «{value}»"),
    "callback": N_("обратный вызов"),
    "close": N_("попрощаться"),
}
_PLAIN: Mapping[str, str] = {
    "true": N_("да"),
    "false": N_("нет"),
    "": N_("нет"),
    '""': N_("нет"),
    "closed": N_("закрыто"),
}
_CODES: Mapping[str, Mapping[str, str]] = {
    "queues.wrap_up": WRAP_UPS,
    "callbacks.kinds": dict(NUMBER_KINDS),  # type: ignore[arg-type]
    "calls.kinds": dict(NUMBER_KINDS),  # type: ignore[arg-type]
    "calls.other_kinds_by": dict(ROLES),  # type: ignore[arg-type]
    "calls.listening_told": LISTENING,
}
"""By section and the last part of the key."""
_RULE = re.compile(rf"({'|'.join(OVERFLOWS)})(?: ([\d.]+))?: ")
_PLACE = re.compile(rf"({'|'.join(DESTINATIONS)})(?: (.*))?")
_NEXT_PLACE = re.compile(rf", (?=(?:{'|'.join(DESTINATIONS)})\b)")


def value_in_words(key: str, value: str, queues: Mapping[str, str]) -> str:
    """``value``: as a change of settings has it. ``queues``: titles by id. What has no words stays
    as it is."""
    section, *inner = key.split(".")
    short = f"{section}.{inner[-1]}" if inner else section
    if value.startswith("[") and value.endswith("]"):
        inside = value[1:-1]
        if short == "queues.overflow":
            return _overflow(inside, queues) or _("нет")
        named = [_one(short, part, queues) for part in inside.split("; ") if part]
        return ", ".join(named) or _("нет")
    return _one(short, value, queues)


def _one(short: str, value: str, queues: Mapping[str, str]) -> str:
    if short == "queues.strategy":
        return strategy_in_words(value)
    if short in _CODES:
        return _(_CODES[short].get(value, value))
    if short == "teams.queues":
        return queues.get(value, value)
    if value in _PLAIN:
        return _(_PLAIN[value])
    return value.replace(".", _(",")) if re.fullmatch(r"\d+\.\d+", value) else value


def strategy_in_words(name: str) -> str:
    """``name``: ours, or one that is known for it elsewhere."""
    try:
        return _(STRATEGIES[strategy_named(name).name])
    except SettingsError:  # of a newer server
        return name


def _overflow(rules: str, queues: Mapping[str, str]) -> str:
    starts = [found for found in _RULE.finditer(rules) if _begins(rules, found.start())]
    if not starts:
        return rules
    ends = [found.start() - len("; ") for found in starts[1:]] + [len(rules)]
    said = []
    for found, end in zip(starts, ends, strict=True):
        when = _(OVERFLOWS[found[1]]).format(limit=found[2])
        places = _NEXT_PLACE.split(rules[found.end() : end])
        named = ", ".join(_place(place, queues) for place in places)
        said.append(f"{when}: {named}")
    return "; ".join(said)


def _begins(rules: str, at: int) -> bool:
    return at == 0 or rules.endswith("; ", 0, at)


def _place(place: str, queues: Mapping[str, str]) -> str:
    found = _PLACE.fullmatch(place)
    if found is None:
        return place
    kind, value = found[1], found[2] or ""
    named = queues.get(value, value) if kind == "queue" else value
    return _(DESTINATIONS[kind]).format(value=named)
