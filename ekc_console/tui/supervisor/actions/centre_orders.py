"""Orders about queues and people, and the announcement to all callers."""

from __future__ import annotations

from collections.abc import Callable

from ekc_console.client.link.watched import Watched
from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.client.undo import Undo
from ekc_console.i18n import _
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import Menu, Prompt
from ekc_console.tui.supervisor.actions.cursor import cursor
from ekc_console.tui.supervisor.actions.ordering import Ordering, left
from ekc_console.wire.supervision import ForceAgent, PauseQueue, ResumeQueue
from ekc_console.wire.watch import WatchPerson, WatchQueue
from ekc_console.wire.way_in import CloseQueue, OpenQueue, SetAnnouncement

CLOSED_FOR_MIN = (15, 30, 60, 120)
BREAK = "break:"
"""Before the code of a break, among the choices."""


class CentreOrders:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._orders = Ordering(host)
        self.by_id: dict[str, Callable[[], None]] = {
            "watch.pause": self.pause,
            "watch.resume": self.resume,
            "watch.close_queue": self.close,
            "watch.open_queue": self.open,
            "watch.force": self.force,
            "watch.announce": self.announce,
        }

    @property
    def _desk(self) -> SupervisorDesk:
        return self._orders.desk

    # -- queues --------------------------------------------------------------------

    def pause(self) -> None:
        """Asked first: who waits will wait on."""
        if (queue := cursor(self._host).queue) is None:
            return
        said = _("Очередь «{title}» на паузе.").format(title=queue.title)
        self._host.confirm(
            _("Приостановить очередь «{title}»?").format(title=queue.title),
            _(
                "Вызовы ждут и никому не предлагаются, пока паузу не снимут. Сейчас ждут: {n}."
            ).format(n=queue.waiting),
            no=_("Не надо"),
            yes=_("Приостановить"),
            then=lambda: self._orders.give(
                PauseQueue(queue=queue.id),
                said,
                _undo_queue(queue, ResumeQueue(queue=queue.id), lambda now: now.paused),
            ),
        )

    def resume(self) -> None:
        if queue := cursor(self._host).queue:
            said = _("Очередь «{title}»: пауза снята.").format(title=queue.title)
            back = _undo_queue(queue, PauseQueue(queue=queue.id), lambda now: not now.paused)
            self._orders.give(ResumeQueue(queue=queue.id), said, back)

    def close(self) -> None:
        if (queue := cursor(self._host).queue) is None:
            return
        choices = [
            Choice(str(minutes * 60), _("на {n} мин").format(n=minutes), str(index))
            for index, minutes in enumerate(CLOSED_FOR_MIN, start=1)
        ]
        last = str(len(choices) + 1)
        choices.append(Choice("", _("пока не откроют"), last))

        def picked(seconds: str) -> None:
            body = CloseQueue(queue=queue.id, for_s=float(seconds) if seconds else None)
            said = _("Очередь «{title}» закрыта.").format(title=queue.title)
            back = _undo_queue(queue, OpenQueue(queue=queue.id), lambda now: now.closed)
            self._orders.give(body, said, back)

        heading = _("Закрыть «{title}» для новых вызовов").format(title=queue.title)
        self._host.show_panel(Menu(heading, choices, picked))

    def open(self) -> None:
        if queue := cursor(self._host).queue:
            said = _("Очередь «{title}» открыта.").format(title=queue.title)
            self._orders.give(OpenQueue(queue=queue.id), said)

    # -- people --------------------------------------------------------------------

    def force(self) -> None:
        if (person := cursor(self._host).person) is None:
            return
        welcome = self._desk.welcome
        choices = [Choice("ready", _("готов принимать вызовы"), "1")]
        for index, reason in enumerate(welcome.break_reasons if welcome else (), start=2):
            title = _("перерыв: {reason}").format(reason=reason.title)
            choices.append(Choice(BREAK + reason.code, title, str(index) if index < 9 else ""))
        choices.append(Choice("offline", _("закончить смену"), "9"))
        heading = _("{name}: какое состояние").format(name=person.name)
        self._host.show_panel(Menu(heading, choices, lambda choice: self._force(person, choice)))

    def _force(self, person: WatchPerson, choice: str) -> None:
        if choice == "offline":
            self._host.confirm(
                _("Закончить смену: {name}?").format(name=person.name),
                _("Идущий вызов закончится обычным порядком, новых не будет. Войти снова можно."),
                no=_("Не надо"),
                yes=_("Закончить смену"),
                then=lambda: self._orders.give(
                    ForceAgent(agent=person.id, state="offline"),
                    (
                        _("{name}: смена закончится после вызова.")
                        if person.call
                        else _("{name}: смена закончена.")
                    ).format(name=person.name),
                    _undo_person(person, self._back_to(person), lambda now: now.pending_logout),
                ),
            )
        elif choice == "ready":
            self._orders.give(
                ForceAgent(agent=person.id, state="ready"),
                _("{name}: на линии.").format(name=person.name),
                _undo_person(person, self._back_to(person), lambda now: now.state != "break"),
            )
        else:
            code = choice.removeprefix(BREAK)
            known = self._desk.welcome.break_reasons if self._desk.welcome else ()
            title = next((each.title for each in known if each.code == code), code)
            self._orders.give(
                ForceAgent(agent=person.id, state="break", reason=code),
                (
                    _("{name}: перерыв «{reason}» после вызова.")
                    if person.call
                    else _("{name}: перерыв «{reason}».")
                ).format(name=person.name, reason=title),
                _undo_person(
                    person,
                    self._back_to(person),
                    lambda now: now.state == "break" or bool(now.pending_break),
                ),
            )

    def _back_to(self, person: WatchPerson) -> ForceAgent:
        """The break the person was on, or ready: who has a call goes on with it."""
        welcome = self._desk.welcome
        known = welcome.break_reasons if welcome else ()
        titled = {reason.title: reason.code for reason in known}
        title = person.reason if person.state == "break" else person.pending_break
        if title in titled:
            return ForceAgent(agent=person.id, state="break", reason=titled[title])
        return ForceAgent(agent=person.id, state="ready")

    # -- everybody who calls ---------------------------------------------------------

    def announce(self) -> None:
        now = self._desk.watched.centre.announcement

        def set_it(text: str) -> None:
            said = _("Объявление включено.") if text.strip() else _("Объявление убрано.")
            if text.split() != now.split():
                self._orders.give(SetAnnouncement(text=text), said, _undo_announcement(now, text))

        self._host.show_panel(
            Prompt(
                _("Объявление"),
                set_it,
                value=now,
                hint=_("Enter — включить: его услышит каждый новый звонящий. Пусто — убрать."),
            )
        )


def _undo_queue(
    queue: WatchQueue,
    body: PauseQueue | ResumeQueue | OpenQueue,
    stands: Callable[[WatchQueue], bool],
) -> Undo:
    def holds(watched: Watched) -> bool:
        now = watched.queues.get(queue.id)
        return now is not None and stands(now)

    done = _("Очередь «{title}»: отменено.").format(title=queue.title)
    return Undo(body, done, stands=holds)


def _undo_person(
    person: WatchPerson, body: ForceAgent, stands: Callable[[WatchPerson], bool]
) -> Undo:
    def holds(watched: Watched) -> bool:
        now = watched.people.get(person.id)
        return now is not None and stands(now)

    done = _("{name}: отменено.").format(name=person.name)
    return Undo(body, done, lambda watched: left(watched, person), holds)


def _undo_announcement(before: str, text: str) -> Undo:
    def holds(watched: Watched) -> bool:
        return watched.centre.announcement.split() == text.split()

    done = _("Объявление снова прежнее.")
    return Undo(SetAnnouncement(text=before), done, stands=holds)
