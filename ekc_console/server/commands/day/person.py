"""A person's day, asked by who leads them."""

from __future__ import annotations

import sqlite3

from ekc_console.domain.insight.day_line import Judged, Limits, Spell, judged
from ekc_console.domain.router import Router
from ekc_console.domain.state.agent import LOGIN_BREAK
from ekc_console.domain.terms.ids import AgentId
from ekc_console.domain.terms.localtime import day_of, start_of
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core import in_force
from ekc_console.server.core.clock import Clock
from ekc_console.server.day.calls import CallTeller
from ekc_console.server.day.traces import Traces
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.rights.scope import require_person
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import day_calls, spells
from ekc_console.server.store.calls.day_calls import CallRow
from ekc_console.server.store.people import accounts
from ekc_console.wire.day import person_day

LAST_CALLS = 10


class PersonDayCommands:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(
        self, database: Database, router: Router, clock: Clock, teller: CallTeller, traces: Traces
    ) -> None:
        self._database = database
        self._router = router
        self._breaks = in_force.break_titles(router)
        self._clock = clock
        self._teller = teller
        self._traces = traces
        self.handlers: dict[type, Handler] = {person_day.GetPersonDay: self._day}

    async def _day(self, person: Person, body: person_day.GetPersonDay) -> person_day.PersonDay:
        agent = AgentId(body.agent)
        require_person(self._router, person, "watch", agent)
        now, zone = self._clock.now(), self._router.centre.zone
        midnight = start_of(day_of(now, zone), zone)

        def read(conn: sqlite3.Connection) -> tuple[list[Spell], list[CallRow]]:
            last = day_calls.last_of_agent(conn, agent, midnight, LAST_CALLS)
            return spells.of_agent(conn, agent, midnight, now), last

        found, calls = await self._database.read(read)
        if not (found or calls or agent in self._router.agents or await self._has_account(agent)):
            raise Refusal("unknown", "order.no_such_agent")
        await self._traces.calls(person.login, agent, len(calls))
        return person_day.PersonDay(
            agent=agent,
            name=self._teller.name(agent),
            since=midnight,
            now=now,
            spells=tuple(map(self._told, judged(found, self._limits(), now))),
            calls=tuple(map(self._teller.told, calls)),
        )

    async def _has_account(self, agent: AgentId) -> bool:
        return await self._database.read(lambda conn: accounts.get(conn, agent)) is not None

    def _limits(self) -> Limits:
        queues, targets = self._router.queues, self._router.centre.targets
        return Limits(
            breaks=in_force.break_limits(self._router),
            wrap_up={queue: settings.wrap_up_s for queue, settings in queues.items()},
            talk_s=targets.handle_s if targets else 0.0,
        )

    def _told(self, one: Judged) -> person_day.DaySpell:
        spell = one.spell
        waits_to_begin = spell.state == "break" and spell.reason == LOGIN_BREAK
        return person_day.DaySpell(
            state="not_ready" if waits_to_begin else spell.state,
            reason="" if waits_to_begin else self._breaks.get(spell.reason, spell.reason),
            since=spell.since,
            until=spell.until,
            call=spell.call,
            odd=one.odd,
            usual_s=one.usual_s,
        )
