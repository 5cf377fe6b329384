"""Measurements for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, ProcessCollector

from ekc_console.server.board.fanout import Fanout
from ekc_console.server.build.given import Given
from ekc_console.server.build.machine import build_sources
from ekc_console.server.build.rooms import Rooms
from ekc_console.server.metrics.centre import CentreCollector
from ekc_console.server.metrics.door import MetricsDoor
from ekc_console.server.metrics.lateness import commit_times, lateness
from ekc_console.server.metrics.machine import MachineCollector


def build_metrics(given: Given, rooms: Rooms, boards: Fanout) -> MetricsDoor:
    registry, live, core = CollectorRegistry(), rooms.live, rooms.core
    ProcessCollector(registry=registry)
    registry.register(
        CentreCollector(
            core.router, core.clock, live.watch.queues, lambda: live.alarms.book.standing
        )
    )
    registry.register(
        MachineCollector(
            sources=build_sources(given, rooms), hub=live.hub, boards=lambda: len(boards.slots)
        )
    )
    core.runtime.commits.took = commit_times(registry).observe
    return MetricsDoor(given.database, registry, lateness(registry))
