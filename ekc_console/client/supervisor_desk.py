"""The supervisor's desk without a screen: sees the whole centre and is on no shift."""

from __future__ import annotations

import asyncio
from typing import Any

from ekc_console.client.desk import Desk
from ekc_console.client.link.connection import Link
from ekc_console.client.link.watched import WAITING, Watched
from ekc_console.client.listening import Listening
from ekc_console.client.reports.month import Month
from ekc_console.client.undo import Undo
from ekc_console.domain.terms.rights import may
from ekc_console.errors import EkcError
from ekc_console.wire.watch import StartWatch, WatchNews

AGAIN_S = 1.0
"""The centre is not asked for more often."""


class SupervisorDesk(Desk):
    """``watched`` is the centre; ``changed`` tells ``watch`` when it has changed."""

    shift = False
    workplace = "supervisor"

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.watched = Watched()
        self.listening = Listening(self)
        self.month = Month(self)
        self.undo: Undo | None = None
        self.under_way: set[str] = set()
        """Orders that are given and not yet done: what :attr:`undo` takes back came before them."""
        self.marked: set[str] = set()
        """Ids of calls that the next order is about; one leaves when it waits no more."""
        self.marks_over = False
        """The last of them have left so, and nobody was told yet."""
        self.call_over_at = float("-inf")
        """When the own call went, as :meth:`now`."""
        self._in_call = False
        self._asking: asyncio.Task[None] | None = None

    def age_s(self) -> float | None:
        """Of what is known of the centre; None while nothing is."""
        return None if self.watched.at is None else max(0.0, self.now() - self.watched.at)

    def on_link(self, link: Link) -> None:
        super().on_link(link)
        if link.state == "online":
            self._ask()

    def on_view(self) -> None:
        self.listening.follow()
        had_call, self._in_call = self._in_call, self.view.call is not None
        if had_call and not self._in_call:
            self.call_over_at = self.now()
        if not self._watches():
            self.watched = Watched()
        super().on_view()

    def on_watch(self, news: WatchNews) -> None:
        if not self.watched.apply(news):
            self._ask()
        if self.undo is not None:
            self.undo.look(self.watched)
        self._unmark()
        self.changed("watch")

    def _unmark(self) -> None:
        calls = self.watched.calls
        waiting = {each for each in self.marked if each in calls and calls[each].state in WAITING}
        self.marks_over = bool(self.marked and not waiting) or self.marks_over
        self.marked &= waiting

    def _ask(self) -> None:
        """To be told of the centre, anew after every break. A role that sees it no more, with a
        call in hand, keeps that alone."""
        if not self._watches():
            self.watched = Watched()
            return
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._start_watch(), name="watch")

    def _watches(self) -> bool:
        me = self.view.me
        return me is None or (may(me.role, "watch") and not me.last_call)

    async def _start_watch(self) -> None:
        try:
            await self.request(StartWatch())
        except EkcError as error:
            self.notify("error", error.in_one_line)
        await asyncio.sleep(AGAIN_S)

    async def close(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
        self.month.close()
        await super().close()
