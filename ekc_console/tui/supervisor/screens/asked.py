"""A thing opened of which the server is asked more than is watched: when it opens, and when it has
changed since."""

from __future__ import annotations

from typing import Generic, TypeVar, cast

from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.supervisor.screens.opened import OpenedScreen
from ekc_console.wire.messages import Command, Result

A = TypeVar("A", bound=Result)
AGAIN_S = 2.0
"""The server is not asked more often."""
NEVER = object()
"""A state that no thing has: of what is gone it is None."""


class AskedScreen(OpenedScreen, Generic[A]):
    def __init__(self, thing: str) -> None:
        super().__init__(thing)
        self.answer: A | None = None
        self.trouble = ""
        """Why there is no answer, in words."""
        self._asked_at = 0.0
        self._asked_of: object = NEVER

    # -- what heirs say ------------------------------------------------------------

    def question(self) -> Command:
        raise NotImplementedError

    def state(self) -> object:
        """What the answer depends on: where it differs, the server is asked anew."""
        raise NotImplementedError

    # -- asking --------------------------------------------------------------------

    def ask_again(self) -> None:
        """If there is something new to be told, and not too soon."""
        now, state = self.desk.now(), self.state()
        if self.is_attached and state != self._asked_of and now >= self._asked_at + AGAIN_S:
            self._asked_at, self._asked_of = now, state
            key = f"{type(self).__name__}:{self.thing}"
            question = self.question()
            self.ekc.work(key, lambda: self.desk.request(question), self._heard, self._failed)

    def paint_body(self, names: frozenset[str]) -> None:
        self.ask_again()
        super().paint_body(names)

    def _heard(self, answer: object) -> None:
        self.answer, self.trouble = cast("A", answer), ""

    def _failed(self, error: EkcError) -> None:
        self.trouble = error.in_one_line

    @property
    def nothing_yet(self) -> str:
        """For an empty table."""
        return self.trouble or _("Данные загружаются…")
