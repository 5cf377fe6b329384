"""Who sees to what is beyond its limits, and what can wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from ekc_console.client.link.watched import Watched
from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.i18n import _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import Menu
from ekc_console.tui.supervisor.present import alarms
from ekc_console.tui.supervisor.present.important import Item
from ekc_console.tui.supervisor.screens.now import NowScreen
from ekc_console.tui.supervisor.screens.opened import OpenedScreen
from ekc_console.wire.centre.alarms import AcknowledgeAlarm, AlarmCommand, SnoozeAlarm, WatchAlarm

SNOOZES_MIN = (5, 15, 30)


def alarm_at(host: Host) -> WatchAlarm | None:
    """The alarm under the cursor; of a queue or a person the gravest that nobody sees to."""
    screen, watched = host.screen, _watched(host)
    if isinstance(screen, NowScreen):
        found = screen.pane(screen.active).meant
        if isinstance(found, Item) and found.alarm:
            return watched.alarms.get(found.alarm)
    if not isinstance(screen, NowScreen | OpenedScreen):
        return None
    things, now = screen.things(), host.desk.now()
    mine = (
        *watched.alarms_of("queue", things.get("queue", "")),
        *watched.alarms_of("person", things.get("person", "")),
    )
    return min(mine, key=lambda alarm: (alarms.is_quiet(alarm, now), -alarm.level), default=None)


class AlarmActions:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.by_id: dict[str, Callable[[], None]] = {
            "alarm.acknowledge": self.acknowledge,
            "alarm.withdraw": self.withdraw,
            "alarm.snooze": self.snooze,
            "alarm.wake": self.wake,
        }

    def acknowledge(self) -> None:
        if alarm := alarm_at(self._host):
            done = _("Принято: {what}. A ещё раз — взять назад.").format(what=self._name(alarm))
            self._order(AcknowledgeAlarm(alarm=alarm.id), done)

    def withdraw(self) -> None:
        """Of another one only when asked: the key may have been meant for what he was faster at."""
        if (alarm := alarm_at(self._host)) is None:
            return
        done = _("Больше не принято: {what}.").format(what=self._name(alarm))
        order = AcknowledgeAlarm(alarm=alarm.id, withdraw=True)
        self._undo_of(
            alarm.seen_by,
            _("Этим уже занимаются. Взять чужое «принял» назад?"),
            _("{name}, с {at}: {what}.").format(
                what=self._name(alarm), at=_clock(alarm.seen_at), name=alarm.seen_by
            ),
            lambda: self._order(order, done),
        )

    def snooze(self) -> None:
        if (alarm := alarm_at(self._host)) is None:
            return
        choices = [
            Choice(str(minutes), _("на {n} мин").format(n=minutes), str(index))
            for index, minutes in enumerate(SNOOZES_MIN, start=1)
        ]

        def picked(minutes: str) -> None:
            done = _("Отложено на {n} мин: {what}. S — не ждать.").format(
                n=minutes, what=self._name(alarm)
            )
            self._order(SnoozeAlarm(alarm=alarm.id, for_s=float(minutes) * 60), done)

        heading = _("Отложить: {what}").format(what=self._name(alarm))
        self._host.show_panel(Menu(heading, choices, picked))

    def wake(self) -> None:
        """Of another one only when asked, as :meth:`withdraw`."""
        if (alarm := alarm_at(self._host)) is None:
            return
        done = _("Больше не отложено: {what}.").format(what=self._name(alarm))
        order = SnoozeAlarm(alarm=alarm.id, for_s=0.0)
        self._undo_of(
            alarm.snoozed_by,
            _("Это уже отложено. Напоминать снова?"),
            _("{name}, до {at}: {what}.").format(
                what=self._name(alarm), at=_clock(alarm.snoozed_until), name=alarm.snoozed_by
            ),
            lambda: self._order(order, done),
        )

    def _undo_of(self, who: str, question: str, about: str, then: Callable[[], None]) -> None:
        """``who``: the name of who has done it."""
        me = self._host.desk.view.me
        if me is not None and who == me.name:
            then()
        else:
            self._host.confirm(question, about, no=_("Оставить"), yes=_("Взять назад"), then=then)

    def _name(self, alarm: WatchAlarm) -> str:
        return alarms.title(alarm, _watched(self._host))

    def _order(self, body: AlarmCommand, done: str) -> None:
        """A refusal is told in the server's words."""
        self._host.work(
            f"alarm:{type(body).__name__}",
            lambda: self._host.desk.request(body),
            lambda _result: self._host.tell("info", done),
        )


def _clock(at: float | None) -> str:
    return "" if at is None else wording.clock(at)[:5]


def _watched(host: Host) -> Watched:
    return cast("SupervisorDesk", host.desk).watched
