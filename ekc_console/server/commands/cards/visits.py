"""Commands about home visits: what is open, and how one ended."""

from __future__ import annotations

from ekc_console.domain.router import Router
from ekc_console.server.cards.access import require_no_digits
from ekc_console.server.cards.beside import BesideCalls
from ekc_console.server.cards.cards import Cards
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.clock import Clock
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.cards import visits
from ekc_console.wire import card_work

NOTE_MOST = 500
LISTED_MOST = 1000


class VisitRequests:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        router: Router,
        cards: Cards,
        beside: BesideCalls,
    ) -> None:
        self._database = database
        self._clock = clock
        self._router = router
        self._cards = cards
        self._beside = beside
        self.handlers: dict[type, Handler] = {
            card_work.ListVisits: self._list,
            card_work.CloseVisit: self._close,
        }

    async def _list(self, person: Person, body: card_work.ListVisits) -> card_work.Visits:
        require_no_digits(person, body.text)
        scope = self._cards.access.scope(person)
        limit = max(1, min(body.limit, LISTED_MOST))
        found = await self._database.read(
            lambda conn: visits.listed(conn, scope, body.text, limit, by_number=person.sees_numbers)
        )
        cards = [visit.card for visit, _contact in found.visits]
        await self._cards.access.trace_list(person, "visits", body.text.strip(), cards)
        display = self._cards.display
        return card_work.Visits(
            visits=tuple(
                card_work.VisitInfo(visit=display.visit(visit), contact=display.contact(contact))
                for visit, contact in found.visits
            ),
            total=found.total,
            overdue_s=self._router.centre.visit_overdue_s,
        )

    async def _close(self, person: Person, body: card_work.CloseVisit) -> None:
        note = body.note.strip()
        if len(note) > NOTE_MOST:
            raise Refusal("bad_value", "visit.note_too_long", most=NOTE_MOST)
        await self._cards.access.granted(person, body, body.card)
        now = self._clock.now()
        try:
            await self._database.write(
                lambda conn: visits.close(
                    conn, body.card, state=body.state, at=now, by=person.login, note=note
                )
            )
        except visits.VisitRefused as error:
            raise Refusal("wrong_state", error.key) from None
        await self._beside.visit_closed(body.card)
