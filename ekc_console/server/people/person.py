"""Who gives commands and sees views."""

from __future__ import annotations

from dataclasses import dataclass

from ekc_console.domain.terms.ids import AgentId
from ekc_console.wire import messages


@dataclass(frozen=True, slots=True)
class Person:
    """Who is logged in at a client."""

    login: AgentId
    name: str
    role: messages.Role

    @property
    def sees_numbers(self) -> bool:
        return self.role != "volunteer"

    @property
    def supervises(self) -> bool:
        return self.role in ("supervisor", "admin")
