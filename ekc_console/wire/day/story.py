"""Why one call went where it went: its lines of the journal."""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.wire.base import Message
from ekc_console.wire.day.calls import DayCall


class GetCallStory(Message, frozen=True, kw_only=True):
    """Of a call that lives or has ended, as far as the right ``watch`` reaches. Result:
    ``CallStory``. Refused (``unknown``) for a call that the store does not know. What is filled in
    its card is there for who may read the card, and leaves a trace."""

    call: str


class StoryCandidate(msgspec.Struct, frozen=True, kw_only=True):
    """One who serves the queue, as the decision saw them."""

    person: str
    chosen: bool
    tier: int
    key: float
    """By which the strategy orders those of one tier, the least first."""
    obstacle: str = ""
    """Why they could not be asked: a word of ``domain.insight.candidates``; its detail next."""
    detail: str = ""


class StoryRival(msgspec.Struct, frozen=True, kw_only=True):
    """A waiting call that the chosen person may serve."""

    call: str
    mine: bool
    """It is the one told of."""
    score_s: float
    assigned: bool = False
    interrupted: bool = False


class StoryDecision(msgspec.Struct, frozen=True, kw_only=True):
    chosen: tuple[str, ...]
    strategy: str
    by: Literal["key", "lot", "name"]
    candidates: tuple[StoryCandidate, ...]
    place: int | None = None
    """Of the call among those that waited for the chosen person."""
    waiting: int = 0
    rivals: tuple[StoryRival, ...] = ()
    by_turn: bool = False
    """Those before it in that order are callbacks, and it was a caller's turn."""


class StoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of the journal that the call was changed by; what it does not have is empty."""

    seq: int
    at: float
    fact: str
    """Name of its type; ``OfferCall``: who was asked, of a call whose decisions are not known."""
    number: str | None = None
    """None: of a fact without one; empty: withheld."""
    step: str = ""
    """``scenario / step``, by their titles where the scenarios in force know them."""
    queue: str = ""
    queued: bool = False
    """The next four are known."""
    priority: int = 0
    skills: tuple[str, ...] = ()
    score_s: float | None = None
    position: int | None = None
    person: str = ""
    other: str = ""
    """Who is asked about the call, or takes it."""
    by: str = ""
    """Who gave the order."""
    why: str = ""
    ended_by: str = ""
    outcome: str = ""
    callback: str = ""
    """That follows; of a fact by which a callback came into its queue (``virtual``), that one."""
    virtual: bool = False
    withdrawn: tuple[tuple[str, str], ...] = ()
    """(person, reason) of each offer that ended here without the call."""
    decisions: tuple[StoryDecision, ...] = ()


class StoryField(msgspec.Struct, frozen=True, kw_only=True):
    """A field of the call's card that is filled in."""

    label: str
    type: str
    """Of the scenario's field: it decides what is hidden."""
    value: str


class CallStory(Message, frozen=True, kw_only=True):
    call: str
    about: DayCall | None
    """None: a callback that waits in its queue."""
    lines: tuple[StoryLine, ...]
    decided: bool
    """With the decisions; False: the call is older than the states that are kept."""
    fields: tuple[StoryField, ...] = ()


StoryCommand = GetCallStory
StoryResult = CallStory
