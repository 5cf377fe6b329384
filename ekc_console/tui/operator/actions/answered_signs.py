"""Signs of an emergency in what was answered to the script, and is typed no more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from ekc_console.client.card.unhelped import free_texts
from ekc_console.tui.operator.widgets import typed_sign
from ekc_console.tui.shared.host import Host


class AnsweredSigns:
    """Each text is searched once, when it matters: what fails or lasts too long is not known then,
    and is searched again at the next key."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._found: dict[str, str] = {}
        """By text the service that its sign asks for; empty: it holds none."""
        self._waiting: dict[str, Callable[[], None]] = {}

    @property
    def service(self) -> str:
        """That the first sign asks for, as far as is known; empty: there is none."""
        services = (self._found.get(text, "") for text in self._texts())
        return next(filter(None, services), "")

    def when_known(self, what: str, then: Callable[[], None]) -> None:
        """``then`` runs when the answers are judged or cannot be: at once where they are; of
        several for the same ``what`` the last."""
        texts = self._texts()
        self._found = {text: self._found[text] for text in texts if text in self._found}
        unknown = [text for text in texts if text not in self._found]
        if not unknown:
            then()
            return
        self._waiting[what] = then
        self._host.work("signs.answered", lambda: self._search(unknown), self._known, self._known)

    def _texts(self) -> list[str]:
        return [" ".join(text.split()) for text in free_texts(self._host.desk.card_desk)]

    async def _search(self, texts: Sequence[str]) -> None:
        try:
            async with asyncio.timeout(typed_sign.MOST_S):
                for text in texts:
                    found = await self._host.desk.work.search(text, ("sign",))
                    self._found[text] = found.items[0].call if found.items else ""
        except TimeoutError:
            return

    def _known(self, _result: object) -> None:
        waiting, self._waiting = self._waiting, {}
        for then in waiting.values():
            then()
