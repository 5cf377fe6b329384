"""What a server is built from: checked, opened and made ready by its start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ekc_console.config import Config
from ekc_console.domain.router import Router
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.core.scenarios_in_force import Scenarios
from ekc_console.server.engine.protocol import TelephonyEngine
from ekc_console.server.knowledge import KnowledgeBase
from ekc_console.server.services.prompts import PromptLibrary
from ekc_console.server.start.tls_in_force import TlsInForce
from ekc_console.server.store.base.database import Database
from ekc_console.wire.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    config: Config
    conditions: Conditions
    tls: TlsInForce
    database: Database
    served: bool
    """This centre has had calls before: at a first start somebody sits there."""
    scenarios: Scenarios
    prompts: PromptLibrary
    engine: TelephonyEngine
    """To be started and stopped."""
    timely: TelephonyEngine
    """The same for orders about calls: each has an end in time."""
    router: Router
    """As the journal left it."""
    last_seq: int
    """Of the last fact that the router knows."""
    clock: Clock
    knowledge: KnowledgeBase
    say: Callable[[Words], str]
    """Words in the language of the server."""

    @property
    def recordings(self) -> Path:
        return self.config.data_dir / "recordings"
