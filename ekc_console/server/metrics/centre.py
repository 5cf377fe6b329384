"""What goes on in the centre: queues, people, calls, those who are owed one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import get_args

from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import callback as cb
from ekc_console.server.core.clock import Clock
from ekc_console.server.live.alarms.book import Alarm
from ekc_console.server.live.watch.rows import CALL_STATES, person_state
from ekc_console.server.metrics.family import by_word, counters, gauge, gauges
from ekc_console.wire import watch

_LEVELS = {1: "warn", 2: "alarm"}


class CentreCollector(Collector):
    def __init__(
        self,
        router: Router,
        clock: Clock,
        queues: Callable[[], Sequence[watch.WatchQueue]],
        alarms: Callable[[], Iterable[Alarm]],
    ) -> None:
        """``alarms``: those that stand."""
        self._router = router
        self._clock = clock
        self._queues = queues
        self._alarms = alarms

    def collect(self) -> Iterator[Metric]:
        now = self._clock.now()
        yield from _of_queues(self._queues(), now)
        yield from self._people()
        yield from self._calls()
        yield from self._owed(now)
        levels = Counter(_LEVELS.get(alarm.level, "alarm") for alarm in self._alarms())
        told = {level: levels[level] for level in _LEVELS.values()}
        yield by_word("alarms", "Alarms that stand, by level.", "level", told)

    def _people(self) -> Iterator[Metric]:
        """Those on shift; who has come only to listen counts while listening."""
        found, listenings = Counter[str](), self._router.listenings
        for agent in self._router.agents.values():
            listening = listenings.get(agent.id)
            if isinstance(agent.state, ag.Offline) or (agent.only_listens and listening is None):
                continue
            found[person_state(agent.state, listening)] += 1
        states = (state for state in get_args(watch.PersonState) if state != "offline")
        told = {state: found[state] for state in states}
        yield by_word("people", "People on shift, by what they do.", "state", told)

    def _calls(self) -> Iterator[Metric]:
        found = Counter(type(call.state) for call in self._router.calls.values())
        told = {name: found[kind] for kind, name in CALL_STATES.items() if name != "ended"}
        yield by_word("calls", "Calls that live, by stage.", "stage", told)

    def _owed(self, now: float) -> Iterator[Metric]:
        owed = [
            callback
            for callback in self._router.callbacks.values()
            if not isinstance(callback.state, cb.Closed)
        ]
        kinds = Counter(map(_kind, owed))
        told = {kind: kinds[kind] for kind in ("lost", "kept", "urgent")}
        yield by_word("callbacks_owed", "People who are owed a call.", "kind", told)
        oldest = min((callback.wanted_since for callback in owed), default=now)
        text = "How long the first of them has waited for it."
        yield gauge("callbacks_oldest_seconds", text, max(0.0, now - oldest))
        text = "1: calls out find no way, and callbacks wait."
        yield gauge("calls_out_blocked", text, self._router.no_way is not None)


def _kind(callback: cb.Callback) -> str:
    return "urgent" if callback.urgent else "kept" if callback.kept else "lost"


def _of_queues(queues: Sequence[watch.WatchQueue], now: float) -> Iterator[Metric]:
    def gauged(name: str, text: str, value: Callable[[watch.WatchQueue], float | None]) -> Metric:
        values = (((queue.id,), value(queue)) for queue in queues)
        return gauges(f"queue_{name}", text, ("queue",), values)

    def counted(name: str, text: str, value: Callable[[watch.WatchQueue], float]) -> Metric:
        values = (((queue.id,), value(queue)) for queue in queues)
        return counters(f"queue_{name}", text, ("queue",), values)

    titles = (((queue.id, queue.title), 1.0) for queue in queues)
    yield gauges("queue_info", "Titles of the queues.", ("queue", "title"), titles)
    yield gauged("waiting", "Callers who wait.", lambda queue: queue.waiting)
    yield gauged(
        "longest_wait_seconds",
        "Of the caller who has waited longest; 0: nobody waits.",
        lambda queue: max(0.0, now - (queue.longest_since or now)),
    )
    yield gauged(
        "expected_wait_seconds",
        "Wait that nine in ten who come now do not exceed.",
        lambda queue: queue.expected_s,
    )
    yield counted("offered", "Waits that are over, since midnight.", lambda queue: queue.offered)
    yield counted("answered", "Of those: answered.", lambda queue: queue.answered)
    yield counted("abandoned", "Of those: given up.", lambda queue: queue.abandoned)
    yield gauges(
        "queue_service_level",
        "Answered in time / (offered - short abandoned), 0 to 1.",
        ("queue", "window"),
        (((queue.id, window), value) for queue in queues for window, value in _levels(queue)),
    )
    yield gauged(
        "service_level_target",
        "What is aimed at.",
        lambda queue: queue.targets.get("level"),
    )
    yield gauges(
        "queue_people",
        "People who serve the queue: could take a call, are on one, after one, away.",
        ("queue", "kind"),
        (((queue.id, kind), value) for queue in queues for kind, value in _people(queue)),
    )
    yield gauged("callbacks", "Callbacks that are owed.", lambda queue: queue.callbacks)
    yield gauged("open", "0: closed or paused.", lambda queue: not (queue.paused or queue.closed))


def _levels(queue: watch.WatchQueue) -> tuple[tuple[str, float | None], ...]:
    return (
        ("five_minutes", queue.level_now),
        ("half_hour", queue.level_half),
        ("day", queue.level_day),
    )


def _people(queue: watch.WatchQueue) -> tuple[tuple[str, int], ...]:
    return (
        ("ready", queue.ready),
        ("busy", queue.busy),
        ("wrap_up", queue.wrapping_up),
        ("away", queue.away),
    )
