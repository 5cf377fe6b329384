"""What the actions about records of people do: correct, merge, undo. Nothing here waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from ekc_console.client.desk import Desk
from ekc_console.client.words.saying import said
from ekc_console.domain.scenario import fields as values
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.operator.present import cards, registers, script
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import FilterMenu, Menu, Prompt
from ekc_console.wire.card_work import PERSON_FIELDS, Person, PersonField
from ekc_console.wire.side_work import PersonRecord

if TYPE_CHECKING:
    from ekc_console.tui.operator.screens.person import PersonScreen

MERGE, FIND, UNDO = "@merge:", "@find", "@undo"
"""What can be done with a record beside changing a field; the first goes before an id."""


class PersonActions:
    def __init__(self, host: Host) -> None:
        self._host = host

    @property
    def _desk(self) -> Desk:
        return self._host.desk

    @property
    def _screen(self) -> PersonScreen | None:
        from ekc_console.tui.operator.screens.person import PersonScreen

        frame = self._host.frame
        return frame if isinstance(frame, PersonScreen) else None

    def open(self, card: str) -> None:
        """Whom the card is about."""
        from ekc_console.tui.operator.screens.person import PersonScreen

        self._host.open_above(PersonScreen(card))

    def mend(self, card: str, person: Person) -> None:
        """Ask what to do with the record."""
        choices = _choices(person)
        if not choices:
            self._host.tell("info", said(person.why_not))
            return
        self._host.show_panel(
            Menu(_("Запись о человеке"), choices, lambda value: self._mend(card, person, value))
        )

    def _mend(self, card: str, person: Person, value: str) -> None:
        if value == FIND:
            self._ask_other(card, person)
        elif value == UNDO:
            self._undo(card, person)
        elif value.startswith(MERGE):
            other = next(p for p in person.duplicates if f"{MERGE}{p.id}" == value)
            self._merge(card, person.record, other)
        else:
            self._correct(card, person.record, next(n for n in PERSON_FIELDS if n == value))

    # -- correct ---------------------------------------------------------------------

    def _correct(self, card: str, record: PersonRecord, field: PersonField) -> None:
        def corrected(text: str) -> None:
            if text.strip() or field == "name":
                today = self._desk.old_cards.today
                values.parse(registers.TYPES[field], text, today, when="birth")
            self._change(
                card,
                lambda: self._desk.registers.correct(card, record, field, text),
                _("Запись исправлена."),
            )

        self._host.show_panel(
            Prompt(
                _(registers.FIELDS[field]),
                corrected,
                hint=_(registers.HINTS[field]),
                value=registers.shown(field, getattr(record, field)),
            )
        )

    # -- merge -----------------------------------------------------------------------

    def _ask_other(self, card: str, person: Person) -> None:
        def search(text: str) -> None:
            if not text.strip():
                raise EkcError(_("Имя не указано."), _("Введите фамилию, имя и отчество."))
            self._host.work(
                "person.find",
                lambda: self._desk.old_cards.persons(card, text),
                lambda found: self._choose_other(card, person.record, found),
            )

        self._host.show_panel(
            Prompt(
                _("С кем объединить"), search, hint=_("Фамилия, СНИЛС или полис; Enter — искать")
            )
        )

    def _choose_other(self, card: str, kept: PersonRecord, found: Sequence[PersonRecord]) -> None:
        others = {str(item.id): item for item in found if item.id != kept.id}
        if not others:
            self._host.tell("info", _("Других записей с таким именем или номером нет."))
            return
        choices = [cards.person_choice(item, 0) for item in others.values()]
        self._host.show_panel(
            FilterMenu(
                _("С кем объединить"), choices, lambda value: self._merge(card, kept, others[value])
            )
        )

    def _merge(self, card: str, kept: PersonRecord, other: PersonRecord) -> None:
        """Ask of every field in which they differ; what only one has is kept anyway."""
        self._ask_value(
            card, kept, other, registers.differing(kept, other), registers.lacking(kept, other)
        )

    def _ask_value(
        self,
        card: str,
        kept: PersonRecord,
        other: PersonRecord,
        left: Sequence[PersonField],
        take: Sequence[PersonField],
    ) -> None:
        if not left:
            self._confirm(card, kept, other, take)
            return
        field, *rest = left
        heading = _("Что оставить: {field}").format(field=_(registers.FIELDS[field]))

        def picked(value: str) -> None:
            self._ask_value(card, kept, other, rest, [*take, field] if value else take)

        self._host.show_panel(Menu(heading, registers.either(field, kept, other), picked))

    def _confirm(
        self, card: str, kept: PersonRecord, other: PersonRecord, take: Sequence[PersonField]
    ) -> None:
        text = _(
            "{one} и {other} станут одной записью; обращений в ней будет {n}. Отменить можно, пока "
            "эту запись не исправят."
        ).format(
            one=cards.person(kept), other=cards.person(other), n=kept.contacts + other.contacts
        )
        self._host.confirm(
            _("Объединить записи?"),
            text,
            no=_("Не объединять"),
            yes=_("Объединить"),
            then=lambda: self._change(
                card,
                lambda: self._desk.registers.merge(card, kept, other, take),
                _("Записи объединены. Отменить — Enter в записи о человеке."),
            ),
        )

    def _undo(self, card: str, person: Person) -> None:
        self._host.confirm(
            _("Отменить объединение?"),
            _("{name}: снова отдельная запись, со своими обращениями.").format(name=person.merged),
            no=_("Оставить"),
            yes=_("Отменить объединение"),
            then=lambda: self._change(
                card,
                lambda: self._desk.registers.undo_merge(card, person.merge),
                _("Объединение отменено."),
            ),
        )

    # -- how -------------------------------------------------------------------------

    def _change(self, card: str, work: Callable[[], Awaitable[Person]], done: str) -> None:
        """A refused change shows the record as it is now."""

        def changed(person: Person) -> None:
            self._desk.old_cards.take_person(card, person.record)
            self._desk.card_desk.take_person(card, person.record)
            if (screen := self._screen) and screen.card == card:
                screen.take(person)
            self._host.tell("info", done)

        def failed(error: EkcError) -> None:
            self._host.tell_error(error)
            if screen := self._screen:
                screen.reload()

        self._host.work("person.change", work, changed, failed)


def _choices(person: Person) -> list[Choice]:
    rows: list[tuple[str, str, str]] = []
    if person.may_correct:
        rows += [
            (name, _(registers.FIELDS[name]), registers.shown(name, getattr(person.record, name)))
            for name in PERSON_FIELDS
        ]
    if person.may_merge:
        if person.merge:
            rows.append((UNDO, _("Отменить объединение"), person.merged))
        rows += [
            (f"{MERGE}{item.id}", _("Объединить"), cards.person(item)) for item in person.duplicates
        ]
        rows.append((FIND, _("Объединить с другой записью"), _("найти её")))
    titles = {value: label for value, label, _note in rows}
    notes = {value: note for value, _label, note in rows}
    return [
        Choice(choice.value, choice.label, choice.hot_key, note=notes[choice.value])
        for choice in script.numbered(titles)
    ]
