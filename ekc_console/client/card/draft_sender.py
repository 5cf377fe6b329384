"""Brings what is typed into cards to the server: kept on disk first, then sent, the latest of each
card only. Drafts of the card in hand and unsaved edits of old cards have a sender each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic

import structlog

from ekc_console.client.card.drafts import D, Draft, Drafts
from ekc_console.client.link.errors import Offline, Refused
from ekc_console.client.link.timing import Timing
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.wire.card_work import KeepEdit, UnsavedEdit
from ekc_console.wire.messages import Command, Result, SaveDraft

log = structlog.get_logger(__name__)

Request = Callable[[Command], Awaitable[Result | None]]


class DraftSender(Generic[D]):
    """At most one command is under way; what changes meanwhile is sent afterwards, once.

    A draft stays on disk while its card is open here, and afterwards until the server has it.
    """

    def __init__(
        self,
        drafts: Drafts[D],
        request: Request,
        command: Callable[[D], Command],
        on_trouble: Callable[[str], None],
        timing: Timing,
    ) -> None:
        """``command``: what brings a draft to the server."""
        self._drafts = drafts
        self._request = request
        self._command = command
        self._on_trouble = on_trouble
        self._timing = timing
        self._unsent: dict[str, D] = {}
        self._open_card = ""
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Also takes up the drafts that an earlier console left on disk."""
        try:
            kept = self._drafts.all()
        except EkcError as error:
            self._on_trouble(str(error))
        else:
            for draft in kept:
                self._queue(draft)
        self._task = asyncio.create_task(self._send_all(), name="drafts")

    async def stop(self) -> None:
        """What is not sent stays on disk."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def draft(self, card: str) -> D | None:
        """The newest draft of a card on this machine."""
        if draft := self._unsent.get(card):
            return draft
        try:
            return self._drafts.get(card)
        except EkcError as error:
            self._on_trouble(str(error))
            return None

    def open(self, card: str) -> None:
        """The card is worked on from now: its draft stays here until it is saved or closed."""
        self._open_card = card

    def put(self, draft: D) -> None:
        """Keep on disk now, send soon. A disk that fails is told, and the draft is sent all the
        same."""
        self._queue(draft)
        try:
            self._drafts.put(draft)
        except EkcError as error:
            self._on_trouble(str(error))

    def close(self, card: str) -> None:
        """The card is not worked on any more; its draft goes when the server has it."""
        self._open_card = ""
        if card not in self._unsent:
            self._remove(card)

    def saved(self, card: str, revision: int) -> None:
        """The server has the finished card of this revision."""
        draft = self._unsent.get(card)
        if draft is None or draft.revision <= revision:
            self._unsent.pop(card, None)
            self._remove(card)

    def retry(self) -> None:
        """The link is back: do not wait any longer."""
        self._wake.set()

    async def settled(self) -> None:
        """Wait until nothing is left to send."""
        await self._idle.wait()

    def _queue(self, draft: D) -> None:
        self._unsent[draft.card] = draft
        self._idle.clear()
        self._wake.set()

    async def _send_all(self) -> None:
        attempt = 0
        while True:
            self._wake.clear()
            if not self._unsent:
                self._idle.set()
                await self._wake.wait()
                continue
            draft = next(iter(self._unsent.values()))
            try:
                await self._request(self._command(draft))
                self._on_stored(draft)
                attempt = 0
            except (Offline, Refused) as error:
                if isinstance(error, Refused) and error.code != "server_busy":
                    self._on_refused(draft, error)
                    continue
                await self._pause(self._timing.backoff.delay(attempt))
                attempt += 1

    async def _pause(self, delay_s: float) -> None:
        try:
            async with asyncio.timeout(delay_s):
                await self._wake.wait()
        except TimeoutError:
            return

    def _on_stored(self, draft: D) -> None:
        if self._unsent.get(draft.card) is not draft:
            return  # typed on, or saved as a whole, meanwhile
        del self._unsent[draft.card]
        if draft.card != self._open_card:
            self._remove(draft.card)

    def _on_refused(self, draft: D, error: Refused) -> None:
        log.warning("draft refused", code=error.code)
        if self._unsent.get(draft.card) is not draft:
            return  # typed on, or saved as a whole, meanwhile
        del self._unsent[draft.card]
        text = _("Сервер не принял черновик карточки: {why}").format(why=error.message)
        if draft.card != self._open_card:
            try:
                path = self._drafts.set_aside(draft.card)
            except EkcError as trouble:
                text = f"{text} {trouble}"
            else:
                kept = _("Он сохранён в файле {path}.").format(path=path)
                text = f"{text} {kept}"
        self._on_trouble(text)

    def _remove(self, card: str) -> None:
        try:
            self._drafts.remove(card)
        except EkcError as error:
            self._on_trouble(str(error))


def save_draft(draft: Draft) -> SaveDraft:
    return SaveDraft(
        card=draft.card,
        revision=draft.revision,
        session=draft.session,
        note=draft.note,
        disposition=draft.disposition,
        edits=draft.edits,
    )


def keep_edit(edit: UnsavedEdit) -> KeepEdit:
    return KeepEdit(edit=edit)
