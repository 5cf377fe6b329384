"""The state of the machine, asked by who keeps it."""

from __future__ import annotations

from ekc_console.server.commands.handler import Handler
from ekc_console.server.live.machine.keeper import MachineKeeper
from ekc_console.server.people.person import Person
from ekc_console.wire.admin.machine_work import GetMachine, Machine


class MachineOrders:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(self, keeper: MachineKeeper) -> None:
        self._keeper = keeper
        self.handlers: dict[type, Handler] = {GetMachine: self._get}

    async def _get(self, person: Person, body: GetMachine) -> Machine:
        return Machine(parts=self._keeper.look())
