"""Measurements for Prometheus."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from prometheus_client import CollectorRegistry, ProcessCollector

from ekc_console.server.board.fanout import Fanout
from ekc_console.server.build.given import Given
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
            runtime=core.runtime,
            views=live.views,
            alerts=live.alerts,
            trunks=tuple(trunk.name for trunk in given.config.trunks),
            recorder=rooms.calls.recorder,
            read_models=live.read_models,
            conditions=given.conditions,
            free_space=rooms.archive.free_space,
            hub=live.hub,
            boards=lambda: len(boards.slots),
            certificate_expires=_expires(given),
        )
    )
    core.runtime.commits.took = commit_times(registry).observe
    return MetricsDoor(given.database, registry, lateness(registry))


def _expires(given: Given) -> Callable[[], datetime | None]:
    def expires() -> datetime | None:
        certificate = given.tls.certificate
        return None if certificate is None else certificate.expires

    return expires
