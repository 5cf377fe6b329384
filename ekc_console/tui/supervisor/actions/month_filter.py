"""Which calls a report is of: what the rows name, or what is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast, get_args

import msgspec

from ekc_console.client.reports.month import Month
from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.i18n import _
from ekc_console.reports import kinds
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import FilterMenu, Prompt
from ekc_console.wire.day.report import ReportBy


class MonthFilter:
    def __init__(self, host: Host) -> None:
        self._host = host
        self.by_id: dict[str, Callable[[], None]] = {"report.filter": self.ask}

    @property
    def _desk(self) -> SupervisorDesk:
        return cast("SupervisorDesk", self._host.desk)

    @property
    def _month(self) -> Month:
        return self._desk.month

    def ask(self) -> None:
        """By what; those that narrow now are marked, and choosing one again changes it."""
        only = self._month.asked.only
        choices = [Choice("", _("без отбора"), chosen=not only)]
        for by in get_args(ReportBy):
            if by != "team":
                note = ", ".join(only.get(by, ()))
                choices.append(Choice(by, _(kinds.TITLES[by]), chosen=by in only, note=note))
        self._host.show_panel(FilterMenu(_("Отчёт: отбор"), choices, self._by))

    def _by(self, by: str) -> None:
        if not by:
            self._narrow({})
            return
        known = self._known(by)
        if not known:
            self._type(by)
            return
        now = self._month.asked.only.get(by, ())
        choices = [Choice("", _("любые"), chosen=not now)]
        choices += [Choice(key, title, chosen=key in now, note=key) for key, title in known.items()]
        title = _("Отчёт: {what}").format(what=_(kinds.TITLES[by]).lower())
        self._host.show_panel(FilterMenu(title, choices, lambda key: self._set(by, (key,))))

    def _type(self, by: str) -> None:
        title = _("Отчёт: {what}").format(what=_(kinds.TITLES[by]).lower())
        hint = _("Несколько — через запятую. Пусто — любые.")
        now = ", ".join(self._month.asked.only.get(by, ()))
        self._host.show_panel(
            Prompt(title, lambda text: self._set(by, text.split(",")), value=now, hint=hint)
        )

    def _known(self, by: str) -> dict[str, str]:
        """What the console knows by name; what the rows of the report name besides."""
        watched = self._desk.watched
        known: dict[str, str] = {}
        match by:
            case "queue":
                known = {queue.id: queue.title for queue in watched.queues.values()}
            case "agent":
                known = {person.id: person.name for person in watched.people.values()}
            case "trunk":
                known = {name: name for name in watched.centre.trunks}
            case "direction":
                known = {code: _(title) for code, title in kinds.DIRECTIONS.items()}
            case "outcome":
                known = {code: _(title) for code, title in kinds.OUTCOMES.items()}
        if self._month.asked.by == by:
            rows = (row for row in self._month.rows if row.key)
            known |= {row.key: kinds.said(by, row.key, row.title, row.gone) for row in rows}
        return known

    def _set(self, by: str, values: tuple[str, ...] | list[str]) -> None:
        wanted = tuple(value.strip() for value in values if value.strip())
        only = {kind: held for kind, held in self._month.asked.only.items() if kind != by}
        self._narrow({**only, by: wanted} if wanted else only)

    def _narrow(self, only: dict[str, tuple[str, ...]]) -> None:
        self._month.make(msgspec.structs.replace(self._month.asked, only=only))
        self._host.paint(frozenset({"month"}))
