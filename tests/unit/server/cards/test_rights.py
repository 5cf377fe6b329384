"""What a person may do with a card, by role, queue, whose hands it is in and the day."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import get_args

import pytest
from msgspec import structs

from ekc_console.domain.terms.ids import AgentId
from ekc_console.domain.terms.localtime import zone_named
from ekc_console.server.cards.rights import Act, Standing, rights
from ekc_console.server.refusal import Refusal
from ekc_console.wire import messages

AT = 1_790_000_000.0
DAY = 86400.0
CARD = messages.Card(
    id="card-1", call="1", number="", topic="", scenario="s", version="v", revision=3, session={},
    note="", disposition="", disposition_title="", state="saved", created_at=AT, saved_at=AT,
    agent_name="anna",
)  # fmt: skip
OTHERS = {"reads": False, "visits": False}
"""What stood in other queues."""
ANNA = Standing(
    login=AgentId("anna"), reads=True, reads_own=True, edits=True, mends=False, visits=True,
    merges=False, holder=None, on_screen=False, now=AT + 60, zone=UTC,
)  # fmt: skip
BORIS = dataclasses.replace(ANNA, login=AgentId("boris"))
NINA = dataclasses.replace(ANNA, login=AgentId("nina"), mends=True, merges=True)
VERA = dataclasses.replace(ANNA, login=AgentId("vera"), **OTHERS)
MOVED = dataclasses.replace(ANNA, reads_own=False, edits=False, **OTHERS)
"""To a role without cards, in the midst of a talk. Visits are no part of what is in hand: the
command is refused."""

READ: set[Act] = {"read"}
SEEN: set[Act] = {"read", "close_visit"}
MEND: set[Act] = {"keep", "edit", "link", "correct"}
DESK: set[Act] = {"draft", "save"}


@pytest.mark.parametrize(
    ("who", "changes", "may"),
    [
        (ANNA, {}, SEEN | MEND | DESK),
        (ANNA, {"now": AT + DAY}, SEEN | {"keep"}),
        (ANNA, {"now": AT + DAY, **OTHERS}, READ | {"keep"}),
        (ANNA, {"holder": AgentId("anna")}, SEEN | DESK | {"keep", "link", "correct"}),
        (
            ANNA,
            {"holder": AgentId("anna"), "now": AT + DAY},
            SEEN | DESK | {"keep", "link", "correct"},
        ),
        (ANNA, {"holder": AgentId("boris")}, SEEN | {"keep"}),
        (ANNA, {**OTHERS}, SEEN | MEND | DESK),
        (BORIS, {}, SEEN),
        (BORIS, {**OTHERS}, set()),
        (BORIS, {**OTHERS, "on_screen": True}, SEEN),
        (NINA, {"now": AT + 40 * DAY}, SEEN | MEND | {"merge"}),
        (NINA, {"holder": AgentId("anna")}, SEEN | {"merge"}),
        (VERA, {}, set()),
        (VERA, {"on_screen": True}, SEEN),
        (MOVED, {}, {"keep", "close_visit"}),
        (MOVED, {"holder": AgentId("anna")}, SEEN | DESK | {"keep", "link", "correct"}),
    ],
)
def test_rights(who: Standing, changes: dict[str, object], may: set[Act]) -> None:
    found = rights(CARD, dataclasses.replace(who, **changes))  # type: ignore[arg-type]
    acts: tuple[Act, ...] = get_args(Act)
    assert {act for act in acts if found.may(act)} == may
    for act in acts:
        if act not in may:
            with pytest.raises(Refusal, match=r"\w") as caught:
                found.require(act)
            assert caught.value.code == "not_allowed"


def test_a_card_that_was_never_saved_takes_a_late_draft() -> None:
    draft = messages.Card(
        **{name: getattr(CARD, name) for name in CARD.__struct_fields__}
        | {"state": "draft", "saved_at": None}
    )
    late = dataclasses.replace(ANNA, now=AT + 3 * DAY)
    assert rights(draft, late).may("draft")
    assert rights(draft, late).why_not["save"] == "card.old"
    assert not rights(draft, dataclasses.replace(late, holder=AgentId("boris"))).may("draft")
    assert not rights(draft, dataclasses.replace(BORIS, now=late.now)).may("draft")


def test_a_card_that_was_never_saved_is_finished_on_any_day() -> None:
    draft = structs.replace(CARD, state="draft", saved_at=None)
    late = dataclasses.replace(ANNA, now=AT + 3 * DAY)
    assert rights(draft, late).may("edit")
    assert not rights(draft, dataclasses.replace(late, holder=AgentId("anna"))).may("edit")
    assert not rights(draft, dataclasses.replace(BORIS, now=late.now)).may("edit")


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
    found = rights(card, dataclasses.replace(ANNA, now=later, zone=zone_named(zone)))
    assert found.may("edit") == edit
