"""What of the configuration says which numbers may be dialled, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ekc_console.config.model import Config
from ekc_console.domain.terms.dialling import (
    AUTOMATIC,
    BY_HAND,
    NEVER_AUTOMATIC,
    DialRules,
    NumberKind,
    decide,
)
from ekc_console.domain.terms.numbers import canonical

_NUMBER = re.compile(r"\+?[0-9]{2,15}")
_WRITTEN = re.compile(r"\+?[\d\s().-]+")
"""As people write one."""
_SERVICE = re.compile(r"[0-9]{2,3}")
_SERVICES = 'Например: ["103", "112"].'

_NEVER_BY_ITSELF: tuple[NumberKind, ...] = (*NEVER_AUTOMATIC, "short")
"""Short numbers are services and the inside of a PBX: whoever rings from one is not waiting for a
machine."""
_NOT_OPEN: dict[NumberKind, str] = {
    "emergency": "на экстренные номера может звонить каждый",
    "malformed": "это не номера",
    "own": "это номера самого центра",
}
"""Kinds that are not in the list of what everybody dials, and why."""


def dial_rules(config: Config) -> DialRules:
    return DialRules(
        automatic=config.callbacks.kinds,
        by_hand=config.calls.kinds,
        trusted=config.calls.other_kinds_by,
        own=tuple(dict.fromkeys(_own_numbers(config))),
    )


def _own_numbers(config: Config) -> Iterator[str]:
    """Those that the centre is called by and calls from, canonical."""
    trunks = (name for trunk in config.trunks for name in (trunk.caller_id, trunk.user))
    for written in (*config.calls.own_numbers, *trunks):
        usable = _NUMBER.fullmatch(written)
        number = canonical(written, config.calls.area_code) if usable else None
        if number is not None:
            yield number


def dialling_faults(config: Config) -> Iterator[tuple[str, str, str]]:
    """(key, message, remedy) of each."""
    yield from _kind_faults(config)
    yield from _emergency_faults(config)
    for index, number in enumerate(config.calls.own_numbers):
        if not _NUMBER.fullmatch(number):
            yield (
                f"calls.own_numbers[{index}]",
                f"«{number}» — не номер телефона.",
                'Например, "122" или "+78005550122".',
            )
    yield from _forwarding_faults(config)
    yield from _deputy_faults(config)


def _kind_faults(config: Config) -> Iterator[tuple[str, str, str]]:
    automatic = ", ".join(AUTOMATIC)
    for index, kind in enumerate(config.callbacks.kinds):
        if kind in _NEVER_BY_ITSELF:
            yield (
                f"callbacks.kinds[{index}]",
                f"на номера вида {kind} программа сама не звонит никогда.",
                f"Уберите: решит сотрудник. Обычный список: [{automatic}].",
            )
    for index, kind in enumerate(config.calls.kinds):
        if kind in _NOT_OPEN:
            yield (
                f"calls.kinds[{index}]",
                f"{kind} здесь не указывают: {_NOT_OPEN[kind]}.",
                f"Уберите его. Обычный список: [{', '.join(BY_HAND)}].",
            )


def _emergency_faults(config: Config) -> Iterator[tuple[str, str, str]]:
    numbers = config.calls.emergencies
    if not numbers:
        yield "calls.emergency", "не задан ни один номер: вызвать скорую было бы нельзя.", _SERVICES
    own = set(_own_numbers(config))
    for index, number in enumerate(numbers):
        if not _SERVICE.fullmatch(number):
            message = f"«{number}» — не номер экстренной службы: это две или три цифры."
        elif number in own:
            message = f"«{number}» — номер самого центра."
        elif number in numbers[:index]:
            message = f"«{number}» названо дважды."
        else:
            continue
        yield "calls.emergency", message, _SERVICES


def _forwarding_faults(config: Config) -> Iterator[tuple[str, str, str]]:
    """A forwarded call is dialled by nobody's decision but that of the file."""
    rules = dial_rules(config)
    for index, queue in enumerate(config.queues):
        for number, rule in enumerate(queue.overflow):
            for place, to in enumerate(rule.to):
                decision = decide(to.number, "operator", rules)
                if decision.obstacle == "needs_role":
                    yield (
                        f"queues[{index}].overflow[{number}].to[{place}].number",
                        f"«{to.number}» — номер вида {decision.kind}, а его нет в calls.kinds.",
                        f"Назовите другой номер или добавьте {decision.kind} в calls.kinds.",
                    )


def _deputy_faults(config: Config) -> Iterator[tuple[str, str, str]]:
    """They are rung by the machine."""
    rules = dial_rules(config)
    for login, written in config.alarms.deputies.telephones.items():
        readable = _WRITTEN.fullmatch(written.strip())
        number = canonical(written, config.calls.area_code) if readable else None
        decision = decide(number or "", "machine", rules)
        if decision.kind == "malformed":
            yield (
                f"alarms.deputies.telephones.{login}",
                f"«{written}» — не номер телефона.",
                'Например, "+7 916 123-45-67".',
            )
        elif not decision.allowed:
            yield (
                f"alarms.deputies.telephones.{login}",
                f"на «{written}» программа сама не звонит: это номер вида {decision.kind}.",
                f"Назовите другой: из callbacks.kinds ({', '.join(rules.automatic)}).",
            )
