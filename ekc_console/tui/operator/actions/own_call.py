"""The own call on a desk that has no panes for it: it opens above the desk by itself when a talk
is taken, and goes when nothing of it is left to do."""

from __future__ import annotations

from ekc_console.tui.operator.screens.operator import OperatorScreen
from ekc_console.tui.operator.screens.own_call import OwnCallScreen
from ekc_console.tui.shell.stage import StageApp

_TALK = ("connecting", "talking", "held", "consult")


def apart(stage: StageApp) -> bool:
    """The desk has no panes for it."""
    desk = stage.desk_screen
    return desk is not None and not isinstance(desk, OperatorScreen)


def is_shown(stage: StageApp) -> bool:
    return any(isinstance(screen, OwnCallScreen) for screen in stage.screen_stack)


class OwnCall:
    """``follow`` whenever the view may have changed."""

    def __init__(self, stage: StageApp) -> None:
        self._stage = stage
        self._opened = ""
        """The call that it was opened for: who has closed it is not shown it again."""

    def follow(self) -> None:
        if not apart(self._stage):
            return
        desk, screen = self._stage.desk, self._stage.screen
        taken = self._taken()
        if taken and taken != self._opened:
            self._opened = taken
            self.show()
        elif (
            isinstance(screen, OwnCallScreen)
            and desk.view.call is None
            and desk.card_desk.card is None
        ):
            screen.close_top()

    def show(self) -> None:
        if not is_shown(self._stage):
            self._stage.open_above(OwnCallScreen())

    def _taken(self) -> str:
        """A caller's call that one talks in, and is not only asked about."""
        call = self._stage.desk.view.call
        if call is None or call.state not in _TALK or call.direction == "out":
            return ""
        asked = call.consult is not None and call.consult.role == "asked"
        return "" if asked else call.id
