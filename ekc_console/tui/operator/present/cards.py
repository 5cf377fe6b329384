"""An earlier contact and its card in words."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from ekc_console.client.card.old_cards import CardEdit
from ekc_console.client.words.saying import said
from ekc_console.domain.scenario import fields as values
from ekc_console.domain.terms.dialling import kind_of
from ekc_console.i18n import N_, _
from ekc_console.tui.operator.present.caller import facts
from ekc_console.tui.operator.present.script import numbered
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.keys.registry import key
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.line_table import Row
from ekc_console.wire.card_work import CardChange, EditInfo, UnsavedEdit
from ekc_console.wire.messages import Card, Contact
from ekc_console.wire.side_work import HomeVisit, PersonRecord, VisitState

CHANGED = "* "
"""Before a value that is changed here and not saved."""
EMPTY = "—"
VISIT_STATES: dict[VisitState, str] = {
    "open": N_("ждут врача"),
    "done": N_("врач был"),
    "cancelled": N_("отменён"),
}

PARTS = {"@disposition": N_("Итог"), "@note": N_("Примечание"), "@person": N_("Человек")}
"""Of a card, beside the fields of its script."""


def contact(item: Contact, now: float, width: int) -> Content:
    return facts(
        [
            (_("Когда"), wording.moment(item.at, now)),
            (_("Номер"), wording.phone(item.number)),
            (_("Вид"), _("исходящий") if item.direction == "out" else _("входящий")),
            (_("Тема"), item.topic),
            (_("Исход"), wording.outcome(item.outcome)),
            (_("Оператор"), item.agent_name),
            (_("Разговор"), wording.span(item.talk_s) if item.talk_s else ""),
        ],
        width,
    )


def text(edit: CardEdit, now: float, width: int) -> Content:
    """Person, disposition, fields in the author's order, the note, the visit; then what was
    changed since it was saved."""
    card, scenario = edit.card, edit.scenario
    state = _("сохранена") if card.state == "saved" else _("черновик")
    title = scenario.title if scenario else card.scenario
    parts = [
        Content.assemble((title, "bold"), (f"   {state}", "$muted")),
        _how(edit, now),
        Content(""),
        facts(list(_rows(edit, now)), width),
    ]
    if edit.note:
        mark = CHANGED if edit.note_changed else ""
        parts += [Content(""), Content.styled(mark + _("Примечание"), "bold"), Content(edit.note)]
    if edit.note_changed and card.note:
        in_card = _("в карточке: {value}").format(value=card.note)
        parts.append(Content.styled(in_card, "$muted"))
    if card.changes:
        parts += [Content(""), Content.styled(_("Изменения"), "bold")]
        parts += [_change(change, now, width) for change in card.changes]
    return Content("\n").join(parts)


def _how(edit: CardEdit, now: float) -> Content:
    """What can be done with the card now."""
    unsaved = (_("изменения не сохранены"), "$text-warning")
    if edit.changed and not edit.may_edit:
        return Content.assemble(unsaved, (f"   {said(edit.card.why_not)}", "$muted"))
    if edit.changed:
        how = Content.assemble(
            unsaved,
            (f"   {key('card.save')} ", "bold"),
            (_("сохранить"), ""),
            ("   Enter ", "bold"),
            (_("исправить ещё"), ""),
        )
        other = overtaken(edit, now)
        return Content.assemble(how, (f"\n! {other}", "$text-warning")) if other else how
    if edit.may_edit and edit.unfinished:
        return _how_to_finish(edit)
    if edit.may_edit:
        return Content.assemble(("Enter ", "bold"), (_("исправить"), "$muted"))
    why = Content.styled(said(edit.card.why_not), "$muted")
    if edit.card.visit and edit.card.visit.state == "open":
        how = Content.assemble(("Enter ", "bold"), (_("закрыть вызов врача"), ""), "   ")
        return how + why
    return why


def _how_to_finish(edit: CardEdit) -> Content:
    steps = [(_("карточка не закончена"), "$text-warning"), ("   Enter ", "bold")]
    if edit.disposition:
        steps += [(_("исправить"), ""), (f"   {key('card.save')} ", "bold"), (_("сохранить"), "")]
    else:
        steps.append((_("выбрать итог"), ""))
    return Content.assemble(*steps)


def _rows(edit: CardEdit, now: float) -> Iterator[tuple[str, str]]:
    card = edit.card
    yield _("Человек"), person(card.person) if card.person else ""
    title = edit.dispositions.get(edit.disposition, card.disposition_title)
    if edit.disposition_changed:
        title = _changed(title, edit.dispositions.get(card.disposition, card.disposition_title))
    yield _("Итог"), title
    yield _("Экстренная служба"), "; ".join(_services(card, now))
    if card.visit:
        yield _("Врач на дом"), visit(card.visit, now)
    if not edit.fields:
        yield from (card.session.get("fields") or {}).items()
    for name, field in edit.fields.items():
        shown = field.show(edit.value(name))
        if edit.is_changed(name):
            shown = _changed(shown, field.show(edit.stored(name)))
        yield field.label, shown


def _services(card: Card, now: float) -> Iterator[str]:
    """What the journal knows, whatever the disposition says."""
    for one in card.services:
        if one.cancelled_at is not None:
            at = wording.at_moment(one.cancelled_at, now)
            yield _("вызов {who} отменён {time}").format(who=one.number, time=at)
        elif one.answered_at is None:
            yield _("{who} не ответила").format(who=one.number)
        else:
            at = wording.at_moment(one.answered_at, now)
            yield _("{who} ответила {time}").format(who=one.number, time=at)
    _kind, _sign, number = card.disposition.rpartition("_")
    if kind_of(number) == "emergency" and number not in {one.number for one in card.services}:
        yield _("{who} программой не вызывалась").format(who=number)


def _changed(mine: str, saved: str) -> str:
    """A value that is changed and not saved, beside the one that is in the card."""
    in_card = _("в карточке: {value}").format(value=saved or EMPTY)
    return f"{CHANGED}{mine or EMPTY} ({in_card})"


def _change(change: CardChange, now: float, width: int) -> Content:
    head = f"{wording.moment(change.at, now)}  {change.agent_name}"
    pairs = [
        (_(PARTS.get(what, what)), f"{before or EMPTY} → {after or EMPTY}")
        for what, before, after in change.parts
    ]
    return Content("\n").join([Content.styled(head, "$muted"), facts(pairs, width)])


# -- what is not saved ------------------------------------------------------------------


def overtaken(edit: CardEdit, now: float) -> str:
    """That somebody else has saved the card since; "" when nobody has."""
    if (by := edit.overtaken) is None:
        return ""
    name, at = by
    return _("Карточку тем временем изменили: {name}, {at}. Сверьте отмеченное «*».").format(
        name=name, at=wording.moment(at, now)
    )


def edit_parts(unsaved: UnsavedEdit, edit: CardEdit) -> str:
    """Names of what is changed."""
    parts = [
        _("Итог") if unsaved.disposition is not None else "",
        _("Примечание") if unsaved.note is not None else "",
        *(edit.fields[name].label for name in unsaved.fields if name in edit.fields),
    ]
    return ", ".join(part for part in parts if part)


def edit_title(item: EditInfo, now: float) -> str:
    """Of which contact a card is that was changed and not saved."""
    contact = item.contact
    about = contact.person or wording.phone(contact.number)
    parts = [wording.moment(contact.at, now), contact.topic, about]
    return ", ".join(part for part in parts if part)


def edit_at(unsaved: UnsavedEdit, now: float) -> str:
    return _("правка от {at}").format(at=wording.moment(unsaved.at, now))


# -- mending ---------------------------------------------------------------------------


PERSON, DISPOSITION, NOTE, VISIT, DROP = "@person", "@disposition", "@note", "@visit", "@drop"
"""Parts of a card that are no fields of its scenario, in the menu of what to mend; ``PERSON`` is
also the key of the row that says whom the card is about."""


def parts(edit: CardEdit) -> list[Choice]:
    """What of the card may be changed, with the values there are."""
    card = edit.card
    rows: list[tuple[str, str, str]] = []
    if edit.may_edit:
        title = edit.dispositions.get(edit.disposition, "")
        rows += [(DISPOSITION, _("Итог"), title), (NOTE, _("Примечание"), edit.note)]
    if card.may_link:
        rows.append((PERSON, _("Человек"), person(card.person) if card.person else ""))
    if card.visit and card.visit.state == "open":
        rows.append((VISIT, _("Врач на дом"), _("закрыть вызов")))
    if edit.may_edit:
        rows += [(n, f.label, f.show(edit.value(n))) for n, f in edit.fields.items()]
    if edit.changed:
        rows.append((DROP, _("Отменить изменения"), ""))
    titles = {part: label for part, label, _value in rows}
    notes = {part: value.replace("\n", " ") for part, _label, value in rows}
    return [
        Choice(choice.value, choice.label, choice.hot_key, note=notes[choice.value])
        for choice in numbered(titles)
    ]


# -- people ---------------------------------------------------------------------------


def person_row(item: PersonRecord | None) -> Row:
    return Row(PERSON, (_("Человек"), person(item) if item else _("не выбран")))


def person(item: PersonRecord) -> str:
    """«Иванова Анна Петровна, 12.03.1985»."""
    born = values.show("date", item.birth_date)
    return ", ".join(part for part in (item.name, born) if part)


def person_choice(item: PersonRecord, linked: int) -> Choice:
    numbers = [
        _("СНИЛС {number}").format(number=item.snils) if item.snils else "",
        _("полис {number}").format(number=item.oms) if item.oms else "",
        _("обращений: {n}").format(n=item.contacts) if item.contacts else "",
    ]
    note = " · ".join(part for part in numbers if part)
    return Choice(str(item.id), person(item), chosen=item.id == linked, note=note)


# -- home visits ------------------------------------------------------------------------


def visit(item: HomeVisit, now: float) -> str:
    """When, to whom, where, and how it stands."""
    parts = [wording.moment(item.at, now), item.person, item.address, _(VISIT_STATES[item.state])]
    if item.closed_at is not None:
        closed = f"{wording.moment(item.closed_at, now)} {item.closed_by}".strip()
        parts += [closed, _("итог карточки исправлен") if item.taken_back else item.note]
    return ", ".join(part for part in parts if part)
