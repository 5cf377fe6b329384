"""Messages about cards beside the call in hand: reopening them, the people they are about, visits.

They travel as all others do (see :mod:`ekc_console.wire.messages`). Times are seconds since the
epoch by the server's clock.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.wire.base import Message
from ekc_console.wire.entities import Contact
from ekc_console.wire.side_work import PersonRecord

# -- reopening -----------------------------------------------------------------------


class EditCard(Message, frozen=True, kw_only=True):
    """Change a card that is in nobody's hands, and save it. Result: ``Card``.

    Allowed (see ``Card.may_edit``) to who filled it, on the day of the contact or as long as it was
    never saved, and to supervisors and administrators. Refused with ``conflict`` when the card has
    another ``revision`` than this one: somebody has changed it meanwhile.
    """

    card: str
    revision: int
    """Of the card as it was read."""
    fields: dict[str, str] = msgspec.field(default_factory=dict)
    """New values of the changed fields only, as typed; empty takes a value out."""
    note: str | None = None
    """None: as it is."""
    disposition: str | None = None
    """None: as it is."""
    edit: int = 0
    """Revision of the ``UnsavedEdit`` that is saved by this and gone with it; 0: there is none."""


class UnsavedEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody has changed in a saved card and not saved yet, as in ``EditCard``."""

    card: str
    revision: int
    """Of this edit, whatever the card's is: the higher one is the newer."""
    base: int
    """Revision of the card that was changed."""
    at: float
    """Of the last change in it."""
    fields: dict[str, str] = msgspec.field(default_factory=dict)
    note: str | None = None
    disposition: str | None = None

    @property
    def empty(self) -> bool:
        """Nothing is changed: saved, or dropped."""
        return not self.fields and self.note is None and self.disposition is None


class KeepEdit(Message, frozen=True, kw_only=True):
    """Keep an unsaved edit for its author; an empty one is forgotten. Nothing changes in the card.

    Sent at every field. Refused with ``conflict`` when a newer one is known here and this one says
    something else.
    """

    edit: UnsavedEdit


class ListEdits(Message, frozen=True, kw_only=True):
    """One's own unsaved edits, and how many cards wait for a disposition. Result: ``Edits``."""


class EditInfo(msgspec.Struct, frozen=True, kw_only=True):
    contact: Contact
    edit: UnsavedEdit


class Edits(Message, frozen=True, kw_only=True):
    edits: tuple[EditInfo, ...]
    """The last changed first."""
    unfinished: int = 0
    """So many own cards have ``Contact.unfinished``, but for the one in hand."""


class CardChange(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a saved card, kept for ever."""

    at: float
    agent_name: str
    parts: tuple[tuple[str, str, str], ...]
    """What (label), before and after, in words; the newest change of a card comes first."""


class ListOwnContacts(Message, frozen=True, kw_only=True):
    """One's own contacts of today and all that are ``unfinished``. Result: ``Contacts``, newest
    first."""


# -- people --------------------------------------------------------------------------


class FindPersons(Message, frozen=True, kw_only=True):
    """Whom a card may be about. ``text`` empty: people known at the card's number, and those who
    have the name in the card; else by the beginning of the name, or a whole СНИЛС or policy
    number. Result: ``Persons``. Leaves a trace."""

    card: str
    text: str = ""


class LinkPerson(Message, frozen=True, kw_only=True):
    """The card is about this person; 0: about nobody known. Result: ``Card``."""

    card: str
    person: int


class AddPerson(Message, frozen=True, kw_only=True):
    """Record a person and link the card. Somebody with the same name and date of birth is taken
    instead. Values as typed. Result: ``Card``."""

    card: str
    name: str
    birth_date: str = ""
    snils: str = ""
    oms: str = ""


class Persons(Message, frozen=True, kw_only=True):
    persons: tuple[PersonRecord, ...]


# -- home visits ---------------------------------------------------------------------


class CloseVisit(Message, frozen=True, kw_only=True):
    """The doctor has come, or will not. Refused (``wrong_state``) for a visit that is closed,
    ``not_allowed`` for who neither ordered it today, nor has the caller in hand, nor serves the
    queue of the contact (volunteers: never by the queue alone)."""

    card: str
    """Of the card that ordered the visit."""
    state: Literal["done", "cancelled"]
    note: str = ""


CardWorkCommand = (
    EditCard
    | KeepEdit
    | ListEdits
    | ListOwnContacts
    | FindPersons
    | LinkPerson
    | AddPerson
    | CloseVisit
)
CardWorkResult = Edits | Persons
