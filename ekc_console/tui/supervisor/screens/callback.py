"""Somebody who is owed a call, opened."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content
from textual.widget import Widget

from ekc_console.client.link.watched import Watched
from ekc_console.i18n import N_, _
from ekc_console.tui.supervisor.present import callbacks, details
from ekc_console.tui.supervisor.screens.opened import OpenedScreen


class CallbackScreen(OpenedScreen):
    kind = "callback"
    heading = N_("Обратный вызов")
    about = N_(
        "Кому должны перезвонить: когда и сколько раз звонил, сколько раз набирали мы, что с ним "
        "сейчас. Поручить, отложить, разрешить и закрыть можно и здесь."
    )

    def compose_lists(self) -> Iterator[Widget]:
        return iter(())

    def told(self, watched: Watched, now: float) -> tuple[str, Content]:
        row = watched.callbacks.get(self.thing)
        if row is None:
            return self.thing, details.gone(_("Этого обратного вызова уже нет в списке."))
        return row.topic_title or row.queue_title, details.lines(callbacks.facts(row, watched, now))

    def paint_lists(self, watched: Watched, now: float) -> None:
        """There are none."""
