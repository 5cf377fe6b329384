"""What the operator was told this shift: one line in the bar, all of it in the log screen."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.widgets.line_table import Column, Row

Level = Literal["info", "warning", "error"]

KEPT = 500
INFO_S = 8.0
"""An information leaves the bar after this time; a warning or an error stays until the next
message, the next call or Esc."""
COVERS_AFTER_S = 2.0
"""An information covers no warning of the server that came within this time before it: both answer
the same key, and the warning is what has to be read."""
STATE_S = 2.0
"""A word and the change of state that it is about come within this time."""

_LEVELS: dict[Level, str] = {
    "info": "",
    "warning": N_("Внимание"),
    "error": N_("Ошибка"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    at: float
    level: Level
    text: str
    holds: Callable[[], bool] = lambda: True
    """Whether it is still so; what is not is off the bar."""

    @property
    def line(self) -> str:
        word = _LEVELS[self.level]
        text = " ".join(self.text.split())
        return f"{_(word)}: {text}" if word else text


class MessageLog:
    """Newest last."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=KEPT)
        self._shown: Entry | None = None
        self._answers = False
        self._count = 0
        self._call = ""
        self._state = ""

    def add(
        self,
        at: float,
        level: Level,
        text: str,
        holds: Callable[[], bool] = lambda: True,
        *,
        of_server: bool = False,
    ) -> Entry:
        self._count += 1
        entry = Entry(at, level, text, holds)
        self.entries.append(entry)
        if not self._stays(entry, of_server):
            self._shown, self._answers = entry, of_server
        return entry

    def _stays(self, new: Entry, of_server: bool) -> bool:
        """What the server has told of stands on the bar and has to be read: an error, such as a
        talk that broke off, whatever comes right or is missing at this console meanwhile; a
        warning for a moment."""
        shown = self.current(new.at) if self._answers else None
        if shown is None or shown.level == "info":
            return False
        if shown.level == "error":
            return not of_server and new.level != "error"
        return new.level == "info" and new.at - shown.at <= COVERS_AFTER_S

    def dismiss(self) -> None:
        """Take the present message off the bar; it stays in the log."""
        self._shown = None

    def follow(self, call: str, state: str, now: float) -> None:
        """``call``: the one in hand or listened to, empty without one; ``state``: the operator's
        own. What was said before a call is off the bar with it: it is about the one before. So is
        what was said in an earlier state, but for the last word, which may be about the change."""
        settled = bool(self.entries) and now - self.entries[-1].at > STATE_S
        if (call and call != self._call) or (state != self._state and settled):
            self.dismiss()
        self._call, self._state = call, state

    def current(self, now: float) -> Entry | None:
        """What the bar shows."""
        shown = self._shown
        if shown is None or not shown.holds():
            return None
        return None if shown.level == "info" and now - shown.at > INFO_S else shown

    def rows(self) -> list[Row]:
        """Newest first."""
        styles = {"info": "", "warning": "$text-warning", "error": "bold $text-error"}
        count = len(self.entries)
        return [
            Row(
                str(self._count - index),
                (wording.clock(entry.at), entry.line),
                styles[entry.level],
            )
            for index, entry in zip(range(count), reversed(self.entries), strict=True)
        ]

    @staticmethod
    def columns() -> tuple[Column, ...]:
        return (Column(_("Время"), 8), Column(_("Сообщение")))
