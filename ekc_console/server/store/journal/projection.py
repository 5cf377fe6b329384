"""Read models of the journal: calls, their paths and offers, agents' intervals, callbacks.

``project`` says which rows a fact changes, ``apply`` writes them in the transaction that writes
the fact. The rows follow from the journal alone: the same entries give the same rows.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from sqlite3 import Connection

import structlog

from ekc_console.domain.effects import (
    AgentChanged,
    CallbackChanged,
    CallChanged,
    Connect,
    DialOut,
    Effect,
    Listened,
    OfferCall,
    WithdrawOffer,
)
from ekc_console.domain.facts import (
    CallStepEntered,
    ClockSet,
    Fact,
    OfferAccepted,
)
from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.server.store.base.digits import reversed_digits
from ekc_console.server.store.journal.callback_rows import Row, Value, callback_row

log = structlog.get_logger(__name__)

__all__ = ["Connection", "RowOp", "apply", "project"]


@dataclass(frozen=True, slots=True)
class Insert:
    table: str
    row: Row


@dataclass(frozen=True, slots=True)
class Upsert:
    """Insert, or overwrite the given columns of the row with this key."""

    table: str
    key: str
    row: Row
    only_first: tuple[str, ...] = ()
    """Columns that an existing row keeps."""


@dataclass(frozen=True, slots=True)
class Update:
    table: str
    key: str
    row: Row


@dataclass(frozen=True, slots=True)
class NextInterval:
    """End the agent's open interval at ``at`` and begin the one of ``row``, unless that is the
    open one already. Without ``row`` (offline) none begins."""

    agent: str
    at: float
    row: Row | None


@dataclass(frozen=True, slots=True)
class MoveOpen:
    """Move the moments of what goes on by ``by_s``: the clock was set."""

    by_s: float
    agents: tuple[str, ...]
    """Whose open interval."""
    offers: tuple[str, ...]
    calls: tuple[str, ...]
    """That live, and their paths."""


RowOp = Insert | Upsert | Update | NextInterval | MoveOpen


def project(fact: Fact, now: float, effects: Iterable[Effect], router: Router) -> list[RowOp]:
    """What a fact changes in the read models; ``router`` has just handled it. Pure."""
    ops: list[RowOp] = []
    if isinstance(fact, ClockSet):
        # Of calls and agents nothing else is new, and there may be thousands of them.
        ops.append(_moved(fact, router))
        effects = (effect for effect in effects if isinstance(effect, CallbackChanged))
    for effect in effects:
        ops += _of_effect(effect, fact, now, router)
    return ops


def attempt(
    fact: Fact, now: float, effects: Iterable[Effect], router: Router
) -> tuple[list[RowOp], str]:
    """As ``project``, but never raises: the rows, and why there are none ("" when it went well)."""
    try:
        return project(fact, now, effects, router), ""
    except Exception as error:
        log.exception("a fact was not projected", fact=type(fact).__name__)
        return [], type(error).__name__


def apply(conn: Connection, ops: Iterable[RowOp]) -> None:
    """Write in the order of ``ops``."""
    for op in ops:
        match op:
            case Insert(table, row):
                conn.execute(_insert_sql(table, tuple(row)), tuple(row.values()))
            case Upsert(table, key, row, only_first):
                sql = _upsert_sql(table, key, tuple(row), only_first)
                conn.execute(sql, tuple(row.values()))
            case Update(table, key, row):
                rest = {name: value for name, value in row.items() if name != key}
                sql = _update_sql(table, key, tuple(rest))
                conn.execute(sql, (*rest.values(), row[key]))
            case NextInterval():
                _next_interval(conn, op)
            case MoveOpen():
                _move_open(conn, op)


def numbers_given(conn: Connection) -> tuple[int, int]:
    """The highest numbers that offers and callbacks in the read models have."""
    (offers,) = conn.execute(
        "SELECT coalesce(max(CAST(substr(offer, 2) AS INTEGER)), 0) FROM offers"
    ).fetchone()
    (callbacks,) = conn.execute(
        "SELECT coalesce(max(CAST(substr(id, 3) AS INTEGER)), 0) FROM callbacks"
    ).fetchone()
    return int(offers), int(callbacks)


# -- from effects to rows ----------------------------------------------------


def _moved(fact: ClockSet, router: Router) -> MoveOpen:
    offered = (call.state for call in router.calls.values())
    return MoveOpen(
        fact.by_s,
        tuple(router.agents),
        tuple(o.id for state in offered if isinstance(state, cl.Offered) for o in state.offers),
        tuple(router.calls),
    )


def _of_effect(effect: Effect, fact: Fact, now: float, router: Router) -> Iterator[RowOp]:
    match effect:
        case CallChanged(call):
            record = router.calls.get(call) or router.recently_ended[call]
            if record.virtual:  # a callback in its queue: a call from when it is dialled
                return
            yield Upsert("calls", "id", call_row(record))
            if isinstance(fact, CallStepEntered):
                yield Insert("call_path", _step_row(fact, now))
        case OfferCall():
            yield Upsert("offers", "offer", _offer_row(effect, now))
        case WithdrawOffer(offer, _, _, reason):
            # The core's word for the agents who were slower is that the offer was accepted.
            result = "taken" if reason == "accepted" else reason
            yield Update("offers", "offer", {"offer": offer, "ended_at": now, "result": result})
        case Connect() | DialOut() if isinstance(fact, OfferAccepted):
            row: Row = {"offer": fact.offer, "ended_at": now, "result": "accepted"}
            yield Update("offers", "offer", row)
        case Listened(call, by, mode, since, why):
            spell: Row = {"call": call, "login": by, "mode": mode, "from_at": since}
            yield Insert("listenings", {**spell, "to_at": now, "why": why})
        case AgentChanged(agent):
            yield _interval(router.agents[agent], now, router)
        case CallbackChanged(callback):
            owed = router.callbacks.get(callback) or router.recently_settled[callback]
            yield Upsert("callbacks", "id", callback_row(owed, fact), ("where_lost",))


_CALL_STATES: dict[type, str] = {
    cl.InMenu: "menu",
    cl.Waiting: "waiting",
    cl.Offered: "offered",
    cl.Connecting: "connecting",
    cl.Talking: "talking",
    cl.OnHold: "held",
    cl.Consulting: "consult",
    cl.Transferring: "transferring",
    cl.Linked: "linked",
    cl.Ringing: "dialing",
    cl.Advising: "talking",
    cl.Dialing: "dialing",
    cl.Forwarding: "forwarding",
    cl.Forwarded: "forwarded",
    cl.Ending: "ending",
    cl.Ended: "ended",
}


def call_row(call: cl.Call) -> dict[str, Value]:
    ended = call.state if isinstance(call.state, cl.Ended) else None
    return {
        "id": call.id,
        "direction": call.direction,
        "number": call.number,
        "number_reversed": reversed_digits(call.number) if call.number else None,
        "called": call.called,
        "topic": call.topic,
        "queue": call.queue,
        "skills": json.dumps(call.skills, ensure_ascii=False),
        "priority": call.priority,
        "state": _CALL_STATES[type(call.state)],
        "arrived_at": call.arrived_at,
        "queued_at": call.queued_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
        "ended_by": ended.by if ended else None,
        "cause": ended.cause if ended else None,
        "agent": call.agent,
        "wait_s": _wait_s(call),
        "talk_s": call.talk_s,
        "held_s": call.held_s,
        "wrap_up_s": call.wrap_up_s,
        "outcome": call.outcome,
        "callback": call.callback,
        "predicted_s": call.predicted_s,
        "forwarded_at": call.forwarded_at,
        "services": _services(call),
        "trunk": call.trunk,
    }


SERVICE_FIELDS = ("number", "answered_at", "cancelled_at", "handed_at", "ended_at", "ended_by")
"""As the services of a call are written, in this order; later fields come behind."""


def _services(call: cl.Call) -> str | None:
    called = [[getattr(one, name) for name in SERVICE_FIELDS] for one in call.services]
    return json.dumps(called) if called else None


def _wait_s(call: cl.Call) -> float | None:
    """From the first queue to the first talk (an outside number's too), or to the end without one;
    None before that."""
    moments = (call.answered_at, call.forwarded_at, call.ended_at)
    until = next((at for at in moments if at is not None), None)
    if call.queued_at is None or until is None:
        return None
    return max(0.0, until - call.queued_at)


def _step_row(fact: CallStepEntered, now: float) -> Row:
    return {
        "call": fact.call,
        "at": now,
        "scenario": fact.scenario,
        "version": fact.version,
        "step": fact.step,
    }


def _offer_row(offer: OfferCall, now: float) -> Row:
    return {"offer": offer.offer, "call": offer.call, "agent": offer.agent, "made_at": now}


_AGENT_STATES: dict[type, str] = {
    ag.Ready: "ready",
    ag.OnBreak: "break",
    ag.Offered: "offered",
    ag.Connecting: "connecting",
    ag.Dialing: "dialing",
    ag.Talking: "talking",
    ag.Holding: "held",
    ag.Consulting: "consulting",
    ag.Asked: "offered",
    ag.Advising: "advising",
    ag.WrapUp: "wrap_up",
    ag.NotResponding: "not_responding",
}


def _interval(agent: ag.Agent, now: float, router: Router) -> NextInterval:
    state = agent.state
    if isinstance(state, ag.Offline) or agent.only_listens:
        return NextInterval(agent.id, now, None)
    row: Row = {
        "agent": agent.id,
        "state": _agent_state(state, router),
        "reason": state.reason if isinstance(state, ag.OnBreak | ag.NotResponding) else "",
        "call": getattr(state, "call", None),
        "from_at": state.since,
    }
    return NextInterval(agent.id, state.since, row)


def _agent_state(state: ag.AgentState, router: Router) -> str:
    """In a consultation the agent talks as soon as the caller is heard."""
    if isinstance(state, ag.Consulting):
        consulting = router.calls[state.call].state
        if isinstance(consulting, cl.Consulting) and consulting.heard != "party":
            return "talking"
    return _AGENT_STATES[type(state)]


# -- from rows to SQL --------------------------------------------------------


@functools.cache
def _insert_sql(table: str, columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({', '.join(map(_quoted, columns))}) VALUES ({marks})"


@functools.cache
def _upsert_sql(table: str, key: str, columns: tuple[str, ...], only_first: tuple[str, ...]) -> str:
    kept = {key, *only_first}
    changed = [_quoted(c) for c in columns if c not in kept]
    sets = ", ".join(f"{c} = excluded.{c}" for c in changed)
    return f"{_insert_sql(table, columns)} ON CONFLICT ({_quoted(key)}) DO UPDATE SET {sets}"


@functools.cache
def _update_sql(table: str, key: str, columns: tuple[str, ...]) -> str:
    sets = ", ".join(f"{_quoted(c)} = ?" for c in columns)
    return f"UPDATE {table} SET {sets} WHERE {_quoted(key)} = ?"


def _quoted(column: str) -> str:
    return f'"{column}"'


def _move_open(conn: Connection, op: MoveOpen) -> None:
    for sql, keys in (
        (
            "UPDATE agent_intervals SET from_at = from_at + :by WHERE agent = :key"
            " AND to_at IS NULL",
            op.agents,
        ),
        ("UPDATE offers SET made_at = made_at + :by WHERE offer = :key", op.offers),
        ("UPDATE call_path SET at = at + :by WHERE call = :key", op.calls),
        (
            "UPDATE calls SET arrived_at = arrived_at + :by, queued_at = queued_at + :by,"
            " answered_at = answered_at + :by, forwarded_at = forwarded_at + :by WHERE id = :key",
            op.calls,
        ),
    ):
        conn.executemany(sql, [{"by": op.by_s, "key": key} for key in keys])


def _next_interval(conn: Connection, op: NextInterval) -> None:
    open_one = conn.execute(
        "SELECT seq, state, reason, call, from_at FROM agent_intervals"
        " WHERE agent = ? AND to_at IS NULL",
        (op.agent,),
    ).fetchone()
    row = op.row
    if open_one is not None:
        seq, *same = open_one
        if row is not None and same == [row[c] for c in ("state", "reason", "call", "from_at")]:
            return
        conn.execute(
            "UPDATE agent_intervals SET to_at = max(from_at, ?) WHERE seq = ?", (op.at, seq)
        )
    if row is not None:
        conn.execute(_insert_sql("agent_intervals", tuple(row)), tuple(row.values()))
