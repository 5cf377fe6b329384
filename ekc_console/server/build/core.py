"""The core's owner and the clock."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ekc_console.domain.insight.tally import Windows
from ekc_console.domain.router import Router
from ekc_console.domain.terms.localtime import day_of
from ekc_console.server.build.given import Given
from ekc_console.server.core import in_force
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.clock_keeper import ClockKeeper
from ekc_console.server.core.extras import Extras
from ekc_console.server.core.faults import Faults
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.store.figures.by_calls import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    router: Router
    clock: Clock
    faults: Faults
    runtime: Runtime
    clock_keeper: ClockKeeper
    extras: Extras
    topics: Mapping[str, str]
    """Code to title, as in force."""
    windows: Windows

    def today(self) -> datetime.date:
        return day_of(self.clock.now(), self.router.centre.zone)

    def figure_rules(self) -> Rules:
        """By which calls are counted, as in force."""
        return Rules.of(self.router.centre.zone, self.router.queues.values(), self.windows)


def build_core(
    given: Given,
    *,
    on_fault: Callable[[str], None],
    on_clock_set: Callable[[float], None],
) -> Core:
    router, clock, faults = given.router, given.clock, Faults(on_fault)
    runtime = Runtime(router, given.database, clock, given.last_seq, faults)
    return Core(
        router=router,
        clock=clock,
        faults=faults,
        runtime=runtime,
        clock_keeper=ClockKeeper(runtime, clock, on_clock_set),
        extras=Extras(),
        topics=in_force.topic_titles(router),
        windows=given.config.figures.windows(),
    )
