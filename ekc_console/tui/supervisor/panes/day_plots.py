"""The day of the queue under the cursor as small plots, below the queues where they leave room."""

from __future__ import annotations

from typing import cast

from textual.content import Content

from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.errors import EkcError
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.supervisor.present import curves
from ekc_console.wire.day.queue_day import GetQueueDay, QueueDay
from ekc_console.wire.watch import WatchQueue

EVERY_S = 60.0
"""The day of a queue is read afresh so often."""
RESTS_S = 1.0
"""The cursor has to stand that long: who goes down the list asks nothing on the way."""
HEIGHT = 10
WIDTH = 120


class DayPlots(Painted):
    """``look`` at a queue, every second and whenever the cursor moves."""

    def __init__(self) -> None:
        super().__init__(id="queues-plots")
        self.display = False
        self._days: dict[str, QueueDay] = {}
        self._asked_at: dict[str, float] = {}
        self._at = ""
        self._since = 0.0
        self._plotted: tuple[str, float, int] | None = None

    def look(self, host: Host, queue: WatchQueue | None, rows: int, room: int) -> None:
        """``rows``: of the table above; ``room``: lines that both have."""
        width = self.parent.size.width if self.parent else 0  # type: ignore[attr-defined]
        self.display = queue is not None and room - rows >= HEIGHT and width >= WIDTH
        if queue is None or not self.display:
            return
        desk = cast("SupervisorDesk", host.desk)
        now = desk.now()
        if queue.id != self._at:
            self._at, self._since = queue.id, now
        if now - self._since >= RESTS_S and now - self._asked_at.get(queue.id, 0.0) >= EVERY_S:
            self._ask(host, desk, queue.id, now)
        self._show(queue, width - 2)

    def _ask(self, host: Host, desk: SupervisorDesk, queue: str, now: float) -> None:
        self._asked_at[queue] = now

        def heard(day: object) -> None:
            self._days[queue] = cast("QueueDay", day)

        def failed(error: EkcError) -> None:
            """Beside everything else: it is asked again in its time."""

        question = GetQueueDay(queue=queue)
        host.work(f"plots:{queue}", lambda: desk.request(question), heard, failed)

    def _show(self, queue: WatchQueue, width: int) -> None:
        day = self._days.get(queue.id)
        key = (queue.id, day.now if day else 0.0, width)
        if key != self._plotted:
            self._plotted = key
            self.paint(curves.beside(day, queue.title, width, HEIGHT) if day else Content(""))
