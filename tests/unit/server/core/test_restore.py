"""The state at start: from the newest snapshot that is of use, else from the journal alone."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain import router, snapshot_versions
from ekc_console.domain.router import Router
from ekc_console.domain.snapshot import digest_of
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.core import restore
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.journal import journal
from tests.unit.server.store.facts import Day

STEPS, OLDER, NEWER = 300, 100, 200


@pytest.fixture
def day() -> Day:
    return Day(seed=11)


@pytest.fixture
def db(tmp_path: Path, day: Day) -> Iterator[Database]:
    """A journal with two snapshots."""

    def live(conn: sqlite3.Connection) -> None:
        for seq, (fact, at, _) in enumerate(itertools.islice(day.steps(STEPS), STEPS), start=1):
            journal.append(conn, [journal.Entry(seq, at, fact)])
            if seq in (OLDER, NEWER):
                still = day.router.still()
                journal.save_snapshot(conn, seq, at, still.digest(), "".join(still.pieces()))

    with Database.open(tmp_path / "ekc.db") as database:
        database.write_now(live)
        yield database


def handled(monkeypatch: pytest.MonkeyPatch) -> list[f.Fact]:
    """What the restored router was given."""
    facts: list[f.Fact] = []
    handle = Router.handle

    def note(router: Router, fact: f.Fact, now: float) -> Any:
        facts.append(fact)
        return handle(router, fact, now)

    monkeypatch.setattr(Router, "handle", note)
    return facts


def damage(conn: sqlite3.Connection) -> None:
    conn.execute("UPDATE snapshot SET dump = replace(dump, '\"logins\":', '\"logins\":9')")


def tear(conn: sqlite3.Connection) -> None:
    conn.execute("UPDATE snapshot SET dump = substr(dump, 1, 50)")


def foreign(conn: sqlite3.Connection) -> None:
    """A whole snapshot with a record that this version does not know."""
    rewrite(conn, lambda dump: dump["queues"][0].update({"is": "settings.NewQueue"}))


def former(conn: sqlite3.Connection) -> None:
    """A whole snapshot of the version before, which had fewer keys."""

    def older(dump: dict[str, Any]) -> None:
        dump["version"] = 1
        del dump["doors"], dump["announcement"], dump["centre"]

    rewrite(conn, older)


def rewrite(conn: sqlite3.Connection, change: Callable[[dict[str, Any]], object]) -> None:
    for seq, text in conn.execute("SELECT seq, dump FROM snapshot").fetchall():
        dump = json.loads(text)
        change(dump)
        conn.execute(
            "UPDATE snapshot SET dump = ?, hash = ? WHERE seq = ?",
            (json.dumps(dump), digest_of(dump), seq),
        )


def ahead(conn: sqlite3.Connection) -> None:
    conn.execute("UPDATE snapshot SET seq = seq + 1000")


def no_harm(conn: sqlite3.Connection) -> None:
    pass


@pytest.mark.parametrize(
    ("harm", "replayed"),
    [
        (no_harm, STEPS - NEWER),
        (damage, STEPS),
        (tear, STEPS),
        (foreign, STEPS),
        (former, STEPS),
        (ahead, STEPS),
    ],
)
def test_a_snapshot_that_is_of_no_use_costs_only_time(
    db: Database,
    day: Day,
    monkeypatch: pytest.MonkeyPatch,
    harm: Callable[[sqlite3.Connection], None],
    replayed: int,
) -> None:
    db.write_now(harm)
    facts = handled(monkeypatch)
    restored, seq = db.read_now(restore.replay)
    assert seq == STEPS
    assert len(facts) == replayed
    assert restored.state_hash() == day.router.state_hash()


def test_a_snapshot_of_the_version_before_costs_the_tail_only(
    db: Database, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version that wrote it had another name for a counter."""

    def step(plain: dict[str, Any]) -> None:
        plain["logins"] = plain.pop("logins_before")

    def older(dump: dict[str, Any]) -> None:
        dump["logins_before"] = dump.pop("logins")

    db.write_now(lambda conn: rewrite(conn, older))
    monkeypatch.setitem(snapshot_versions.STEPS, router.SNAPSHOT_VERSION, step)  # type: ignore[arg-type]
    monkeypatch.setattr(router, "SNAPSHOT_VERSION", router.SNAPSHOT_VERSION + 1)
    hash_then = Router.load(day.router.dump()).state_hash()
    facts = handled(monkeypatch)
    restored, _ = db.read_now(restore.replay)
    assert len(facts) == STEPS - NEWER
    assert restored.state_hash() == hash_then


def test_the_last_snapshot_of_each_version_is_kept(
    db: Database, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever goes back to the version before starts on its own."""

    def write(conn: sqlite3.Connection) -> None:
        for seq in range(NEWER + 1, NEWER + 1 + journal.SNAPSHOTS_KEPT + 2):
            still = day.router.still()
            journal.save_snapshot(conn, seq, 0.0, still.digest(), "".join(still.pieces()))

    monkeypatch.setattr(router, "SNAPSHOT_VERSION", router.SNAPSHOT_VERSION + 1)
    db.write_now(write)
    kept = sorted(db.read_now(journal.hashes))
    newest = NEWER + journal.SNAPSHOTS_KEPT + 2
    assert kept == [NEWER, *range(newest - journal.SNAPSHOTS_KEPT + 1, newest + 1)]
    assert set(db.read_now(lambda conn: journal.hashes(conn, router.SNAPSHOT_VERSION))) == {
        seq for seq in kept if seq > NEWER
    }


def test_a_long_replay_says_that_it_goes_on(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restore, "SAY_EVERY", 100)
    db.write_now(lambda conn: conn.execute("DELETE FROM snapshot").close())
    said: list[tuple[int, int]] = []
    db.read_now(lambda conn: restore.replay(conn, lambda done, of: said.append((done, of))))
    assert said == [(100, STEPS), (200, STEPS), (300, STEPS)]


def test_the_older_snapshot_serves_when_the_newest_is_damaged(
    db: Database, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    db.write_now(
        lambda conn: conn.execute("UPDATE snapshot SET hash = '' WHERE seq = ?", (NEWER,)).close()
    )
    facts = handled(monkeypatch)
    restored, _ = db.read_now(restore.replay)
    assert len(facts) == STEPS - OLDER
    assert restored.state_hash() == day.router.state_hash()


def test_a_fact_that_the_rules_refuse_does_not_keep_the_server_from_starting(
    db: Database, day: Day
) -> None:
    db.write_now(
        lambda conn: journal.append(
            conn, [journal.Entry(STEPS + 1, 0.0, f.AgentReady(AgentId("nobody")))]
        )
    )
    restored, seq = db.read_now(restore.replay)
    assert seq == STEPS + 1
    assert restored.state_hash() == day.router.state_hash()


def test_a_journal_with_a_gap_is_told(db: Database) -> None:
    db.write_now(lambda conn: conn.execute("DELETE FROM journal WHERE seq = 250").close())
    with pytest.raises(StoreError, match="нет записи 250"):
        db.read_now(restore.replay)
