from __future__ import annotations

from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import recordings as rec
from ekc_console.server.store.calls.recordings import Recording

SHA = "ab" * 32


async def test_a_recording_from_begin_to_ready(db: Database) -> None:
    await db.write(lambda conn: rec.begin(conn, "c1", "2025/c1", 100.0))
    assert await db.read(lambda conn: rec.get(conn, "c1")) == Recording(
        "c1", "2025/c1", 100.0, None, None, None, "recording", ""
    )
    await db.write(lambda conn: rec.join(conn, "c1", 160.0))
    await db.write(lambda conn: rec.finish(conn, "c1", "2025/c1.wav", 59.8, SHA))
    assert await db.read(lambda conn: rec.get(conn, "c1")) == Recording(
        "c1", "2025/c1.wav", 100.0, 160.0, 59.8, SHA, "ready", ""
    )
    assert await db.read(lambda conn: rec.get(conn, "c2")) is None


async def test_begun_again_after_a_restart_it_keeps_its_start(db: Database) -> None:
    await db.write(lambda conn: rec.begin(conn, "c1", "c1", 100.0))
    await db.write(lambda conn: rec.begin(conn, "c1", "c1", 130.0))
    found = await db.read(lambda conn: rec.get(conn, "c1"))
    assert found is not None
    assert found.started_at == 100.0


async def test_failure_says_why(db: Database) -> None:
    await db.write(lambda conn: rec.begin(conn, "c1", "c1", 100.0))
    await db.write(lambda conn: rec.fail(conn, "c1", "нет файла"))
    found = await db.read(lambda conn: rec.get(conn, "c1"))
    assert found is not None
    assert (found.state, found.detail) == ("failed", "нет файла")


async def test_what_a_crash_left_is_taken_up(db: Database) -> None:
    await db.write(lambda conn: rec.begin(conn, "late", "late", 200.0))
    await db.write(lambda conn: rec.begin(conn, "early", "early", 100.0))
    await db.write(lambda conn: rec.join(conn, "early", 150.0))
    await db.write(lambda conn: rec.begin(conn, "done", "done", 50.0))
    await db.write(lambda conn: rec.finish(conn, "done", "done.wav", 1.0, SHA))
    assert [r.call for r in await db.read(rec.unfinished)] == ["early", "late"]
    await db.write(lambda conn: rec.join(conn, "early", 999.0))
    await db.write(lambda conn: rec.join(conn, "never-noted", 999.0))
    found = {r.call: (r.started_at, r.ended_at) for r in await db.read(rec.unfinished)}
    assert found["early"] == (100.0, 150.0)
    assert found["never-noted"] == (None, 999.0)


async def test_a_call_that_goes_without(db: Database) -> None:
    await db.write(lambda conn: rec.go_without(conn, "c1", 100.0, "нет места"))
    found = await db.read(lambda conn: rec.get(conn, "c1"))
    assert found is not None
    assert (found.state, found.detail, found.started_at) == ("failed", "нет места", 100.0)
    await db.write(lambda conn: rec.begin(conn, "c1", "/r/c1", 120.0))  # at the next joining
    await db.write(lambda conn: rec.go_without(conn, "c1", 130.0, "нет места"))
    found = await db.read(lambda conn: rec.get(conn, "c1"))
    assert found is not None
    assert (found.state, found.detail) == ("recording", "")
    assert await db.read(lambda conn: rec.running(conn, ["c1", "c2"])) == {"c1": "/r/c1"}
