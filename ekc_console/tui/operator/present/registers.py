"""Open home visits and records of people in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from textual.content import Content

from ekc_console.client.words.saying import said
from ekc_console.domain.scenario import fields as values
from ekc_console.i18n import N_, _
from ekc_console.tui.operator.present.caller import facts
from ekc_console.tui.operator.present.cards import EMPTY, person
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.keys.registry import key
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.wire.card_work import (
    PERSON_FIELDS,
    Person,
    PersonChange,
    PersonEvent,
    PersonField,
    VisitInfo,
    Visits,
)
from ekc_console.wire.side_work import PersonRecord

OVERDUE, NOBODYS = "!", "?"
FIELDS: dict[PersonField, str] = {
    "name": N_("ФИО"),
    "birth_date": N_("Дата рождения"),
    "snils": N_("СНИЛС"),
    "oms": N_("Полис ОМС"),
}
HINTS: dict[PersonField, str] = {
    "name": N_("Иванова Анна Петровна"),
    "birth_date": N_("12.03.1985; пусто — не указана"),
    "snils": N_("11 цифр; пусто — не указан"),
    "oms": N_("16 цифр; пусто — не указан"),
}
TYPES: dict[PersonField, values.FieldType] = {
    "name": "person",
    "birth_date": "date",
    "snils": "snils",
    "oms": "oms",
}
_EVENTS: dict[PersonEvent, str] = {
    "created": N_("записан"),
    "corrected": N_("исправлено"),
    "merged": N_("объединено: {name}"),
    "unmerged": N_("объединение отменено: {name}"),
}
assert set(_EVENTS) == set(get_args(PersonEvent))


# -- home visits ------------------------------------------------------------------------


def visit_columns() -> tuple[Column, ...]:
    return (
        Column("", 2),
        Column(_("Оформлен"), 11),
        Column(_("Кто")),
        Column(_("Адрес")),
        Column(_("Телефон"), 16, from_width=70),
        Column(_("Оформил"), 16, from_width=100),
    )


def visit_rows(found: Visits, now: float) -> list[Row]:
    return [_visit_row(item, now, overdue=found.overdue(item.visit, now)) for item in found.visits]


def _visit_row(item: VisitInfo, now: float, *, overdue: bool) -> Row:
    visit, contact = item.visit, item.contact
    return Row(
        visit.card,
        (
            (OVERDUE if overdue else "") + (NOBODYS if visit.unseen else ""),
            wording.moment(visit.at, now),
            contact.person or visit.person,
            visit.address,
            wording.phone(contact.number),
            visit.ordered_by,
        ),
        "$text-warning" if overdue or visit.unseen else "",
    )


def visit_count(found: Visits, now: float) -> str:
    """How many there are, how many are overdue or no clinic's, and that not all are shown."""
    shown = len(found.visits)
    overdue = sum(1 for item in found.visits if found.overdue(item.visit, now))
    if found.total > shown:
        parts = [_("показаны первые {n} из {total}").format(n=shown, total=found.total)]
    else:
        parts = [_("открыто: {n}").format(n=found.total)]
    if overdue:
        parts.append(_("просрочено: {n}").format(n=overdue))
    if unseen := sum(item.visit.unseen for item in found.visits):
        parts.append(_("ничьих: {n}").format(n=unseen))
    return ", ".join(parts)


def visit_text(item: VisitInfo | None, width: int) -> Content:
    """What does not fit into the row."""
    if item is None:
        return Content("")
    visit, contact = item.visit, item.contact
    return facts(
        [
            (_("Кто"), contact.person or visit.person),
            (_("Адрес"), visit.address),
            (_("Поликлиника"), _clinic(item)),
            (_("Телефон"), wording.phone(contact.number)),
            (_("Оформил"), visit.ordered_by),
        ],
        width,
    )


def _clinic(item: VisitInfo) -> str:
    title = item.contact.clinic
    if not item.visit.unseen:
        return title
    how = _("вызова не видит никто; {key} — передать").format(key=key("visit.give"))
    return f"{title}, {how}" if title else _("не названа: {how}").format(how=how)


# -- records of people ------------------------------------------------------------------


def shown(field: PersonField, value: str) -> str:
    return values.show(TYPES[field], value)


def person_text(found: Person, now: float, width: int) -> Content:
    """What is known, what can be done, who may be the same one, and who has done what."""
    record = found.record
    pairs = [(_(FIELDS[name]), shown(name, getattr(record, name)) or EMPTY) for name in FIELDS]
    pairs.append((_("Обращений"), str(record.contacts)))
    if record.last_at is not None:
        pairs.append((_("Последнее"), wording.moment(record.last_at, now)))
    parts = [facts(pairs, width), _how(found)]
    if found.duplicates:
        parts += [Content(""), Content.styled(_("Возможно, записан ещё раз"), "bold")]
        parts += [Content(f"  {_one(item)}") for item in found.duplicates]
    parts += [Content(""), Content.styled(_("Кто что менял"), "bold")]
    parts += [line for change in found.changes for line in _change(change, now, width)]
    return Content("\n").join(parts)


def _how(found: Person) -> Content:
    if found.may_correct and found.may_merge:
        return Content.assemble(("Enter ", "bold"), (_("исправить, объединить"), "$muted"))
    if found.may_correct:
        return Content.assemble(("Enter ", "bold"), (_("исправить"), "$muted"))
    if found.may_merge:
        return Content.assemble(
            ("Enter ", "bold"), (_("объединить"), "$muted"), (f"   {said(found.why_not)}", "$muted")
        )
    return Content.styled(said(found.why_not), "$muted")


def _one(item: PersonRecord) -> str:
    count = _("обращений: {n}").format(n=item.contacts) if item.contacts else ""
    return " · ".join(part for part in (person(item), count) if part)


def _change(change: PersonChange, now: float, width: int) -> Iterator[Content]:
    event = _(_EVENTS[change.event]).format(name=change.other)
    yield Content.styled(
        f"{wording.moment(change.at, now)}  {change.agent_name}  {event}", "$muted"
    )
    if change.parts:
        yield facts(
            [
                (_(FIELDS[name]), f"{shown(name, before) or EMPTY} → {shown(name, after) or EMPTY}")
                for name, before, after in change.parts
            ],
            width,
        )


def differing(kept: PersonRecord, other: PersonRecord) -> list[PersonField]:
    """Fields in which both have a value, and not the same."""
    pairs = ((name, getattr(kept, name), getattr(other, name)) for name in PERSON_FIELDS)
    return [name for name, mine, theirs in pairs if mine and theirs and mine != theirs]


def lacking(kept: PersonRecord, other: PersonRecord) -> list[PersonField]:
    """Fields that only the other one has."""
    return [n for n in PERSON_FIELDS if not getattr(kept, n) and getattr(other, n)]


def either(field: PersonField, kept: PersonRecord, other: PersonRecord) -> list[Choice]:
    """Whose value to keep: "" for the first, the field's name for the other."""
    return [
        Choice("", shown(field, getattr(kept, field)), "1", note=_one(kept)),
        Choice(field, shown(field, getattr(other, field)), "2", note=_one(other)),
    ]
