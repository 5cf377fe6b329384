"""Whom a card is about: people known at the number, found by name, or recorded anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ekc_console.i18n import _
from ekc_console.tui.operator.present import cards
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import FilterMenu
from ekc_console.wire.side_work import PersonRecord

NEW = "new:"
"""Prefix of the value that records a person; a typed name follows, or nothing: the card's own."""
FIND = "find:"
OPEN = "open"
"""The record of whom the card is about now."""
NOBODY = "0"
LEAST_LETTERS = 2


class PersonMenu(FilterMenu):
    """``picked`` gets the person's id, ``NOBODY``, or a text with one of the prefixes."""

    def __init__(
        self,
        persons: Sequence[PersonRecord],
        linked: int,
        known: Mapping[str, str],
        picked: Callable[[str], None],
        typed: str = "",
    ) -> None:
        """``known``: name and birth_date that the card's fields hold. ``typed``: what was searched
        for; narrows nothing any more."""
        self.placeholder = _("Фамилия, СНИЛС или полис; Enter — выбрать")
        super().__init__(_("О ком обращение"), _choices(persons, linked, known, typed), picked)
        self._searched = typed

    def matching(self, typed: str) -> list[Choice]:
        if not typed:
            return super().matching(typed)
        found = [choice for choice in super().matching(typed) if choice.value.isdigit()]
        if len(typed) >= LEAST_LETTERS:
            found.append(
                Choice(FIND + typed, _("Искать «{text}» во всей картотеке").format(text=typed))
            )
            if not any(char.isdigit() for char in typed):
                found.append(Choice(NEW + typed, _("Записать нового: {name}").format(name=typed)))
        return found


def _choices(
    persons: Sequence[PersonRecord], linked: int, known: Mapping[str, str], typed: str
) -> list[Choice]:
    found = [cards.person_choice(item, linked) for item in persons]
    if name := typed or known.get("name", ""):
        same = any(
            (p.name, p.birth_date) == (known.get("name"), known.get("birth_date", ""))
            for p in persons
        )
        if typed and not any(char.isdigit() for char in typed):
            found.append(Choice(NEW + typed, _("Записать нового: {name}").format(name=typed)))
        elif not typed and not same:
            record = PersonRecord(id=0, name=name, birth_date=known.get("birth_date", ""))
            label = _("Записать из карточки: {name}").format(name=cards.person(record))
            found.append(Choice(NEW, label))
    if linked:
        found.append(Choice(OPEN, _("Запись о человеке: исправить, кто что менял")))
        found.append(Choice(NOBODY, _("Убрать связь с человеком")))
    if not found:
        found.append(Choice(NEW, _("Записать нового человека")))
    return found
