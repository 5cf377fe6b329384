"""Why one call went where it went, told from the journal: its facts, and for each decision the
candidates as the core saw them at that moment."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ekc_console.domain import effects as ef
from ekc_console.domain import facts as f
from ekc_console.domain.insight.candidates import Decision, decision
from ekc_console.domain.router import Router
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.queue import score
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.errors import EkcError
from ekc_console.server.store.journal import journal_file
from ekc_console.server.store.journal.journal import Entry

NEWEST_NAMED = 3
"""Calls, for who asks for one that is not there."""


@dataclass(frozen=True, slots=True)
class Moment:
    seq: int
    at: float
    fact: f.Fact
    effects: tuple[ef.Effect, ...]
    """Those that are about the call."""
    before: Call | None
    after: Call
    decisions: tuple[Decision, ...] = ()
    """In their order: one fact may let a call go to one agent, and on to another."""
    score: float | None = None
    """Effective time in the queue, when the call was queued."""
    position: int | None = None


def explain(journal: Path, call: str, at_seq: int | None = None) -> list[Moment]:
    """The moments of a call (``last``: the latest that was queued), up to the entry ``at_seq``.
    Raises EkcError for a call that the journal does not know."""
    wanted = _last_queued(journal) if call == "last" else CallId(call)
    known: deque[CallId] = deque(maxlen=NEWEST_NAMED)

    def read(entries: Iterator[Entry]) -> Iterator[Entry]:
        for entry in entries:
            if at_seq is not None and entry.seq > at_seq:
                return
            if isinstance(entry.fact, f.CallArrived | f.CallMissed | f.CallPlaced):
                known.append(entry.fact.call)
            yield entry

    with journal_file.opened(journal) as source:
        found = list(moments(source.start, read(source.entries), wanted))
    if not found:
        newest = ", ".join(known)
        raise EkcError(
            f"Вызова «{call}» в журнале {journal} нет"
            + (f" до записи {at_seq}." if at_seq is not None else "."),
            f"Последние вызовы: {newest}." if newest else "В журнале нет ни одного вызова.",
        )
    return found


def moments(router: Router, entries: Iterable[Entry], call: CallId) -> Iterator[Moment]:
    """Those of ``call`` among ``entries``, which go on from the state of ``router``. Raises
    StoreError when the rules refuse an entry."""
    seen: list[Decision] = []

    def witness(record: Call, chosen: Sequence[AgentId], named: bool) -> None:
        if record.id == call:
            seen.append(decision(router, record, chosen, named))

    router.watch(witness)
    for entry in entries:
        moment = _moment(router, entry, call, seen)
        if moment is not None:
            yield moment


def _last_queued(journal: Path) -> CallId:
    """Empty when no call was ever queued."""
    with journal_file.opened(journal) as source:
        queued = (e.fact.call for e in source.entries if isinstance(e.fact, f.CallQueued))
        return next(iter(deque(queued, maxlen=1)), CallId(""))


def _moment(router: Router, entry: Entry, call: CallId, seen: list[Decision]) -> Moment | None:
    """``seen`` gets the decisions about the call while the entry is handled."""
    before = router.calls.get(call)
    seen.clear()
    effects = journal_file.handle(router, entry)
    after = router.calls.get(call) or router.recently_ended.get(call)
    ours = tuple(e for e in effects if getattr(e, "call", None) == call)
    about = getattr(entry.fact, "call", None) == call
    if after is None or not (about or ours):
        return None
    if before is not None and _says_nothing(about, ours, before == after):
        return None
    queued = isinstance(entry.fact, f.CallQueued) and about and after.queue is not None
    settings = router.queues.get(after.queue) if after.queue else None
    return Moment(
        seq=entry.seq,
        at=entry.at,
        fact=entry.fact,
        effects=ours,
        before=before,
        after=after,
        decisions=tuple(seen),
        score=score(after, settings)[1] if queued and settings else None,
        position=_position(router, call) if queued else None,
    )


def _says_nothing(about: bool, ours: tuple[ef.Effect, ...], same: bool) -> bool:
    """A fact that was ignored, or one of others that only reached the call with an announcement."""
    if about:
        return same and not ours
    return all(isinstance(e, ef.AnnouncePosition | ef.CallChanged) for e in ours)


def _position(router: Router, call: CallId) -> int | None:
    try:
        return router.position(call)
    except KeyError:
        return None  # offered at once
