"""What the keys do that only look."""

from __future__ import annotations

from collections.abc import Callable

from ekc_console.i18n import _
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.panels import Prompt
from ekc_console.tui.supervisor.actions.cursor import cursor
from ekc_console.tui.supervisor.panes.look import Look
from ekc_console.tui.supervisor.screens.alarm_log import AlarmLogScreen
from ekc_console.tui.supervisor.screens.now import NowScreen
from ekc_console.tui.supervisor.screens.opened import OpenedScreen
from ekc_console.tui.supervisor.screens.queue_day import QueueDayScreen


class WatchActions:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.by_id: dict[str, Callable[[], None]] = {
            "watch.open": self.open,
            "watch.find": self.find,
            "watch.sort": self.sort,
            "watch.day": self.day,
            "watch.alarms": self.alarms,
        }

    @property
    def _look(self) -> Look | None:
        screen = self._host.screen
        if isinstance(screen, NowScreen):
            return screen.pane(screen.active).look
        return screen.looked_at if isinstance(screen, OpenedScreen) else None

    def open(self) -> None:
        """As Enter does: for who clicks on the key, or takes it from the list of commands."""
        if isinstance(table := self._host.screen.focused, LineTable):
            table.action_select()

    def alarms(self) -> None:
        if not isinstance(self._host.screen, AlarmLogScreen):
            self._host.open_above(AlarmLogScreen())

    def day(self) -> None:
        queue = cursor(self._host).queue
        if queue is not None and not isinstance(self._host.screen, QueueDayScreen):
            self._host.open_above(QueueDayScreen(queue.id))

    def find(self) -> None:
        if (look := self._look) is None:
            return
        self._host.show_panel(
            Prompt(
                _("Найти: {where}").format(where=_(look.heading)),
                look.find,
                value=look.wanted,
                hint=_("Enter — оставить строки с этими словами; пусто — показать все."),
            )
        )

    def sort(self) -> None:
        if (look := self._look) is not None:
            self._host.tell("info", _("Порядок: {how}").format(how=look.next_order()))
