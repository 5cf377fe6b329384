"""Whether somebody can come in by an account: one word, the same on every screen and line."""

from __future__ import annotations

from typing import Literal, get_args

AccountState = Literal["open", "closed", "expired", "invited", "code_over"]
"""``closed`` by an administrator; ``expired``: its last day is over; ``invited``: no password is
set, a one-time code stands for it, which is good no more in ``code_over``."""
ACCOUNT_STATES: tuple[AccountState, ...] = get_args(AccountState)


def account_state(
    *, disabled: bool, expires_at: float | None, code_until: float | None, now: float
) -> AccountState:
    """Moments: seconds since the epoch. What keeps the person out longest comes first."""
    if disabled:
        return "closed"
    if expires_at is not None and expires_at <= now:
        return "expired"
    if code_until is not None:
        return "invited" if code_until > now else "code_over"
    return "open"
