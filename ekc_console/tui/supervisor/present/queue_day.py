"""A queue's day in rows: its figures so far, then each half-hour, the latest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ekc_console.domain.terms.localtime import HALF_HOUR_S
from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.tui.supervisor.present import words
from ekc_console.tui.supervisor.present.order import Order
from ekc_console.wire.day.calls import GetDayCalls, Which
from ekc_console.wire.day.queue_day import DayCurve, DayFigures, QueueDay

FIGURES: dict[Which, str] = {
    "all": N_("весь день"),
    "lost": N_("потеряно"),
    "late": N_("принято поздно"),
    "answered": N_("принято"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """What a row is about. ``since`` None: the day so far."""

    which: Which
    since: float | None = None

    @property
    def key(self) -> str:
        return f"{self.which}:{'' if self.since is None else self.since}"

    def question(self, queue: str) -> GetDayCalls:
        until = None if self.since is None else self.since + HALF_HOUR_S
        return GetDayCalls(queue=queue, which=self.which, since=self.since, until=until)

    @property
    def title(self) -> str:
        if self.since is None:
            return _(FIGURES[self.which])
        return f"{wording.clock(self.since)[:5]}–{wording.clock(self.since + HALF_HOUR_S)[:5]}"


def figure_of(key: str) -> Figure:
    which, _colon, since = key.partition(":")
    return Figure(which, float(since) if since else None)  # type: ignore[arg-type]


def columns() -> tuple[Column, ...]:
    return (
        Column(_("Когда"), 14),
        Column(_("Поступило"), 9, right=True),
        Column(_("Принято"), 8, right=True),
        Column(_("Потеряно"), 8, right=True),
        Column(_("Уровень"), 7, right=True),
        Column(_("Ожидание"), 8, right=True),
        Column(_("Вчера"), 6, right=True, from_width=74),
        Column(_("Нед. назад"), 10, right=True, from_width=86),
    )


ORDERS = {
    "latest": N_("последние первыми"),
    "offered": N_("больше поступило"),
    "lost": N_("больше потеряно"),
    "level": N_("хуже уровень"),
}


def rows(day: QueueDay, order: str) -> list[Row]:
    """``order``: one of ``ORDERS``, of the half-hours."""
    return [*_figures(day), *_halves(day, order)]


def _figures(day: QueueDay) -> Iterator[Row]:
    whole = day.today.whole
    earlier = (_offered(day.yesterday), _offered(day.week_ago))
    yield Row(Figure("all").key, (Figure("all").title, *_cells(whole), *earlier), "bold")
    for which, place, count in (("lost", 2, whole.lost), ("late", 1, whole.late)):
        cells = [""] * 5
        cells[place] = str(count)
        yield Row(Figure(which).key, (Figure(which).title, *cells, "", ""))  # type: ignore[arg-type]


def _halves(day: QueueDay, order: str) -> Iterator[Row]:
    """Before the first call of the day there is nothing to tell."""
    halves = day.today.halves
    keys: dict[str, Order[DayFigures]] = {
        "latest": lambda half: (),
        "offered": lambda half: (-half.offered,),
        "lost": lambda half: (-half.lost,),
        "level": lambda half: (half.level is None, half.level or 0.0),
    }
    begun = next((n for n, half in enumerate(halves) if half.offered), len(halves))
    for n in sorted(range(len(halves) - 1, begun - 1, -1), key=lambda n: keys[order](halves[n])):
        figure = Figure("all", day.today.since + n * HALF_HOUR_S)
        earlier = (_half(day.yesterday, n), _half(day.week_ago, n))
        mark, style = _mark(day.today.halves[n], day)
        title = f"{figure.title} {mark}".rstrip()
        yield Row(figure.key, (title, *_cells(day.today.halves[n]), *earlier), style)


def _mark(half: DayFigures, day: QueueDay) -> tuple[str, str]:
    """!: below the level that is aimed at."""
    below = half.level is not None and half.level < day.level_target
    return ("!", "$text-warning") if below else ("", "")


def _cells(figures: DayFigures) -> tuple[str, ...]:
    wait = words.NONE if figures.wait_s is None else wording.minutes(figures.wait_s)
    return (
        str(figures.offered),
        str(figures.answered),
        str(figures.lost),
        words.percent(figures.level),
        wait,
    )


def _offered(curve: DayCurve | None) -> str:
    return words.NONE if curve is None else str(curve.whole.offered)


def _half(curve: DayCurve | None, number: int) -> str:
    if curve is None or number >= len(curve.halves):
        return words.NONE
    return str(curve.halves[number].offered)


def against(day: QueueDay) -> str:
    """What the day is held against, and what is not known of it."""
    told = []
    for curve, word in ((day.yesterday, _("вчера")), (day.week_ago, _("неделю назад"))):
        if curve is None:
            told.append(_("{when}: данных нет").format(when=word))
        else:
            told.append(
                _("{when} к этому часу: поступило {n}, уровень {level}").format(
                    when=word, n=curve.whole.offered, level=words.percent(curve.whole.level)
                )
            )
    return " · ".join(told)
