"""What becomes of alarms: refusals."""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.i18n import N_

TEXTS: Mapping[str, str] = {
    "alarm.over": N_("Это уже кончилось: принимать нечего."),
    "alarm.seen_already": N_("Уже принято: {name}."),
    "alarm.snooze_for": N_("Отложить можно не дольше чем на сутки."),
}
