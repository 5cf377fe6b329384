"""Cards of contacts."""

from __future__ import annotations

from ekc_console.server.build.core import Core
from ekc_console.server.build.given import Given
from ekc_console.server.build.people import People
from ekc_console.server.cards.cards import Cards
from ekc_console.server.core import in_force


def build_cards(given: Given, core: Core, people: People) -> Cards:
    return Cards(
        given.database,
        core.router,
        core.clock,
        scripts=given.scenarios.of_kind("script"),
        script_of_topic=in_force.topic_scripts(core.router),
        topics=core.topics,
        clinics=given.knowledge.clinics,
        extras=core.extras,
        trail=people.trail,
    )
