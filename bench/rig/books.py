"""What the centre's books say of calls, held against what their callers know."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from rig.callers import ANSWER_S, Placed

CUT_AFTER_DEATH_S = (-1.0, 15.0)
"""A talk that ends in this time about the death of its engine ended by it."""


def account(placed: Iterable[Placed], database: Path) -> Counter[str]:
    """What became of every call, one by one; the books are read while the server runs."""
    with _books(database) as conn:
        rows: dict[str, list[tuple[float | None, float | None]]] = {}
        for number, answered, ended in conn.execute(
            "SELECT number, answered_at, ended_at FROM calls WHERE direction = 'in'"
        ):
            rows.setdefault(number or "", []).append((answered, ended))
        owed = {n for (n,) in conn.execute("SELECT number FROM callbacks")}
    result: Counter[str] = Counter()
    for call in placed:
        found = rows.get(call.number, [])
        if not call.number:
            result["withheld number (no callback is possible)"] += 1
        elif not found and call.number not in owed:
            result[_unknown(call)] += 1
        elif len(found) > 1:
            result["UNACCOUNTED: one call stands twice in the books"] += 1
        elif found and found[0][0] is not None:
            result["talked with an operator"] += 1
        elif call.number in owed:
            result["in the callback list"] += 1
        elif found and found[0][1] is None:
            result["still waiting"] += 1
        else:
            result["UNACCOUNTED: in the books, owed nothing"] += 1
    anonymous = sum(call.connected and not call.number for call in placed)
    missing = anonymous - len(rows.get("", []))
    if missing > 0:
        result["UNACCOUNTED: withheld number, not in the books"] += missing
    return result


def _unknown(call: Placed) -> str:
    if call.connected:
        return "UNACCOUNTED: not in the books"
    if call.refusal:
        return f"refused with SIP {call.refusal}"
    return f"no SIP answer in {ANSWER_S:g} s: there was no engine"


def cut_talks(
    placed: Iterable[Placed], database: Path, engine_deaths: Iterable[float]
) -> list[str]:
    """Numbers of callers whose talk was ended by a fault while their engine lived."""
    deaths = list(engine_deaths)
    with _books(database) as conn:
        by_fault = {
            number
            for (number,) in conn.execute(
                "SELECT number FROM calls WHERE direction = 'in' AND answered_at NOTNULL "
                "AND ended_by IN ('engine', 'system')"
            )
        }
    before, after = CUT_AFTER_DEATH_S
    return [
        call.number
        for call in placed
        if call.number in by_fault
        and not call.gave_up
        and not any(before <= call.ended_at - death <= after for death in deaths)
    ]


def _books(database: Path) -> contextlib.closing[sqlite3.Connection]:
    return contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True))
