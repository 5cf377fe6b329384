"""What the cursor stands on, whatever screen of the centre is on top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from ekc_console.client.link.watched import WAITING
from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.i18n import _
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.supervisor.screens.now import NowScreen
from ekc_console.tui.supervisor.screens.opened import OpenedScreen
from ekc_console.wire.watch import CallState, WatchCall, WatchCallback, WatchPerson, WatchQueue

_TALKS: tuple[CallState, ...] = (
    "talking", "held", "consulting", "transferring", "linked", "advising"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cursor:
    """Rows as they are now; None: the cursor is on no such thing, or it is gone."""

    queue: WatchQueue | None = None
    person: WatchPerson | None = None
    call: WatchCall | None = None
    callback: WatchCallback | None = None

    @property
    def waiting(self) -> WatchCall | None:
        """The call, if it waits."""
        return self.call if self.call is not None and self.call.state in WAITING else None

    @property
    def talks(self) -> bool:
        """The person, or the call, is in talk: there is something to hear."""
        if self.person is not None:
            return self.person.state in ("talking", "holding", "consulting")
        return self.call is not None and self.call.state in _TALKS


def cursor(host: Host) -> Cursor:
    screen, watched = host.screen, cast("SupervisorDesk", host.desk).watched
    if not isinstance(screen, NowScreen | OpenedScreen):
        return Cursor()
    things = screen.things()
    return Cursor(
        watched.queues.get(things.get("queue", "")),
        watched.people.get(things.get("person", "")),
        watched.calls.get(things.get("call", "")),
        watched.callbacks.get(things.get("callback", "")),
    )


def opens(host: Host) -> bool:
    """Enter leads somewhere from here."""
    screen = host.screen
    return isinstance(screen, NowScreen | OpenedScreen) and screen.opens


def slid(host: Host) -> bool:
    """Another row has just slid under the cursor."""
    table = host.screen.focused
    return isinstance(table, LineTable) and table.slid


def chosen(host: Host) -> list[WatchCall]:
    """Waiting calls that an order is about: those that are marked, else the one at the cursor.
    None, and a word, where the marked ones wait no more: the order was not meant for another."""
    desk = cast("SupervisorDesk", host.desk)
    if desk.marks_over:
        desk.marks_over = False
        host.tell("info", _("Отмеченные уже не ждут: отметок больше нет."))
        return []
    marked = [desk.watched.calls[call] for call in desk.marked]
    here = cursor(host).waiting
    return sorted(marked, key=lambda c: (c.order or 0.0, c.id)) or ([here] if here else [])
