"""The audit trail tells of every change made to it behind its back."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ekc_console.server.store.audit import entries
from ekc_console.server.store.audit.check import Broken, check
from ekc_console.server.store.audit.entries import Entry
from ekc_console.server.store.audit.heads import NAME, Head, Heads
from ekc_console.server.store.base import read_only
from ekc_console.server.store.base.database import Database

AT = 1_793_000_000.0
DAY = 86_400.0
WRITTEN = 12
COLUMNS = ("seq", "at", "who", "action", "about", "search", "found", "reason", "seal")


def written(folder: Path, count: int = WRITTEN) -> Path:
    """A store whose trail has ``count`` entries, three a day, and the first that it begins with."""
    path = folder / "ekc.db"
    heads = Heads(path)
    with Database.open(path) as database:
        for number in range(count - 1):
            entry = Entry(
                AT + DAY * (number // 3) + number,
                f"anna{number}",
                "card",
                about=f"card-{number}",
                search=f"Иванова {number}",
                found=number,
                reason="жалоба",
            )
            head = database.write_now(lambda conn, entry=entry: entries.add(conn, heads, entry))
            heads.keep(head)
    return path


def broken(path: Path, also: Head | None = None) -> Broken | None:
    with read_only.opened(path) as conn:
        return check(conn, Heads(path), also).broken


@contextlib.contextmanager
def by_hand(path: Path) -> Iterator[sqlite3.Connection]:
    """As who has the file and knows SQLite."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("DROP TRIGGER IF EXISTS audit_no_update")
        conn.execute("DROP TRIGGER IF EXISTS audit_no_delete")
        yield conn


def forged(conn: sqlite3.Connection, folder: Path, count: int, who: str) -> None:
    """Entries that fit upon what is there, by who knows how heads are kept."""
    folder.mkdir()
    heads = Heads(folder / "x")
    last = conn.execute("SELECT at, seq, seal FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    heads.keep(Head.of(*last))
    for number in range(count):
        entries.add(conn, heads, Entry(AT, f"{who}{number}", "card"))


@pytest.fixture(scope="module")
def trail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("trail"))


@pytest.fixture
def copy(trail: Path, tmp_path: Path) -> Path:
    return _copied(trail, tmp_path)


def _copied(trail: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name in ("ekc.db", NAME):
        (folder / name).write_bytes((trail.parent / name).read_bytes())
    return folder / "ekc.db"


def test_a_trail_as_it_was_written_is_whole(trail: Path) -> None:
    with read_only.opened(trail) as conn:
        checked = check(conn, Heads(trail))
    assert (checked.entries, checked.broken) == (WRITTEN, None)
    assert checked.head == Heads(trail).last()


def test_entries_are_neither_changed_nor_deleted(copy: Path) -> None:
    with contextlib.closing(sqlite3.connect(copy)) as conn:
        for statement in ("DELETE FROM audit", "UPDATE audit SET who = 'boris'"):
            with pytest.raises(sqlite3.IntegrityError, match="stay as they are"):
                conn.execute(statement)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seq=st.integers(1, WRITTEN),
    column=st.sampled_from(COLUMNS[1:]),
    at=st.integers(0, 200),
    to=st.integers(1, 255),
)
def test_any_byte_of_any_entry_that_is_changed_is_found(
    trail: Path, tmp_path: Path, seq: int, column: str, at: int, to: int
) -> None:
    path = _copied(trail, tmp_path)
    with by_hand(path) as conn:
        (value,) = conn.execute(f"SELECT {column} FROM audit WHERE seq = ?", (seq,)).fetchone()
        if isinstance(value, str):
            raw = bytearray(value.encode() or b"\0")
            raw[at % len(raw)] ^= to
            conn.execute(
                f"UPDATE audit SET {column} = CAST(? AS TEXT) WHERE seq = ?", (bytes(raw), seq)
            )
        else:
            conn.execute(f"UPDATE audit SET {column} = ? WHERE seq = ?", (value + to, seq))
    assert broken(path) == Broken(seq, "changed")


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(gone=st.sets(st.integers(1, WRITTEN), min_size=1))
def test_any_entries_that_are_gone_are_found(trail: Path, tmp_path: Path, gone: set[int]) -> None:
    path = _copied(trail, tmp_path)
    with by_hand(path) as conn:
        conn.executemany("DELETE FROM audit WHERE seq = ?", [(seq,) for seq in gone])
    found = broken(path)
    assert found is not None
    assert found.seq == min(gone)
    assert found.fault == ("cut" if gone == set(range(min(gone), WRITTEN + 1)) else "missing")


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(range(1, WRITTEN + 1)))
def test_another_order_is_found(trail: Path, tmp_path: Path, order: list[int]) -> None:
    path = _copied(trail, tmp_path)
    with by_hand(path) as conn:
        conn.execute("UPDATE audit SET seq = seq + 1000")
        for new, old in enumerate(order, start=1):
            conn.execute("UPDATE audit SET seq = ? WHERE seq = ?", (new, old + 1000))
    moved = [new for new, old in enumerate(order, start=1) if new != old]
    assert broken(path) == (Broken(moved[0], "changed") if moved else None)


def test_an_end_written_anew_is_found_by_the_heads(copy: Path) -> None:
    """Whoever knows how seals are made makes them fit; the heads of past days do not."""
    with by_hand(copy) as conn:
        conn.execute("DELETE FROM audit WHERE seq > 5")
        forged(conn, copy.parent / "forged", 10, "b")
    assert broken(copy) == Broken(7, "rewritten")


def test_an_end_cut_before_the_trail_goes_on_is_told_for_ever(copy: Path) -> None:
    heads = Heads(copy)
    kept = heads.last()
    assert kept is not None
    with by_hand(copy) as conn:
        conn.execute("DELETE FROM audit WHERE seq > 9")
    with Database.open(copy) as database:
        for at in (AT + 2 * DAY, AT + 9 * DAY):
            entry = Entry(at, "anna", "login")
            head = database.write_now(lambda conn, entry=entry: entries.add(conn, heads, entry))
            heads.keep(head)
        gap, *_ = database.read_now(lambda conn: entries.of(conn, entries.Wanted(action="gap")))
    assert gap.about == f"{kept.seq}:{kept.seal}"
    assert gap.seq == kept.seq + 1
    assert broken(copy) == Broken(10, "missing")


def test_a_last_entry_written_anew_before_the_trail_goes_on_is_told_for_ever(copy: Path) -> None:
    heads = Heads(copy)
    with by_hand(copy) as conn:
        conn.execute("DELETE FROM audit WHERE seq = ?", (WRITTEN,))
        forged(conn, copy.parent / "forged", 1, "boris")
    with Database.open(copy) as database:
        entry = Entry(AT + 3 * DAY, "anna", "login")
        heads.keep(database.write_now(lambda conn: entries.add(conn, heads, entry)))
    assert broken(copy) == Broken(WRITTEN + 1, "gap")


def test_heads_that_are_gone_or_unreadable_are_found(copy: Path) -> None:
    file = copy.with_name(NAME)
    lines = file.read_bytes()
    file.write_bytes(lines[:50] + b"z" + lines[51:])
    assert broken(copy) == Broken(1, "bad_heads")
    file.unlink()
    assert broken(copy) == Broken(WRITTEN + 1, "no_heads")


@pytest.mark.parametrize("left", [None, b"", b"z" * 92], ids=["gone", "emptied", "garbled"])
def test_an_end_cut_together_with_the_heads_is_told_for_ever(
    copy: Path, left: bytes | None
) -> None:
    """The next entry begins no heads that hide it."""
    file, heads = copy.with_name(NAME), Heads(copy)
    with by_hand(copy) as conn:
        conn.execute("DELETE FROM audit WHERE seq > 5")
    file.unlink()
    if left is not None:
        file.write_bytes(left)
    assert broken(copy) == (Broken(1, "bad_heads") if left else Broken(6, "no_heads"))
    with Database.open(copy) as database:
        for at in (AT + 2 * DAY, AT + 9 * DAY):
            entry = Entry(at, "anna", "login")
            heads.keep(
                database.write_now(lambda conn, entry=entry: entries.add(conn, heads, entry))
            )
        gaps = database.read_now(lambda conn: entries.of(conn, entries.Wanted(action="gap")))
    assert [gap.seq for gap in gaps] == [6]
    assert broken(copy) == Broken(6, "gap")


def test_a_trail_whose_first_head_was_not_kept_in_time_is_whole(tmp_path: Path) -> None:
    """The power failed between the first entry and its head."""
    path = written(tmp_path, count=1)
    with Database.open(path) as database:
        for at in (AT, AT + 1.0):
            entry = Entry(at, "anna", "login")
            database.write_now(lambda conn, entry=entry: entries.add(conn, Heads(path), entry))
    assert broken(path) is None


def test_a_head_kept_elsewhere_tells_of_a_trail_made_anew(copy: Path, tmp_path: Path) -> None:
    noted = Heads(copy).last()
    assert noted is not None
    assert broken(copy, noted) is None
    with by_hand(copy) as conn:
        conn.execute("DELETE FROM audit WHERE seq = ?", (WRITTEN,))
    Heads(copy)  # whoever cuts the trail cuts its heads too
    file = copy.with_name(NAME)
    file.write_bytes(file.read_bytes()[:-92])
    assert broken(copy) is None
    assert broken(copy, noted) == Broken(WRITTEN, "cut")


def test_a_new_store_is_whole(tmp_path: Path) -> None:
    assert broken(written(tmp_path, count=1)) is None


def test_a_line_a_day_and_none_back(tmp_path: Path) -> None:
    heads = Heads(tmp_path / "ekc.db")
    assert heads.last() is None
    first = Head.of(AT, 7, "a" * 64)
    assert heads.keep(first)
    assert not heads.keep(Head.of(AT + 1, 9, "b" * 64))
    assert not heads.keep(first)
    assert heads.keep(Head.of(AT + DAY, 10, "c" * 64))
    assert [(head.seq, head.seal[0]) for head in heads.written().heads] == [(9, "b"), (10, "c")]
    assert heads.written().unreadable == ()
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.long
def test_a_million_entries_are_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, count=1)
    heads = Heads(path)
    million = [Entry(AT + n, f"anna{n % 300}", "card", about=f"card-{n}") for n in range(999_999)]
    with Database.open(path) as database:
        began = time.perf_counter()
        heads.keep(database.write_now(lambda conn: entries.add(conn, heads, *million)))
        wrote_s = time.perf_counter() - began
    began = time.perf_counter()
    with read_only.opened(path) as conn:
        checked = check(conn, heads)
    took_s = time.perf_counter() - began
    with capsys.disabled():
        size = path.stat().st_size / 1e6
        print(f"\n1,000,000: written {wrote_s:.1f} s, checked {took_s:.1f} s, {size:.0f} MB")
    assert (checked.entries, checked.broken) == (1_000_000, None)
    assert took_s < 60
