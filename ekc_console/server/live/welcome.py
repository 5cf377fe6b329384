"""What a console is told when it comes, and again when it has changed: the settings in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ekc_console import __version__
from ekc_console.domain.router import Router
from ekc_console.server.core import in_force
from ekc_console.server.core.clock import Clock
from ekc_console.server.people.person import Person
from ekc_console.wire import messages


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeWords:
    router: Router
    clock: Clock
    topics: Mapping[str, str]
    """Code to title, as in force."""
    scripts: Mapping[str, str]
    """Id to title."""
    pbx_authorities: str
    """PEM of those whom a softphone trusts at the organisation's PBX; empty: whom its system
    trusts."""

    def to(self, person: Person, epoch: str) -> messages.Welcome:
        """``epoch`` of the live updates."""
        return messages.Welcome(
            protocol=messages.PROTOCOL,
            server=__version__,
            epoch=epoch,
            now=self.clock.now(),
            steady=self.clock.steady(),
            timezone=in_force.timezone(self.router),
            me=person.login,
            break_reasons=in_force.break_reasons(self.router),
            topics=dict(self.topics),
            scripts=dict(self.scripts),
            targets=in_force.day_targets(self.router),
            emergencies=in_force.call_handling(self.router).emergencies,
            asked_kinds=in_force.asked_kinds(self.router, person.role),
            refused_kinds=in_force.refused_kinds(self.router, person.role),
            dial_roles=in_force.dial_rules(self.router).trusted,
            own_numbers=in_force.dial_rules(self.router).own,
            area_code=in_force.call_handling(self.router).area_code,
        )
