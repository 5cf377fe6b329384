"""Who may change a card that is not in hand."""

from __future__ import annotations

import pytest

from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.cards.rights import rights
from ekc_console.wire import messages as wire

AT = 1_790_000_000.0
DAY = 86400.0
CARD = wire.Card(
    id="card-1", call="1", number="", topic="", scenario="s", version="v", revision=3, session={},
    note="", disposition="", disposition_title="", state="saved", created_at=AT, saved_at=AT,
    agent_name="anna",
)  # fmt: skip


@pytest.mark.parametrize(
    ("login", "supervises", "holder", "now", "edit", "link", "why"),
    [
        ("anna", False, None, AT + 60, True, True, ""),
        ("anna", False, None, AT + DAY, False, False, "прошлых дней"),
        ("boris", False, None, AT + 60, False, False, "другого оператора"),
        ("nina", True, None, AT + 40 * DAY, True, True, ""),
        ("anna", False, "anna", AT + 60, False, True, "открыта у вас"),
        ("nina", True, "anna", AT + 60, False, False, "сейчас заполняет"),
    ],
)
def test_rights(
    login: str, supervises: bool, holder: str | None, now: float, edit: bool, link: bool, why: str
) -> None:
    found = rights(
        CARD,
        AgentId(login),
        supervises=supervises,
        holder=AgentId(holder) if holder else None,
        now=now,
    )
    assert (found.edit, found.link) == (edit, link)
    assert why in found.why_not
    assert bool(found.why_not) != edit
