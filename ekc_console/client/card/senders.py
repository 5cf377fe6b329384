"""Typed into cards, on its way to the server: drafts of the card in hand, edits of old ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import structlog

from ekc_console.client.card.card_desk import CardDesk
from ekc_console.client.card.draft_sender import DraftSender, Request, keep_edit, save_draft
from ekc_console.client.card.drafts import Draft, Drafts
from ekc_console.client.card.old_cards import OldCards
from ekc_console.client.card.typed import Typed, TypedTexts
from ekc_console.client.link.timing import Timing
from ekc_console.wire.card_work import UnsavedEdit

log = structlog.get_logger(__name__)


class Senders:
    """``begin`` for each person who sits down here; ``stop`` before the next and at the end."""

    def __init__(
        self, state_dir: Path, request: Request, on_trouble: Callable[[str], None], timing: Timing
    ) -> None:
        self._state_dir = state_dir
        self._request = request
        self._on_trouble = on_trouble
        self._timing = timing
        self.typed = TypedTexts(on_trouble)
        self._senders: tuple[DraftSender[Draft], DraftSender[UnsavedEdit]] | None = None

    def begin(self, login: str, card_desk: CardDesk, old_cards: OldCards) -> None:
        who = quote(login, safe="")
        drafts = DraftSender(
            Drafts(self._state_dir / "drafts" / who, Draft),
            self._request, save_draft, self._on_trouble, self._timing,
        )  # fmt: skip
        edits = DraftSender(
            Drafts(self._state_dir / "edits" / who, UnsavedEdit),
            self._request, keep_edit, self._on_trouble, self._timing,
        )  # fmt: skip
        self._senders = drafts, edits
        self.typed.begin(Drafts(self._state_dir / "typed" / who, Typed))
        card_desk.begin(drafts)
        old_cards.begin(edits)
        drafts.start()
        edits.start()

    def retry(self) -> None:
        """The link is back."""
        for sender in self._senders or ():
            sender.retry()

    async def settled(self) -> None:
        """Until all is at the server, for as long as a request may take."""
        try:
            async with asyncio.timeout(self._timing.request_s):
                for sender in self._senders or ():
                    await sender.settled()
        except TimeoutError:
            log.warning("drafts not sent before the log-out")

    async def stop(self) -> None:
        for sender in self._senders or ():
            await sender.stop()
        self._senders = None
