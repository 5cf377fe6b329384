"""What the desk of a clinic has in front of it: its open visits and its newest cards."""

from __future__ import annotations

from ekc_console.client.desk import Desk
from ekc_console.client.link.results import expect
from ekc_console.wire.card_work import Visits
from ekc_console.wire.messages import Contact, Contacts, FindContacts

VISITS_MOST = 1000
CARDS_MOST = 200
AGAIN_S = 60.0
"""The server tells nobody of visits: it is asked so often."""


class ClinicLists:
    """``visits`` and ``cards`` are as they were at ``at``, by :meth:`Desk.now`; None before."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.visits: Visits | None = None
        self.cards: tuple[Contact, ...] | None = None
        self.at: float | None = None
        self.asked_at: float | None = None
        self.wanted = ""
        """Words that the cards must hold."""
        self.clinic = ""
        """Title of the one whose rows alone are shown; empty: all."""
        self.clinics: tuple[str, ...] = ()
        """Titles of all whose desk it is, in order."""
        self.new: set[str] = set()
        """Cards of the open visits that have come while one looked and were not opened yet."""
        self._known: set[str] | None = None
        self._untold = 0

    @property
    def due(self) -> bool:
        """It is time to ask again."""
        online = self._desk.link.state == "online"
        return online and (self.asked_at is None or self._desk.now() - self.asked_at >= AGAIN_S)

    @property
    def several(self) -> bool:
        """Whether one has to say whose a row is."""
        return len(self.clinics) > 1 or bool(self.clinic)

    def shows(self, contact: Contact) -> bool:
        return not self.clinic or contact.clinic == self.clinic

    async def load(self) -> None:
        """Raises EkcError."""
        self.asked_at = self._desk.now()
        visits = await self._desk.registers.visits(limit=VISITS_MOST)
        self._compare({item.visit.card for item in visits.visits})
        self.visits = visits
        await self._read_cards()
        self.at = self._desk.now()

    async def find(self, text: str) -> None:
        """Among the cards; "" for all. Raises EkcError."""
        self.wanted = text
        await self._read_cards()

    async def choose(self, clinic: str) -> None:
        """Of this one alone, by title; "" for all. Raises EkcError."""
        self.clinic = clinic
        await self._read_cards()

    async def _read_cards(self) -> None:
        """What was asked for meanwhile is read by who has asked for it."""
        wanted, clinic = self.wanted, self.clinic
        body = FindContacts(text=wanted, limit=CARDS_MOST, clinic=clinic)
        found = expect(await self._desk.request(body), Contacts)
        if (wanted, clinic) == (self.wanted, self.clinic):
            self.cards, self.clinics = found.contacts, tuple(sorted(found.clinics))

    def _compare(self, cards: set[str]) -> None:
        come = set() if self._known is None else cards - self._known
        self._known = cards | (self._known or set())
        self._untold += len(come)
        self.new = (self.new | come) & cards

    def opened(self, card: str) -> None:
        self.new.discard(card)

    def take_news(self) -> int:
        """So many visits have come since this was asked last."""
        count, self._untold = self._untold, 0
        return count
