"""``reports`` of the configuration: which are written by themselves, when and where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Literal

import msgspec

from ekc_console.domain.insight.tally import BY_ID, Windows
from ekc_console.domain.terms.spans import Every

By = Literal[
    "queue", "topic", "agent", "team", "called", "trunk", "direction", "outcome", "clinic",
    "disposition",
]  # fmt: skip
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
MOST_HOURS = 31 * 24
_NAME = re.compile(r"[^/\\\x00-\x1f]{1,60}")


class ScheduledReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    """Of the file, with the days that it is about."""
    every: Literal["day", "week", "month"]
    """Of the day, the week, the month that has just ended: on its next day, on Monday, on the
    first."""
    at: str = "06:00"
    folder: str
    format: Literal["csv", "xlsx", "json"] = "xlsx"
    by: By | None = None
    parts: Every | None = None
    figures: tuple[str, ...] = ()
    """None: the usual ones."""
    queues: tuple[str, ...] = ()
    """None: all."""

    @property
    def at_s(self) -> float:
        """Seconds after midnight."""
        hours, minutes = self.at.split(":")
        return int(hours) * 3600.0 + int(minutes) * 60.0


class Figures(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``figures``: how far around a call other calls of its number count; in hours."""

    repeat_hours: float = 24.0
    resolved_hours: float = 168.0
    reach_hours: float = 24.0

    def windows(self) -> Windows:
        hours = (self.repeat_hours, self.resolved_hours, self.reach_hours)
        return Windows(*(each * 3600.0 for each in hours))


def figure_faults(figures: Figures) -> Iterator[tuple[str, str, str]]:
    """As ``report_faults``."""
    for name in figures.__struct_fields__:
        hours = getattr(figures, name)
        if not 1 <= hours <= MOST_HOURS:
            yield (
                f"figures.{name}",
                f"недопустимое значение {hours:g}.",
                f"Укажите часы, от 1 до {MOST_HOURS}.",
            )


def report_faults(
    reports: tuple[ScheduledReport, ...], queues: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """(key, message, remedy) of each contradiction."""
    names = Counter(report.name for report in reports)
    for index, report in enumerate(reports):
        key = f"reports[{index}]"
        if not _NAME.fullmatch(report.name) or report.name.startswith("."):
            yield (
                f"{key}.name",
                f"«{report.name}» не годится для имени файла.",
                "До 60 знаков, без / и \\, не с точки.",
            )
        if names[report.name] > 1:
            yield f"{key}.name", f"«{report.name}» названо дважды.", "Дайте разные имена."
        if not _TIME.fullmatch(report.at):
            yield f"{key}.at", f"«{report.at}» — не время.", "Пишите часы и минуты: 06:00."
        if not report.folder.startswith("/"):
            yield (
                f"{key}.folder",
                f"«{report.folder}» — не полный путь.",
                "Назовите папку от корня: /var/lib/ekc/reports.",
            )
        for figure in report.figures:
            if figure not in BY_ID:
                yield (
                    f"{key}.figures",
                    f"показателя «{figure}» нет.",
                    "Имена — ekc report formulas.",
                )
        for queue in report.queues:
            if queue not in queues:
                yield f"{key}.queues", f"нет очереди «{queue}».", f"Есть: {', '.join(queues)}."
