"""Calls of queues as lines of Asterisk's ``queue_log``, for tools that read it.

``time|call|queue|agent|event|data…`` (Asterisk, doc/queuelog): seconds since the epoch, waits and
talks in whole seconds, ringing in milliseconds. What that format has no word for is told by the
nearest: a caller who left for an outside number or a promised callback as EXITWITHTIMEOUT. The
queue is the last one of the call; places in it are not kept and stand as 1.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from ekc_console.domain.terms.spans import Span

_QUEUED = (
    "direction = 'in' AND queued_at IS NOT NULL AND arrived_at >= :since AND arrived_at < :until"
)
_WAIT = "CAST(coalesce(wait_s, 0) AS INTEGER)"
_LEFT = {
    "ABANDON": "('abandoned_queue', 'short_abandoned')",
    "EXITWITHTIMEOUT": "('flowed_out', 'forwarded', 'failed')",
}
_OFFERS = "offers JOIN calls ON calls.id = offers.call"
_RANG_MS = "CAST((offers.ended_at - offers.made_at) * 1000 AS INTEGER)"
_EVENTS = (
    f"SELECT queued_at AS at, 0 AS step, id AS call, queue, 'NONE' AS agent, 'ENTERQUEUE' AS event,"
    f" '' AS first, coalesce(number, '') AS second, '1' AS third FROM calls WHERE {_QUEUED}",
    f"SELECT offers.ended_at, 1, calls.id, queue, offers.agent, CASE"
    f" WHEN result IN ('timeout', 'rejected', 'unreachable') THEN 'RINGNOANSWER'"
    f" ELSE 'RINGCANCELED' END, {_RANG_MS}, NULL, NULL FROM {_OFFERS}"
    f" WHERE {_QUEUED} AND offers.ended_at IS NOT NULL AND result <> 'accepted'",
    f"SELECT answered_at, 2, id, queue, coalesce((SELECT agent FROM offers WHERE call = calls.id"
    f" AND result = 'accepted' ORDER BY ended_at LIMIT 1), agent, 'NONE'), 'CONNECT', {_WAIT}, id,"
    f" (SELECT CAST(ended_at - made_at AS INTEGER) FROM offers WHERE call = calls.id"
    f" AND result = 'accepted' ORDER BY ended_at LIMIT 1)"
    f" FROM calls WHERE {_QUEUED} AND answered_at IS NOT NULL",
    f"SELECT ended_at, 3, id, queue, coalesce(agent, 'NONE'),"
    f" CASE ended_by WHEN 'caller' THEN 'COMPLETECALLER' ELSE 'COMPLETEAGENT' END, {_WAIT},"
    f" CAST(talk_s + held_s AS INTEGER), '1'"
    f" FROM calls WHERE {_QUEUED} AND answered_at IS NOT NULL AND ended_at IS NOT NULL",
    *(
        f"SELECT coalesce(forwarded_at, ended_at), 3, id, queue, 'NONE', '{event}', '1', '1',"
        f" {_WAIT} FROM calls WHERE {_QUEUED} AND answered_at IS NULL AND outcome IN {outcomes}"
        for event, outcomes in _LEFT.items()
    ),
)


def lines(conn: sqlite3.Connection, span: Span, shown: Callable[[str], str]) -> Iterator[str]:
    """Of the incoming calls that arrived in ``span``, in the order of time. ``shown``: a caller's
    number as it is to be written."""
    rows = conn.execute(
        f"{' UNION ALL '.join(_EVENTS)} ORDER BY at, step, call",
        {"since": span.since, "until": span.until},
    )
    for at, _step, call, queue, agent, event, *data in rows:
        if event == "ENTERQUEUE":
            data[1] = shown(data[1])
        fields = (int(at), call, queue or "NONE", agent, event, *data)
        yield "|".join(_field(field) for field in fields if field is not None)


def _field(value: object) -> str:
    """A bar or a line's end within a value would be read as the format's own."""
    return str(value).replace("|", "/").replace("\n", " ")
