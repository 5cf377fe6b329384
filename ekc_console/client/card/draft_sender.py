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
from ekc_console.wire.messages import Command, Result, SaveCard, SaveDraft

log = structlog.get_logger(__name__)

Request = Callable[[Command], Awaitable[Result | None]]


class DraftSender(Generic[D]):
    """At most one command is under way; what changes meanwhile is sent afterwards, once.

    A draft stays on disk while its card is open here, and afterwards until the server has it. One
    that the server refuses stays too: it is sent again with the next link, after a while and by the
    next console, and whoever opens its card finds it there.
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
        self.on_stored: Callable[[D, Result | None], None] = lambda draft, result: None
        """The server has the draft now; ``result`` is its answer."""
        self._unsent: dict[str, D] = {}
        self._refused: dict[str, D] = {}
        """Sent again later; not waited for."""
        self._told: dict[str, str] = {}
        """Why the draft of a card was refused, as the operator knows."""
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
        if draft := self._kept(card):
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
        if self._kept(card) is None:
            self._remove(card)

    def saved(self, card: str, revision: int) -> None:
        """The server has the finished card of this revision."""
        draft = self._kept(card)
        if draft is None or draft.revision <= revision:
            self._forget(card)
            self._remove(card)

    def overtaken(self, card: str, revision: int) -> None:
        """The card was changed by others up to this revision. A draft that the server never took is
        kept in a file beside, and the operator is told where."""
        if card not in self._refused:
            self.saved(card, revision)
            return
        self._forget(card)
        try:
            path = self._drafts.set_aside(card)
        except EkcError as error:
            self._on_trouble(str(error))
        else:
            text = _("Карточку тем временем изменили; ваш черновик сохранён в файле {path}.")
            self._on_trouble(text.format(path=path))

    def retry(self) -> None:
        """The link is back: do not wait any longer."""
        self._send_refused()
        self._wake.set()

    async def settled(self) -> None:
        """Wait until nothing is left to send."""
        await self._idle.wait()

    def _queue(self, draft: D) -> None:
        self._refused.pop(draft.card, None)
        self._unsent[draft.card] = draft
        self._idle.clear()
        self._wake.set()

    def _kept(self, card: str) -> D | None:
        """What the server does not have."""
        return self._unsent.get(card) or self._refused.get(card)

    def _forget(self, card: str) -> None:
        self._unsent.pop(card, None)
        self._refused.pop(card, None)
        self._told.pop(card, None)

    def _send_refused(self) -> None:
        for draft in list(self._refused.values()):
            self._queue(draft)

    async def _send_all(self) -> None:
        attempt = 0
        while True:
            self._wake.clear()
            if not self._unsent:
                self._idle.set()
                if not await self._woken(self._timing.refused_again_s if self._refused else None):
                    self._send_refused()
                continue
            draft = next(iter(self._unsent.values()))
            try:
                result = await self._request(self._command(draft))
            except (Offline, Refused) as error:
                if isinstance(error, Refused) and error.code != "server_busy":
                    self._on_refused(draft, error)
                    continue
                await self._woken(self._timing.backoff.delay(attempt))
                attempt += 1
            except Exception as error:
                # A draft that this program cannot send must not keep the others from being sent.
                log.error("draft not sent", error=type(error).__name__)
                self._on_refused(draft, EkcError(_("Внутренняя ошибка консоли.")))
            else:
                self._on_stored(draft, result)
                attempt = 0

    async def _woken(self, within_s: float | None) -> bool:
        try:
            async with asyncio.timeout(within_s):
                await self._wake.wait()
        except TimeoutError:
            return False
        return True

    def _on_stored(self, draft: D, result: Result | None) -> None:
        self._told.pop(draft.card, None)
        try:
            self.on_stored(draft, result)
        except Exception as error:
            log.error("stored draft not shown", error=type(error).__name__)
        if self._unsent.get(draft.card) is not draft:
            return  # typed on, or saved as a whole, meanwhile
        del self._unsent[draft.card]
        if draft.card != self._open_card:
            self._remove(draft.card)

    def _on_refused(self, draft: D, error: EkcError) -> None:
        log.warning("draft refused", code=getattr(error, "code", ""))
        if self._unsent.get(draft.card) is not draft:
            return  # typed on, or saved as a whole, meanwhile
        del self._unsent[draft.card]
        self._refused[draft.card] = draft
        if self._told.get(draft.card) == error.message:
            return
        self._told[draft.card] = error.message
        self._on_trouble(
            _(
                "Сервер не принял черновик карточки: {why} Он остаётся в файле {path}, консоль "
                "пришлёт его ещё раз."
            ).format(why=error.message, path=self._drafts.path(draft.card))
        )

    def _remove(self, card: str) -> None:
        try:
            self._drafts.remove(card)
        except EkcError as error:
            self._on_trouble(str(error))


def save_draft(draft: Draft) -> SaveDraft | SaveCard:
    if draft.finished:
        return SaveCard(
            card=draft.card,
            revision=draft.revision,
            session=draft.session,
            note=draft.note,
            disposition=draft.disposition,
            edits=draft.edits,
        )
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
