"""What the actions about cards do: mending an old one, people. Nothing here waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ekc_console.client.card.old_cards import CardEdit, person_in
from ekc_console.client.desk import Desk
from ekc_console.client.link.errors import Refused
from ekc_console.client.words.saying import said
from ekc_console.domain.scenario import Scenario
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.operator.actions.in_hand import tell_faulty, tell_saved, while_card
from ekc_console.tui.operator.actions.person_actions import PersonActions
from ekc_console.tui.operator.actions.visit_actions import VisitActions, card_screen
from ekc_console.tui.operator.present import cards, script
from ekc_console.tui.operator.widgets import persons
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.keys.registry import BY_ID, key
from ekc_console.tui.shared.repaint import EVERYTHING
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.note_panel import NotePanel
from ekc_console.tui.shared.widgets.panels import UNBOUND, Bond, Menu, Prompt
from ekc_console.wire.card_work import EditInfo
from ekc_console.wire.messages import Card, Contact
from ekc_console.wire.side_work import PersonRecord

if TYPE_CHECKING:
    from ekc_console.tui.operator.screens.card import CardScreen

GO_ON = "@go_on"
CHOOSE_PERSON = "card.person"
"""An action of the registry."""


class CardActions:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._people = PersonActions(host)
        self.mend_person = self._people.mend
        self.visits = VisitActions(host)
        self.by_id: dict[str, Callable[[], None]] = {
            CHOOSE_PERSON: self.choose_person,
            "person.open": self.open_person,
            "card.edits": self.list_edits,
            **self.visits.by_id,
        }

    @property
    def _desk(self) -> Desk:
        return self._host.desk

    @property
    def screen(self) -> CardScreen | None:
        """The old card on top, if there is one."""
        return card_screen(self._host)

    def show_contact(self, contact: Contact) -> None:
        from ekc_console.tui.operator.screens.card import CardScreen

        self._host.open_above(CardScreen(contact))

    # -- mending -----------------------------------------------------------------------

    def mend(self, edit: CardEdit) -> None:
        """Ask what of an old card to change."""
        choices = cards.parts(edit)
        if not choices:
            self._host.tell("info", said(edit.card.why_not))
            return
        self._host.show_panel(
            Menu(_("Исправить в карточке"), choices, lambda part: self._mend(edit, part))
        )

    def _mend(self, edit: CardEdit, part: str) -> None:
        match part:
            case "@person":
                self.choose_person()
            case "@visit":
                self.visits.close()
            case "@drop":
                self._change(edit.drop)
            case "@note":
                self._host.show_panel(
                    NotePanel(
                        _("Примечание"),
                        edit.note,
                        lambda text: self._change(lambda: edit.set_note(text)),
                    )
                )
            case "@disposition":
                choices = script.numbered(edit.dispositions, edit.disposition)
                self._host.show_panel(
                    Menu(
                        _("Итог"),
                        choices,
                        lambda code: self._change(lambda: edit.set_disposition(code)),
                    )
                )
            case name:
                self._mend_field(edit, name)

    def _mend_field(
        self, edit: CardEdit, name: str, then: Callable[[], None] = lambda: None
    ) -> None:
        field = edit.fields[name]
        today = self._desk.old_cards.today

        def mend(text: str) -> None:
            self._change(lambda: edit.set_field(name, text, today))
            then()

        self._host.show_panel(
            Prompt(
                field.label,
                mend,
                hint=field.hint or _(script.EXAMPLES.get(field.type, "")),
                value=field.show(edit.value(name)),
                remark=self._means(edit.scenario, name),
            )
        )

    def correct(self, name: str, then: Callable[[], None] = lambda: None) -> None:
        """A field of the card of the call, and ``then``; the script stays where it is."""
        desk = self._desk.card_desk
        if desk.session is None:
            return
        field = desk.session.scenario.fields[name]

        def mend(text: str) -> None:
            desk.set_field(name, text)
            then()

        self._host.show_panel(
            Prompt(
                field.label,
                mend,
                hint=field.hint or _(script.EXAMPLES.get(field.type, "")),
                value=field.show(desk.session.fields.get(name, "")),
                remark=self._means(desk.scenario, name),
            ),
            while_card(self._desk),
        )

    def _means(self, scenario: Scenario | None, name: str) -> Callable[[str], str]:
        return lambda text: script.understood(scenario, name, text, self._desk.now())

    def _change(self, change: Callable[[], None]) -> None:
        change()
        self._host.paint(EVERYTHING)

    def offer(self, edit: CardEdit) -> None:
        """What was changed before and not saved: go on with it, or drop it."""
        now = self._desk.now()
        heading = _("Есть несохранённая правка от {at}").format(at=wording.moment(edit.at, now))
        if overtaken := cards.overtaken(edit, now):
            self._host.tell("warning", overtaken)
        choices = [
            Choice(GO_ON, _("Продолжить"), "1", note=cards.edit_parts(edit.unsaved, edit)),
            Choice(
                cards.DROP, _("Отбросить"), "2", note=_("в карточке останется то, что сохранено")
            ),
        ]

        def picked(value: str) -> None:
            self._change(edit.go_on if value == GO_ON else edit.drop)

        self._host.show_panel(Menu(heading, choices, picked))

    def list_edits(self) -> None:
        self._host.work("card.edits", self._desk.old_cards.unsaved, self._list_edits)

    def _list_edits(self, edits: Sequence[EditInfo]) -> None:
        if not edits:
            self._host.tell("info", _("Несохранённых правок нет."))
            return
        now = self._desk.now()
        by_card = {item.edit.card: item for item in edits}
        numbered = script.numbered({card: cards.edit_title(i, now) for card, i in by_card.items()})
        choices = [
            Choice(c.value, c.label, c.hot_key, note=cards.edit_at(by_card[c.value].edit, now))
            for c in numbered
        ]
        self._host.show_panel(
            Menu(
                _("Несохранённые правки карточек"),
                choices,
                lambda card: self.show_contact(by_card[card].contact),
            )
        )

    def offer_edits(self, edits: Sequence[EditInfo]) -> None:
        """After the login: what an earlier console has left. Nothing opens over work begun."""
        if not edits:
            return
        self._host.tell(
            "warning",
            _("Несохранённых правок карточек: {n}. Список — в командах, {key}.").format(
                n=len(edits), key=key("app.commands")
            ),
        )
        free = not self._desk.view.call and not self._host.panel_open
        if free and self._host.situation().on_desk:
            self._list_edits(edits)

    def save(self, edit: CardEdit) -> None:
        self._host.work(
            "card.edit",
            lambda: self._desk.old_cards.save(edit),
            lambda _r: tell_saved(self._host, edit.card),
            lambda error: self._not_saved(edit, error),
        )

    def _not_saved(self, edit: CardEdit, error: EkcError) -> None:
        """The field at fault is typed in at once."""
        mended = tell_faulty(self._host, error, lambda field: (edit.disposition, edit.value(field)))
        name = next(iter(error.fields), "") if isinstance(error, Refused) else ""
        if name in edit.fields and self.screen is not None and self.screen.edit is edit:
            self._mend_field(edit, name, mended)

    # -- people --------------------------------------------------------------------------

    def choose_person(self) -> None:
        """Of the old card on the screen, else of the card of the call."""
        card = self._card()
        if card is not None:
            self._ask_person(card, "")

    def open_person(self) -> None:
        """The record of whom the card is about."""
        card = self._card()
        if card is None:
            return
        if card.person is None:
            choose = _(BY_ID[CHOOSE_PERSON].help)
            text = _("Карточка ни с кем не связана. В командах: «{action}».").format(action=choose)
            self._host.tell("info", text)
        else:
            self._people.open(card.id)

    def _card(self) -> Card | None:
        screen = self.screen
        if screen is not None:
            return screen.edit.card if screen.edit else None
        return self._desk.card_desk.card

    def _bond(self, card: Card) -> Bond:
        """An old card has its screen; of the call's, name and fields are taken as they stand."""
        return while_card(self._desk) if card.id == self._desk.card_desk.card_id else UNBOUND

    def _ask_person(self, card: Card, text: str) -> None:
        known, bond = self._known(card), self._bond(card)

        def show(found: Sequence[PersonRecord]) -> None:
            linked = card.person.id if card.person else 0
            self._host.show_panel(
                persons.PersonMenu(
                    found, linked, known, lambda value: self._picked(card, known, value), text
                ),
                bond,
            )

        self._host.work("card.persons", lambda: self._desk.old_cards.persons(card.id, text), show)

    def _known(self, card: Card) -> Mapping[str, str]:
        """Of the person in the fields, as they stand here."""
        screen, desk = self.screen, self._desk.card_desk
        if screen is not None and screen.edit is not None:
            values = {name: screen.edit.value(name) for name in screen.edit.fields}
            return person_in(screen.edit.scenario, values)
        return person_in(desk.scenario, desk.session.fields if desk.session else {})

    def _picked(self, card: Card, known: Mapping[str, str], value: str) -> None:
        old_cards = self._desk.old_cards
        if value.startswith(persons.FIND):
            self._ask_person(card, value.removeprefix(persons.FIND))
        elif value == persons.OPEN:
            self._people.open(card.id)
        elif value == persons.NEW and known.get("name"):
            self._link(card, lambda: old_cards.add_person(card.id, **known))
        elif value.startswith(persons.NEW):
            self._ask_new(card, value.removeprefix(persons.NEW))
        else:
            self._link(card, lambda: old_cards.link(card.id, int(value)))

    def _ask_new(self, card: Card, name: str) -> None:
        def born(text: str) -> None:
            self._link(
                card, lambda: self._desk.old_cards.add_person(card.id, name, birth_date=text)
            )

        def named(text: str) -> None:
            if not text.strip():
                raise EkcError(_("Имя не указано."), _("Введите фамилию, имя и отчество."))
            self._ask_new(card, text.strip())

        if not name:
            example = script.EXAMPLES["person"]
            self._host.show_panel(
                Prompt(_("Фамилия, имя и отчество"), named, hint=_(example)), self._bond(card)
            )
            return
        self._host.show_panel(
            Prompt(
                _("{name}: дата рождения").format(name=name),
                born,
                hint=_("12.03.1985. Можно пропустить: Enter"),
            ),
            self._bond(card),
        )

    def _link(self, card: Card, work: Callable[[], Awaitable[Card]]) -> None:
        def linked(result: Card) -> None:
            self._desk.card_desk.take_person(result.id, result.person)
            text = (
                _("Карточка связана: {name}.").format(name=cards.person(result.person))
                if result.person
                else _("Карточка ни с кем не связана.")
            )
            self._host.tell("info", text)

        self._host.work("card.link", work, linked)
