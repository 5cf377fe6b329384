"""Whom the numbers of open callbacks belong to, as cards tell it: so that who calls back knows whom
to ask for."""

from __future__ import annotations

import asyncio
import functools
import sqlite3
from collections.abc import Callable

import structlog

from ekc_console.domain import effects as ef
from ekc_console.domain.router import Router
from ekc_console.errors import reason
from ekc_console.server.core.extras import Extras
from ekc_console.server.people.person import Person
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.cards import callers
from ekc_console.server.store.cards.callers import Named
from ekc_console.server.tasks.background import Background

log = structlog.get_logger(__name__)

AGAIN_S = 5.0
"""After a read that the store has refused."""


class OwedPeople:
    """``changed`` is told when lists show something else than before."""

    def __init__(
        self, router: Router, extras: Extras, database: Database, changed: Callable[[], None]
    ) -> None:
        self._router = router
        self._extras = extras
        self._database = database
        self._changed = changed
        self._wanted: set[str] = set()
        self._reads = False
        self._background = Background()

    def on_effect(self, effect: ef.Effect) -> None:
        if isinstance(effect, ef.CallbackChanged):
            callback = self._router.callbacks.get(effect.callback)
            if callback is not None:
                self._want({callback.number})

    def all_anew(self) -> None:
        """After a restart, and when people were corrected, joined or parted."""
        self._want(set(self._router.owed))

    def anew(self, number: str) -> None:
        """A card of this number was said to be about somebody else."""
        if number in self._router.owed:
            self._want({number})

    async def close(self) -> None:
        await self._background.close()

    def _want(self, numbers: set[str]) -> None:
        self._wanted |= numbers
        if self._wanted and not self._reads:
            self._reads = True
            self._background.spawn(self._read())

    async def _read(self) -> None:
        """What comes meanwhile is read together, once; what cannot be read is tried again."""
        try:
            while self._wanted:
                numbers, self._wanted = self._wanted, set()
                try:
                    found = await self._database.read(functools.partial(_names, numbers=numbers))
                except StoreError as error:
                    log.warning("names of callbacks not read", error=reason(error))
                    self._wanted |= numbers
                    await asyncio.sleep(AGAIN_S)
                else:
                    self._learn(found)
        finally:
            self._reads = False

    def _learn(self, found: dict[str, Named]) -> None:
        before = self._extras.people
        known = {**before, **found}
        owed = self._router.owed
        self._extras.people = {
            n: named for n, named in known.items() if named != Named() and n in owed
        }
        if self._extras.people != before:
            self._changed()


def _names(conn: sqlite3.Connection, numbers: set[str]) -> dict[str, Named]:
    return {number: callers.named(conn, number) for number in numbers}


def seen_by(person: Person, named: Named) -> Named:
    """Who reads none but the own cards learns whom a number belongs to with the call."""
    return named if person.may("read_cards", "queues") else Named()
