"""What the keys do on a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast, get_args

import msgspec

from ekc_console.client.reports.month import Month
from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.client.words.zone import zone
from ekc_console.domain.insight.tally import BY_ID, USUAL
from ekc_console.domain.terms.localtime import day_of
from ekc_console.i18n import N_, _
from ekc_console.reports import kinds, periods
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.panels import FilterMenu, Menu, Prompt
from ekc_console.tui.supervisor.actions.month_filter import MonthFilter
from ekc_console.tui.supervisor.actions.month_views import MonthViews
from ekc_console.tui.supervisor.present.month import rows as present
from ekc_console.tui.supervisor.screens.month import MonthScreen
from ekc_console.wire.day.report import Against, ReportBy, ReportEvery

SETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "usual": (N_("обычные"), USUAL),
    "level": (
        N_("уровень и потери"),
        (
            "offered", "answered", "level", "level_of_answered", "level_with_abandons",
            "level_of_offered", "abandonment", "abandonment_without_short",
        ),
    ),
    "time": (
        N_("время"), ("handled", "asa", "longest_wait", "aht", "talk", "held", "wrap_up"),
    ),
    "people": (
        N_("абоненты"),
        (
            "offered", "repeats", "repeat_share", "first_contact", "given_up", "reach", "withheld",
            "withheld_unserved", "predicted", "predicted_wait", "within_predicted",
        ),
    ),
    "all": (N_("все"), tuple(BY_ID)),
}  # fmt: skip
"""Of figures, by name: title and ids."""
_AGAINST: tuple[Against, ...] = get_args(Against)


class MonthActions:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.by_id: dict[str, Callable[[], None]] = {
            "watch.month": self.show,
            "report.open": self.open,
            "report.stop": lambda: self._on_screen(MonthScreen.stop),
            "report.period": self.ask_period,
            "report.by": self.ask_by,
            "report.every": self.ask_every,
            "report.against": self.next_against,
            "report.figures": self.ask_figures,
            "report.figure": lambda: self._on_screen(lambda screen: screen.action_figure(1)),
            "report.plot": lambda: self._on_screen(MonthScreen.turn_plot),
            "report.again": self._change,
            **MonthFilter(host).by_id,
            **MonthViews(host).by_id,
        }

    @property
    def _month(self) -> Month:
        return cast("SupervisorDesk", self._host.desk).month

    def _change(self, **changes: object) -> None:
        self._month.make(msgspec.structs.replace(self._month.asked, **changes))
        self._host.paint(frozenset({"month"}))

    def _on_screen(self, act: Callable[[MonthScreen], None]) -> None:
        if isinstance(screen := self._host.screen, MonthScreen):
            act(screen)

    def show(self) -> None:
        if not isinstance(self._host.screen, MonthScreen):
            self._host.open_above(MonthScreen())

    def open(self) -> None:
        if isinstance(table := self._host.screen.focused, LineTable):
            table.action_select()

    # -- what of -------------------------------------------------------------------

    def ask_period(self) -> None:
        def typed(text: str) -> None:
            period = periods.canonical(text)
            periods.read(period, day_of(self._host.desk.now(), zone()))
            self._change(period=period)

        hint = _(
            "Сегодня, вчера, неделя, прошлый месяц, год, 2026-11, 28.11.2026 или два конца: "
            "01.11.2026..28.11.2026."
        )
        self._host.show_panel(
            Prompt(_("Отчёт: период"), typed, value=self._month.asked.period, hint=hint)
        )

    def ask_by(self) -> None:
        values = [(by, _(kinds.TITLES[by])) for by in get_args(ReportBy)]
        self._choose(_("Отчёт: строка на каждое"), "by", _("общая строка"), values)

    def ask_every(self) -> None:
        values = [(every, _(kinds.EVERY[every])) for every in get_args(ReportEvery)]
        self._choose(_("Отчёт: части времени"), "every", _("за всё время"), values)

    def _choose(self, title: str, field: str, none: str, values: Sequence[tuple[str, str]]) -> None:
        now = getattr(self._month.asked, field) or ""
        choices = [
            Choice(value, text, chosen=value == now) for value, text in [("", none), *values]
        ]
        self._host.show_panel(
            FilterMenu(title, choices, lambda value: self._change(**{field: value or None}))
        )

    def next_against(self) -> None:
        now = _AGAINST.index(self._month.asked.against)
        against = _AGAINST[(now + 1) % len(_AGAINST)]
        self._change(against=against)
        self._host.tell("info", _("Сравнение: {how}.").format(how=_(present.AGAINST[against])))

    def ask_figures(self) -> None:
        now = self._month.asked.figures or USUAL
        choices = [
            Choice(name, _(title), str(n), chosen=ids == now)
            for n, (name, (title, ids)) in enumerate(SETS.items(), start=1)
        ]
        self._host.show_panel(
            Menu(_("Отчёт: показатели"), choices, lambda name: self._change(figures=SETS[name][1]))
        )
