"""What the command line does to a store is in its audit trail, in the same transaction."""

from __future__ import annotations

import os
import pwd
import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

from ekc_console.server.store.audit import entries
from ekc_console.server.store.audit.entries import Action, Entry
from ekc_console.server.store.audit.heads import Heads
from ekc_console.server.store.base.database import Database

T = TypeVar("T")


def write_noted(database: Database, change: Callable[[sqlite3.Connection], T], *noted: Entry) -> T:
    """Do the change and note it, both or neither. Raises StoreError and what ``change`` raises."""
    heads = Heads(database.path)
    result, head = database.write_now(lambda conn: (change(conn), entries.add(conn, heads, *noted)))
    heads.keep(head)
    return result


def entry(action: Action, about: str = "", *, found: int = 0, reason: str = "") -> Entry:
    """By who runs this command: the account of the machine."""
    return Entry(time.time(), _me(), action, about=about, found=found, reason=reason)


def reason(what: str, why: str) -> str:
    """Of an entry: what was done, and the word of who did it, if any."""
    return f"{what}: {why}" if why else what


def nothing(conn: sqlite3.Connection) -> None:
    """Reading is no change."""


def _me() -> str:
    try:
        return f"os:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"os:{os.getuid()}"
