"""From whom a caller has come back: on the screen until the call ends or it is dismissed."""

from __future__ import annotations

from ekc_console.wire.call_control import NotTaken
from ekc_console.wire.messages import MyCall

SHOWN_IN = ("offered", "connecting", "talking", "held", "consult")
"""States of a call."""


class ReturnMark:
    def __init__(self) -> None:
        self._dismissed: tuple[str, tuple[NotTaken, ...]] = ("", ())

    def of(self, call: MyCall | None) -> tuple[NotTaken, ...]:
        """Who did not take the call; nobody, when there is nothing to show."""
        if call is None or call.state not in SHOWN_IN:
            return ()
        return () if self._dismissed == (call.id, call.not_taken) else call.not_taken

    def dismiss(self, call: MyCall | None) -> None:
        """Those of now; another failure of the same call is shown again."""
        if call is not None:
            self._dismissed = (call.id, call.not_taken)
