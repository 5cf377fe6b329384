"""What people call the things that calls are told apart by."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ekc_console.client.words.kinds import OUTCOMES
from ekc_console.config import Config
from ekc_console.i18n import N_, _

TITLES: Mapping[str, str] = {
    "queue": N_("Очередь"),
    "topic": N_("Тема"),
    "agent": N_("Оператор"),
    "team": N_("Команда"),
    "called": N_("Набранный номер"),
    "direction": N_("Направление"),
    "outcome": N_("Чем кончилось"),
    "clinic": N_("Клиника"),
    "disposition": N_("Итог"),
}
_NONE: Mapping[str, str] = {
    "queue": N_("без очереди"),
    "topic": N_("без темы"),
    "agent": N_("без оператора"),
    "team": N_("без команды"),
    "called": N_("номер неизвестен"),
    "clinic": N_("без клиники"),
    "disposition": N_("без итога"),
}
_DIRECTIONS: Mapping[str, str] = {"in": N_("входящие"), "out": N_("исходящие")}


_ORDERED = ("queue", "topic", "team", "outcome")
"""In whose order in the settings people look for them."""
_LAST = 1_000_000


@dataclass(frozen=True, slots=True)
class Names:
    """By kind, then by id. What has gone from the settings since keeps its id."""

    known: Mapping[str, Mapping[str, str]]

    def of(self, by: str, key: str) -> str:
        if not key:
            return _(_NONE.get(by, ""))
        titles = self.known.get(by)
        if titles is None or key in titles:
            return titles[key] if titles else key
        if by in ("queue", "topic", "team"):
            return _("{id} (нет в настройках)").format(id=key)
        return key

    def place(self, by: str | None, key: str) -> tuple[int, str]:
        """Where it comes among its like: in the order of the settings, then by name, none last."""
        if not by or not key:
            return _LAST, ""
        order = list(self.known.get(by, ())) if by in _ORDERED else []
        return (order.index(key) if key in order else len(order)), self.of(by, key)

    def unknown(self, by: str, wanted: Sequence[str]) -> list[str]:
        """Those of ``wanted`` that nothing is called."""
        titles = self.known.get(by)
        return [] if titles is None else [key for key in wanted if key and key not in titles]

    def missing(self, by: str, key: str) -> str:
        """That nothing is called so, and what is."""
        what, ids = _(TITLES[by]), ", ".join(self.known[by])
        if not ids:
            return _("{what} «{id}»: такого имени нет.").format(what=what, id=key)
        return _("{what} «{id}»: такого имени нет. Есть: {known}.").format(
            what=what, id=key, known=ids
        )


def names(config: Config, conn: sqlite3.Connection) -> Names:
    from ekc_console.server.store.calls.scenarios import dispositions
    from ekc_console.server.store.people import accounts

    return Names(
        {
            "queue": {queue.id: queue.title for queue in config.queues},
            "topic": {topic.code: topic.title for topic in config.topics},
            "team": {team.id: team.title for team in config.teams},
            "agent": {person.login: person.name for person in accounts.everybody(conn)},
            "direction": {key: _(title) for key, title in _DIRECTIONS.items()},
            "outcome": {key: _(title) for key, title in OUTCOMES.items()},
            "disposition": dispositions(conn),
        }
    )
