"""Why a call went where it went, asked by who may watch it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from functools import partial

from ekc_console.domain.router import Router
from ekc_console.domain.scenario import Scenario
from ekc_console.domain.terms.ids import CallId
from ekc_console.server.cards.cards import Cards
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core import in_force
from ekc_console.server.day.calls import CallTeller, reaches
from ekc_console.server.day.journal_lines import Lived, Told, told
from ekc_console.server.day.story import StoryTeller, by_titles
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.rights.scope import scope
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import day_calls
from ekc_console.server.store.calls.day_calls import CallRow
from ekc_console.wire.day import story


class StoryCommands:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(
        self,
        database: Database,
        router: Router,
        cards: Cards,
        teller: CallTeller,
        scenarios: Mapping[str, Scenario],
    ) -> None:
        self._database = database
        self._router = router
        self._cards = cards
        self._teller = teller
        self._scenarios = scenarios
        self._turn = asyncio.Lock()
        """One journal at a time is read: the store has two readers, and others need one."""
        self.handlers: dict[type, Handler] = {story.GetCallStory: self._story}

    async def _story(self, person: Person, body: story.GetCallStory) -> story.CallStory:
        call = CallId(body.call)
        row = await self._database.read(lambda conn: day_calls.call(conn, call))
        when = self._lived(person, call, row)
        lines = await self._told(call, when)
        return story.CallStory(
            call=call,
            about=self._teller.told(row) if row else None,
            lines=self._words().lines(lines),
            decided=bool(lines.moments),
            fields=await self._fields(person, call) if row else (),
        )

    def _lived(self, person: Person, call: CallId, row: CallRow | None) -> Lived:
        """Raises Refusal for a call that nobody knows, and for one of others."""
        record = self._router.calls.get(call)
        reached = scope(self._router, person, "watch")
        if record is not None:
            mine = reaches(reached, record.queue, record.agent)
            when = Lived(record.arrived_at, None)
        elif row is not None:
            mine = reaches(reached, row.queue, row.agent)
            when = Lived(row.arrived_at, row.ended_at)
        else:
            raise Refusal("unknown", "call.not_known")
        if not mine:
            raise Refusal("not_allowed", "right.other_queues")
        return when

    async def _told(self, call: CallId, when: Lived) -> Told:
        def read(conn: sqlite3.Connection) -> Told:
            return told(conn, call, when)

        async with self._turn:
            return await self._database.read(read)

    def _words(self) -> StoryTeller:
        titles = in_force.break_titles(self._router)
        return StoryTeller(
            self._teller.name,
            self._teller.queue_title,
            lambda code: titles.get(code, code),
            partial(by_titles, self._scenarios),
        )

    async def _fields(self, person: Person, call: CallId) -> tuple[story.StoryField, ...]:
        """What is filled in the call's card by now; none for who may not read it. Reading another's
        leaves a trace."""
        card_id = await self._cards.of(call)
        granted = await self._cards.access.of(person, card_id) if card_id else None
        if granted is None or not granted.rights.may("read"):
            return ()
        scenario = await self._cards.scenario_of(granted.card)
        values = granted.card.session.get("fields", {})
        if scenario is None or not any(values.values()):
            return ()
        if not granted.mine:
            await self._cards.access.trace(person, "card", card=card_id)
        return tuple(
            story.StoryField(label=field.label, type=field.type, value=field.show(values[name]))
            for name, field in scenario.fields.items()
            if values.get(name)
        )
