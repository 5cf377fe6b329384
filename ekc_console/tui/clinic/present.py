"""A clinic's visits and cards in rows and sentences."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from ekc_console.client.clinic_lists import ClinicLists
from ekc_console.i18n import N_, _
from ekc_console.tui.operator.present import registers
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.keys.search import holds
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.wire.card_work import VisitInfo, Visits
from ekc_console.wire.messages import Contact

NEW = "+"
NONE = "—"
SPOKEN_MOST = 30
"""Visits told one by one in plain text."""


def listed(visits: Visits | None, text: str = "") -> list[VisitInfo]:
    """Those that hold every word of the text, the newest first."""
    found = (item for item in (visits.visits if visits else ()) if holds(_searched(item), text))
    return sorted(found, key=lambda item: item.visit.at, reverse=True)


def _searched(item: VisitInfo) -> str:
    visit, contact = item.visit, item.contact
    digits = "".join(filter(str.isdigit, contact.number))
    return f"{visit.card} {visit.person} {contact.person} {visit.address} {digits} {contact.clinic}"


CLINIC = Column(N_("Клиника"), 22)
_AT = 4
"""Before which column of the visits the clinic stands; before the last one of the cards."""


def visit_columns(several: bool) -> tuple[Column, ...]:
    """``several``: with the clinic whose a row is."""
    columns = registers.visit_columns()
    return (*columns[:_AT], _clinic(), *columns[_AT:]) if several else columns


def _clinic() -> Column:
    return replace(CLINIC, title=_(CLINIC.title))


def visit_rows(
    visits: Visits, shown: Sequence[VisitInfo], new: Set[str], now: float, *, several: bool
) -> list[Row]:
    """«+»: has come while one looked and was not opened yet."""
    narrowed = Visits(visits=tuple(shown), total=len(shown), overdue_s=visits.overdue_s)
    rows = registers.visit_rows(narrowed, now)
    if several:
        rows = [
            replace(row, cells=(*row.cells[:_AT], item.contact.clinic, *row.cells[_AT:]))
            for row, item in zip(rows, shown, strict=True)
        ]
    return [
        replace(row, cells=(row.cells[0] or NEW, *row.cells[1:]), style=row.style or "bold")
        if row.key in new
        else row
        for row in rows
    ]


def visits_title(visits: Visits, new: int, now: float) -> str:
    """Behind the heading: how many are open, new, overdue."""
    parts = [registers.visit_count(visits, now)]
    if new:
        parts.append(_("новых: {n}").format(n=new))
    return ", ".join(parts)


def card_columns(several: bool) -> tuple[Column, ...]:
    """``several``: with the clinic whose a row is."""
    return (
        Column(_("Когда"), 11),
        Column(_("Кто"), share=2),
        Column(_("Тема"), share=2),
        Column(_("Итог"), share=2),
        *((_clinic(),) if several else ()),
        Column(_("Телефон"), 16, from_width=100 if several else 70),
    )


def card_rows(contacts: Sequence[Contact], now: float, *, several: bool) -> list[Row]:
    return [
        Row(
            contact.card,
            (
                wording.moment(contact.at, now),
                contact.person or NONE,
                contact.topic,
                contact.disposition or _("ещё не закончена"),
                *((contact.clinic,) if several else ()),
                wording.phone(contact.number),
            ),
        )
        for contact in contacts
    ]


# -- plain text ---------------------------------------------------------------------------


def sentences(lists: ClinicLists, now: float) -> dict[str, str]:
    """By what they are about; nothing before the lists are read."""
    visits = lists.visits
    if visits is None:
        return {}
    told = {
        f"visit {item.visit.card}": _sentence(item, visits.overdue(item.visit, now), now)
        for item in listed(visits)[:SPOKEN_MOST]
    }
    count = registers.visit_count(visits, now)
    return {"visits": _("Вызовы врача: {count}.").format(count=count), **told}


def _sentence(item: VisitInfo, overdue: bool, now: float) -> str:
    visit, contact = item.visit, item.contact
    parts = [
        wording.moment(visit.at, now),
        contact.person or visit.person,
        visit.address,
        contact.clinic,
        wording.phone(contact.number),
        _("просрочен") if overdue else "",
    ]
    about = ", ".join(part for part in parts if part)
    return _("Вызов врача: {about}.").format(about=about)
