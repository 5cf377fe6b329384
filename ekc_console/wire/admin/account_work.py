"""Accounts of the people who work here, for who keeps them.

Refusals: ``not_allowed`` without the right, ``bad_value`` for what an account cannot be (with the
reason), for a login that is not there, and for what would leave no administrator. Moments: seconds
since the epoch. Queues may name a tier (``main=2``), skills a level (``english=4``).
"""

from __future__ import annotations

import msgspec

from ekc_console.domain.terms.ids import Role
from ekc_console.wire.base import Message
from ekc_console.wire.words import Words

# -- entities --------------------------------------------------------------------


class Account(msgspec.Struct, frozen=True, kw_only=True):
    login: str
    name: str
    role: Role
    queues: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    clinics: tuple[str, ...] = ()
    """Ids; whose desk an account of the role ``clinic`` is, nobody else's has any."""
    teams: tuple[str, ...] = ()
    """Titles of the teams in which the person is a member, by the settings or the account; so are
    the next ones."""
    leads: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    """Ids of those that the account itself names."""
    expires_at: float | None = None
    """None: without an end."""
    disabled: bool = False
    code_until: float | None = None
    """Until when the one-time code is good that no password has taken the place of yet."""
    session_since: float | None = None
    """None: nobody is logged in by it."""
    last_login: float | None = None
    """None: never, as far as the audit trail goes back."""
    in_call: bool = False
    """A caller, or a caller's card, is in hand: it is kept to its end, whatever becomes of the
    account or its session."""


class AccountLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a table of accounts. An empty cell leaves what an account has that is there."""

    line: int
    """From 1, the heading included."""
    login: str
    name: str = ""
    role: str = ""
    queues: str = ""
    """Separated by spaces or commas, as skills and clinics."""
    skills: str = ""
    until: str = ""
    clinics: str = ""
    teams: str = ""


class LineFault(msgspec.Struct, frozen=True, kw_only=True):
    line: int
    column: str
    """Its name; "" for the whole line."""
    words: Words


class PlannedAccount(msgspec.Struct, frozen=True, kw_only=True):
    login: str
    name: str
    role: Role
    new: bool
    code: str = ""
    """One-time, of who is new; shown this once. Empty in a dry run."""
    lost: tuple[str, ...] = ()
    """Ids of clinics that the new role takes away."""


# -- commands --------------------------------------------------------------------


class ListAccounts(Message, frozen=True, kw_only=True):
    """Result: ``AccountList``, by login."""


class InviteAccount(Message, frozen=True, kw_only=True):
    """Make one, whose person sets the password by a one-time code. Result: ``OneTimeCode``."""

    login: str
    name: str
    role: Role
    queues: tuple[str, ...] | None = None
    """None: those that are usual for the role."""
    skills: tuple[str, ...] = ()
    clinics: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    """Ids; beside those whose members the settings name."""
    until: str = ""
    """Last day: ``2026-12-31``; empty or ``never``: without an end."""
    valid_h: int = 72
    why: str = ""


class ChangeAccount(Message, frozen=True, kw_only=True):
    """What is None stays; with a role that has none, clinics go. Name, role, clinics and
    teams count at once, all else from the next login. Refused (``conflict``) when clinics would go,
    unless ``sure``."""

    login: str
    name: str | None = None
    role: Role | None = None
    queues: tuple[str, ...] | None = None
    skills: tuple[str, ...] | None = None
    clinics: tuple[str, ...] | None = None
    teams: tuple[str, ...] | None = None
    until: str | None = None
    """As of ``InviteAccount``."""
    sure: bool = False
    why: str = ""


class ResetPassword(Message, frozen=True, kw_only=True):
    """A one-time code in the place of the password; sessions end. Result: ``OneTimeCode``."""

    login: str
    valid_h: int = 24
    why: str = ""


class DisableAccount(Message, frozen=True, kw_only=True):
    """No login any more; sessions end, with a call in hand after it."""

    login: str
    why: str = ""


class EnableAccount(Message, frozen=True, kw_only=True):
    """With the password that it had."""

    login: str
    why: str = ""


class EndSessions(Message, frozen=True, kw_only=True):
    """As of ``DisableAccount``; logging in again is possible."""

    login: str
    why: str = ""


class ImportAccounts(Message, frozen=True, kw_only=True):
    """Make and change many: all, or with a fault none. Result: ``AccountsPlanned``."""

    lines: tuple[AccountLine, ...]
    dry_run: bool
    """Only say what would be."""
    valid_h: int = 72
    why: str = ""


AccountCommand = (
    ListAccounts
    | InviteAccount
    | ChangeAccount
    | ResetPassword
    | DisableAccount
    | EnableAccount
    | EndSessions
    | ImportAccounts
)

# -- results ---------------------------------------------------------------------


class AccountList(Message, frozen=True, kw_only=True):
    accounts: tuple[Account, ...]
    queues: tuple[tuple[str, str], ...]
    """Id and title of those that an account may serve."""
    clinics: tuple[tuple[str, str], ...] = ()
    """Likewise of those whose desk an account may be; and those to which one may belong."""
    teams: tuple[tuple[str, str], ...] = ()


class OneTimeCode(Message, frozen=True, kw_only=True):
    """Typed in the place of the password; told this once."""

    login: str
    code: str
    until: float


class AccountsPlanned(Message, frozen=True, kw_only=True):
    accounts: tuple[PlannedAccount, ...]
    faults: tuple[LineFault, ...] = ()
    """With any, nothing is done."""
    until: float = 0.0
    """When the codes are good no more; 0: none was given."""


AccountResult = AccountList | OneTimeCode | AccountsPlanned
