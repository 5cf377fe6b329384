"""``ekc visits`` against a running server, with an operator's console at work beside it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ekc_console.server.store.calls import scenarios
from ekc_console.server.store.cards import cards
from ekc_console.server.store.cards.cards import NewCard
from tests.support.simulated_centre import Centre
from tests.unit.commands.shared.test_remote import ekc, opened

DAY_S = 86400.0


def order(conn: sqlite3.Connection, name: str, at: float, address: str) -> None:
    """A saved card that has ordered a doctor."""
    document = {"fields": {"fio": {"type": "person"}, "address": {"type": "address"}}}
    scenarios.remember(conn, "visit", "v1", document)
    conn.execute(
        "INSERT INTO calls (id, direction, number, number_reversed, called, topic, skills, queue,"
        " priority, state, arrived_at, ended_at, talk_s, held_s, wrap_up_s) VALUES"
        " (?, 'in', '+79000000012', '21000000097', '', 't', '[]', 'home_visit', 0, 'ended', ?, ?,"
        " 0, 0, 0)",
        (name, at, at),
    )
    session = {"fields": {"fio": "Иванова Анна", "address": address}}
    new = NewCard(
        id=f"card-{name}", call=name, number="+79000000012", topic="t", scenario="visit",
        version="v1", session=session, agent="anna", created_at=at,
    )  # fmt: skip
    cards.create_draft(conn, new)
    cards.save_card(
        conn, card=new.id, agent="anna", revision=1, scenario="visit", version="v1",
        session=session, note="", disposition="visit_ordered", saved_at=at,
    )  # fmt: skip


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[Centre]:
    """With two visits, the one of today, the other overdue."""
    centre = await opened(tmp_path)
    now = centre.server.core.clock.now()
    for name, ago, address in (("new", 60.0, "Садовая, 5"), ("old", 2 * DAY_S, "Новая, 1")):
        await centre.server.database.write(
            lambda conn, name=name, at=now - ago, address=address: order(conn, name, at, address)
        )
    await centre.server.database.write(
        lambda conn: conn.execute("UPDATE cards SET clinic_id = 'city_1' WHERE id = 'card-old'")
    )
    yield centre
    await centre.close()


async def say(centre: Centre, *arguments: str, ok: bool = True) -> str:
    result = await asyncio.to_thread(ekc, "visits", *arguments, url=centre.server.url)
    assert (result.exit_code == 0) == ok, result.output
    # The server writes its log in the same process.
    return "\n".join(line for line in result.output.splitlines() if "[info" not in line)


async def test_visits_are_listed_and_closed(centre: Centre) -> None:
    lines = (await say(centre, "list")).splitlines()
    assert lines[1].startswith("!")
    assert ["card-old" in line for line in lines[1:]] == [True, False]
    assert "+7 900 000-00-12" in lines[1]
    assert ["city_1" in line or "ородская" in line for line in lines[1:]] == [True, False]
    assert "card-new" not in await say(centre, "list", "--overdue")
    assert "card-old" not in await say(centre, "list", "садовая")
    assert "Показаны первые 1 из 2" in await say(centre, "list", "--limit", "1")
    (found,) = json.loads(await say(centre, "list", "новая", "--json"))
    assert found["visit"]["address"] == "Новая, 1"
    assert "врач был" in await say(centre, "close", "card-old", "done", "--note", "в 14:00")
    again = await say(centre, "close", "card-old", "cancelled", ok=False)
    assert "уже закрыли" in again
    assert "card-old" not in await say(centre, "list")
    await say(centre, "close", "card-new", "cancelled")
    assert "Открытых вызовов врача нет." in await say(centre, "list")
