"""Why one call went where it went, told from the journal: its facts, and for each decision the
candidates as the core saw them just before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ekc_console.domain import effects as ef
from ekc_console.domain import facts as f
from ekc_console.domain.call import Call
from ekc_console.domain.explain import Candidate, candidates
from ekc_console.domain.ids import AgentId, CallId
from ekc_console.domain.queue import score
from ekc_console.domain.router import Router
from ekc_console.errors import EkcError
from ekc_console.server.store import journal_file
from ekc_console.server.store.journal import Entry


@dataclass(frozen=True, slots=True)
class Decision:
    """Who was asked, out of whom."""

    chosen: tuple[AgentId, ...]
    strategy: str
    candidates: tuple[Candidate, ...]
    """Just before the fact: who came free by the fact itself is shown as busy."""


@dataclass(frozen=True, slots=True)
class Moment:
    seq: int
    at: float
    fact: f.Fact
    effects: tuple[ef.Effect, ...]
    """Those that are about the call."""
    before: Call | None
    after: Call
    decision: Decision | None = None
    score: float | None = None
    """Effective time in the queue, when the call was queued."""
    position: int | None = None


def explain(journal: Path, call: str, at_seq: int | None = None) -> list[Moment]:
    """The moments of a call (``last``: the latest that was queued), up to the entry ``at_seq``.
    Raises EkcError for a call that the journal does not know."""
    wanted, decisions = _decisions(journal, call)
    moments: list[Moment] = []
    with journal_file.opened(journal) as source:
        router = source.start
        for entry in source.entries:
            if at_seq is not None and entry.seq > at_seq:
                break
            moment = _moment(router, entry, wanted, entry.seq in decisions)
            if moment is not None:
                moments.append(moment)
    return moments


def _decisions(journal: Path, wanted: str) -> tuple[CallId, set[int]]:
    """The call's id, and the entries at which it was offered to somebody."""
    offers: dict[CallId, set[int]] = {}
    seen: dict[CallId, None] = {}
    last: CallId | None = None
    with journal_file.opened(journal) as source:
        for entry in source.entries:
            if isinstance(entry.fact, f.CallArrived | f.CallPlaced):
                seen[entry.fact.call] = None
            elif isinstance(entry.fact, f.CallQueued):
                last = entry.fact.call
            for effect in journal_file.handle(source.start, entry):
                if isinstance(effect, ef.OfferCall):
                    offers.setdefault(effect.call, set()).add(entry.seq)
    call = last if wanted == "last" else CallId(wanted)
    if call is None or call not in seen:
        newest = ", ".join(list(seen)[-3:])
        raise EkcError(
            f"Вызова «{wanted}» в журнале {journal} нет.",
            f"Последние вызовы: {newest}." if newest else "Журнал пуст.",
        )
    return call, offers.get(call, set())


def _moment(router: Router, entry: Entry, call: CallId, decides: bool) -> Moment | None:
    before = router.calls.get(call)
    past = Router.load(router.dump()) if decides else None
    effects = journal_file.handle(router, entry)
    after = router.calls.get(call) or router.recently_ended.get(call)
    ours = tuple(e for e in effects if getattr(e, "call", None) == call)
    about = getattr(entry.fact, "call", None) == call
    if after is None or not (about or ours) or _says_nothing(about, ours, before == after):
        return None
    chosen = tuple(e.agent for e in ours if isinstance(e, ef.OfferCall))
    queued = isinstance(entry.fact, f.CallQueued) and about and after.queue is not None
    settings = router.queues.get(after.queue) if after.queue else None
    return Moment(
        seq=entry.seq,
        at=entry.at,
        fact=entry.fact,
        effects=ours,
        before=before,
        after=after,
        decision=_decision(past, after, chosen) if past is not None else None,
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


def _decision(past: Router, call: Call, chosen: tuple[AgentId, ...]) -> Decision | None:
    """``past`` is the state before the fact; the call's queue and needs are those after it."""
    if call.queue is None:
        return None
    record = past.calls.get(call.id, call)
    if record.queue != call.queue:
        record = replace(call, resting=record.resting)
    strategy = past.queues[call.queue].strategy
    return Decision(chosen, strategy, tuple(candidates(past, record)))
