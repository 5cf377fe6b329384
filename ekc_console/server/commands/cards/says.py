"""What a saved card says of the person who is to be called."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ekc_console.domain import scenario as sc
from ekc_console.wire import messages

PHONE = "phone"
"""The field that starts with the number of the call."""
_WHOLE = re.compile(r"\+\d{7,15}")


@dataclass(frozen=True, slots=True)
class Says:
    outcome: str | None = None
    """``later`` or ``in_vain``; None: nobody is to be called."""
    wish: str = ""
    """When the person wants to be called."""
    number: str = ""
    """That of the call (E.164), or of a call that showed none the one that is filled in; "" where
    there is neither."""


NOTHING = Says()


def says_of(card: messages.Card, scenario: sc.Scenario | None) -> Says:
    """``scenario``: by which the card is filled; nothing is said without it."""
    outcome = scenario.unsettled.get(card.disposition) if scenario else None
    if scenario is None or outcome is None:
        return NOTHING
    fields = card.session.get("fields") or {}
    wish = fields.get(scenario.needs.get(card.disposition, ""), "") if outcome == "later" else ""
    phone = str(fields.get(PHONE, ""))
    number = card.number or (phone if _WHOLE.fullmatch(phone) else "")
    return Says(outcome, str(wish), number)
