"""Listening to a talk, being heard in it, and taking the call over.

The voice is that of the person's own line, which has to be up. Refusals: ``not_allowed`` without
the right (``listen``, ``whisper``, ``barge`` and ``take_over`` are each their own) or beyond its
reach, ``unknown`` for a call or person that is not there, ``wrong_state`` where nobody talks, the
line is down, the person takes calls, or another one listens already.
"""

from __future__ import annotations

import msgspec

from ekc_console.domain.terms.ids import ListenMode
from ekc_console.wire.base import Message


class ComeToListen(Message, frozen=True, kw_only=True):
    """Let the own line be brought up, for ``Listen``: who is on no shift is on a break then, in no
    queue. Right: ``listen``."""


class Listen(Message, frozen=True, kw_only=True):
    """Begin, or go on in another mode or at another call. Exactly one of ``call`` and ``agent`` is
    given: the talk that this person has."""

    call: str = ""
    agent: str = ""
    mode: ListenMode = "listen"
    why: str = ""
    """For the journal."""


class StopListening(Message, frozen=True, kw_only=True):
    """One that is over already is no error."""


class TakeOver(Message, frozen=True, kw_only=True):
    """The call that this person listens to; its operator is free. Not in a consultation."""

    why: str = ""


ListeningCommand = ComeToListen | Listen | StopListening | TakeOver


class OwnListening(msgspec.Struct, frozen=True, kw_only=True):
    """What this person listens to."""

    call: str
    mode: ListenMode
    since: float
    """In this mode."""
    agent: str = ""
    """Login and name of who has the call; empty while nobody has."""
    agent_name: str = ""


class Overheard(msgspec.Struct, frozen=True, kw_only=True):
    """Who listens to this operator's talk, where the centre tells its operators."""

    name: str
    mode: ListenMode
    since: float
