"""The state of the machine, gathered from the rooms."""

from __future__ import annotations

from ekc_console.server.build.given import Given
from ekc_console.server.build.rooms import Rooms
from ekc_console.server.live.machine.keeper import MachineKeeper
from ekc_console.server.live.machine.parts import Parts
from ekc_console.server.start.startup import is_loopback


def build_machine(given: Given, rooms: Rooms) -> MachineKeeper:
    core, live = rooms.core, rooms.live
    parts = Parts(
        runtime=core.runtime,
        views=live.views,
        alerts=live.alerts,
        trunks=tuple(trunk.name for trunk in given.config.trunks),
        recorder=rooms.calls.recorder,
        read_models=live.read_models,
        conditions=given.conditions,
        free_space=rooms.archive.free_space,
        clock_keeper=core.clock_keeper,
        certificate_expires=lambda: given.tls.expires,
        plain_is_fine=is_loopback(given.config.server.host),
    )
    return MachineKeeper(parts, core.clock)
