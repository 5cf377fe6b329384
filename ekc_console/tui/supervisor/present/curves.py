"""The day of a queue as plots: arrivals, waits, level, each against earlier days. Lines differ by
their shape, not by colour alone."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable

from textual.content import Content

from ekc_console.client.words.zone import zone
from ekc_console.domain.terms.localtime import HALF_HOUR_S, local
from ekc_console.i18n import _
from ekc_console.wire.day.queue_day import DayCurve, DayFigures, QueueDay

Value = Callable[[DayFigures], float | None]
Points = tuple[list[float], list[float]]
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
TALL = 7
"""Lines that a plot needs."""
GAP = 2
FRAME = 3
"""Lines of a plot that are its frame and its hours."""
MOST_TICKS = 5
"""Above nothing."""
STEPS = (1, 2, 5, 10, 20, 25, 50, 100)
TICK_EVERY = 4
"""Half-hours."""
_PAST = "·"
_LONG_AGO = "+"


def plots(day: QueueDay, width: int, height: int) -> Content:
    """As many of the three as there is room for, below one another, and what the lines mean."""
    figures = _figures()
    count = min(len(figures), max(0, height - 1) // (TALL + 1))
    if not count or width < 30:
        return Content("")
    tall = min(12, (height - 1) // count - 1)
    parts: list[Content] = []
    for title, value, most in figures[:count]:
        parts += [Content.styled(title, "bold"), _plot(day, value, most, width, tall)]
    return Content("\n").join([*parts, Content.styled(_legend(day), "$muted")])


def _figures() -> tuple[tuple[str, Value, float], ...]:
    """Title, value, and the least that the scale reaches to."""
    return (
        (_("Поступило"), lambda half: half.offered, 0.0),
        (_("Уровень, %"), lambda half: None if half.level is None else half.level * 100, 100.0),
        (_("Ожидание, с"), lambda half: half.wait_s, 0.0),
    )


def beside(day: QueueDay, name: str, width: int, height: int) -> Content:
    """The three side by side, whose day they are, and what the lines mean."""
    figures = _figures()
    each = (width - GAP * (len(figures) - 1)) // len(figures)
    blocks = [
        _plot(day, value, most, each, height - 2).plain.split("\n") for _, value, most in figures
    ]
    titles = (" " * GAP).join(title.ljust(each) for title, _value, _most in figures)
    lines = [
        (" " * GAP).join(line.ljust(each) for line in row)
        for row in itertools.zip_longest(*blocks, fillvalue="")
    ]
    legend = Content.styled(f"{name} · {_legend(day)}", "$muted")
    return Content("\n").join([Content.styled(titles, "bold"), *map(Content, lines), legend])


def _legend(day: QueueDay) -> str:
    told = [_("▄ сегодня")]
    told.append(_("· вчера") if day.yesterday else _("вчера: данных нет"))
    told.append(_("+ неделю назад") if day.week_ago else _("неделю назад: данных нет"))
    return "   ".join(told)


def _plot(day: QueueDay, value: Value, most: float, width: int, height: int) -> Content:
    import plotext  # a tenth of a second, which only a plot is worth

    figure = plotext.figure
    figure.clear()
    figure.theme("colorless")
    figure.plot_size(width, height)
    first, last = _shown(day)
    lines = [(day.week_ago, _LONG_AGO), (day.yesterday, _PAST), (day.today, None)]
    highest = most
    for curve, marker in lines:
        if curve is None:
            continue
        places, values = _points(curve, value, first, last)
        if not places:
            continue
        highest = max(highest, *values)
        signal = figure.signal(places, values, **({"marker": marker} if marker else {}))
        signal.lines()
        figure.draw(signal)
    marks = heights(highest, height)
    figure.ruler("y").lim(0, marks[-1])
    figure.ruler("y").ticks(marks, [str(round(each)) for each in marks])
    figure.ruler("x").lim(first, max(first + 1, last))
    ticks = [float(n) for n in range(first, last + 1) if n % TICK_EVERY == 0]
    figure.ruler("x").ticks(ticks, [_hour(day, n) for n in ticks])
    return Content(_ESCAPES.sub("", str(figure.build())).rstrip("\n"))


def heights(highest: float, height: int) -> list[float]:
    """Ticks from nothing to the top of the scale: whole numbers, as calls, percents and seconds
    are, in steps that are easily counted."""
    most = max(1.0, highest)
    least = most / max(1, min(MOST_TICKS, (height - FRAME) // 2))
    scale = 10 ** max(0, math.ceil(math.log10(least / STEPS[-1])))
    step = next(each * scale for each in STEPS if each * scale >= least)
    return [float(step * n) for n in range(math.ceil(most / step) + 1)]


def _shown(day: QueueDay) -> tuple[int, int]:
    """The half-hours of which any of the days has something to tell."""
    used = [
        n
        for curve in (day.today, day.yesterday, day.week_ago)
        for n, half in enumerate(curve.halves if curve else ())
        if half.offered
    ]
    return (min(used), max(used)) if used else (0, 1)


def _points(curve: DayCurve, value: Value, first: int, last: int) -> Points:
    found = [(n, value(half)) for n, half in enumerate(curve.halves) if first <= n <= last]
    kept = [(float(n), number) for n, number in found if number is not None]
    return [n for n, _value in kept], [number for _n, number in kept]


def _hour(day: QueueDay, number: float) -> str:
    return local(day.today.since + number * HALF_HOUR_S, zone()).strftime("%H:%M")
