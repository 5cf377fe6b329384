"""How long a search for earlier contacts takes: ``python -m bench.store_find [contacts]``.

Fills a store in a temporary folder, then prints median and 99th percentile of each kind of search,
the store's size, and what a scan with LIKE over the same rows costs in the same run.
"""

from __future__ import annotations

import argparse
import functools
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ekc_console.domain.state.call import Call, Ended
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import scenarios
from ekc_console.server.store.cards import cards, contacts
from ekc_console.server.store.journal import projection

T0 = 1_750_000_000.0
ROUNDS = 200
BATCH = 5000
FAMILY = ["Иванов", "Петров", "Сидоров", "Попов", "Соколов", "Лебедев", "Козлов", "Павлов"]
GIVEN = ["Анна", "Мария", "Ольга", "Елена", "Наталья", "Олег", "Иван", "Пётр", "Сергей", "Юрий"]
FATHER = ["Ивановна", "Петровна", "Олеговна", "Юрьевна", "Сергеевна", "Андреевна", "Дмитриевна"]
NOTES = ("спросила о записи к врачу", "температура 38, вызов на дом", "жалоба на ожидание", "")
DOCUMENT = {"fields": {"patient": {"type": "person"}}}


def fill(db: Database, count: int, rng: random.Random) -> list[str]:
    """Calls with saved cards, one a minute; their numbers."""
    numbers = [f"+79{rng.randrange(10**9):09}" for _ in range(count // 3 + 1)]
    db.write_now(lambda conn: scenarios.remember(conn, "visit", "v1", DOCUMENT))
    for first in range(0, count, BATCH):
        chunk = range(first, min(first + BATCH, count))
        db.write_now(functools.partial(put_all, chunk=chunk, numbers=numbers, rng=rng))
    return numbers


def put_all(conn: sqlite3.Connection, chunk: range, numbers: list[str], rng: random.Random) -> None:
    for n in chunk:
        put(conn, n, numbers, rng)


def put(conn: sqlite3.Connection, n: int, numbers: list[str], rng: random.Random) -> None:
    at = T0 + 60 * n
    number = rng.choice(numbers)
    call = Call(
        CallId(f"c{n}"),
        "in",
        number,
        "122",
        n,
        at,
        Ended("caller", "normal"),
        answered_at=at + 5,
        ended_at=at + 65,
        agent=AgentId("anna"),
        outcome="answered",
    )
    projection.apply(conn, [projection.Upsert("calls", "id", projection.call_row(call))])
    name = f"{rng.choice(FAMILY)}{n % 997} {rng.choice(GIVEN)} {rng.choice(FATHER)}"
    session = {"fields": {"patient": name}}
    new = cards.NewCard(f"card-c{n}", call.id, number, "", "visit", "v1", session, "anna", at)
    cards.create_draft(conn, new)
    cards.save_card(
        conn,
        card=new.id,
        agent="anna",
        revision=1,
        scenario="visit",
        version="v1",
        session=session,
        note=rng.choice(NOTES),
        disposition="done",
        saved_at=at + 65,
    )


def scan(conn: sqlite3.Connection, ending: str) -> list[object]:
    sql = "SELECT id FROM calls WHERE number LIKE ? ORDER BY arrived_at DESC LIMIT 50"
    return conn.execute(sql, (f"%{ending}",)).fetchall()


def measure(db: Database, name: str, search: Callable[[sqlite3.Connection], list[object]]) -> None:
    times, found = [], 0
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        found += len(db.read_now(search))
        times.append((time.perf_counter() - begin) * 1000)
    p99 = statistics.quantiles(times, n=100)[98]
    print(
        f"{name:<34} median {statistics.median(times):7.2f} ms   p99 {p99:7.2f} ms"
        f"   rows {found / ROUNDS:5.1f}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("contacts", type=int, nargs="?", default=100_000)
    count = parser.parse_args().contacts
    rng = random.Random(122)
    with tempfile.TemporaryDirectory() as folder, Database.open(Path(folder) / "ekc.db") as db:
        begin = time.perf_counter()
        numbers = fill(db, count, rng)
        spent = time.perf_counter() - begin
        print(f"{count} contacts written in {spent:.1f} s, {count / spent:.0f} a second")

        def number(digits: int) -> Callable[[sqlite3.Connection], list[object]]:
            return lambda conn: [*contacts.find(conn, rng.choice(numbers)[-digits:], 50)]

        def text(*words: list[str]) -> Callable[[sqlite3.Connection], list[object]]:
            return lambda conn: [*contacts.find(conn, " ".join(map(rng.choice, words)), 50)]

        measure(db, "whole number", number(10))
        measure(db, "last 7 digits", number(7))
        measure(db, "last 4 digits", number(4))
        measure(db, "family name (an eighth of all)", text(FAMILY))
        measure(db, "family and given name", text(FAMILY, GIVEN))
        measure(db, "all three names", text(FAMILY, GIVEN, FATHER))
        measure(db, "a rare name", lambda conn: [*contacts.find(conn, "Иванов996", 50)])
        measure(db, "a word of notes (a quarter)", text(["температура"]))
        measure(db, "two letters", text(["ив"]))
        measure(
            db,
            "history of a number",
            lambda conn: [*contacts.history(conn, rng.choice(numbers), 20)],
        )
        measure(db, "for comparison: LIKE '%6789'", lambda conn: scan(conn, "6789"))
        size = db.path.stat().st_size + db.path.with_name("ekc.db-wal").stat().st_size
        print(f"store {size / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
