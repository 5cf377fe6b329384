"""What a headless run showed: a table of figures, and every call, card or recording that is
missing and every voice path that was silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.table import Table

from ekc_console.demo.ledger import CentreCall, CentreFigures
from ekc_console.demo.people.caller import CallReport
from ekc_console.demo.people.operators import TalkReport
from ekc_console.i18n import _
from ekc_console.server.services.recordings import Levels

_GAVE_UP = ("gave_up_menu", "gave_up_queue", "lost_patience")
_LOST = ("abandoned_menu", "abandoned_queue", "short_abandoned")


@dataclass(frozen=True, slots=True)
class Summary:
    wanted: int
    """Calls that were to be placed."""
    calls: Sequence[CallReport]
    talks: Sequence[TalkReport]
    centre: CentreFigures
    levels: Mapping[str, Levels]
    """Of the recordings that could be read, by call."""
    seconds: float
    """Length of the run."""
    timed_out: bool = False
    troubles: Sequence[str] = ()
    """What went wrong in the run itself, for people."""

    def problems(self) -> list[str]:
        """Everything that was lost or silent, for people; empty after a good run."""
        return [
            *self._of_run(),
            *self._of_calls(),
            *self._of_centre(),
            *self._of_callbacks(),
            *self._of_operators(),
        ]

    def table(self) -> Table:
        centre = self.centre
        table = Table(title=_("Итог"), show_header=False, title_justify="left")
        table.add_column(justify="left")
        table.add_column(justify="right")
        for name, value in (
            (_("Вызовов"), f"{len(self.calls)} / {self.wanted}"),
            (_("Поступило в очереди"), str(centre.offered)),
            (_("Отвечено"), str(centre.answered)),
            (_("Потеряно в очереди"), str(centre.abandoned)),
            (_("Потеряно в меню"), str(centre.abandoned_menu)),
            (_("Уровень обслуживания (SL)"), _share(centre.service_level)),
            (_("Средняя скорость ответа (ASA)"), _seconds(centre.asa_s)),
            (_("Среднее время обработки (AHT)"), _seconds(centre.aht_s)),
            (_("Записей разговоров"), str(centre.recordings)),
            (_("Карточек"), str(centre.cards)),
            (_("Перезвонили"), str(centre.called_back)),
            (_("Ждут обратного вызова"), str(centre.callbacks)),
            (_("Длительность"), _seconds(self.seconds)),
        ):
            table.add_row(name, value)
        return table

    # -- what is wrong -----------------------------------------------------------

    def _of_run(self) -> Iterator[str]:
        yield from self.troubles
        if self.timed_out:
            yield _("Прогон не уложился в отведённое время.")
        if len(self.calls) < self.wanted:
            yield _("Завершено вызовов: {done} из {wanted}.").format(
                done=len(self.calls), wanted=self.wanted
            )

    def _of_calls(self) -> Iterator[str]:
        """What the callers met with, held against the centre's books."""
        known = {call.number: call for call in self.centre.calls}
        for report in self.calls:
            number, call = report.number, known.get(report.number)
            if not report.connected:
                yield _("{number}: центр не ответил ({why}).").format(
                    number=number, why=report.detail
                )
            elif call is None:
                yield _("{number}: вызова нет в учёте.").format(number=number)
            elif report.ended == "dropped":
                yield _("{number}: центр прервал вызов до разговора.").format(number=number)
            elif report.ended == "talked":
                yield from self._of_talk(report, call)

    def _of_talk(self, report: CallReport, call: CentreCall) -> Iterator[str]:
        if call.outcome != "answered":
            yield _("{number}: абонент говорил, а в учёте «{outcome}».").format(
                number=report.number, outcome=call.outcome
            )
            return
        if not report.heard_operator:
            yield _("{number}: абонент не слышал оператора ({level:.0f} дБ).").format(
                number=report.number, level=report.operator_dbfs
            )
        levels = self.levels.get(call.call)
        if levels is not None and levels.is_silent("caller"):
            yield _("{number}: в записи не слышно абонента.").format(number=report.number)
        if levels is not None and levels.is_silent("operator"):
            yield _("{number}: в записи не слышно оператора.").format(number=report.number)

    def _of_centre(self) -> Iterator[str]:
        for call in self.centre.calls:
            if not call.outcome:
                yield _("{number}: вызов в учёте не завершён.").format(number=call.number)
            elif call.outcome == "answered":
                yield from self._of_answered(call)
            elif call.outcome in _LOST:
                if not call.callback:
                    yield _("{number}: потерянный вызов без обратного вызова.").format(
                        number=call.number
                    )
            else:
                yield _("{number}: исход вызова «{outcome}».").format(
                    number=call.number, outcome=call.outcome
                )

    def _of_callbacks(self) -> Iterator[str]:
        if self.centre.callbacks:
            yield _("Не перезвонили: {count}.").format(count=self.centre.callbacks)

    def _of_answered(self, call: CentreCall) -> Iterator[str]:
        if not call.card_saved:
            yield _("{number}: карточка не сохранена.").format(number=call.number)
        if call.recording is None:
            yield _("{number}: записи разговора нет ({state}).").format(
                number=call.number, state=call.recording_state or "—"
            )
        elif call.call not in self.levels:
            yield _("{number}: запись разговора не читается.").format(number=call.number)

    def _of_operators(self) -> Iterator[str]:
        numbers = {call.call: call.number for call in self.centre.calls}
        hung_up_early = {call.number for call in self.calls if call.ended in _GAVE_UP}
        for talk in self.talks:
            number = numbers.get(talk.call, talk.number)
            if talk.trouble:
                yield _("{number}, оператор {operator}: {trouble}").format(
                    number=number, operator=talk.operator, trouble=talk.trouble
                )
            left = talk.call in numbers and number in hung_up_early
            if not talk.heard_caller and not left:
                yield _(
                    "{number}: оператор {operator} не слышал абонента ({level:.0f} дБ)."
                ).format(number=number, operator=talk.operator, level=talk.caller_dbfs)


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value * 100:.0f} %"


def _seconds(value: float | None) -> str:
    return "—" if value is None else _("{seconds:.1f} с").format(seconds=value)
