"""What the centre's books say of calls, held against what their callers know."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rig.people.callers import ANSWER_S, Placed

LOST = "LOST: "
"""So begins what must not become of a call."""
DEATH_SEEN_S = 3.0
"""A caller's side notices the death of its engine by what the next engine says: until then."""
TRYING_S = 0.5
NOT_NOTED = "no answer: engine killed between its 100 Trying and its note"
"""Asterisk answers 100 as soon as it has read an INVITE, some milliseconds before the dialplan's
first step. A telephone that has heard it does not repeat the INVITE, so that no other engine ever
hears of the call. No setting of Asterisk changes that; a proxy in front of it does."""
LEFT_S = 8.0
"""On the line for longer than the books have it: nobody is there for this caller."""


@dataclass(slots=True)
class Account:
    """What became of the calls; ``bad`` names those that stand under ``LOST``."""

    figures: Counter[str] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    """Talks that ended by a fault while their engine lived."""
    talked: dict[str, str] = field(default_factory=dict)
    """By what the caller called: the operator."""


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    state: str
    arrived_at: float
    answered_at: float | None
    ended_at: float | None
    ended_by: str | None
    agent: str | None


def account(
    placed: Iterable[Placed], database: Path, engine_deaths: Sequence[float] = ()
) -> Account:
    """One by one; the books are read while the server runs. ``engine_deaths``: moments of the
    monotonic clock."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as conn:
        rows = _rows(conn)
        owed = {
            number: "given up" if state == "closed" and not attempts else state
            for number, state, attempts in conn.execute(
                "SELECT number, state, attempts FROM callbacks"
            )
        }
    result = Account()
    for call in placed:
        found = rows.pop(call.called if call.withheld else call.number, [])
        died = _died_meanwhile(call, engine_deaths)
        if found:
            verdict = _verdict(call, found, owed.get(call.number), died)
        else:
            verdict = _unknown(call, engine_deaths)
        result.figures[verdict] += 1
        if verdict.startswith(LOST):
            ids = " ".join(row.id for row in found)
            result.bad.append(f"{call.number or call.called} {ids}: {verdict}, {call.told}")
        row = found[0] if found else None
        if row and row.answered_at is not None:
            result.talked[call.called] = row.agent or ""
            by_fault = row.ended_by in ("engine", "system") and not call.gave_up
            if by_fault and not died:
                result.cut.append(f"{call.number or call.called} {row.id}, {call.told}")
    strangers = sum(map(len, rows.values()))
    if strangers:
        result.figures[f"{LOST}in the books, and nobody placed it"] += strangers
        result.bad += [f"{key} {[row.id for row in found]}" for key, found in rows.items()]
    return result


def _rows(conn: sqlite3.Connection) -> dict[str, list[_Row]]:
    """By what is the call's own: the number, or what was called where that is withheld."""
    rows: dict[str, list[_Row]] = defaultdict(list)
    for number, called, *rest in conn.execute(
        "SELECT number, called, id, state, arrived_at, answered_at, ended_at, ended_by, agent "
        "FROM calls WHERE direction = 'in'"
    ):
        rows[number or called].append(_Row(*rest))
    return rows


def _verdict(call: Placed, found: Sequence[_Row], owed: str | None, died: bool) -> str:
    if call.ended_at is None:
        return f"{LOST}the caller's softphone tells of no end"
    if len(found) > 1:
        return f"{LOST}one call stands twice in the books"
    row = found[0]
    if row.ended_at is None:
        return f"{LOST}over, and {row.state} in the books"
    if not died and _line_s(call) > row.ended_at - row.arrived_at + LEFT_S:
        return f"{LOST}on the line after the books had ended the call"
    if owed == "given up":
        return f"{LOST}the callback was closed, and nobody called"
    if owed is not None:
        return "in the callback list" + ("" if row.answered_at is None else " after a talk")
    if row.answered_at is not None and row.ended_by in ("caller", "agent"):
        return "talked with an operator"
    if call.withheld:
        return "withheld number, in the books (no callback is possible)"
    spoken = "talked until a fault" if row.answered_at is not None else "in the books"
    return f"{LOST}{spoken}, owed nothing"


def _unknown(call: Placed, deaths: Sequence[float]) -> str:
    if call.connected:
        return f"{LOST}connected, not in the books"
    if call.softphone_ended:
        return "the caller's own softphone ended before any answer"
    if call.refusal:
        return f"{LOST}refused with SIP {call.refusal}"
    if any(0 <= death - call.asked_at <= TRYING_S for death in deaths):
        return NOT_NOTED
    return f"{LOST}no SIP answer in {ANSWER_S:g} s"


def _line_s(call: Placed) -> float:
    """How long the caller was connected; 0: never."""
    if not call.connected or call.ended_at is None:
        return 0.0
    return call.ended_at - call.asked_at - call.answered_after_s


def _died_meanwhile(call: Placed, deaths: Sequence[float]) -> bool:
    if call.ended_at is None:
        return False
    return any(call.asked_at <= death <= call.ended_at + DEATH_SEEN_S for death in deaths)
