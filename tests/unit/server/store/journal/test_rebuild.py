"""The read models are the journal's: emptied or spoiled, they are made anew, the same."""

from __future__ import annotations

import itertools
import sqlite3
from pathlib import Path

from click.testing import CliRunner

from ekc_console.cli import main
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.journal import journal, projection, projection_faults, rebuild
from tests.unit.server.store.facts import Day
from tests.unit.server.store.journal.test_projection import rows

STEPS = 500


def everything(conn: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    return {table: rows(conn, table) for table in rebuild.TABLES}


def lived(db: Database) -> None:
    """A day's journal with the read models of a live server."""
    day = Day(seed=5)

    def live(conn: sqlite3.Connection) -> None:
        for seq, (fact, at, effects) in enumerate(
            itertools.islice(day.listened_to(STEPS), STEPS), 1
        ):
            journal.append(conn, [journal.Entry(seq, at, fact)])
            projection.apply(conn, projection.project(fact, at, effects, day.router))

    db.write_now(live)


def spoil(conn: sqlite3.Connection) -> None:
    conn.execute("DELETE FROM calls WHERE rowid % 3 = 0")
    conn.execute("UPDATE callbacks SET number = 'another'")
    conn.execute("DELETE FROM agent_intervals")
    conn.execute("INSERT INTO projection_faults VALUES (7, 'CallQueued', 'refused')")


def test_rebuilt_tables_are_those_of_the_live_server(tmp_path: Path) -> None:
    with Database.open(tmp_path / "ekc.db") as db:
        lived(db)
        before = db.read_now(everything)
        assert all(before.values())
        db.write_now(spoil)
        told: list[int] = []
        assert db.write_now(lambda conn: rebuild.rebuild(conn, told.append)) == []
        after = db.read_now(everything)
        for table in rebuild.TABLES:
            assert sorted(map(repr, before[table])) == sorted(map(repr, after[table])), table
        assert db.read_now(projection_faults.faults) == []


def test_what_is_refused_again_is_named_and_the_rest_is_there(tmp_path: Path) -> None:
    with Database.open(tmp_path / "ekc.db") as db:
        lived(db)
        (offers,) = db.read_now(lambda c: c.execute("SELECT count(*) FROM offers").fetchone())
        db.write_now(
            lambda conn: conn.execute(
                "CREATE TRIGGER refuses BEFORE INSERT ON offers WHEN NEW.offer = 'o2'"
                " BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        )
        (fault,) = db.write_now(rebuild.rebuild)
        assert fault.why == "refused"
        assert db.read_now(projection_faults.faults) == [fault]
        (left,) = db.read_now(lambda c: c.execute("SELECT count(*) FROM offers").fetchone())
        assert 0 < left < offers, "the rest of the same fact is left out with it"


def test_the_command(tmp_path: Path) -> None:
    config = tmp_path / "ekc.yaml"
    config.write_text(f'server: {{data_dir: "{tmp_path}"}}\n')
    arguments = ["store", "rebuild", "--config", str(config)]
    with Database.open(tmp_path / "ekc.db") as db:
        lived(db)
        before = db.read_now(everything)
        db.write_now(spoil)
        refused = CliRunner().invoke(main, arguments)
        assert refused.exit_code == 1
        assert "уже открыто" in refused.stderr
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    with Database.open(tmp_path / "ekc.db") as db:
        after = db.read_now(everything)
        assert sorted(map(repr, after["calls"])) == sorted(map(repr, before["calls"]))
        assert db.read_now(projection_faults.faults) == []
