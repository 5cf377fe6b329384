"""The figure in focus over the parts of the time; what it is held against as dots."""

from __future__ import annotations

import re
from collections.abc import Sequence

from textual.content import Content

from ekc_console.client.words.zone import zone
from ekc_console.i18n import _
from ekc_console.reports import table
from ekc_console.tui.shared.keys.registry import key
from ekc_console.tui.supervisor.present.curves import heights
from ekc_console.tui.supervisor.present.month.rows import Look
from ekc_console.wire.day.report import ReportRow

TALL = 10
LEAST_WIDTH = 40
MOST_LABELS = 8
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def plot(rows: Sequence[ReportRow], seen: Look, of: str, width: int, height: int) -> Content:
    """``rows``: one a part of the time, in order; ``of``: whose they are."""
    every = seen.asked.every
    if every is None:
        return Content(
            _("График — по частям времени: {key} — выбрать.").format(key=key("report.every"))
        )
    points = [(n, one) for n, one in enumerate(rows) if _value(one.values, seen) is not None]
    if not points or width < LEAST_WIDTH:
        return Content(_("Для графика нет цифр."))
    import plotext  # a tenth of a second, which only a plot is worth

    figure = plotext.figure
    figure.clear()
    figure.theme("colorless")
    figure.plot_size(width, height - 1)
    lines = [([float(n) for n, _one in points], [_value(o.values, seen) for _n, o in points], "")]
    held = [(n, one) for n, one in enumerate(rows) if one.before]
    known = [(n, _value(one.before, seen)) for n, one in held]
    kept = [(float(n), value) for n, value in known if value is not None]
    if kept:
        lines.insert(0, ([n for n, _v in kept], [v for _n, v in kept], "·"))
    highest = 1.0
    for places, numbers, marker in lines:
        highest = max([highest, *(number for number in numbers if number is not None)])
        signal = figure.signal(places, numbers, **({"marker": marker} if marker else {}))
        signal.lines()
        figure.draw(signal)
    ticks = heights(highest, height - 1)
    figure.ruler("y").lim(0, ticks[-1])
    figure.ruler("y").ticks(ticks, [str(round(each)) for each in ticks])
    figure.ruler("x").lim(0, max(1, len(rows) - 1))
    step = max(1, -(-len(rows) // MOST_LABELS))
    places = [float(n) for n in range(0, len(rows), step)]
    labels = [table.begin_of(rows[int(n)].since, every, zone()) for n in places]
    figure.ruler("x").ticks(places, labels)
    drawn = Content(_ESCAPES.sub("", str(figure.build())).rstrip("\n"))
    legend = [f"{seen.figure.title}{_unit(seen)}", of, _("· — было") if kept else ""]
    return Content("\n").join([drawn, Content.styled(" · ".join(filter(None, legend)), "$muted")])


def _value(values: Sequence[float | None], seen: Look) -> float | None:
    value = values[seen.focus]
    return value * 100 if value is not None and seen.figure.unit == "share" else value


def _unit(seen: Look) -> str:
    return {"share": ", %", "seconds": _(", с")}.get(seen.figure.unit or "", "")
