"""The audit trail for who may read it: entries, and whether all of it is as it was written.

Reading and checking are entries themselves. Moments: seconds since the epoch.
"""

from __future__ import annotations

import msgspec

from ekc_console.wire.base import Message


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Nobody's name or number is in it."""

    seq: int
    at: float
    who: str
    """Login; ``os:`` and the account of the machine; "" for nobody known."""
    action: str
    about: str = ""
    found: int = 0
    reason: str = ""


# -- commands --------------------------------------------------------------------


class ReadAudit(Message, frozen=True, kw_only=True):
    """What is empty or None is not asked for. Result: ``AuditPage``."""

    who: str = ""
    action: str = ""
    about: str = ""
    since: float | None = None
    until: float | None = None
    """Not included."""
    before: int | None = None
    """Only entries of a lower number."""
    limit: int = 200
    why: str = ""


class StartAuditCheck(Message, frozen=True, kw_only=True):
    """Result: ``AuditCheck``; one that runs already goes on."""

    why: str = ""


class GetAuditCheck(Message, frozen=True, kw_only=True):
    """How far the last one is. Result: ``AuditCheck``; refused (``wrong_state``) where none was
    begun."""


AuditCommand = ReadAudit | StartAuditCheck | GetAuditCheck

# -- results ---------------------------------------------------------------------


class AuditPage(Message, frozen=True, kw_only=True):
    entries: tuple[AuditEntry, ...]
    """The newest first."""
    more: bool
    """There are earlier ones."""


class AuditCheck(Message, frozen=True, kw_only=True):
    entries: int
    """Read so far."""
    total: int
    done: bool = False
    fault: str = ""
    """Code of what is wrong at ``seq``; "" for nothing so far."""
    seq: int = 0
    head: str = ""
    """Number and seal of the last entry, to be noted down elsewhere."""


AuditResult = AuditPage | AuditCheck
