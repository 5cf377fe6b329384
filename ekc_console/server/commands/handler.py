"""What every set of commands is made of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ekc_console.server.live.views import Person
from ekc_console.server.refusal import Refusal
from ekc_console.wire import messages as wire

Handler = Callable[[Person, Any], Awaitable[wire.Result | None]]
"""Does one kind of command for a person. Raises Refusal."""


def require_supervisor(person: Person) -> None:
    if not person.supervises:
        raise Refusal("not_allowed", "Это может только руководитель или администратор.")
