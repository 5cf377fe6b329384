"""Which alarms should be heard: those that nobody sees to and that were not heard yet."""

from __future__ import annotations

from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.i18n import _
from ekc_console.tui.supervisor.present import alarms


class Attention:
    """``look`` at every change and every second: what was put off is heard when its time is up."""

    def __init__(self) -> None:
        self._heard: dict[str, int] | None = None
        """The level at which each was heard; None: nothing was in sight yet."""

    def look(self, desk: SupervisorDesk) -> str:
        """The gravest of what is new, in words; empty: nothing is."""
        watched, now = desk.watched, desk.now()
        if watched.at is None:
            return ""
        loud = [each for each in watched.alarms.values() if not alarms.is_quiet(each, now)]
        before, self._heard = self._heard, {each.id: each.level for each in loud}
        if before is None:
            return ""
        new = [each for each in loud if each.level > before.get(each.id, 0)]
        if not new:
            return ""
        worst = max(new, key=lambda each: each.level)
        text = alarms.sentence(worst, watched, now)
        return text if len(new) == 1 else _("{text} и ещё {n}").format(text=text, n=len(new) - 1)
