"""The roster: hours that people offer, shifts that are planned, and who came.

By the right ``roster``: ``own`` reads the own shifts and offers own hours; ``team`` and ``centre``
plan whoever they reach. Moments are seconds since the epoch.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.wire.base import Message
from ekc_console.wire.words import Words

Kind = Literal["offered", "planned"]
Verdict = Literal["ahead", "in_time", "late", "left_early", "absent", "unplanned"]

MOST_SHIFTS, MOST_DAYS = 2000, 62
"""In one command; that may be asked for at once."""
MOST_OFFERED = 200
"""Of one person, that are not over: three on each of ``MOST_DAYS`` days."""


class NewShift(msgspec.Struct, frozen=True, kw_only=True):
    login: str
    kind: Kind = "planned"
    since: float
    until: float


class RosterShift(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    login: str
    name: str
    """Of the person; the login where there is no account any more."""
    kind: Kind
    since: float
    until: float


class RosterFault(msgspec.Struct, frozen=True, kw_only=True):
    shift: int
    """Place in ``add``, from 0."""
    words: Words


class AttendedShift(msgspec.Struct, frozen=True, kw_only=True):
    login: str
    name: str
    since: float
    until: float
    """Of the plan; of who was not planned, of the presence."""
    present_s: float
    late_s: float
    early_s: float
    verdict: Verdict


# -- commands --------------------------------------------------------------------


class GetRoster(Message, frozen=True, kw_only=True):
    """Shifts that touch the time, no longer than ``MOST_DAYS``. Result: ``Roster``."""

    since: float
    until: float


class ChangeRoster(Message, frozen=True, kw_only=True):
    """All of it or nothing. A shift that is there already stays; one that overlaps another of the
    same person and kind is a fault, unless ``replace``: then the other goes. Result:
    ``RosterChange``; refused (``unknown``, ``not_allowed``) for what cannot be removed, and
    (``bad_value``) beyond ``MOST_OFFERED``."""

    add: tuple[NewShift, ...] = ()
    remove: tuple[int, ...] = ()
    replace: bool = False
    dry_run: bool = False
    """Only say what would be."""


class GetAttendance(Message, frozen=True, kw_only=True):
    """The plan against who was on shift, of the time up to now. Result: ``Attendance``."""

    since: float
    until: float


RosterCommand = GetRoster | ChangeRoster | GetAttendance


# -- results ---------------------------------------------------------------------


class Roster(Message, frozen=True, kw_only=True):
    shifts: tuple[RosterShift, ...]
    """In the order of time."""


class RosterChange(Message, frozen=True, kw_only=True):
    added: int
    removed: int
    same: int
    """Were there already."""
    faults: tuple[RosterFault, ...] = ()
    """Any: nothing was changed."""


class Attendance(Message, frozen=True, kw_only=True):
    shifts: tuple[AttendedShift, ...]
    """In the order of time."""


RosterResult = Roster | RosterChange | Attendance
