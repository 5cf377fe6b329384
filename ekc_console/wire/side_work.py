"""Messages about the work beside the phone: knowledge, words of the staff, suggestions, targets.

They travel as all others do: commands inside ``Request``, results inside ``Reply``, entities inside
``Snapshot`` and ``Delta`` (see :mod:`ekc_console.wire.messages`). Times are seconds since the
epoch by the server's clock.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.wire.base import Message
from ekc_console.wire.call_control import NotTaken

KnowledgeKind = Literal["answer", "clinic", "sign", "step"]
SuggestionSource = Literal["caller", "colleague", "own"]
SuggestionStatus = Literal["new", "reviewed", "accepted", "declined"]
HelpState = Literal["open", "answered", "cancelled"]
VisitState = Literal["open", "done", "cancelled"]

# -- knowledge ---------------------------------------------------------------------


class SearchKnowledge(Message, frozen=True, kw_only=True):
    """Result: ``KnowledgeFound``. The last word counts as a beginning: made for every key."""

    text: str
    limit: int = 20
    kinds: tuple[KnowledgeKind, ...] = ()
    """Empty: all."""


class KnowledgeItem(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    """Stable, unique among all kinds: ``answer:…``, ``clinic:…``, ``sign:…``, ``step:…``."""
    kind: KnowledgeKind
    title: str
    text: str
    topic_title: str
    owner: str
    review_by: str
    """ISO date."""
    expired: bool = False
    """The date of review has passed: say it with care."""
    call: str = ""
    """Of a sign: number of the service to call first."""


class KnowledgeFound(Message, frozen=True, kw_only=True):
    items: tuple[KnowledgeItem, ...]
    """The best first."""
    corrected: str = ""
    """What was searched for instead of the text: typing errors mended."""


class GetDirectory(Message, frozen=True, kw_only=True):
    """Result: ``Directory``, what fields are completed from and signs of an emergency."""


class ClinicInfo(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    address: str
    words: tuple[str, ...] = ()
    """How else people call it."""
    specialties: tuple[str, ...] = ()


class SignInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A sign that somebody's life is in danger."""

    title: str
    looks: str
    """In a few words."""
    call: str
    """Number of the service to call first."""


class Directory(Message, frozen=True, kw_only=True):
    clinics: tuple[ClinicInfo, ...] = ()
    specialties: tuple[str, ...] = ()
    signs: tuple[SignInfo, ...] = ()
    """What stands beside the first question of a script."""


# -- who calls ---------------------------------------------------------------------


class KnownValue(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an earlier card of this number says, newest first."""

    type: str
    """The field's type: ``person``, ``address``, ``snils``, …"""
    value: str
    """Canonical; numbers are masked for roles that must not see them."""


class OpenCallback(msgspec.Struct, frozen=True, kw_only=True):
    since: float
    topic_title: str
    attempts: int = 0


class HomeVisit(msgspec.Struct, frozen=True, kw_only=True):
    """A doctor who was called to a patient; made when a card that orders one is saved."""

    at: float
    """When the card was saved."""
    card: str
    person: str = ""
    address: str = ""
    state: VisitState = "open"
    ordered_by: str = ""
    """Name."""
    closed_at: float | None = None
    closed_by: str = ""
    """Name."""
    note: str = ""
    """Of who closed it."""
    taken_back: bool = False
    """Its card was corrected and orders it no more."""
    unseen: bool = False
    """No clinic's desk sees it: the card names no clinic of the directory, or one without a desk
    where others have theirs."""


class PersonRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom cards are about; several may share one telephone."""

    id: int
    name: str
    birth_date: str = ""
    """ISO date, empty when not known; numbers likewise."""
    snils: str = ""
    oms: str = ""
    """Both empty for roles that must not see numbers."""
    contacts: int = 0
    """Cards about this person."""
    last_at: float | None = None
    """The newest of them."""
    revision: int = 0
    """Of what is known of the person; raised by every correction, merge and undoing of one."""


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the other party beside the earlier contacts."""

    name: str = ""
    """Of whom the card is about, else from the newest card."""
    callers: tuple[str, ...] = ()
    """Names of who called by this number, as earlier cards tell it, the newest first; whom those
    are about is another thing."""
    calls_24h: int = 0
    """Calls from this number in the last 24 hours, this one included."""
    learned: tuple[tuple[str, str], ...] = ()
    """Label and value of what the menu or the bot has asked."""
    callbacks: tuple[OpenCallback, ...] = ()
    home_visits: tuple[HomeVisit, ...] = ()
    """Open ones of this number and of this person, the newest first."""
    person: PersonRecord | None = None
    """Whom the card of this call is about, once somebody is chosen."""
    persons: tuple[PersonRecord, ...] = ()
    """Whom earlier cards of this number are about."""
    known: tuple[KnownValue, ...] = ()


# -- words of the staff ------------------------------------------------------------


class StaffMessage(Message, frozen=True, kw_only=True):
    """A word to this person or to all, unread; it goes when it is read."""

    id: str
    at: float
    sender_name: str
    to: str
    """Login, or empty: to all."""
    text: str
    read_at: float | None = None


class HelpRequest(Message, frozen=True, kw_only=True):
    """An operator wants help. Seen by supervisors and by who asked, while it is open."""

    id: str
    at: float
    login: str
    name: str
    text: str
    medic: bool = False
    """It is a question to a medic: seen and answered by those too."""
    topic_title: str = ""
    """Of the call it is about; empty: no call."""
    call: str = ""
    unanswered: tuple[NotTaken, ...] = ()
    """Emergency services that were called for the caller in vain: the request was made by itself,
    and has no ``text``."""
    state: HelpState = "open"
    answer: str = ""
    answered_by: str = ""


class SendMessage(Message, frozen=True, kw_only=True):
    """To one login, to all of one ``team`` whom the right reaches, or, with both empty, to all whom
    it reaches. Refused (``unknown``) for a login or a team out of reach."""

    text: str
    to: str = ""
    team: str = ""
    """Its id."""


class GetTeams(Message, frozen=True, kw_only=True):
    """Those that one may write to. Result: ``Teams``."""


class TeamInfo(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    people: int
    """Who would get a message, oneself not counted."""


class Teams(Message, frozen=True, kw_only=True):
    teams: tuple[TeamInfo, ...]


class ReadMessage(Message, frozen=True, kw_only=True):
    message: str


class ListMessages(Message, frozen=True, kw_only=True):
    """Result: ``MessageList``, newest first, read ones too."""

    limit: int = 100


class AskHelp(Message, frozen=True, kw_only=True):
    """Tell the supervisors. Refused (``wrong_state``) while an earlier request is open."""

    text: str = ""
    medic: bool = False
    """Ask the medics; the supervisors are told too."""


class CancelHelp(Message, frozen=True, kw_only=True):
    """The person's own open request."""


class ListHelp(Message, frozen=True, kw_only=True):
    """Supervisors and administrators only. Result: ``HelpList``, the oldest first."""


class AnswerHelp(Message, frozen=True, kw_only=True):
    """Supervisors and administrators only; the words come to the operator as a message."""

    help: str
    text: str


class MessageList(Message, frozen=True, kw_only=True):
    messages: tuple[StaffMessage, ...]


class HelpList(Message, frozen=True, kw_only=True):
    requests: tuple[HelpRequest, ...]


# -- suggestions -------------------------------------------------------------------


class AddSuggestion(Message, frozen=True, kw_only=True):
    """Result: ``Suggestion``. Linked to the person's present call, if there is one."""

    text: str
    source: SuggestionSource


class ListSuggestions(Message, frozen=True, kw_only=True):
    """One's own; supervisors and administrators get all. Result: ``Suggestions``, newest first."""

    status: SuggestionStatus | Literal[""] = ""
    limit: int = 200


class DecideSuggestion(Message, frozen=True, kw_only=True):
    """Supervisors and administrators only. The author is told. Result: ``Suggestion``."""

    suggestion: int
    status: SuggestionStatus
    answer: str = ""
    """Demanded for ``declined``."""


class Suggestion(Message, frozen=True, kw_only=True):
    id: int
    at: float
    author_name: str
    source: SuggestionSource
    text: str
    call: str = ""
    status: SuggestionStatus = "new"
    answer: str = ""
    decided_at: float | None = None
    decided_by: str = ""


class Suggestions(Message, frozen=True, kw_only=True):
    suggestions: tuple[Suggestion, ...]


# -- the day -----------------------------------------------------------------------


class DayTargets(msgspec.Struct, frozen=True, kw_only=True):
    """What the centre expects of an operator in a day; 0: nothing is set."""

    calls: int = 0
    handle_s: float = 0.0
    """Average talk and wrap-up of a call, at most."""
    break_s: float = 0.0
    """All breaks together, at most."""


WorkEntity = StaffMessage | HelpRequest
WorkCommand = (
    SearchKnowledge
    | GetDirectory
    | SendMessage
    | GetTeams
    | ReadMessage
    | ListMessages
    | AskHelp
    | CancelHelp
    | ListHelp
    | AnswerHelp
    | AddSuggestion
    | ListSuggestions
    | DecideSuggestion
)
WorkResult = KnowledgeFound | Directory | MessageList | HelpList | Suggestion | Suggestions | Teams
