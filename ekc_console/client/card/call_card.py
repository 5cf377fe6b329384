"""The card of the call in hand opens by itself, and a finished one is put away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ekc_console.client.card.card_desk import CardDesk
from ekc_console.client.card.facts import handed_outcome
from ekc_console.client.card.medics_words import MedicsWords
from ekc_console.client.link.errors import Offline
from ekc_console.errors import EkcError
from ekc_console.wire.messages import MyCall
from ekc_console.wire.side_work import PersonRecord


class CallCard:
    """``call`` is the one in hand, None without one; ``tell`` gets why its card could not be
    opened. ``follow`` after each view, ``stop`` at the end."""

    def __init__(
        self, desk: CardDesk, call: Callable[[], MyCall | None], tell: Callable[[str], None]
    ) -> None:
        self._desk = desk
        self._call = call
        self._tell = tell
        self._person: tuple[str, PersonRecord | None] = "", None
        """Of which card, and whom it is about as the view has it."""
        self._words = MedicsWords(desk)
        self._in_hand: str | None = None
        """The call that is or was spoken with; None: not known yet, for the console is new."""
        self._came = False
        """It has come to this desk just now, maybe once more."""
        self._opening: asyncio.Task[None] | None = None
        self._refused = ""
        self._last: MyCall | None = None

    @property
    def call(self) -> MyCall | None:
        """Whose card is open, as it was seen last: it goes when the wrap-up has run out, and the
        card stays. None: no card is open, or its call was never here."""
        last = self._last
        return last if last is not None and last.card == self._desk.card_id else None

    def link_up(self) -> None:
        """What was refused is tried again."""
        self._refused = ""

    def _wanted(self) -> str:
        call = self._call()
        return call.card if call else ""

    def follow(self) -> None:
        self._last = self._call() or self._last
        self._follow_person()
        self._words.follow()
        self._follow_call()
        wanted = self._wanted()
        if wanted and wanted == self._desk.card_id:
            self._ask_outcome_anew()
            self._desk.propose(handed_outcome(self._call()))
        if not wanted:
            self.put_away()
        elif wanted != self._desk.card_id:
            self._desk.close()  # what is typed before the new one is here is about another person
            self._begin_opening(wanted)

    def _begin_opening(self, wanted: str) -> None:
        if wanted != self._refused and not self._opening:
            self._opening = asyncio.create_task(self._open(wanted), name="card")

    def _follow_call(self) -> None:
        call = self._call()
        before, now = self._in_hand, call.id if call and call.state != "offered" else ""
        self._in_hand = now
        if now and before not in (None, now):
            self._came = True
        elif not now:
            self._came = False

    def _ask_outcome_anew(self) -> None:
        """How the call ends was chosen before it went away, also in a card that is saved: what has
        become of it since is for who has it now to say."""
        if self._came:
            self._came = False
            self._desk.set_disposition("")

    def _follow_person(self) -> None:
        """What others do to the person's record is seen in the open card. Only a change counts:
        the view may be older than what was chosen here."""
        call = self._call()
        seen = (call.card, call.caller.person) if call else ("", None)
        before, self._person = self._person, seen
        if before[0] == seen[0] and before != seen:
            self._desk.take_person(*seen)

    def put_away(self) -> None:
        """What was filled in and not saved stays on the desk until the next call."""
        if not self._wanted() and not self._desk.unsaved:
            self._desk.close()

    async def stop(self) -> None:
        self._words.stop()
        self._in_hand = None
        if self._opening:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)

    async def _open(self, card: str) -> None:
        try:
            await self._desk.open(card)
        except EkcError as error:
            self._refused = card
            if not isinstance(error, Offline):
                self._tell(str(error))
        finally:
            self._opening = None
        self.follow()
