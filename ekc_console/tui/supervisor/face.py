"""The supervisor's console: what makes it one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from textual.content import Content

from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.i18n import N_
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.keys.conditions import Situation
from ekc_console.tui.supervisor.actions import demo
from ekc_console.tui.supervisor.actions.alarms import AlarmActions, alarm_at
from ekc_console.tui.supervisor.actions.attention import Attention
from ekc_console.tui.supervisor.actions.call_orders import CallOrders
from ekc_console.tui.supervisor.actions.callback_orders import CallbackOrders
from ekc_console.tui.supervisor.actions.centre_orders import CentreOrders
from ekc_console.tui.supervisor.actions.cursor import Cursor, cursor, opens, slid
from ekc_console.tui.supervisor.actions.duty_orders import DutyOrders
from ekc_console.tui.supervisor.actions.listening import ListeningActions, shows_talks
from ekc_console.tui.supervisor.actions.many_orders import ManyOrders
from ekc_console.tui.supervisor.actions.month import MonthActions
from ekc_console.tui.supervisor.actions.ordering import Ordering
from ekc_console.tui.supervisor.actions.watching import WatchActions
from ekc_console.tui.supervisor.actions.writing import Writing, addressee
from ekc_console.tui.supervisor.present import alarms, top
from ekc_console.tui.supervisor.present.status import SpokenCentre
from ekc_console.tui.supervisor.screens.month import MonthScreen
from ekc_console.tui.supervisor.screens.now import NowScreen
from ekc_console.tui.supervisor.screens.opened import OpenedScreen


class SupervisorFace:
    workplace = N_("Экран смены")

    def __init__(self) -> None:
        self._attention = Attention()
        self._spoken = SpokenCentre()

    def desk(self, active: str) -> NowScreen:
        return NowScreen(active)

    def title(self, host: Host, width: int, now: float) -> Content:
        return top.line(cast("SupervisorDesk", host.desk), width, now)

    def sentences(self, host: Host) -> Mapping[str, str]:
        return self._spoken.sentences(cast("SupervisorDesk", host.desk))

    def news(self, host: Host) -> str:
        return self._attention.look(cast("SupervisorDesk", host.desk))

    def commands(self, host: Host) -> Mapping[str, Callable[[], None]]:
        return {
            **WatchActions(host).by_id,
            **CallOrders(host).by_id,
            **CentreOrders(host).by_id,
            **CallbackOrders(host).by_id,
            **DutyOrders(host).by_id,
            **ManyOrders(host).by_id,
            "watch.write": Writing(host).write,
            "watch.undo": Ordering(host).take_back,
            **ListeningActions(host).by_id,
            **AlarmActions(host).by_id,
            **MonthActions(host).by_id,
            "demo.fault": lambda: demo.ask_fault(host),
        }

    def situated(self, host: Host, situation: Situation) -> Situation:
        centre = isinstance(host.screen, NowScreen | OpenedScreen)
        here = centre and not host.panel_open
        reporting = isinstance(host.screen, MonthScreen)
        talks = shows_talks(host) and not host.panel_open
        at = cursor(host) if here else Cursor()
        alarm = alarm_at(host) if here else None
        desk = cast("SupervisorDesk", host.desk)
        return replace(
            situation,
            # Between talks one is on no shift: what the line was brought up for makes none.
            me="offline" if situation.me == "break" else situation.me,
            shift=False,
            desk="supervisor",
            panel=host.panel_open,
            # Its own card is finished from the list (F3): these screens have no pane for it.
            card_open=situation.card_open and not (centre or reporting),
            watching=here,
            at_opening=here and opens(host),
            slid=here and slid(host),
            talks_in_sight=talks,
            at_talk=at.talks,
            listening=desk.listening.now is not None or desk.listening.just_over,
            at_waiting=at.waiting is not None,
            marks=bool(desk.marked) or desk.marks_over,
            at_person=at.person is not None,
            at_addressee=addressee(host, at) is not None,
            at_queue=at.queue is not None,
            at_number=any(thing and thing.number for thing in (at.call, at.callback)),
            at_callback=at.callback is not None,
            callback_urgent=at.callback is not None and at.callback.kind == "urgent",
            number_held=at.callback is not None and bool(at.callback.held),
            number_released=at.callback is not None and at.callback.released,
            undoable=desk.undo is not None or bool(desk.under_way),
            queue_paused=at.queue is not None and at.queue.paused,
            queue_closed=at.queue is not None and at.queue.closed,
            alarm="" if alarm is None else "seen" if alarm.seen_by else "unseen",
            alarm_snoozed=alarm is not None and alarms.is_snoozed(alarm, host.desk.now()),
            reporting=reporting and not host.panel_open,
            report_running=desk.month.running,
            report_undoable=desk.month.dropped is not None,
            in_demo=demo.is_around(),
        )
