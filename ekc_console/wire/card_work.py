"""Messages about cards beside the call in hand: reopening them, the people they are about, visits.

They travel as all others do (see :mod:`ekc_console.wire.messages`). Times are seconds since the
epoch by the server's clock.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from ekc_console.wire.base import Message
from ekc_console.wire.entities import Contact
from ekc_console.wire.side_work import HomeVisit, PersonRecord
from ekc_console.wire.words import Words

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
    """What, before and after, in words: the label of a field, or ``@disposition``, ``@note``,
    ``@person``; the newest change of a card comes first."""


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


PersonField = Literal["name", "birth_date", "snils", "oms"]
PERSON_FIELDS: tuple[PersonField, ...] = get_args(PersonField)
PersonEvent = Literal["created", "corrected", "merged", "unmerged"]


class OpenPerson(Message, frozen=True, kw_only=True):
    """Whom a card is about. Result: ``Person``; refused (``unknown``) for a card about nobody.
    Reading through another one's card leaves a trace."""

    card: str


class PersonChange(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done to a person's record, kept for ever."""

    at: float
    agent_name: str
    event: PersonEvent
    other: str = ""
    """The other person of a merge."""
    parts: tuple[tuple[PersonField, str, str], ...] = ()
    """Field, canonical value before and after; digits of documents are hidden by role."""


class Person(Message, frozen=True, kw_only=True):
    record: PersonRecord
    changes: tuple[PersonChange, ...] = ()
    """The newest first, those of the records merged into this one among them."""
    duplicates: tuple[PersonRecord, ...] = ()
    """Who may be the same one; for those who may merge."""
    may_correct: bool = False
    may_merge: bool = False
    why_not: Words | None = None
    """Why the record may not be corrected, for people."""
    merge: int = 0
    """The merge that ``UndoMerge`` takes back, 0 for none."""
    merged: str = ""
    """Whom it takes out again."""


class CorrectPerson(Message, frozen=True, kw_only=True):
    """Change what is known of the person of a card. Result: ``Person``.

    Allowed to who may link the card. Refused with ``conflict`` when the record has another
    ``revision``, or the card is about another person by now; with ``bad_value`` for a number of a
    document that somebody else has.
    """

    card: str
    person: int
    revision: int
    fields: dict[PersonField, str]
    """New values of the changed fields only, as typed; empty takes a value out."""


class MergePersons(Message, frozen=True, kw_only=True):
    """Two records are of one person: the cards of ``other`` go to the person of the card, with
    their numbers and visits. Result: ``Person``. Supervisors and administrators only.

    Refused with ``conflict`` when either record has another revision.
    """

    card: str
    person: int
    revision: int
    other: int
    other_revision: int
    take: tuple[PersonField, ...] = ()
    """Fields whose value is that of ``other``; of all others, that of ``person``."""


class UndoMerge(Message, frozen=True, kw_only=True):
    """Take a merge back: both records and their cards are as before; what was linked to the merged
    person since stays there. Result: ``Person``. Supervisors and administrators only; refused
    (``conflict``) once the person was changed since."""

    card: str
    merge: int


# -- home visits ---------------------------------------------------------------------


class ListVisits(Message, frozen=True, kw_only=True):
    """Open visits whose contacts the person may read. Result: ``Visits``. Leaves a trace."""

    text: str = ""
    """Every word of it is in a name, an address or the id of a card, or its digits are in the
    number."""
    limit: int = 500


class VisitInfo(msgspec.Struct, frozen=True, kw_only=True):
    visit: HomeVisit
    contact: Contact


class Visits(Message, frozen=True, kw_only=True):
    visits: tuple[VisitInfo, ...]
    """The oldest first."""
    total: int
    """All that match; no more than ``limit`` of them are here."""
    overdue_s: float = 0.0
    """A visit that is open for longer is overdue; 0: none is."""

    def overdue(self, visit: HomeVisit, now: float) -> bool:
        return bool(self.overdue_s) and now - visit.at > self.overdue_s


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
    | OpenPerson
    | CorrectPerson
    | MergePersons
    | UndoMerge
    | ListVisits
    | CloseVisit
)
CardWorkResult = Edits | Persons | Person | Visits
