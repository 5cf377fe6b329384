"""The rooms of a server, built."""

from __future__ import annotations

from dataclasses import dataclass

from ekc_console.server.build.archive import Archive
from ekc_console.server.build.calls import Calls
from ekc_console.server.build.core import Core
from ekc_console.server.build.live import Live
from ekc_console.server.build.people import People
from ekc_console.server.cards.cards import Cards


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    core: Core
    people: People
    cards: Cards
    live: Live
    archive: Archive
    calls: Calls
