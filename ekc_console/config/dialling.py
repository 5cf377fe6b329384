"""What of the configuration says which numbers may be dialled, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ekc_console.config.model import Config
from ekc_console.domain.terms.dialling import NEVER_AUTOMATIC, DialRules, decide
from ekc_console.domain.terms.numbers import canonical

_NUMBER = re.compile(r"\+?[0-9]{2,15}")


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
    for index, kind in enumerate(config.callbacks.kinds):
        if kind in NEVER_AUTOMATIC:
            yield (
                f"callbacks.kinds[{index}]",
                f"на номера вида {kind} программа сама не звонит никогда.",
                "Уберите: решит сотрудник.",
            )
    for index, number in enumerate(config.calls.own_numbers):
        if not _NUMBER.fullmatch(number):
            yield (
                f"calls.own_numbers[{index}]",
                f"«{number}» — не номер телефона.",
                'Например, "122" или "+78005550122".',
            )
    yield from _forwarding_faults(config)


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
