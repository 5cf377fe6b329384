"""Password hashes: argon2id. A hash or a check takes some 50 ms and 46 MB: not for the event loop
and not for the store's threads."""

from __future__ import annotations

import functools
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ekc_console.errors import EkcError

LEAST = 8
LONGEST = 1024
"""Characters of a password."""

# One lane: when a shift logs in, live audio on the same machine keeps its cores. Memory and passes
# are the first of the equivalent choices of OWASP's Password Storage Cheat Sheet.
_hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)


class BadPassword(EkcError):
    """A new password that is not accepted."""


def hash_password(password: str) -> str:
    """Raises BadPassword for one that is too short or too long."""
    if not LEAST <= len(password) <= LONGEST:
        raise BadPassword(
            f"В пароле знаков: {len(password)}.",
            f"Нужно не меньше {LEAST} и не больше {LONGEST}.",
        )
    return _hasher.hash(password)


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password is right. None, for an unknown login, is wrong and takes as long."""
    if len(password) > LONGEST:
        return False
    try:
        return _hasher.verify(password_hash or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False


@functools.cache
def _nobodys() -> str:
    """The hash of a password that nobody knows."""
    return _hasher.hash(secrets.token_urlsafe(32))
