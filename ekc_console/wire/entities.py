"""What a console shows: the entities of its view."""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.domain.terms.dialling import NumberKind
from ekc_console.domain.terms.ids import Role
from ekc_console.wire.base import AgentState, Message
from ekc_console.wire.call_control import ConsultInfo, NotTaken, ServiceCalled
from ekc_console.wire.listening import Overheard, OwnListening
from ekc_console.wire.side_work import Caller, WorkEntity
from ekc_console.wire.words import Words

CallStateName = Literal[
    "menu", "waiting", "offered", "connecting", "talking", "held", "consult", "dialing", "wrap_up",
    "ended",
]  # fmt: skip

LastCall = Literal["", "closed", "ended"]
"""The account was closed, or the session ended otherwise, while a caller was in hand: both last
until that caller has what is needed, and no longer. Empty: neither."""


class Me(Message, frozen=True, kw_only=True):
    """The agent who is logged in here. id: the login."""

    id: str
    name: str
    role: Role
    state: AgentState
    since: float
    until: float | None = None
    """End of a timed wrap-up, or when a break should be over."""
    reason: str = ""
    """Break reason's code; for ``not_responding``: ``no_answer``, ``rejected``, ``unreachable``."""
    began_at: float | None = None
    """When the break began, if a call has interrupted it since then."""
    pending_break: str = ""
    """A break asked for that begins after the call."""
    line_up: bool = False
    """The standing leg is there."""
    calls_today: int = 0
    talk_s_today: float = 0.0
    break_s_today: float = 0.0
    wrap_up_s_today: float = 0.0
    listening: OwnListening | None = None
    last_call: LastCall = ""


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """One earlier contact, as shown in lists."""

    call: str
    at: float
    direction: Literal["in", "out"]
    number: str
    topic: str
    """Its title."""
    outcome: str
    """``answered``, ``abandoned_queue``, … as in the core."""
    agent_name: str = ""
    talk_s: float = 0.0
    card: str = ""
    """Card id, empty when none."""
    disposition: str = ""
    note: str = ""
    person: str = ""
    """Name of the person the card is about, as typed in it where nobody is chosen; empty where
    neither is."""
    person_id: int = 0
    """0: nobody is chosen."""
    unfinished: bool = False
    """There was a talk, or something is filled in, and the card was never saved: it waits for its
    disposition."""
    clinic: str = ""
    """Title of the clinic that the card names, empty for none."""


class MyCall(Message, frozen=True, kw_only=True):
    """The call that is offered to or talked by this agent, or being wrapped up. At most one."""

    id: str
    state: CallStateName
    direction: Literal["in", "out"]
    number: str
    """Masked for roles that must not see it; empty when withheld."""
    region: dict[str, str] = msgspec.field(default_factory=dict)
    """Region and operator of the number where known, by the language of the words: they are of
    tables that no console has."""
    queue: str = ""
    queue_title: str = ""
    topic: str = ""
    topic_title: str = ""
    menu_path: tuple[str, ...] = ()
    """What the caller chose in the menu, in words."""
    arrived_at: float = 0.0
    queued_at: float | None = None
    answered_at: float | None = None
    held_since: float | None = None
    ended_at: float | None = None
    offer: str = ""
    offer_expires_at: float | None = None
    recording: bool = False
    history: tuple[Contact, ...] = ()
    """Earlier contacts with this number or this person, newest first, at most 20."""
    card: str = ""
    """Id of the card draft of this call."""
    callback: str = ""
    caller: Caller = Caller()
    about: str = ""
    """An emergency service is called for a caller who has hung up: that one's number, masked like
    ``number``. ``card``, ``caller``, ``menu_path`` and ``history`` are that one's too."""
    caller_gone: bool = False
    """The call is one for a caller who has hung up; ``about`` may be empty, the number withheld."""
    consult: ConsultInfo | None = None
    """Somebody is asked about the call."""
    not_taken: tuple[NotTaken, ...] = ()
    """From whom the caller has come back, of the last transfer or call for help; while the next
    number is called: who has not answered."""
    services: tuple[ServiceCalled, ...] = ()
    """Emergency services that were called for the caller (for ``about``: for that one)."""
    urgent: bool = False
    """The person was cut off in an emergency before this call, and was owed an urgent callback."""
    overheard: Overheard | None = None


class WaitingCall(Message, frozen=True, kw_only=True):
    """A call in a queue of this agent. Order: ``position``."""

    id: str
    queue: str
    queue_title: str
    topic_title: str
    number: str
    queued_at: float
    position: int
    priority: int = 0
    offered_to: str = ""
    """Name of the agent it is offered to now."""
    wants_callback: bool = False
    """This number stands in the callback list: the caller has tried before."""
    virtual: bool = False
    """A callback whose turn has come: nobody is on the line, who takes it dials."""
    urgent: bool = False
    """The person was cut off in an emergency, and is owed an urgent callback."""


class QueueInfo(Message, frozen=True, kw_only=True):
    """One queue of this agent, counted today."""

    id: str
    title: str
    waiting: int
    longest_since: float | None
    agents_ready: int
    agents_busy: int
    wait_first_s: float | None = None
    """From which a wait is too long; the next one: much too long. None: it never is."""
    wait_second_s: float | None = None
    paused: bool = False
    """A supervisor stopped its offers for now."""
    offered_today: int = 0
    answered_today: int = 0
    abandoned_today: int = 0


class CallbackInfo(Message, frozen=True, kw_only=True):
    """A caller who was lost and is to be called back."""

    id: str
    number: str
    callers: tuple[str, ...] = ()
    """Names of who called by this number, as cards tell it, for who reads others' cards: whom to
    ask for."""
    people: tuple[str, ...] = ()
    """Names of others whom cards of this number are about: who is ill may be a child of who
    calls."""
    since: float
    """When the caller first tried."""
    where: str
    """``menu``, ``queue`` or ``cut`` (the line broke), in the core's words."""
    queue_title: str = ""
    topic_title: str = ""
    calls: int = 1
    """How often the caller tried."""
    attempts: int = 0
    """How often we tried."""
    not_before: float = 0.0
    taken_by: str = ""
    assigned: str = ""
    """Name of the person to whom a supervisor gave it."""
    held: NumberKind | Literal[""] = ""
    """Kind of a number that is not dialled without a person's decision; empty: it comes by
    itself, where the queue distributes callbacks."""
    released: bool = False
    """A person decided that it comes by itself all the same."""
    postponed: bool = False
    """A person put it off until ``not_before``."""
    may_dial: bool = True
    """This person may decide to dial it."""
    no_way: bool = False
    """Calls out find no way: it waits for that, and no try is used up."""
    urgent: bool = False
    """An emergency service was called for the caller: first of all, at any hour."""
    given_up: bool = False
    """All tries of an urgent one were in vain: a person calls back, or closes it."""


Entity = Me | MyCall | WaitingCall | QueueInfo | CallbackInfo


class EngineState(Message, frozen=True, kw_only=True):
    """Whether the telephony engine works. id is always ``engine``."""

    id: str = "engine"
    up: bool = True
    out_of_sight: bool = False
    """It is not reached, and not known to be dead: talks go on, waiting callers keep their place,
    orders are refused until it is ``up``."""
    detail: Words | None = None
    """Why it is not ``up``, where that is known."""
    trunks_in_trouble: tuple[str, ...] = ()
    """Trunks that are not registered, or through which no calls go out."""
    not_in_order: tuple[Words, ...] = ()
    """What else the administrator should see to: callers are served meanwhile."""


ViewEntity = Entity | EngineState | WorkEntity
