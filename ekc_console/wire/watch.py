"""The centre as a supervisor watches it: queues, people, calls, callbacks, what stands beside.

``StartWatch`` asks for it; then a :class:`WatchSnapshot` comes, and a :class:`WatchDelta` for what
changes, the same bytes to all who may see the same. One comes every :data:`BEAT_S` at least, so
that a silent server is not taken for a quiet centre. ``seq`` counts without a gap: who finds one
asks anew. States are those that the core holds, under names of their own. Shares are 0 … 1, None
where there is nothing to count; moments are seconds since the epoch by the server's clock.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.domain.terms.dialling import NumberKind
from ekc_console.domain.terms.ids import ListenMode
from ekc_console.wire.base import Message
from ekc_console.wire.centre.alarms import WatchAlarm as WatchAlarm
from ekc_console.wire.words import Words

BEAT_S = 2.0

PersonState = Literal[
    "offline", "ready", "break", "offered", "connecting", "dialing", "talking", "holding",
    "consulting", "asked", "advising", "wrap_up", "not_responding", "listening", "not_ready",
]  # fmt: skip
CallState = Literal[
    "menu", "waiting", "offered", "connecting", "talking", "held", "consulting", "transferring",
    "linked", "dialing", "ringing", "advising", "forwarding", "forwarded", "ending", "ended",
]  # fmt: skip


class StartWatch(Message, frozen=True, kw_only=True):
    """Watch the centre, as far as the right ``watch`` reaches, until this connection ends; once
    more: a new snapshot. Refused (``not_allowed``) without that right, and (``wrong_state``)
    without a connection of the console."""


WatchCommand = StartWatch


class WatchQueue(Message, frozen=True, kw_only=True):
    id: str
    title: str
    waiting: int = 0
    """Those who are being offered included."""
    longest_since: float | None = None
    expected_s: float | None = None
    """Wait that nine in ten who come now do not exceed; None while nothing is known."""
    expected_error_s: float | None = None
    """By how much such promises were off lately, on average."""
    offered: int = 0
    """Today, as the next two: those whose wait is over."""
    answered: int = 0
    abandoned: int = 0
    level_s: float = 0.0
    """Within which an answer is in time, for the next ones."""
    level_now: float | None = None
    """Answered in time / (offered - short abandoned), of the waits that ended in the last five
    minutes."""
    level_half: float | None = None
    """Of those who came in this half-hour."""
    level_day: float | None = None
    targets: dict[str, float] = msgspec.field(default_factory=dict)
    """What is aimed at, by the name of the figure (``alarm_limits.QueueFigure``)."""
    half_counted: int = 0
    """Waits that ``level_half`` is made of; the next one: those who came in this half-hour and gave
    up."""
    half_abandoned: int = 0
    halves: tuple[float | None, ...] = ()
    """The latest half-hours, this one last."""
    ready: int = 0
    """People who could be offered a call of it; the next three: on one, after one, away."""
    busy: int = 0
    wrapping_up: int = 0
    away: int = 0
    callbacks: int = 0
    """Open."""
    paused: bool = False
    closed: bool = False


class WatchPerson(Message, frozen=True, kw_only=True):
    """Somebody on shift. id: the login. Two states are breaks of the core: of who listens to a talk
    (``listening``), and of who has come and was not ready yet (``not_ready``)."""

    id: str
    name: str
    state: PersonState
    since: float
    until: float | None = None
    """End of a timed wrap-up, or when the break should be over."""
    target_s: float | None = None
    """How long the state, or the talk, should last."""
    reason: str = ""
    """Of a break, in the centre's words; of ``not_responding``, its key."""
    pending_break: str = ""
    """In the centre's words: begins after the call."""
    pending_logout: bool = False
    line_up: bool = False
    console: bool = True
    """The console is connected."""
    queues: tuple[str, ...] = ()
    """Ids."""
    call: str = ""
    queue_title: str = ""
    """Of the call in hand; its topic is the next one."""
    topic_title: str = ""
    listens_to: str = ""
    """Name of whose talk it is, while anybody has it; ``listens_how`` with it."""
    listens_how: ListenMode | None = None
    calls: int = 0
    """Talks of today."""
    handling_s: float | None = None
    """Mean of today's finished talk, hold and wrap-up, a call."""
    occupancy: float | None = None
    """Today: handling / (handling + ready)."""
    service: str = ""
    """Number of the emergency service that is being called for the caller, or has answered:
    ``service_up``."""
    service_up: bool = False


class WatchCall(Message, frozen=True, kw_only=True):
    """A call that lives, an outside party's line included."""

    id: str
    state: CallState
    since: float
    direction: Literal["in", "out"]
    number: str
    arrived_at: float
    queued_at: float | None = None
    order: float | None = None
    """While it waits: the least of its queue is served first."""
    queue: str = ""
    queue_title: str = ""
    topic_title: str = ""
    path: tuple[str, ...] = ()
    """What was chosen in the menu, in words."""
    person: str = ""
    """Login of who has it; name in the next one."""
    person_name: str = ""
    offered_to: tuple[str, ...] = ()
    """Names."""
    assigned: str = ""
    """Login of the agent to whom a supervisor gave it."""
    priority: int = 0
    virtual: bool = False
    """A callback that waits for its place; nobody is on the line."""
    party_of: str = ""
    """The call whose outside party this is."""
    service: str = ""
    """As ``WatchPerson.service``."""
    service_up: bool = False


class WatchCallback(Message, frozen=True, kw_only=True):
    """Somebody who is owed a call. The :data:`CALLBACKS` most urgent and oldest ones of the centre
    are told, to those who may see callbacks, as far as that right reaches."""

    id: str
    number: str
    callers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """Both as in ``CallbackInfo``."""
    since: float
    """When the person first tried."""
    kind: Literal["lost", "kept", "urgent"] = "lost"
    """``kept``: asked for by the person, who keeps the place; ``urgent``: an emergency service was
    called for the person."""
    queue: str = ""
    queue_title: str = ""
    topic_title: str = ""
    calls: int = 1
    """How often the person tried; how often we did."""
    attempts: int = 0
    not_before: float = 0.0
    """Of the next try."""
    postponed: bool = False
    """A person put it off until then."""
    queued: bool = False
    """Stands among those who wait, and is offered to people."""
    taken_by: str = ""
    """Name of who calls back now."""
    assigned: str = ""
    """Login of the person to whom it was given; the name in the next one."""
    assigned_name: str = ""
    held: NumberKind | Literal[""] = ""
    """Kind of a number that waits for a person's decision."""
    released: bool = False
    """That was decided: it comes by itself."""
    evening: float | None = None
    """An hour of this evening at which its queue is open and people may be called back; None:
    there is none."""
    by_hand: bool = False
    """The queue distributes no callbacks: somebody takes it from the list."""
    no_way: bool = False
    """Calls out find no way."""
    given_up: bool = False
    """All tries of an urgent one were in vain: it stays until a person reaches the caller or closes
    it."""


CALLBACKS = 500


class WatchCentre(Message, frozen=True, kw_only=True):
    """What is one of a kind. id is always ``centre``."""

    id: str = "centre"
    callbacks: int = 0
    """Open."""
    callback_since: float | None = None
    """Of the oldest."""
    callbacks_held: int = 0
    """Those of a number that a person has to decide on."""
    no_way_out: bool = False
    engine: Literal["up", "down", "out_of_sight"] = "up"
    engine_words: Words | None = None
    trunks: dict[str, str] = msgspec.field(default_factory=dict)
    """As ``LineState.trunks``."""
    not_in_order: tuple[Words, ...] = ()
    announcement: str = ""


WatchRow = WatchQueue | WatchPerson | WatchCall | WatchCallback | WatchCentre | WatchAlarm


class WatchSnapshot(Message, frozen=True, kw_only=True):
    """The whole of it; forget what you had."""

    seq: int
    at: float
    rows: tuple[WatchRow, ...]


class WatchDelta(Message, frozen=True, kw_only=True):
    seq: int
    at: float
    put: tuple[WatchRow, ...] = ()
    gone: tuple[tuple[str, str], ...] = ()
    """(type name, id)."""


WatchNews = WatchSnapshot | WatchDelta
