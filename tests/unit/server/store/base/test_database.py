from __future__ import annotations

import asyncio
import os
import resource
import signal
import sqlite3
import stat
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ekc_console.server.store.base import database, files, schema
from ekc_console.server.store.base.database import Database, StoreBusy, StoreError, Synchronous

LIMIT_S = 20


def _put(seq: int, body: str = "{}") -> Callable[[sqlite3.Connection], object]:
    """A job that writes one row."""
    sql = "INSERT INTO journal VALUES (?, 0.0, 'TimePassed', ?)"
    return lambda conn: conn.execute(sql, (seq, body)).rowcount


def _numbers(conn: sqlite3.Connection) -> list[int]:
    return [seq for (seq,) in conn.execute("SELECT seq FROM journal ORDER BY seq")]


def _set(pragma: str) -> Callable[[sqlite3.Connection], Any]:
    return lambda conn: conn.execute(f"PRAGMA {pragma}").fetchone()


# -- opening -------------------------------------------------------------------


def test_folder_and_file_are_made_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "ekc.db"
    with Database.open(path) as db:
        db.write_now(_put(1))
        for name in ("ekc.db", "ekc.db-wal", "ekc.db-shm", "ekc.db.lock"):
            assert stat.S_IMODE((path.parent / name).stat().st_mode) == 0o600, name
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not (path.parent / "ekc.db-wal").exists()  # folded in at the end


def test_a_file_that_others_may_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "ekc.db"
    Database.open(path).close_now()
    path.chmod(0o644)
    Database.open(path).close_now()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(("name", "number"), [("normal", 1), ("full", 2)])
def test_synchronous(tmp_path: Path, name: Synchronous, number: int) -> None:
    with Database.open(tmp_path / "ekc.db", name) as db:
        assert db.write_now(_set("synchronous")) == (number,)
        assert db.write_now(_set("journal_mode")) == ("wal",)


def test_second_server_is_kept_out_and_told_who_has_it(tmp_path: Path) -> None:
    path = tmp_path / "ekc.db"
    with Database.open(path), pytest.raises(StoreError) as caught:
        Database.open(path)
    assert str(path) in caught.value.message
    assert f"процессом {os.getpid()}" in caught.value.message
    assert caught.value.remedy
    Database.open(path).close_now()  # free again


def test_lock_without_a_pid_in_it(tmp_path: Path) -> None:
    path = tmp_path / "ekc.db"
    with Database.open(path):
        files.lock_path(path).write_text("")
        with pytest.raises(StoreError, match="другим процессом"):
            Database.open(path)


def test_tool_works_beside_a_server(tmp_path: Path) -> None:
    path = tmp_path / "ekc.db"
    with Database.open(path, shared=True) as first_of_all:
        first_of_all.write_now(_put(1))
        with Database.open(path) as server, Database.open(path, shared=True) as tool:
            tool.write_now(_put(2))
            server.write_now(_put(3))
            assert server.read_now(_numbers) == tool.read_now(_numbers) == [1, 2, 3]


def test_tool_does_not_migrate_under_a_server(tmp_path: Path) -> None:
    path = tmp_path / "ekc.db"
    with Database.open(path) as server:
        server.write_now(_set("user_version = 0"))
        with pytest.raises(StoreError, match="другой версии"):
            Database.open(path, shared=True)


def test_newer_version_names_file_and_both_versions(tmp_path: Path) -> None:
    path = tmp_path / "ekc.db"
    with Database.open(path) as db:
        db.write_now(_set("user_version = 99"))
    with pytest.raises(StoreError) as caught:
        Database.open(path)
    assert str(path) in caught.value.message
    assert "99" in caught.value.message
    assert str(schema.VERSION) in caught.value.message
    assert "Обновите" in caught.value.remedy
    with pytest.raises(StoreError, match="99"):  # the lock was let go
        Database.open(path)


def test_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "ekc.db"
    path.write_bytes(b"To be or not to be. " * 500)
    with pytest.raises(StoreError) as caught:
        Database.open(path)
    assert str(path) in caught.value.message
    assert "резервной копии" in caught.value.remedy
    assert path.read_bytes().startswith(b"To be")


def test_database_of_another_program_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "ekc.db"
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE calls (x)")
    conn.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="другой программы"):
        Database.open(path)
    assert path.read_bytes() == before


def test_torn_page_is_reported_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "ekc.db"
    with Database.open(path) as db:
        for seq in range(1, 200):
            db.write_now(_put(seq, "x" * 500))
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="повреждён") as caught, Database.open(path) as db:
        db.read_now(_numbers)
    assert "резервной копии" in caught.value.remedy


@contextmanager
def _unprivileged() -> Iterator[None]:
    """Permissions do not bind root: be somebody else for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("name", ["ekc.db", "new/ekc.db"])
def test_folder_that_cannot_be_written(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o555)
        with _unprivileged(), pytest.raises(StoreError) as caught:
            Database.open(Path(folder) / name)
        assert folder in caught.value.message
        assert "право записи" in caught.value.remedy


def test_failed_migration_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ekc.db"
    Database.open(path).close_now()

    def broken(db: Any) -> None:
        db.table("half").create({"x": int})
        db.execute("INSERT INTO nothing VALUES (1)")

    with monkeypatch.context() as m:
        m.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
        m.setattr(schema, "VERSION", schema.VERSION + 1)
        with pytest.raises(StoreError, match="nothing"):
            Database.open(path)
    with Database.open(path) as db:
        assert db.read_now(_set("user_version")) == (schema.VERSION,)
        assert not db.read_now(
            lambda conn: conn.execute("SELECT 1 FROM sqlite_schema WHERE name = 'half'").fetchone()
        )


# -- writing and reading ---------------------------------------------------------


async def test_write_returns_its_result_after_the_commit(db: Database) -> None:
    assert await db.write(lambda conn: conn.execute("SELECT 7").fetchone()) == (7,)
    await db.write(_put(1))
    assert await db.read(_numbers) == [1]


async def test_waiting_writes_share_a_commit_and_fail_alone(db: Database) -> None:
    commits: list[str] = []
    gate = threading.Event()

    def hold(conn: sqlite3.Connection) -> None:
        conn.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
        gate.wait(LIMIT_S)

    def half(conn: sqlite3.Connection) -> None:
        conn.execute("INSERT INTO journal VALUES (1000, 0.0, 'x', 'x')")
        raise KeyError("mine")

    held = asyncio.create_task(db.write(hold))
    writes = [asyncio.create_task(db.write(_put(seq))) for seq in range(1, 51)]
    failing = asyncio.create_task(db.write(half))
    twice = asyncio.create_task(db.write(_put(1)))
    last = asyncio.create_task(db.write(_put(51)))
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(held, *writes, last)
    with pytest.raises(KeyError, match="mine"):
        await failing
    with pytest.raises(StoreError, match="UNIQUE"):
        await twice
    assert await db.read(_numbers) == list(range(1, 52))
    assert len(commits) <= 2


async def test_the_loop_and_the_readers_go_on_while_a_write_takes_long(db: Database) -> None:
    gate = threading.Event()
    began = threading.Event()

    def long(conn: sqlite3.Connection) -> None:
        conn.execute("INSERT INTO journal VALUES (1, 0.0, 'x', 'x')")
        began.set()
        gate.wait(LIMIT_S)

    write = asyncio.create_task(db.write(long))
    await asyncio.sleep(0)
    assert await asyncio.to_thread(began.wait, LIMIT_S)
    async with asyncio.timeout(LIMIT_S):
        assert await db.read(_numbers) == []
    assert not write.done()
    gate.set()
    await write
    assert await db.read(_numbers) == [1]


async def test_a_long_read_does_not_hold_up_another(db: Database) -> None:
    gate = threading.Event()
    long = asyncio.create_task(db.read(lambda conn: gate.wait(LIMIT_S)))
    await asyncio.sleep(0)
    async with asyncio.timeout(LIMIT_S):
        assert await db.read(_numbers) == []
    gate.set()
    assert await long


async def test_a_read_sees_one_state_throughout(db: Database) -> None:
    await db.write(_put(1))
    looked, go_on = threading.Event(), threading.Event()

    def twice(conn: sqlite3.Connection) -> tuple[list[int], list[int]]:
        first = _numbers(conn)
        looked.set()
        go_on.wait(LIMIT_S)
        return first, _numbers(conn)

    reading = asyncio.create_task(db.read(twice))
    assert await asyncio.to_thread(looked.wait, LIMIT_S)
    await db.write(_put(2))
    go_on.set()
    assert await reading == ([1], [1])


async def test_a_reader_cannot_write(db: Database) -> None:
    with pytest.raises(StoreError, match="только для чтения"):
        await db.read(_put(1))


async def test_cancelled_before_its_turn_a_write_is_not_done(db: Database) -> None:
    gate, began = threading.Event(), threading.Event()
    held = asyncio.create_task(db.write(lambda conn: began.set() or gate.wait(LIMIT_S)))
    await asyncio.sleep(0)
    assert await asyncio.to_thread(began.wait, LIMIT_S)
    waiting = asyncio.create_task(db.write(_put(1)))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    gate.set()
    await held
    assert await db.read(_numbers) == []


async def test_close_writes_what_waits_and_then_refuses(tmp_path: Path) -> None:
    db = Database.open(tmp_path / "ekc.db")
    gate = threading.Event()
    held = asyncio.create_task(db.write(lambda conn: gate.wait(LIMIT_S)))
    waiting = asyncio.create_task(db.write(_put(1)))
    await asyncio.sleep(0)
    closing = asyncio.create_task(db.close())
    gate.set()
    await asyncio.gather(held, waiting, closing)
    await db.close()
    with pytest.raises(StoreError, match="закрыто"):
        await db.write(_put(2))
    with pytest.raises(StoreError, match="закрыто"):
        await db.read(_numbers)
    with Database.open(tmp_path / "ekc.db") as again:
        assert again.read_now(_numbers) == [1]


# -- when the disk gives out -----------------------------------------------------


async def test_full_disk_while_a_job_runs(db: Database) -> None:
    (pages,) = await db.write(_set("page_count"))
    await db.write(_set(f"max_page_count = {pages + 2}"))

    def half(conn: sqlite3.Connection) -> None:
        conn.execute("INSERT INTO journal VALUES (1, 0.0, 'x', 'x')")
        conn.execute("INSERT INTO journal VALUES (2, 0.0, 'x', ?)", ("x" * 100_000,))

    with pytest.raises(StoreError, match="нет места") as caught:
        await db.write(half)
    assert "Освободите" in caught.value.remedy
    assert await db.read(_numbers) == []
    await db.write(_set("max_page_count = 1000000"))
    await db.write(half)
    assert await db.read(_numbers) == [1, 2]


@contextmanager
def _file_size_limit(limit: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_disk_gives_out_at_the_commit(db: Database) -> None:
    await db.write(_put(1))
    log = db.path.with_name("ekc.db-wal").stat().st_size
    with _file_size_limit(log + 4096):
        results = await asyncio.gather(
            *(db.write(_put(seq, "x" * 3000)) for seq in range(2, 12)), return_exceptions=True
        )
    assert all(isinstance(result, StoreError) for result in results)
    assert await db.read(_numbers) == [1]
    await db.write(_put(2))
    assert await db.read(_numbers) == [1, 2]


# -- when the process is killed ----------------------------------------------------

WRITER = """
import asyncio, sys
from ekc_console.domain.facts import CallArrived
from ekc_console.domain.terms.ids import CallId
from ekc_console.server.store.journal import journal
from ekc_console.server.store.base.database import Database

BATCH = 7

async def main():
    db = Database.open(sys.argv[1])
    seq = await db.read(journal.last_seq)
    async def batch(first):
        entries = [
            journal.Entry(seq, 1.0, CallArrived(CallId(f"c{seq}"), None, "122"))
            for seq in range(first, first + BATCH)
        ]
        await db.write(lambda conn: journal.append(conn, entries))
        print(first + BATCH - 1, flush=True)
    while True:
        await asyncio.gather(*(batch(seq + 1 + BATCH * i) for i in range(3)))
        seq += 3 * BATCH

asyncio.run(main())
"""


async def test_killed_while_writing_the_store_has_whole_batches_only(tmp_path: Path) -> None:
    path = tmp_path / "ekc.db"
    for lines in (1, 40, 113):
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, str(path), stdout=asyncio.subprocess.PIPE
        )
        assert child.stdout is not None
        async with asyncio.timeout(LIMIT_S):
            said = [int(await child.stdout.readline()) for _ in range(lines)]
        with pytest.raises(StoreError, match=f"процессом {child.pid}"):
            Database.open(path)
        child.send_signal(signal.SIGKILL)
        async with asyncio.timeout(LIMIT_S):
            rest = await child.stdout.read()
            await child.wait()
        said += [int(line) for line in rest.split(b"\n")[:-1]]
        with Database.open(path) as db:
            kept = db.read_now(_numbers)
            assert db.read_now(_set("integrity_check")) == ("ok",)
        assert kept == list(range(1, len(kept) + 1))
        assert len(kept) % 7 == 0
        assert len(kept) >= max(said)  # what was acknowledged is there


# -- whatever SQLite does --------------------------------------------------------


class Stubborn(sqlite3.Connection):
    """One whose COMMIT fails, and whose ROLLBACK raises, while it is told so."""

    broken = False

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        if type(self).broken and sql in ("COMMIT", "ROLLBACK"):
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(sql, *parameters)


def test_a_rollback_that_raises_does_not_end_the_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def stubborn(*arguments: Any, **named: Any) -> sqlite3.Connection:
        if named.get("uri"):
            return connect(*arguments, **named)
        return connect(*arguments, **named, factory=Stubborn)

    monkeypatch.setattr(sqlite3, "connect", stubborn)
    with Database.open(tmp_path / "ekc.db") as db:
        db.write_now(_put(1))
        monkeypatch.setattr(Stubborn, "broken", True)
        with pytest.raises(StoreError):
            db._writer.submit(_put(2)).result(LIMIT_S)
        monkeypatch.setattr(Stubborn, "broken", False)
        db._writer.submit(_put(3)).result(LIMIT_S)
        assert db.read_now(_numbers) == [1, 3]


def test_a_connection_that_cannot_be_opened_again_is_tried_with_every_batch(
    tmp_path: Path,
) -> None:
    with Database.open(tmp_path / "ekc.db") as db:
        writer, reopen = db._writer, db._writer._reopen

        def refuses() -> sqlite3.Connection:
            raise StoreError("no")

        with pytest.raises(StoreError):
            db.write_now(lambda conn: writer._give_up())
        writer._reopen = refuses
        for seq in (1, 2):
            with pytest.raises(StoreError):
                writer.submit(_put(seq)).result(LIMIT_S)
        writer._reopen = reopen
        writer.submit(_put(3)).result(LIMIT_S)
        assert db.read_now(_numbers) == [3]


async def test_a_write_that_hangs_is_given_up_and_not_done_later(tmp_path: Path) -> None:
    db = Database.open(tmp_path / "ekc.db")
    go_on = threading.Event()

    def hangs(conn: sqlite3.Connection) -> None:
        go_on.wait(LIMIT_S)

    held = asyncio.create_task(db.write(hangs, limit_s=None))
    await asyncio.sleep(0.05)
    with pytest.raises(StoreBusy):
        await db.write(_put(1), limit_s=0.05)
    go_on.set()
    await held
    await db.write(_put(2))
    assert await db.read(_numbers) == [2]
    await db.close()


async def test_a_disk_that_hangs_does_not_hold_up_the_close(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "CLOSE_WITHIN_S", 0.1)
    db = Database.open(tmp_path / "ekc.db")
    go_on = threading.Event()

    def hangs(conn: sqlite3.Connection) -> None:
        go_on.wait(LIMIT_S)

    held = asyncio.create_task(db.write(hangs, limit_s=None))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(5):
        await db.close()
    go_on.set()
    await held
