"""The knowledge of a running server: search and directory for the consoles."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from ekc_console.domain.knowledge import Knowledge
from ekc_console.domain.scenario import Scenario
from ekc_console.server.knowledge.entries import Entry, entries, sign_entry
from ekc_console.server.knowledge.index import Found, Index
from ekc_console.server.knowledge.signs import Signs
from ekc_console.wire import side_work

RESULTS_MOST = 50


class KnowledgeBase:
    """Searches run on a thread of their own: they hold up neither calls nor the store."""

    def __init__(
        self, knowledge: Knowledge, scripts: Collection[Scenario], today: Callable[[], date]
    ) -> None:
        """To be followed by ``entitle``, which reads ``scripts`` as they are then."""
        self._knowledge = knowledge
        self._scripts = scripts
        self._index: Index
        self._signs: Signs
        self._today = today
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="knowledge")
        self.clinics = {clinic.id: clinic.title for clinic in knowledge.clinics}
        """Of the directory: id to title."""
        self._directory = side_work.Directory(
            clinics=tuple(
                side_work.ClinicInfo(
                    title=clinic.title,
                    address=clinic.address,
                    words=clinic.words,
                    specialties=clinic.specialties,
                )
                for clinic in knowledge.clinics
            ),
            specialties=knowledge.specialties,
            signs=tuple(
                side_work.SignInfo(title=sign.title, looks=sign.looks, call=sign.call)
                for sign in knowledge.signs
            ),
        )

    @classmethod
    async def build(
        cls,
        knowledge: Knowledge,
        scripts: Collection[Scenario],
        topics: Mapping[str, str],
        today: Callable[[], date],
    ) -> KnowledgeBase:
        base = cls(knowledge, scripts, today)
        await base.entitle(topics)
        return base

    async def entitle(self, topics: Mapping[str, str]) -> None:
        """Topics have these titles from now on: the index is built beside the event loop."""
        everything = list(entries(self._knowledge, self._scripts, topics))
        self._index, self._signs = await asyncio.to_thread(built, self._knowledge, everything)

    async def search(self, body: side_work.SearchKnowledge) -> side_work.KnowledgeFound:
        limit = max(1, min(body.limit, RESULTS_MOST))
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._thread, self._find, body.text, limit, body.kinds)
        today = self._today()
        return side_work.KnowledgeFound(
            items=tuple(_item(entry, today) for entry in found.entries),
            corrected=found.corrected,
        )

    def _find(self, text: str, limit: int, kinds: Sequence[side_work.KnowledgeKind]) -> Found:
        """An emergency comes before every other answer."""
        wanted = not kinds or "sign" in kinds
        signs = [sign_entry(sign) for sign in self._signs.find(text)] if wanted else []
        found = self._index.search(text, limit, kinds)
        if not signs:
            return found
        return Found((*signs, *found.entries)[:limit], "")

    def directory(self) -> side_work.Directory:
        return self._directory

    def close(self) -> None:
        self._thread.shutdown(wait=False)


def built(knowledge: Knowledge, everything: Sequence[Entry]) -> tuple[Index, Signs]:
    """Both know each other's words: none is taken for a typing error of another one."""
    phrases = (phrase for sign in knowledge.signs for phrase in sign.phrases)
    index = Index(everything, (*knowledge.terms, *phrases))
    return index, Signs(knowledge.signs, index.vocabulary)


def _item(entry: Entry, today: date) -> side_work.KnowledgeItem:
    return side_work.KnowledgeItem(
        id=entry.id,
        kind=entry.kind,
        title=entry.title,
        text=entry.text,
        topic_title=entry.topic,
        owner=entry.owner,
        review_by=entry.review_by.isoformat(),
        expired=entry.review_by < today,
        call=entry.call,
    )
