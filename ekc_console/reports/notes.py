"""What must not be overlooked of a report, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from ekc_console.domain.terms.localtime import said as moment
from ekc_console.errors import quoted
from ekc_console.i18n import N_, _
from ekc_console.reports.figure_words import WORDS
from ekc_console.reports.kinds import TITLES
from ekc_console.wire.day.report import JournalHole, ReportNote

WARNINGS = ("first_rows", "hole")
"""Kinds of notes without which the rows alone would be taken for more than they are."""
NO_SUCH = N_("{what:report_kind} «{id}»: такого имени нет.\nЕсть: {known}.")


def said(note: ReportNote, zone: tzinfo) -> str:
    match note.kind:
        case "running":
            return _("Период ещё идёт: посчитано то, что уже было.")
        case "none":
            return _("Таких вызовов за период не было.")
        case "no_such":
            return missing(note.by, note.id, note.known)
        case "two_teams":
            return _(
                "Вызов того, кто в двух командах, посчитан в обеих; в строке «Всего» — один раз."
            )
        case "last_talked":
            return _("Переведённый вызов — у того, кто говорил последним.")
        case "own_queues":
            return _("Посчитаны вызовы ваших очередей.")
        case "no_before":
            return _("Сравнить не с чем: так далеко назад вызовов нет.")
        case "window_open":
            return _("Вызовы, у которых срок ещё не прошёл, в решённых и в дозвоне не посчитаны.")
        case "hole":
            return hole(note.hole, zone) if note.hole else ""
        case "first_rows":
            return _(
                "Строк {rows}, здесь первые: возьмите части крупнее, отбор или ekc report show."
            ).format(rows=note.rows)


def hole(one: JournalHole, zone: tzinfo) -> str:
    figures = _("все показатели") if not one.figures else _titles(one.figures)
    text = _(
        "В журнале нет записей {first}–{last} ({since} – {until}): за это время не доказаны "
        "{figures}."
    )
    since = moment(one.since, zone, "%d.%m.%Y %H:%M:%S") if one.since else _("начало")
    until = moment(one.until, zone, "%d.%m.%Y %H:%M:%S")
    return text.format(first=one.first, last=one.last, since=since, until=until, figures=figures)


def _titles(figures: Sequence[str]) -> str:
    return ", ".join(_(WORDS[name].title).lower() if name in WORDS else name for name in figures)


def missing(by: str, key: str, known: tuple[str, ...]) -> str:
    """That nothing is called so, and what is."""
    told = _(NO_SUCH).replace(":report_kind", "").replace("\n", " ")
    return told.format(what=_(TITLES[by]), id=quoted(key), known=", ".join(known) or "—")
