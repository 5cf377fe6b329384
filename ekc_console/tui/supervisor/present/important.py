"""What asks for somebody: requests for help, what does not work, people who are gone too long."""

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
from ekc_console.tui.supervisor.present import people, queues, words

Kind = Literal["help", "queue", "person", "centre"]
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


def columns() -> tuple[Column, ...]:
    return (Column(" ", 1), Column(_("С"), 5), Column(_("Что")))


def row(item: Item) -> Row:
    at = wording.clock(item.at)[:5] if item.at is not None else ""
    return Row(item.key, (item.mark, at, item.text), STYLES[item.mark])


def items(watched: Watched, view: View, now: float) -> list[Item]:
    """The gravest first: who asks, what is broken, what is beyond."""
    found = [*_help(view), *_centre(watched), *_queues(watched, now), *_people(watched, now)]
    return sorted(found, key=lambda item: "?▲!".index(item.mark))


def _help(view: View) -> Iterator[Item]:
    for request in view.help_requests:
        text = f"{request.name}: {wording.help_line(request)}"
        yield Item(f"help:{request.id}", "help", "?", text, request.at, request.login)


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


def _queues(watched: Watched, now: float) -> Iterator[Item]:
    for queue in watched.queues.values():
        if (wait := queues.wait_s(queue, now)) is None or not queues.grade(queue, now):
            continue
        text = _("{title}: ждут {n}, дольше всех {time}").format(
            title=queue.title, n=queue.waiting, time=wording.wait(wait)
        )
        if not queue.ready:
            text += _(", готовых нет")
        mark, _style = queues.mark_of(queue, now)
        yield Item(f"queue:{queue.id}", "queue", mark, text, queue.longest_since, queue.id)


def _people(watched: Watched, now: float) -> Iterator[Item]:
    for person in watched.people.values():
        mark, _style = people.mark_of(person, now)
        if mark:
            state = people.reason(person) or words.person_state(person.state)
            if not person.console:
                state = _("консоль пропала")
            text = f"{person.name}: {state}"
            yield Item(f"person:{person.id}", "person", mark, text, person.since, person.id)
