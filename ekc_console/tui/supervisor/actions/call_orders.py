"""Orders about a call that waits: to another queue, to one person, before the others."""

from __future__ import annotations

from collections.abc import Callable

from ekc_console.client.link.watched import WAITING, Watched
from ekc_console.client.undo import Undo
from ekc_console.i18n import _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import FilterMenu, Menu
from ekc_console.tui.supervisor.actions.cursor import chosen, cursor
from ekc_console.tui.supervisor.actions.ordering import Ordering
from ekc_console.tui.supervisor.present import details, queues
from ekc_console.wire.messages import Command
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
        self._orders = Ordering(host)
        self.by_id: dict[str, Callable[[], None]] = {
            "watch.move": self.move,
            "watch.assign": self.assign,
            "watch.reorder": self.reorder,
        }

    @property
    def _watched(self) -> Watched:
        return self._orders.desk.watched

    def move(self) -> None:
        """The marked calls, where there are several."""
        calls = chosen(self._host)
        if len(calls) > 1:
            self._move_many(calls)
        elif calls:
            self._move(calls[0])

    def _move_many(self, calls: list[WatchCall]) -> None:
        queue_of = {call.id: call.queue for call in calls}

        def back(moved: list[Command]) -> Undo:
            bodies = tuple(
                MoveCall(call=each.call, queue=queue_of[each.call], seen=each.queue)
                for each in moved
                if isinstance(each, MoveCall)
            )
            return Undo(bodies, _("Возвращено вызовов: {n}.").format(n=len(bodies)))

        def picked(queue: str) -> None:
            self._orders.desk.marked.clear()
            title = self._watched.queues[queue].title
            bodies = [
                MoveCall(call=call.id, queue=queue, seen=call.queue)
                for call in calls
                if call.queue != queue
            ]
            if bodies:
                said = _("Передвинуто вызовов: {{n}}, куда: {where}.").format(where=title)
                self._orders.give_many(bodies, said, back)

        heading = _("Передвинуть вызовов: {n}. Куда").format(n=len(calls))
        self._host.show_panel(Choosing(heading, self._queues(), picked))

    def _move(self, call: WatchCall) -> None:
        def picked(queue: str) -> None:
            title = self._watched.queues[queue].title
            self._orders.give(
                MoveCall(call=call.id, queue=queue, seen=call.queue),
                _("Вызов {number} передвинут: {where}.").format(number=_name(call), where=title),
                self._undo(
                    call,
                    MoveCall(call=call.id, queue=call.queue, seen=queue),
                    lambda now: now.queue == queue,
                ),
                call.id,
            )

        heading = _("Передвинуть {number}: куда").format(number=_name(call))
        self._host.show_panel(Choosing(heading, self._queues(but=call.queue), picked))

    def _queues(self, but: str = "") -> list[Choice]:
        """Each with its load beside it."""
        now = self._host.desk.now()
        return [
            Choice(q.id, queues.titled(q), note=load(q, now))
            for q in self._watched.queues.values()
            if q.id != but
        ]

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
            self._orders.give(
                AssignCall(call=call.id, agent=login, seen=call.assigned),
                _("Вызов {number} назначен: {who}.").format(number=_name(call), who=name),
                self._undo(
                    call,
                    AssignCall(call=call.id, agent=call.assigned, seen=login),
                    lambda now: now.assigned == login,
                ),
                call.id,
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
            self._orders.give(
                ReorderCall(call=call.id, priority=int(step)),
                _("Вызов {number}: {how}.").format(number=_name(call), how=title),
                self._undo(
                    call,
                    ReorderCall(call=call.id, priority=call.priority),
                    lambda now: now.priority == int(step),
                ),
                call.id,
            )

        heading = _("Когда принять {number}").format(number=_name(call))
        self._host.show_panel(Menu(heading, choices, picked))

    def _undo(
        self,
        call: WatchCall,
        body: MoveCall | AssignCall | ReorderCall,
        stands: Callable[[WatchCall], bool],
    ) -> Undo:
        """``stands``: what was ordered still holds, and nobody has ordered otherwise since."""

        def too_late(watched: Watched) -> str:
            now = watched.calls.get(call.id)
            if now is None or now.state not in WAITING:
                return _("Отменить поздно: вызов уже не ждёт.")
            return ""

        def holds(watched: Watched) -> bool:
            now = watched.calls.get(call.id)
            return now is not None and stands(now)

        return Undo(body, _("{number}: отменено.").format(number=_name(call)), too_late, holds)


def _name(call: WatchCall) -> str:
    return wording.phone(call.number)


def load(queue: WatchQueue, now: float) -> str:
    """How a queue stands, beside its name."""
    wait = queues.wait_s(queue, now)
    longest = "" if wait is None else _(", дольше всех {time}").format(time=wording.minutes(wait))
    return _("ждут {n}{longest} · готовы {ready}").format(
        n=queue.waiting, longest=longest, ready=queue.ready
    )


def _taking(person: WatchPerson, call: WatchCall) -> tuple[bool, bool, str]:
    """Those first who could take it, of its own queue before others."""
    busy = bool(details.why_not(person, call.queue_title))
    return busy, call.queue not in person.queues, person.name
