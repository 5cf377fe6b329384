"""Messages on the WebSocket and in the bodies of HTTP requests.

JSON, ``type`` tells which. Order on a connection: the client sends :class:`Hello`, the server
answers :class:`Welcome`, then :class:`Snapshot` or the missed :class:`Delta`\\ s, then a delta for
every change and a :class:`Reply` for every :class:`Request`. Times are seconds since the epoch by
the server's clock; ``Welcome.now`` lets a client correct its own.
"""

from __future__ import annotations

from typing import Any, Literal

from ekc_console.domain.terms.ids import Role as Role
from ekc_console.wire.admin.account_work import AccountCommand, AccountResult
from ekc_console.wire.admin.audit_work import AuditCommand, AuditResult
from ekc_console.wire.admin.keeping import KeepingCommand, KeepingResult
from ekc_console.wire.base import AgentState as AgentState
from ekc_console.wire.base import Message as _Message
from ekc_console.wire.call_control import AgentTarget as AgentTarget
from ekc_console.wire.call_control import CallCommand as CallCommand
from ekc_console.wire.call_control import CancelConsult as CancelConsult
from ekc_console.wire.call_control import CompleteConsult as CompleteConsult
from ekc_console.wire.call_control import ConsultInfo as ConsultInfo
from ekc_console.wire.call_control import GetTargets as GetTargets
from ekc_console.wire.call_control import Heard as Heard
from ekc_console.wire.call_control import MenuTarget as MenuTarget
from ekc_console.wire.call_control import QueueTarget as QueueTarget
from ekc_console.wire.call_control import SendKeys as SendKeys
from ekc_console.wire.call_control import ServiceCalled as ServiceCalled
from ekc_console.wire.call_control import StartConsult as StartConsult
from ekc_console.wire.call_control import SwitchConsult as SwitchConsult
from ekc_console.wire.call_control import TargetKind as TargetKind
from ekc_console.wire.call_control import Targets as Targets
from ekc_console.wire.call_control import TransferCall as TransferCall
from ekc_console.wire.card_work import CardChange, CardWorkCommand, CardWorkResult, UnsavedEdit
from ekc_console.wire.centre.roster import RosterCommand, RosterResult
from ekc_console.wire.day import DayCommand, DayResult
from ekc_console.wire.entities import CallbackInfo as CallbackInfo
from ekc_console.wire.entities import CallStateName as CallStateName
from ekc_console.wire.entities import Contact as Contact
from ekc_console.wire.entities import EngineState as EngineState
from ekc_console.wire.entities import Entity as Entity
from ekc_console.wire.entities import Me as Me
from ekc_console.wire.entities import MyCall as MyCall
from ekc_console.wire.entities import QueueInfo as QueueInfo
from ekc_console.wire.entities import ViewEntity as ViewEntity
from ekc_console.wire.entities import WaitingCall as WaitingCall
from ekc_console.wire.login import BreakReason as BreakReason
from ekc_console.wire.login import Welcome as Welcome
from ekc_console.wire.side_work import HomeVisit, PersonRecord, WorkCommand, WorkResult
from ekc_console.wire.supervision import OrderCommand, OrderResult
from ekc_console.wire.voice import GetVoice as GetVoice
from ekc_console.wire.voice import VoiceSetting as VoiceSetting
from ekc_console.wire.watch import WatchCommand, WatchNews
from ekc_console.wire.way_in import LineCommand, LineResult
from ekc_console.wire.words import FieldFault as FieldFault
from ekc_console.wire.words import Goodbye as Goodbye
from ekc_console.wire.words import Notice as Notice
from ekc_console.wire.words import Words

PROTOCOL = 11
"""Raised at every change that an older client or server cannot follow."""

RefusalCode = Literal[
    "not_allowed", "wrong_state", "unknown", "bad_value", "conflict", "server_busy", "engine_down",
    "too_late",
]  # fmt: skip


# -- server to client ------------------------------------------------------------


class Snapshot(_Message, frozen=True, kw_only=True):
    """The whole view; forget what you had."""

    seq: int
    entities: tuple[ViewEntity, ...]


class Delta(_Message, frozen=True, kw_only=True):
    """Changes since ``seq - 1`` of this client's stream."""

    seq: int
    put: tuple[ViewEntity, ...] = ()
    gone: tuple[tuple[str, str], ...] = ()
    """(type name, id); they go before ``put`` comes: a call in another queue stands in both."""


class Reply(_Message, frozen=True, kw_only=True):
    id: str
    ok: bool
    code: RefusalCode | None = None
    words: Words | None = None
    """Why not."""
    faults: tuple[FieldFault, ...] = ()
    """Of a card that was not taken: each with its reason."""
    result: Result | None = None
    unsaved: bool = False
    """Done, and not written yet: the server's store is in trouble. It will be when that is over;
    a crash of the server before is what it may not outlive."""


# -- client to server ------------------------------------------------------------


class Hello(_Message, frozen=True, kw_only=True):
    protocol: int
    token: str
    epoch: str = ""
    """From the last ``Welcome``; empty: send a snapshot."""
    seq: int = 0
    """The last sequence number seen."""
    shift: bool = True
    """Begin or go on with a shift. False, of who leads: only to see and to give orders."""


class Request(_Message, frozen=True, kw_only=True):
    """A command; sent again with the same ``id`` it is done once and answered alike."""

    id: str
    body: Command
    by: float = 0.0
    """Begun by then or not at all (``too_late``), in seconds as ``Welcome.steady``: nobody waits
    for it longer. 0: no limit."""


class Resync(_Message, frozen=True, kw_only=True):
    """What came cannot be used: a ``Snapshot`` on this connection, please. Has no reply."""


class GoReady(_Message, frozen=True, kw_only=True):
    pass


class GoBreak(_Message, frozen=True, kw_only=True):
    reason: str


class LogOut(_Message, frozen=True, kw_only=True):
    """End of the shift: the leg is dropped, the session closed."""


class OpenLine(_Message, frozen=True, kw_only=True):
    """SIP credentials of this shift, please; ``reached``: the server's IPv4. Result: ``Line``."""

    reached: str = ""


class OpenEcho(_Message, frozen=True, kw_only=True):
    """Ask for where a workplace hears itself through the telephony, and for SIP credentials that
    call there for some minutes; no shift is needed. Result: ``Line``."""

    reached: str = ""


class CallMyPhone(_Message, frozen=True, kw_only=True):
    """Have the voice on a telephone: the server calls ``number`` through the trunk, and the line
    stands from its answer to its hang-up. ``Me.line_up`` tells; a call that is not answered is
    told by a ``Notice``. While it stands or rings, a repetition changes nothing."""

    number: str


class StandBy(_Message, frozen=True, kw_only=True):
    """Have a leg only while there is a call: the softphone, proved by one leg with ``OpenLine``,
    calls in when a call is being connected or dialled; or the server calls ``number`` then.
    ``Me.line_up`` is true meanwhile, and false when the leg of a call did not come."""

    number: str = ""


class AcceptOffer(_Message, frozen=True, kw_only=True):
    offer: str


class RejectOffer(_Message, frozen=True, kw_only=True):
    offer: str


class HangUpCall(_Message, frozen=True, kw_only=True):
    call: str


class HoldCall(_Message, frozen=True, kw_only=True):
    call: str


class ResumeCall(_Message, frozen=True, kw_only=True):
    call: str


class Dial(_Message, frozen=True, kw_only=True):
    """An outgoing call through the trunk. Refused: ``not_allowed`` for a kind of number that the
    role may not dial, ``bad_value`` for what is no number; so are transfers and consultations."""

    number: str


class DialCallback(_Message, frozen=True, kw_only=True):
    """Refused (``not_allowed``), as ``CloseCallback``, for one of other queues than one's own."""

    callback: str


class CloseCallback(_Message, frozen=True, kw_only=True):
    callback: str
    result: Literal["reached", "cancelled"]
    why: str = ""
    """For the journal; an urgent one is refused without (``bad_value``)."""


class FinishWrapUp(_Message, frozen=True, kw_only=True):
    """Refused (``wrong_state``) while a mandatory disposition is missing."""


class GetScenario(_Message, frozen=True, kw_only=True):
    """Result: ``ScenarioText``. ``version`` empty: the one in force."""

    scenario: str
    version: str = ""


class OpenCard(_Message, frozen=True, kw_only=True):
    """Result: ``Card``. Refused (``not_allowed``) for cards of others that are neither of one's
    queues nor of the caller in hand; reading another's leaves a trace."""

    card: str


class SaveDraft(_Message, frozen=True, kw_only=True):
    """The whole draft, after every field. A lower ``revision`` than the stored one is ignored.

    A card that is saved stays saved: the draft is kept beside it, and is what ``OpenCard`` gives
    to who has the call in hand. After the call it is an ``UnsavedEdit`` of the card's agent.
    Refused (``not_allowed``) for a card of others, in others' hands, or saved on an earlier day."""

    card: str
    revision: int
    session: dict[str, Any]
    """``SessionState`` of the scenario interpreter as plain data."""
    note: str = ""
    disposition: str = ""
    edits: int = 0
    """``Card.edits`` as known here; the draft of another state is refused."""


class SaveCard(_Message, frozen=True, kw_only=True):
    """The card is done: checked by the version of the scenario in which it was filled, and
    stored. Result: ``Card``. Refused (``not_allowed``) as ``SaveDraft``, and for a call of an
    earlier day that is not in hand; ``bad_value`` names every field at fault."""

    card: str
    revision: int
    session: dict[str, Any]
    note: str = ""
    disposition: str
    edits: int = 0
    """As in ``SaveDraft``."""


class FindContacts(_Message, frozen=True, kw_only=True):
    """By phone number (whole or its last digits, at least 4) or by name in a card, three letters
    at least. Result: ``Contacts`` that one may read, newest first. Leaves a trace.

    For the desk of a clinic as short a text as it likes; with none, its newest cards."""

    text: str
    limit: int = 50
    clinic: str = ""
    """Title of the one of the desk's clinics whose cards alone are wanted; empty: of all."""


Command = (
    AccountCommand
    | AuditCommand
    | KeepingCommand
    | GoReady
    | GoBreak
    | LogOut
    | OpenLine
    | OpenEcho
    | GetVoice
    | CallMyPhone
    | StandBy
    | AcceptOffer
    | RejectOffer
    | HangUpCall
    | HoldCall
    | ResumeCall
    | Dial
    | DialCallback
    | CloseCallback
    | FinishWrapUp
    | GetScenario
    | OpenCard
    | SaveDraft
    | SaveCard
    | FindContacts
    | CardWorkCommand
    | CallCommand
    | OrderCommand
    | LineCommand
    | WatchCommand
    | DayCommand
    | RosterCommand
    | WorkCommand
)


# -- results ---------------------------------------------------------------------


class Line(_Message, frozen=True, kw_only=True):
    """Where and as whom the softphone calls in."""

    uri: str
    """What to call: ``sip:standing@host:port;transport=tcp``."""
    user: str
    password: str
    domain: str
    transport: Literal["udp", "tcp", "tls"]
    srtp: bool = False
    """The server takes encrypted sound only."""
    authorities: str = ""
    """With ``tls``: PEM of who signs telephony's certificate; empty: whom the system knows."""


class ScenarioText(_Message, frozen=True, kw_only=True):
    scenario: str
    version: str
    document: dict[str, Any]
    """As written by its author, for ``scenario_from_document``."""


class Card(_Message, frozen=True, kw_only=True):
    id: str
    call: str
    number: str
    topic: str
    """Its title."""
    scenario: str
    version: str
    revision: int
    session: dict[str, Any]
    note: str
    disposition: str
    disposition_title: str
    state: Literal["draft", "saved"]
    created_at: float
    saved_at: float | None
    agent_name: str
    edits: int = 0
    """How often it was reopened and changed."""
    person: PersonRecord | None = None
    visit: HomeVisit | None = None
    """The doctor's visit that this card has ordered."""
    services: tuple[ServiceCalled, ...] = ()
    changes: tuple[CardChange, ...] = ()
    """Of the saved card, the newest first."""
    may_edit: bool = False
    """By ``EditCard``, for who has asked."""
    may_link: bool = False
    """By ``LinkPerson`` and ``AddPerson``."""
    why_not: Words | None = None
    """Why it may not be edited."""
    unsaved: UnsavedEdit | None = None
    """What who has asked has changed in it and not saved; an empty one is over."""


class Contacts(_Message, frozen=True, kw_only=True):
    contacts: tuple[Contact, ...]
    clinics: tuple[str, ...] = ()
    """Titles of those whose desk has asked."""


Result = (
    Line
    | AccountResult
    | AuditResult
    | KeepingResult
    | VoiceSetting
    | ScenarioText
    | Card
    | Contacts
    | Targets
    | CardWorkResult
    | OrderResult
    | LineResult
    | DayResult
    | RosterResult
    | WorkResult
)

ClientMessage = Hello | Request | Resync
ServerMessage = Welcome | Snapshot | Delta | WatchNews | Notice | Reply | Goodbye
