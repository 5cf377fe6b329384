"""What is asked of a server by who keeps it running, and what it answers."""

from __future__ import annotations

from ekc_console.wire.admin.log_work import LogCommand, LogState
from ekc_console.wire.admin.machine_work import GetMachine, Machine
from ekc_console.wire.admin.workplace_work import WorkplaceCommand, Workplaces

KeepingCommand = LogCommand | GetMachine | WorkplaceCommand
KeepingResult = LogState | Machine | Workplaces
