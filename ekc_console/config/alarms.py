"""``alarms`` of the configuration: limits of figures that supervisors watch, and who is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import get_args
from urllib.parse import urlsplit

import msgspec

from ekc_console.domain.terms import alarm_limits
from ekc_console.domain.terms.alarm_limits import FALLING, AlarmSettings, Figure, OwnLimit, clear_at
from ekc_console.domain.terms.ids import AgentId, Role

_Fault = tuple[str, str, str]
"""Key, message, remedy."""


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An unknown key is an error."""


class Limit(_Section, frozen=True, kw_only=True):
    """Without levels: the figure is not watched."""

    target: float | None = None
    first: float | None = None
    first_clear: float | None = None
    second: float | None = None
    second_clear: float | None = None

    def settings(self) -> alarm_limits.Limit:
        return alarm_limits.Limit(
            self.first, self.second, self.first_clear, self.second_clear, self.target
        )


class QueueLimits(_Section, frozen=True, kw_only=True):
    """None: as of all queues, or as usual."""

    waiting: Limit | None = None
    wait_s: Limit | None = None
    level: Limit | None = None
    ready: Limit | None = None
    abandoned: Limit | None = None


class PersonLimits(_Section, frozen=True, kw_only=True):
    """None: as of the role, of all people, or as usual. ``breaks``: by the code of the reason."""

    talk_s: Limit | None = None
    wrap_up_s: Limit | None = None
    break_s: Limit | None = None
    not_responding_s: Limit | None = None
    idle_s: Limit | None = None
    breaks: dict[str, Limit] = {}


class Hook(_Section, frozen=True, kw_only=True):
    url: str = ""
    """Empty: nothing is posted."""
    timeout_s: float = 5.0


class Deputies(_Section, frozen=True, kw_only=True):
    """Who is told, one after the other, while nobody watches."""

    people: tuple[str, ...] = ()
    """Logins."""
    after_s: float = 60.0
    """So long each has before the next one is told."""
    telephones: dict[str, str] = {}
    """By login: rung where no console of that one is connected."""


class Alarms(_Section, frozen=True, kw_only=True):
    every_queue: QueueLimits = QueueLimits()
    queues: dict[str, QueueLimits] = {}
    every_person: PersonLimits = PersonLimits()
    roles: dict[str, PersonLimits] = {}
    people: dict[str, PersonLimits] = {}
    """By login."""
    hook: Hook = Hook()
    deputies: Deputies = Deputies()

    def settings(self) -> AlarmSettings:
        roles = {"": self.every_person, **self.roles}
        queues = {"": self.every_queue, **self.queues}
        return AlarmSettings(
            queues=tuple(own for of, known in queues.items() for own in _own(of, known)),
            roles=tuple(own for of, known in roles.items() for own in _own(of, known)),
            people=tuple(own for of, known in self.people.items() for own in _own(of, known)),
            hook_url=self.hook.url,
            hook_timeout_s=self.hook.timeout_s,
            deputies=tuple(map(AgentId, self.deputies.people)),
            deputies_after_s=self.deputies.after_s,
            telephones=tuple((AgentId(of), to) for of, to in self.deputies.telephones.items()),
        )


def _own(of: str, limits: QueueLimits | PersonLimits) -> Iterator[OwnLimit]:
    for figure, limit in _figures(limits):
        yield OwnLimit(figure, limit.settings(), of)
    if isinstance(limits, PersonLimits):
        for code, limit in limits.breaks.items():
            yield OwnLimit("break_s", limit.settings(), of, code)


def _figures(limits: QueueLimits | PersonLimits) -> Iterator[tuple[Figure, Limit]]:
    for figure in limits.__struct_fields__:
        limit = getattr(limits, figure)
        if isinstance(limit, Limit):
            yield figure, limit  # type: ignore[misc]


# -- what contradicts itself ---------------------------------------------------------


def alarm_faults(
    alarms: Alarms, queues: Collection[str], breaks: Collection[str]
) -> Iterator[_Fault]:
    """Whether the logins are anybody's stands in the accounts, not here."""
    for name in alarms.queues:
        if name not in queues:
            yield f"alarms.queues.{name}", "такой очереди нет.", f"Есть: {', '.join(queues)}."
    for name in alarms.roles:
        if name not in get_args(Role):
            known = ", ".join(get_args(Role))
            yield f"alarms.roles.{name}", "такой роли нет.", f"Есть: {known}."
    for key, limits in _sections(alarms):
        for figure, limit in _figures(limits):
            yield from _limit_faults(f"{key}.{figure}", figure, limit)
        for code, limit in getattr(limits, "breaks", {}).items():
            if code not in breaks:
                known = ", ".join(breaks)
                yield f"{key}.breaks.{code}", "такого перерыва нет.", f"Есть: {known}."
            yield from _limit_faults(f"{key}.breaks.{code}", "break_s", limit)
    yield from _telling_faults(alarms)


def _sections(alarms: Alarms) -> Iterator[tuple[str, QueueLimits | PersonLimits]]:
    yield "alarms.every_queue", alarms.every_queue
    yield "alarms.every_person", alarms.every_person
    for section in ("queues", "roles", "people"):
        for name, limits in getattr(alarms, section).items():
            yield f"alarms.{section}.{name}", limits


def _limit_faults(key: str, figure: Figure, limit: Limit) -> Iterator[_Fault]:
    for name in limit.__struct_fields__:
        value = getattr(limit, name)
        if value is not None and not value >= 0:  # nor what is no number
            yield f"{key}.{name}", "число меньше нуля.", "Укажите 0 или больше."
        elif value is not None and figure == "level" and value > 1:
            yield f"{key}.{name}", "уровень — доля от 0 до 1.", f"Например, {value / 100:g}."
    falls = figure in FALLING
    worse, better = ("меньше", "больше") if falls else ("больше", "меньше")

    def is_worse(one: float, other: float) -> bool:
        return one < other if falls else one > other

    if limit.first is not None and limit.second is not None:
        if not is_worse(limit.second, limit.first):
            yield (
                f"{key}.second",
                f"второй предел ({limit.second:g}) не хуже первого ({limit.first:g}).",
                f"Укажите {worse}, чем {limit.first:g}.",
            )
        elif is_worse(
            first_ends := clear_at(figure, limit.first, limit.first_clear),
            clear_at(figure, limit.second, limit.second_clear),
        ):
            yield (
                f"{key}.second_clear",
                "второй уровень кончался бы позже первого.",
                f"Укажите {worse}, чем {first_ends:g}, или уберите.",
            )
    for level in ("first", "second"):
        begins, ends = getattr(limit, level), getattr(limit, f"{level}_clear")
        if ends is not None and begins is None:
            yield f"{key}.{level}_clear", f"нет {level}: кончаться нечему.", f"Добавьте {level}."
        elif ends is not None and not is_worse(begins, ends):
            yield (
                f"{key}.{level}_clear",
                f"уровень кончается ({ends:g}) не там: начинается он при {begins:g}.",
                f"Укажите {better}, чем {begins:g}.",
            )


def _telling_faults(alarms: Alarms) -> Iterator[_Fault]:
    if alarms.hook.url and not _is_address(alarms.hook.url):
        yield "alarms.hook.url", "это не адрес.", "Например, https://chat.example/hooks/ekc."
    if not 0 < alarms.hook.timeout_s <= 30:
        yield "alarms.hook.timeout_s", "ждать столько нельзя.", "От 1 до 30 секунд."
    if not alarms.deputies.after_s >= 5:  # nor what is no number
        yield "alarms.deputies.after_s", "этого не хватит, чтобы ответить.", "5 секунд или больше."
    people = alarms.deputies.people
    if twice := next((login for login in people if people.count(login) > 1), ""):
        yield "alarms.deputies.people", f"«{twice}» назван дважды.", "Оставьте один раз."
    for login in alarms.deputies.telephones:
        if login not in people:
            yield (
                f"alarms.deputies.telephones.{login}",
                "этого логина нет в alarms.deputies.people: ему не позвонят.",
                "Добавьте его туда или уберите отсюда.",
            )


def _is_address(text: str) -> bool:
    try:
        url = urlsplit(text)
        return url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:  # brackets that hold no address, a port that cannot be
        return False
