"""A call: where it is, how it came there and why; also when it has ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Label

from ekc_console.client.link.watched import Watched
from ekc_console.i18n import N_, _
from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.supervisor.present import call_story, details
from ekc_console.tui.supervisor.screens.asked import AskedScreen
from ekc_console.wire.day.story import CallStory, GetCallStory


class CallScreen(AskedScreen[CallStory]):
    kind = "call"
    kinds: ClassVar[Mapping[str, str]] = {}
    rows_open = False
    heading = N_("Вызов")
    about = N_(
        "Один вызов, живой или законченный: где он и давно ли, как пришёл, что выбрал в меню, "
        "какое у него место в очереди, кому предложен, у кого он, что уже заполнено в карточке. "
        "Ниже — «почему так»: строки журнала о нём, и при каждом решении — кого спросили и почему "
        "не других."
    )

    def question(self) -> GetCallStory:
        return GetCallStory(call=self.thing)

    def state(self) -> object:
        row = self.desk.watched.calls.get(self.thing)
        return None if row is None else (row.state, row.since, row.queue, row.priority, row.person)

    def compose_lists(self) -> ComposeResult:
        yield Label(_("Почему так"), classes="subtitle", id="opened-why")
        yield LazyTable(call_story.columns(), self.nothing_yet, id="opened-story")

    def told(self, watched: Watched, now: float) -> tuple[str, Content]:
        row, story = watched.calls.get(self.thing), self.answer
        known = call_story.fields(story)
        if row is not None:
            facts = [*details.call_facts(row, watched, now), *known]
            return row.topic_title or self.thing, details.lines(facts)
        about = story.about if story is not None else None
        if about is not None and about.ended_at is not None:
            return about.topic_title or self.thing, details.lines(
                [*call_story.ended(about), *known]
            )
        return self.thing, details.gone(_("Вызов закончен."))

    def paint_lists(self, watched: Watched, now: float) -> None:
        empty = self.nothing_yet if self.answer is None else call_story.nothing()
        self.show("opened-story", call_story.rows(self.answer), empty)
        self.query_one("#opened-why", Label).update(call_story.heading(self.answer))
