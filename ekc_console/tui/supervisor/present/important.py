"""What asks for somebody: requests for help, what does not work, what is beyond its limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ekc_console.client.link.view import View
from ekc_console.client.link.watched import Watched
from ekc_console.client.words.saying import said
from ekc_console.i18n import _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.tui.supervisor.present import alarms

Kind = Literal["help", "queue", "person", "centre"]
BESIDE = 12
"""Cells of a line that are not the text's."""
STYLES = {"▲": "bold $text-error", "!": "$text-warning", "?": "bold $text-accent"}


@dataclass(frozen=True, slots=True)
class Item:
    """``about``: id of what Enter leads to, by ``kind``."""

    key: str
    kind: Kind
    mark: str
    text: str
    at: float | None = None
    about: str = ""
    alarm: str = ""
    """Its id, where it is one."""
    quiet: bool = False
    """Somebody sees to it, or it can wait."""


def columns() -> tuple[Column, ...]:
    return (Column(" ", 1), Column(_("С"), 5), Column(_("Что")))


def row(item: Item) -> Row:
    at = wording.clock(item.at)[:5] if item.at is not None else ""
    return Row(item.key, (item.mark, at, item.text), "$muted" if item.quiet else STYLES[item.mark])


def items(watched: Watched, view: View, now: float) -> list[Item]:
    """The gravest first: who asks, what is broken, what is beyond; last what somebody sees to."""
    found = [
        *_help(view),
        *_unreached(watched),
        *_centre(watched),
        *_alarms(watched, now),
        *_gone(watched),
    ]
    return sorted(found, key=lambda item: (item.quiet, "?▲!".index(item.mark)))


def _help(view: View) -> Iterator[Item]:
    for request in view.help_requests:
        text = f"{request.name}: {wording.help_line(request)}"
        yield Item(f"help:{request.id}", "help", "?", text, request.at, request.login)


def _unreached(watched: Watched) -> Iterator[Item]:
    """Who was cut off in an emergency and is not reached: until somebody has spoken with them, or
    has closed the callback with a reason."""
    for owed in watched.callbacks.values():
        if owed.given_up:
            text = _("ЭКСТРЕННО {number}: не дозвонились за {n}. Перезвоните или закройте.")
            said = text.format(number=wording.phone(owed.number), n=owed.attempts)
            yield Item(f"urgent:{owed.id}", "centre", "▲", said, owed.since)


def _centre(watched: Watched) -> Iterator[Item]:
    centre = watched.centre
    if centre.engine != "up":
        why = said(centre.engine_words) if centre.engine_words else ""
        word = (
            _("Телефония не видна: разговоры идут, новых вызовов нет.")
            if centre.engine == "out_of_sight"
            else _("Телефония не работает.")
        )
        yield Item("engine", "centre", "▲", f"{word} {why}".strip())
    for name, state in centre.trunks.items():
        if state != "up":
            text = (
                _("Транк {name} не зарегистрирован: с него не звонят.")
                if state == "down"
                else _("Транк {name}: наружу не дозвониться.")
            )
            yield Item(f"trunk:{name}", "centre", "!", text.format(name=name))
    if centre.no_way_out:
        yield Item("way out", "centre", "▲", _("Исходящие вызовы не проходят."))
    for index, one in enumerate(centre.not_in_order):
        yield Item(f"order:{index}", "centre", "!", said(one))


def _alarms(watched: Watched, now: float) -> Iterator[Item]:
    for alarm in watched.alarms.values():
        mark, _style = alarms.MARKS[alarm.level]
        text = " · ".join(
            filter(None, (alarms.sentence(alarm, watched, now), alarms.attended(alarm, now)))
        )
        yield Item(
            f"alarm:{alarm.id}", alarm.about, mark, text, alarm.at, alarm.thing, alarm.id,
            alarms.is_quiet(alarm, now),
        )  # fmt: skip


def _gone(watched: Watched) -> Iterator[Item]:
    for person in watched.people.values():
        if not person.console:
            text = _("{name}: консоль пропала").format(name=person.name)
            yield Item(f"person:{person.id}", "person", "▲", text, person.since, person.id)
