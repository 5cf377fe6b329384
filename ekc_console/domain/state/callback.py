"""A callback owed to a person who did not reach us: states, record, table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.facts import CallbackResult
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, QueueId
from ekc_console.domain.terms.settings import CentreSettings, QueueSettings
from ekc_console.domain.terms.state_table import IGNORED, START, STAY, Rule, StateTable

RANG_ENOUGH_S = 15.0
"""A dial that the agent breaks off counts as an attempt if it rang for at least this long."""


@dataclass(frozen=True, slots=True)
class Open:
    not_before: float
    """Earliest time of the next dial by the distribution; by hand it may be dialled at any time."""
    chosen: bool = False
    """A person put it off until then, by the calendar."""


@dataclass(frozen=True, slots=True)
class Due:
    """Its time has come: it waits for a place among ``QueueSettings.callback_limit``, or for the
    end of another call of the same number."""

    since: float


@dataclass(frozen=True, slots=True)
class Queued:
    """Stands among the waiting callers as the virtual call ``call``."""

    call: CallId
    since: float
    """When it became due."""


@dataclass(frozen=True, slots=True)
class Dialing:
    call: CallId
    agent: AgentId
    since: float
    put_off_until: float | None = None
    """The time, by the calendar, that a person chose; it is kept until somebody is reached, or the
    person calls again."""


@dataclass(frozen=True, slots=True)
class Closed:
    result: CallbackResult
    at: float
    by: AgentId | None


CallbackState = Open | Due | Queued | Dialing | Closed

Refusal = Literal["", "refused", "own", "again"]
"""What is known of a number that the trunks refused, be it for its own sake or because they carry
no call: ``refused``, nothing more; ``own``: then a call to another number got out; ``again``: and
then this one was refused once more, and no other got out since."""


@dataclass(frozen=True, slots=True)
class Callback:
    id: CallbackId
    number: str
    state: CallbackState
    wanted_since: float
    """Arrival of the earliest call that is owed; the place in the list."""
    first_call: CallId
    last_call: CallId
    queue: QueueId | None = None
    """The queue where the person waited; None if the menu was not left."""
    topic: str = ""
    calls: int = 1
    """Times the person tried to reach us."""
    attempts: int = 0
    """Dials of ours that reached nobody."""
    no_way: int = 0
    """Dials since then that found no way out. They are no attempts: nobody was rung."""
    refusal: Refusal = ""
    alone: int = 0
    """Of the dials in ``no_way``, those that came after another number's call had got out, though
    the one before had found no way."""
    passed_by: bool = False
    """A call to another number got out since the last dial that found no way."""
    seq: int = 0
    """Order of creation."""
    skills: tuple[str, ...] = ()
    priority: int = 0
    place: float | None = None
    """The person's own time in the queue, which was promised to be kept."""
    kept: bool = False
    """The person pressed the key and waits for us: no ``callback_limit``, and the first dial may
    come at any hour."""
    urgent: bool = False
    """An emergency service was called for the person: first of all, no ``callback_limit``, and
    every dial may come at any hour. It is never given up: after its tries a person decides."""

    assigned: AgentId | None = None
    """To whom a supervisor gave it."""
    released: bool = False
    """A person decided that the distribution may dial it, though its number is of a kind that the
    machine does not dial by itself."""
    cut_off_at: float | None = None
    """When the person's last call in an emergency ended. Who called by the same number before that
    is another person, whose talk does not settle this."""

    @property
    def unlimited(self) -> bool:
        return self.kept or self.urgent

    @property
    def at_any_hour(self) -> bool:
        return self.urgent or (self.kept and self.attempts == 0)

    def comes_by_itself(self, queue: QueueSettings, centre: CentreSettings) -> bool:
        """Not one that was given up."""
        return (self.kept or queue.callback_auto) and not self.given_up(centre)

    def given_up(self, centre: CentreSettings) -> bool:
        """All tries of an urgent one were in vain: a person decides."""
        return self.urgent and self.attempts > len(centre.callback_retries_s)

    def place_since(self, due: float) -> float:
        """The time by which it stands among the callers: its own if that is kept, else the moment
        at which it became due."""
        return due if self.place is None else self.place


CALLBACK_TABLE = StateTable(
    "Callback",
    (
        Rule(START, "call lost", (Open, Due)),
        Rule(START, "CallbackStillOwed", (Open, Due)),
        Rule((Open, Due), "call lost", (Open, Due)),
        Rule((Queued, Dialing), "call lost", STAY),
        Rule((Open,), "callback due", (Open, Due)),
        Rule((Due,), "callback queued", (Queued,)),
        Rule((Queued,), "callback withdrawn", (Open, Due)),
        Rule((Open, Due, Queued), "way found", STAY),
        Rule((Queued,), "OfferAccepted", (Dialing,)),
        Rule((Queued,), "CallPicked", (Dialing,)),
        Rule((Open, Due), "CallPlaced", (Dialing,)),
        Rule((Open, Due, Dialing), "CallBridged", (Closed,)),
        Rule((Open, Due, Dialing), "ForwardAnswered", (Closed,)),
        Rule((Open, Due), "NumberBlocked", (Closed,)),
        Rule((Dialing,), "CallEnded", (Open, Due, Closed)),
        Rule((Open, Due), "CallbackClosed", (Closed,)),
        Rule((Closed,), "CallbackClosed", IGNORED),
        Rule((Open, Due), "CallbackAssigned", STAY),
        Rule((Open, Due), "CallbackPostponed", (Open, Due)),
        Rule((Open, Due), "CallbackReleased", (Open, Due)),
    ),
)
