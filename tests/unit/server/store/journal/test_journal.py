from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given

import tests
from ekc_console.domain import facts as f
from ekc_console.domain.router import Router
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.journal import journal
from ekc_console.server.store.journal.journal import Entry
from tests.unit.server.store.facts import Day, any_fact

CALL, AGENT = CallId("c1"), AgentId("anna")
FACTS_OF_VERSION_3 = Path(tests.__file__).parent / "data" / "journal" / "facts_3.jsonl"
"""Of every kind there was with version 3 of the snapshots."""


@given(any_fact())
def test_every_fact_comes_back_as_it_was(fact: Any) -> None:
    back = journal.decode_fact(*journal.encode_fact(fact))
    assert back == fact
    assert type(back) is type(fact)


def test_known_facts_are_those_of_the_core() -> None:
    assert set(f.FACTS.values()) == set(get_args(f.Fact))
    for name, kind in f.FACTS.items():
        assert kind.__name__ == name


def test_text_of_a_fact_is_the_format_of_the_file() -> None:
    fact = f.CallQueued(CALL, QueueId("main"), "тема", ("ru", "en"), 2)
    assert journal.encode_fact(fact) == (
        "CallQueued",
        '{"call":"c1","queue":"main","topic":"тема","skills":["ru","en"],"priority":2,"preferred":null}',
    )


@pytest.mark.parametrize("kind", [f.CallHeld, f.CallResumed])
def test_a_journal_that_did_not_tell_who_held_a_call_is_read(kind: type) -> None:
    assert journal.decode_fact(kind.__name__, '{"call":"c1"}') == kind(CALL)


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("CallVanished", "{}", "неизвестный факт «CallVanished»"),
        ("CallHeld", "{", "CallHeld не читается"),
        ("CallHeld", "{}", "`call`"),
        ("CallHeld", '{"call":1}', "$.call"),
        ("CallEnded", '{"call":"c1","by":"nobody"}', "$.by"),
        ("CallQueued", '{"call":"c","queue":"q","topic":"t","priority":"1"}', "$.priority"),
    ],
)
def test_broken_facts_are_named(name: str, body: str, said: str) -> None:
    with pytest.raises(journal.BadFact) as caught:
        journal.decode_fact(name, body)
    assert said in str(caught.value)


async def test_entries_come_back_in_order(db: Database) -> None:
    facts: list[f.Fact] = [
        f.QueuesConfigured((QueueSettings(QueueId("main"), "Главная"),)),
        f.CallArrived(CALL, None, "122"),
        f.AgentLoggedIn(AGENT, (QueueId("main"),)),
        f.TimePassed(),
    ]
    entries = [Entry(seq, 1e9 + seq / 3, fact) for seq, fact in enumerate(facts, start=1)]
    assert await db.read(journal.last_seq) == 0
    await db.write(lambda conn: journal.append(conn, entries[:1]))
    await db.write(lambda conn: journal.append(conn, entries[1:]))
    assert await db.read(lambda conn: list(journal.tail(conn))) == entries
    assert await db.read(lambda conn: list(journal.tail(conn, 2))) == entries[2:]
    assert await db.read(journal.last_seq) == 4


async def test_a_number_cannot_be_written_twice(db: Database) -> None:
    entry = Entry(1, 0.0, f.TimePassed())
    await db.write(lambda conn: journal.append(conn, [entry]))
    with pytest.raises(StoreError):
        await db.write(lambda conn: journal.append(conn, [Entry(2, 0.0, f.TimePassed()), entry]))
    assert await db.read(journal.last_seq) == 1


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE journal SET fact = 'Later' WHERE seq = 2", "запись 2: неизвестный факт «Later»"),
        ("UPDATE journal SET body = '{' WHERE seq = 2", "запись 2: факт CallHeld не читается"),
        ("DELETE FROM journal WHERE seq = 2", "нет записи 2, за 1 идёт 3"),
    ],
)
async def test_damage_is_told_with_its_number(db: Database, damage: str, said: str) -> None:
    def write(conn: sqlite3.Connection) -> None:
        journal.append(conn, [Entry(seq, 0.0, f.CallHeld(CALL)) for seq in (1, 2, 3)])
        conn.execute(damage)

    await db.write(write)
    with pytest.raises(StoreError) as caught:
        await db.read(lambda conn: list(journal.tail(conn)))
    assert said in caught.value.message
    assert caught.value.remedy


def saved(seq: int, at: float, router: Router) -> Callable[[sqlite3.Connection], None]:
    still = router.still()
    return lambda conn: journal.save_snapshot(
        conn, seq, at, still.digest(), "".join(still.pieces())
    )


async def test_snapshot_brings_the_router_back(db: Database) -> None:
    assert await db.read(lambda conn: list(journal.snapshots(conn))) == []
    day = Day(seed=4)
    taken: dict[int, str] = {}
    for seq, (_, at, _) in enumerate(day.steps(300), start=1):
        if seq % 50 == 0:
            await db.write(saved(seq, at, day.router))
            taken[seq] = day.router.state_hash()
    found = await db.read(lambda conn: list(journal.snapshots(conn)))
    assert [s.seq for s in found] == sorted(taken, reverse=True)[: journal.SNAPSHOTS_KEPT]
    for snapshot in found:
        assert snapshot.hash == taken[snapshot.seq]
        assert Router.load(snapshot.dump).state_hash() == snapshot.hash
    assert await db.read(journal.hashes) == {s.seq: s.hash for s in reversed(found)}


@pytest.mark.parametrize(
    ("text", "said"), [("[", "не читается"), ('{"now": 8.0}', "контрольная сумма")]
)
async def test_a_damaged_snapshot_is_told_and_passed_over(
    db: Database, text: str, said: str
) -> None:
    await db.write(saved(8, 0.0, Router()))
    await db.write(
        lambda conn: conn.execute("INSERT INTO snapshot VALUES (9, 0.0, '', ?)", (text,)).close()
    )
    with pytest.raises(StoreError, match=f"после записи 9.*{said}"):
        await db.read(lambda conn: journal.snapshot_after(conn, 9))
    assert [s.seq for s in await db.read(lambda conn: list(journal.snapshots(conn)))] == [8]


@pytest.mark.parametrize("line", FACTS_OF_VERSION_3.read_text(encoding="utf-8").splitlines())
def test_facts_of_an_earlier_version_are_read(line: str) -> None:
    written = json.loads(line)
    fact = journal.decode_fact(written["fact"], json.dumps(written["body"]))
    assert holds(json.loads(journal.encode_fact(fact)[1]), written["body"])


def holds(now: Any, then: Any) -> bool:
    """Everything that was said then is said now; more may be."""
    if isinstance(then, dict):
        return all(name in now and holds(now[name], value) for name, value in then.items())
    if isinstance(then, list):
        return len(now) == len(then) and all(map(holds, now, then))
    return bool(now == then)


def test_facts_of_older_versions_are_read() -> None:
    """Fields that came later have the meaning of not being there."""
    body = '{"call":"c1","by":"caller","cause":"normal"}'
    assert journal.decode_fact("CallEnded", body) == f.CallEnded(CallId("c1"), "caller", "normal")
    assert journal.decode_fact("CallHeld", '{"call":"c1"}') == f.CallHeld(CallId("c1"))
