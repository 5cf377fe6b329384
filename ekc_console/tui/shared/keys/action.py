"""One thing that can be done with a key."""

from __future__ import annotations

from dataclasses import dataclass

from ekc_console.domain.terms.rights import ROLES, of_clinics
from ekc_console.wire.messages import Role

STAFF: tuple[Role, ...] = tuple(role for role in ROLES if not of_clinics(role))
"""Who works in the centre: all but the desks of clinics."""

_LOCAL = frozenset(
    {"call.mute", "session.log_in", "script.choose", "script.proceed", "script.back", "script.jump"}
)

_OF_A_LAST_CALL = frozenset(
    {"card.save", "script.change", "knowledge.open", "help.ask", "help.medic"}
)
_CALLS_ANEW = frozenset({"call.dial", "call.redial"})


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the operator can do."""

    id: str
    """Dotted and stable: ``call.answer``."""
    keys: tuple[str, ...]
    """The first is shown. Without Cyrillic twins: :func:`all_keys` adds them. A key handled by a
    widget of its own stands in ``shown_key`` instead."""
    label: str
    """For the key bar: one or two words."""
    help: str
    section: str
    when: str = "no_modal"
    """Name of a predicate in :mod:`ekc_console.tui.shared.keys.conditions`."""
    priority: bool = False
    rank: int = 0
    """Place in the key bar, 1 first; 0: not in the key bar."""
    offered: str = ""
    """A predicate more for the key bar, of an action that says itself where it can be done; empty:
    it is offered wherever it can be."""
    roles: tuple[Role, ...] = STAFF
    short: str = ""
    """Label where there is no room for all that matters; empty: :attr:`label`."""
    shown_key: str = ""
    """For keys that a focused widget handles itself: text for help; ``keys`` is empty then."""

    @property
    def local(self) -> bool:
        """Done without asking the server: also when it has ended the session."""
        return self.section in ("view", "app") or self.id in _LOCAL

    @property
    def of_last_call(self) -> bool:
        """Still there when the session lasts only as long as the call in hand."""
        of_call = self.section == "call" and self.id not in _CALLS_ANEW
        return self.local or of_call or self.id in _OF_A_LAST_CALL
