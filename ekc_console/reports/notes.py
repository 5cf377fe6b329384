"""What must not be overlooked of a report, in words."""

from __future__ import annotations

from ekc_console.i18n import _
from ekc_console.reports.kinds import TITLES
from ekc_console.wire.day.report import ReportNote


def said(note: ReportNote) -> str:
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
        case "first_rows":
            return _(
                "Строк {rows}, здесь первые: возьмите части крупнее, отбор или ekc report show."
            ).format(rows=note.rows)


def missing(by: str, key: str, known: tuple[str, ...]) -> str:
    """That nothing is called so, and what is."""
    what = _(TITLES[by])
    if not known:
        return _("{what} «{id}»: такого имени нет.").format(what=what, id=key)
    return _("{what} «{id}»: такого имени нет. Есть: {known}.").format(
        what=what, id=key, known=", ".join(known)
    )
