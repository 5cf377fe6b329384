"""A sign of an emergency in what is being typed: its words to say, and the key that calls."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.content import Content
from textual.message import Message
from textual.timer import Timer

from ekc_console.errors import EkcError
from ekc_console.tui.operator.present.side_work import sign_found
from ekc_console.tui.shared.host import host_of
from ekc_console.tui.shared.keys.conditions import enabled
from ekc_console.tui.shared.keys.registry import BY_ID
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.wire.side_work import KnowledgeFound

PAUSE_S = 0.15
"""Between the first key and the search: those that follow within it are searched for together."""
MOST_S = 1.0
"""Longest that anybody waits for what the last letters say."""
CALLS = ("call.emergency", "emergency.dial")


class TypedSign(Painted):
    """Takes no focus and no key. What was found stays until the text says otherwise: a search that
    fails says nothing."""

    class Changed(Message):
        """It takes more room or less."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._typed = ""
        self._asked = ""
        """What the search that is under way is for, or the last one was."""
        self._pause: Timer | None = None
        self._service = ""
        self._searching = False
        self._waiting: dict[str, Callable[[], None]] = {}
        self._longest: Timer | None = None

    def on_resize(self, _event: events.Resize) -> None:
        """The words have got their room only now."""
        self.post_message(self.Changed())

    def lines(self, width: int) -> int:
        """That it takes on a screen of so many columns."""
        return sum(-(-line.cell_length // width) for line in self.shown.split("\n"))

    @property
    def service(self) -> str:
        """That the sign in sight asks for; empty: none is."""
        return self._service if self.display else ""

    def judge(self, typed: str) -> None:
        """The text as it is now; empty where there is nothing to search. Once help is called
        nothing is found any more."""
        typed = "" if self._help_is_called else " ".join(typed.split())
        if typed == self._typed and (self._asked or not typed):  # nothing is asked: it failed
            return
        self._typed = typed
        if not typed.strip():
            self._asked = ""
            self._show(KnowledgeFound(items=()))
        elif self._pause is None:
            self._pause = self.set_timer(PAUSE_S, self._ask)

    def when_known(self, what: str, then: Callable[[], None]) -> None:
        """``then`` runs when the text as it is now is judged or cannot be: at once where it is; of
        several for the same ``what`` the last."""
        if self._pause is None and not self._searching:
            then()
            return
        self._waiting[what] = then
        if self._longest is None:
            self._longest = self.set_timer(MOST_S, self._known)
        if self._pause is not None:
            self._pause.stop()
            self._ask()

    def _known(self) -> None:
        waiting, self._waiting = self._waiting, {}
        if self._longest is not None:
            self._longest.stop()
            self._longest = None
        for then in waiting.values():
            then()

    @property
    def _help_is_called(self) -> bool:
        call = host_of(self).desk.view.call
        services = call.services if call else ()
        return host_of(self).situation().emergency or any(one.answered_at for one in services)

    def _ask(self) -> None:
        self._pause = None
        if self._searching:
            return  # what was typed on is asked for then
        if self._typed.strip() and self._typed != self._asked:
            self._asked, self._searching = self._typed, True
            host_of(self).work(f"sign.{self.id}", self._search, self._answered, self._failed)
        else:
            self._known()

    async def _search(self) -> KnowledgeFound:
        return await host_of(self).desk.work.search(self._asked, ("sign",))

    def _answered(self, found: KnowledgeFound) -> None:
        """A text that was typed on is asked for anew; one that was left is not shown."""
        self._searching = False
        if not self.is_attached:
            return
        if self._asked and self._typed.startswith(self._asked):
            self._show(found)
        if self._pause is None:
            self._ask()

    def _failed(self, error: EkcError) -> None:
        self._searching = False
        self._asked = ""
        self._known()

    def _show(self, found: KnowledgeFound) -> None:
        shown = Content("")
        self._service = found.items[0].call if found.items else ""
        if found.items:
            situation = host_of(self).situation()
            may_call = any(enabled(BY_ID[action], situation) for action in CALLS)
            shown = sign_found(found.items[0], may_call=may_call)
        if not shown.is_same(self.shown):
            self.display = bool(found.items)
            self.paint(shown)
            self.post_message(self.Changed())
