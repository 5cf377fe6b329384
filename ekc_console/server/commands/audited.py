"""Which commands stand in the audit trail when they are done, beside those that read cards: these
are traced where it is known what was read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ekc_console.server.people.person import Person
from ekc_console.wire import messages, supervision, way_in


def note_done(note: Callable[..., None], person: Person, body: Any) -> None:
    """``note``: of :class:`ekc_console.server.people.trail.Trail`."""
    match body:
        case messages.LogOut():
            note(person.login, "logout")
        case supervision.ForceAgent(state="offline", agent=agent, why=why):
            note(person.login, "session_ended", about=agent, reason=why)
        case way_in.ApplySettings(why=why):
            note(person.login, "settings", about="apply", reason=why)
        case way_in.UndoSettings(why=why):
            note(person.login, "settings", about="undo", reason=why)
