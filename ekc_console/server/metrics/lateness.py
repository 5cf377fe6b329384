"""How late the event loop comes to what is due: everything on the server waits as long."""

from __future__ import annotations

import asyncio

from prometheus_client import CollectorRegistry, Histogram

EVERY_S = 0.25
_BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


def lateness(registry: CollectorRegistry) -> Lateness:
    text = "How late the event loop came to a timer."
    return Lateness(
        Histogram("ekc_event_loop_lag_seconds", text, buckets=_BUCKETS, registry=registry)
    )


def commit_times(registry: CollectorRegistry) -> Histogram:
    text = "From a commit's turn to its end on the disk, the writer's queue included."
    return Histogram("ekc_journal_commit_seconds", text, buckets=_BUCKETS, registry=registry)


class Lateness:
    """``start`` on the loop that is measured; ``stop`` at the end."""

    def __init__(self, seen: Histogram) -> None:
        self._seen = seen
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._again()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _again(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + EVERY_S
        self._timer = loop.call_at(due, self._look, due)

    def _look(self, due: float) -> None:
        self._seen.observe(max(0.0, asyncio.get_running_loop().time() - due))
        self._again()
