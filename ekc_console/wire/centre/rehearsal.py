"""A change of settings, held against those in force before anybody is touched by it.

For ``admin``, as the settings are. The server lives through the next minutes under both, with the
people and callers of now and the same calls to come, many times over; one rehearsal at a time.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.wire.base import Message
from ekc_console.wire.words import Words

Figure = Literal["wait_s", "wait_p95_s", "level", "abandoned", "served", "occupancy"]
"""Mean wait and the wait that 95 of 100 do not exceed, in seconds; the rest are shares in 0 … 1:
answered in time, gave up, spoken with, and how busy the people of the queue are."""
State = Literal["none", "running", "done", "stopped", "failed"]

MINUTES, SEEDS, PEOPLE = (5, 240), (5, 200), (0, 2000)
"""The least and the most."""


class RehearsedFigure(msgspec.Struct, frozen=True, kw_only=True):
    figure: Figure
    before: float | None
    after: float | None
    """Means over the runs; None where there was nothing to compute from."""
    low: float | None = None
    high: float | None = None
    """The 95 % confidence interval of after less before; None where no two runs have both."""


class RehearsedQueue(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    calls: float
    """That came into it in a run, on average."""
    figures: tuple[RehearsedFigure, ...]


# -- commands --------------------------------------------------------------------


class StartRehearsal(Message, frozen=True, kw_only=True):
    """Begin. Refused (``bad_value``) as ``ApplySettings`` for faults of the file, and for spans
    beyond ``MINUTES``, ``SEEDS`` and ``PEOPLE``; (``wrong_state``) while another one runs. Result:
    ``Rehearsal``."""

    name: str
    """Of the file, for messages."""
    text: str
    minutes: int = 60
    seeds: int = 20
    people: int = 0
    """On shift under the new settings; 0: as many as there are now, who they are and what they
    serve too."""


class GetRehearsal(Message, frozen=True, kw_only=True):
    """The one that runs, or the last one. Result: ``Rehearsal``."""


class StopRehearsal(Message, frozen=True, kw_only=True):
    """End the one that runs, whoever began it; what is lived through counts. Result:
    ``Rehearsal``."""


RehearsalCommand = StartRehearsal | GetRehearsal | StopRehearsal


# -- results ---------------------------------------------------------------------


class Rehearsal(Message, frozen=True, kw_only=True):
    state: State
    """``none``: there was none since the server started."""
    name: str = ""
    by: str = ""
    """Name of who began it."""
    at: float = 0.0
    """When, in seconds since the epoch."""
    minutes: int = 0
    seeds: int = 0
    done: int = 0
    """Runs that are over."""
    changes: tuple[str, ...] = ()
    """As in ``SettingsChange``."""
    notes: tuple[Words, ...] = ()
    """What was assumed or left out, and how far the figures can be trusted."""
    queues: tuple[RehearsedQueue, ...] = ()
    """When it is over; in the order of the settings."""
