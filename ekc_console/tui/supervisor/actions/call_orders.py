"""Orders about a call that waits: to another queue, to one person, before the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from ekc_console.client.link.watched import Watched
from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.i18n import _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import FilterMenu, Menu
from ekc_console.tui.supervisor.actions.cursor import cursor
from ekc_console.tui.supervisor.present import details, queues
from ekc_console.wire.supervision import AssignCall, MoveCall, ReorderCall
from ekc_console.wire.watch import WatchCall, WatchPerson, WatchQueue

STEPS = (10, 1, 0, -1)
"""Priorities that are offered."""


class Choosing(FilterMenu):
    """A long list, narrowed by typing."""

    @property
    def placeholder(self) -> str:  # type: ignore[override]
        return _("Начните набирать название или имя")


class CallOrders:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.by_id: dict[str, Callable[[], None]] = {
            "watch.move": self.move,
            "watch.assign": self.assign,
            "watch.reorder": self.reorder,
        }

    @property
    def _watched(self) -> Watched:
        return cast("SupervisorDesk", self._host.desk).watched

    def move(self) -> None:
        if (call := cursor(self._host).waiting) is None:
            return
        now = self._host.desk.now()
        others = [q for q in self._watched.queues.values() if q.id != call.queue]
        choices = [Choice(q.id, queues.titled(q), note=_load(q, now)) for q in others]

        def picked(queue: str) -> None:
            title = self._watched.queues[queue].title
            self._order(
                MoveCall(call=call.id, queue=queue),
                _("Вызов {number} передвинут: {where}.").format(number=_name(call), where=title),
            )

        heading = _("Передвинуть {number}: куда").format(number=_name(call))
        self._host.show_panel(Choosing(heading, choices, picked))

    def assign(self) -> None:
        if (call := cursor(self._host).waiting) is None:
            return
        people = sorted(self._watched.people.values(), key=lambda p: _taking(p, call))
        choices = [
            Choice(p.id, p.name, note=details.why_not(p, call.queue_title) or _("готов"))
            for p in people
        ]

        def picked(login: str) -> None:
            name = self._watched.people[login].name if login in self._watched.people else login
            self._order(
                AssignCall(call=call.id, agent=login),
                _("Вызов {number} назначен: {who}.").format(number=_name(call), who=name),
            )

        heading = _("Назначить {number}: кому").format(number=_name(call))
        self._host.show_panel(Choosing(heading, choices, picked))

    def reorder(self) -> None:
        if (call := cursor(self._host).waiting) is None:
            return
        titles = (_("раньше всех"), _("раньше обычных"), _("как обычно"), _("позже обычных"))
        choices = [
            Choice(str(step), title, str(index), step == call.priority)
            for index, (step, title) in enumerate(zip(STEPS, titles, strict=True), start=1)
        ]

        def picked(step: str) -> None:
            title = titles[STEPS.index(int(step))]
            self._order(
                ReorderCall(call=call.id, priority=int(step)),
                _("Вызов {number}: {how}.").format(number=_name(call), how=title),
            )

        heading = _("Когда принять {number}").format(number=_name(call))
        self._host.show_panel(Menu(heading, choices, picked))

    def _order(self, body: MoveCall | AssignCall | ReorderCall, done: str) -> None:
        """A refusal is told in the server's words."""
        self._host.work(
            f"order:{body.call}",
            lambda: self._host.desk.request(body),
            lambda _result: self._host.tell("info", done),
        )


def _name(call: WatchCall) -> str:
    return wording.phone(call.number)


def _load(queue: WatchQueue, now: float) -> str:
    wait = queues.wait_s(queue, now)
    longest = "" if wait is None else _(", дольше всех {time}").format(time=wording.minutes(wait))
    return _("ждут {n}{longest} · готовы {ready}").format(
        n=queue.waiting, longest=longest, ready=queue.ready
    )


def _taking(person: WatchPerson, call: WatchCall) -> tuple[bool, bool, str]:
    """Those first who could take it, of its own queue before others."""
    busy = bool(details.why_not(person, call.queue_title))
    return busy, call.queue not in person.queues, person.name
