"""The state of the machine, gathered from the rooms."""

from __future__ import annotations

from ekc_console.server.build.given import Given
from ekc_console.server.build.rooms import Rooms
from ekc_console.server.live.machine.keeper import MachineKeeper
from ekc_console.server.live.machine.parts import Parts
from ekc_console.server.live.machine.sources import Sources
from ekc_console.server.start.startup import is_loopback


def build_sources(given: Given, rooms: Rooms) -> Sources:
    return Sources(
        runtime=rooms.core.runtime,
        views=rooms.live.views,
        alerts=rooms.live.alerts,
        configured=tuple(trunk.name for trunk in given.config.trunks),
        recorder=rooms.calls.recorder,
        read_models=rooms.live.read_models,
        conditions=given.conditions,
        free_space=rooms.archive.free_space,
        certificate_expires=lambda: given.tls.expires,
    )


def build_machine(given: Given, rooms: Rooms) -> MachineKeeper:
    parts = Parts(
        sources=build_sources(given, rooms),
        clock_keeper=rooms.core.clock_keeper,
        plain_is_fine=is_loopback(given.config.server.host),
    )
    return MachineKeeper(parts, rooms.core.clock)
