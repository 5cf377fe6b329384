"""Who may change a card that is not in hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec import structs

from ekc_console.domain.terms.ids import AgentId
from ekc_console.domain.terms.localtime import zone_named
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
        zone=UTC,
    )
    assert (found.edit, found.link) == (edit, link)
    assert why in found.why_not
    assert bool(found.why_not) != edit


@pytest.mark.parametrize(
    ("zone", "filled", "now", "edit"),
    [
        ("Europe/Moscow", "23:50", "00:10", False),
        ("Europe/Moscow", "02:50", "03:10", True),  # midnight in UTC
        ("Europe/Moscow", "00:00", "23:59", True),
        ("Asia/Vladivostok", "09:50", "10:10", True),
        ("Asia/Vladivostok", "23:59", "00:00", False),
    ],
)
def test_the_day_is_the_centres(
    host_zone: str, zone: str, filled: str, now: str, edit: bool
) -> None:
    def at(day: int, text: str) -> float:
        hour, minute = map(int, text.split(":"))
        return datetime(2026, 11, day, hour, minute, tzinfo=zone_named(zone)).timestamp()

    card = structs.replace(CARD, created_at=at(23, filled))
    later = at(23 if now > filled else 24, now)
    found = rights(
        card, AgentId("anna"), supervises=False, holder=None, now=later, zone=zone_named(zone)
    )
    assert found.edit == edit
