"""Orders of supervisors about people's duties, the end of a call, and who is owed one.

Refusals as in :mod:`ekc_console.wire.supervision`; and ``conflict`` for what destroys something
unless the order says that it is meant (``sure``): its words say what.
"""

from __future__ import annotations

from ekc_console.wire.base import Message
from ekc_console.wire.entities import CallbackInfo

# -- people ----------------------------------------------------------------------


class ChangeDuty(Message, frozen=True, kw_only=True):
    """Put a person of the own team into queues and take out of others, with skills, until the end
    of the shift. The rest stays, also what another has changed meanwhile. Result: ``Duty``.

    ``conflict``: calls wait in a queue that would have nobody."""

    agent: str
    add: tuple[str, ...] = ()
    """Queues of one's own right: each ``main``, or ``main=2`` for a tier other than 1."""
    drop: tuple[str, ...] = ()
    add_skills: tuple[str, ...] = ()
    """Each ``english`` (level 1) or ``english=4``; a level takes the place of the one before."""
    drop_skills: tuple[str, ...] = ()
    """By name, whatever the level."""
    why: str = ""
    sure: bool = False


class RestoreDuty(Message, frozen=True, kw_only=True):
    """The queues and skills of the account are the person's again. Result: ``Duty``."""

    agent: str
    why: str = ""
    sure: bool = False
    """As in ``ChangeDuty``."""


# -- calls -----------------------------------------------------------------------


class EndCall(Message, frozen=True, kw_only=True):
    """End a call of the own team: one in the menu or waiting, and one that is answered only with
    ``talk``. ``conflict``, unless ``sure``; ``bad_value`` without ``why``; ``wrong_state`` with an
    emergency service in it, and for a call that has been answered by then. Who has not been spoken
    with yet stands in the list of callbacks afterwards."""

    call: str
    why: str
    talk: bool = False
    """It is meant for a talk, too."""
    sure: bool = False


# -- callbacks -------------------------------------------------------------------


class GetCallbacks(Message, frozen=True, kw_only=True):
    """All who are owed a call, as far as one's right reaches, on shift or not: urgent ones, then
    the oldest. Result: ``Callbacks``."""


class AssignCallback(Message, frozen=True, kw_only=True):
    """To a person of the own team, who is asked before all others while at work. Refused
    (``wrong_state``) once somebody dials it."""

    callback: str
    agent: str
    """Empty: whoever comes first, as before."""
    why: str = ""
    seen: str | None = None
    """Login of whom it was given to when the order was given, empty for nobody; ``wrong_state``
    when another one has given it to somebody meanwhile. None: whoever has it."""


class PostponeCallback(Message, frozen=True, kw_only=True):
    """Offered to nobody before ``until``; who has it in the list may dial it all the same. Refused
    (``wrong_state``) once somebody dials it, and for one in an emergency; ``bad_value`` for a
    moment that has passed or lies more than :data:`POSTPONED_S` ahead."""

    callback: str
    until: float | None
    """None: now, as before it was put off."""
    why: str = ""
    instead_of: float | None = None
    """Of an order that takes another one back: until when that one has put it off. Refused
    (``conflict``) when somebody has ordered otherwise since."""


class ReleaseCallback(Message, frozen=True, kw_only=True):
    """One whose number the machine does not dial by itself comes to people like all others. Refused
    (``not_allowed``) to who may not dial such a number, (``bad_value``) for a number that only a
    person may dial, whoever decides; (``wrong_state``) once somebody dials it, and for one that is
    not held back."""

    callback: str
    released: bool = True
    """False: it waits for a person again."""
    why: str = ""


POSTPONED_S = 30 * 86_400.0

SteeringCommand = (
    ChangeDuty
    | RestoreDuty
    | EndCall
    | GetCallbacks
    | AssignCallback
    | PostponeCallback
    | ReleaseCallback
)


# -- results ---------------------------------------------------------------------


class Duty(Message, frozen=True, kw_only=True):
    """As it is in force now."""

    agent: str
    queues: tuple[str, ...]
    """As ``AgentInfo.queues``."""
    skills: tuple[str, ...]


class Callbacks(Message, frozen=True, kw_only=True):
    callbacks: tuple[CallbackInfo, ...]


SteeringResult = Duty | Callbacks
