"""Whatever lies damaged in the data folder: a start serves without it, or ends in words for people
that name the file."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ekc_console.config import shipped_scripts
from ekc_console.errors import EkcError
from ekc_console.server.store.people import accounts
from tests.support import virtual_time
from tests.support.simulated_centre import Centre
from tests.support.sweep import sweep

MENU = (shipped_scripts() / "main_menu.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a centre that was killed in the middle of two calls."""
    folder = tmp_path_factory.mktemp("served")

    async def story() -> None:
        centre = await Centre(folder, menu=MENU).open()
        anna = await centre.ready()
        await centre.in_queue()
        await anna.takes()
        await centre.until(lambda: bool(anna.call and anna.call.card), "card")
        await centre.in_queue(number="+79000000102")
        await asyncio.sleep(10)
        await centre.server.stop(hang_up=False)

    virtual_time.run(story)
    return folder


@pytest.fixture
def folder(served: Path, tmp_path: Path) -> Path:
    shutil.copytree(served, tmp_path / "centre")
    return tmp_path / "centre"


def started(folder: Path, then: Callable[[Centre], Awaitable[None]] | None = None) -> None:
    """Start there once more, and end. Raises what the start raises."""

    async def story() -> None:
        centre = Centre(folder)
        centre.scripts = folder / "scripts"
        try:
            await centre.open()
            if then is not None:
                await then(centre)
        finally:
            if hasattr(centre, "server"):
                await centre.close()

    virtual_time.run(story)


def put(folder: Path, table: str, column: str, value: object) -> None:
    """In one row of the table, behind the server's back."""
    with contextlib.closing(sqlite3.connect(folder / "data" / "ekc.db")) as store, store:
        for (trigger,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            store.execute(f"DROP TRIGGER {trigger}")
        last = f"(SELECT max(rowid) FROM {table})"
        text = "CAST(? AS TEXT)" if isinstance(value, bytes) else "?"
        done = store.execute(f"UPDATE {table} SET {column} = {text} WHERE rowid = {last}", (value,))
        assert done.rowcount == 1


GARBAGE = (
    pytest.param("\x00garbage", id="garbage"),
    pytest.param("[1", id="truncated"),
    pytest.param("[1]", id="another kind"),
    pytest.param("", id="empty"),
    pytest.param(b"\xff\xfe", id="no UTF-8"),
    pytest.param("[" * 100_000, id="deep"),
)


@pytest.mark.parametrize("value", GARBAGE)
def test_damaged_last_good_scenarios_cost_nothing_while_the_folder_is_good(
    folder: Path, value: object
) -> None:
    put(folder, "last_good", "body", value)
    started(folder)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(pytest.param("body", *given.values, id=str(given.id)) for given in GARBAGE),
        ("at", float("inf")),
        ("at", -1e300),
    ],
)
def test_damaged_last_good_scenarios_and_a_faulty_folder_are_both_named(
    folder: Path, column: str, value: object
) -> None:
    put(folder, "last_good", column, value)
    (folder / "scripts" / "main_menu.yaml").write_text("id: [", encoding="utf-8")
    with pytest.raises(EkcError) as refused:
        started(folder)
    assert "main_menu.yaml:" in refused.value.message
    assert f"{folder}/data/ekc.db" in refused.value.message
    assert "Исправьте файлы сценариев" in refused.value.remedy


@pytest.mark.parametrize(
    ("table", "column"),
    [("users", "queues"), ("users", "skills"), ("users", "voice"), ("menu_results", "body")],
)
def test_a_damaged_row_keeps_no_centre_down(folder: Path, table: str, column: str) -> None:
    put(folder, table, column, "\x00garbage")
    started(folder)


def test_a_damaged_account_is_named_to_whoever_asks_for_it(folder: Path) -> None:
    put(folder, "users", "queues", "\x00garbage")

    async def then(centre: Centre) -> None:
        with pytest.raises(EkcError, match="«anna» повреждена"):
            await centre.server.database.read(lambda conn: accounts.known(conn, "anna"))

    started(folder, then)


COLUMNS = [
    ("journal", "at"), ("journal", "fact"), ("journal", "body"), ("snapshot", "dump"),
    ("snapshot", "hash"), ("snapshot", "seq"), ("calls", "skills"), ("calls", "state"),
    ("calls", "arrived_at"), ("call_path", "step"), ("offers", "made_at"), ("recordings", "path"),
    ("recordings", "state"), ("recordings", "started_at"), ("agent_intervals", "from_at"),
    ("agent_intervals", "state"), ("cards", "session"), ("cards", "created_at"),
    ("scenarios", "document"), ("users", "name"), ("users", "role"), ("users", "expires_at"),
    ("access_key", "key"), ("last_good", "name"),
]  # fmt: skip


@pytest.mark.parametrize("value", GARBAGE)
@pytest.mark.parametrize(("table", "column"), sweep(COLUMNS, every=8))
def test_garbage_in_the_store_is_served_around_or_told(
    folder: Path, table: str, column: str, value: object
) -> None:
    with contextlib.suppress(sqlite3.IntegrityError):
        put(folder, table, column, value)
    with contextlib.suppress(EkcError):
        started(folder)


def assert_served_or_told(folder: Path) -> None:
    try:
        started(folder)
    except EkcError as error:
        refused = error.message
    else:
        return
    assert str(folder / "data") in refused


# -- files -----------------------------------------------------------------------


def garbage(file: Path) -> None:
    file.write_bytes(b"\x00\xff{garbage" * 500)


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def folder_there(file: Path) -> None:
    file.unlink()
    (file / "inside").mkdir(parents=True)


def not_readable(file: Path) -> None:
    """A link to itself: nobody can open it, root neither."""
    file.unlink()
    file.symlink_to(file.name)


FILES = ["ekc.db", "ekc.db.lock", "ekc.reserve", "recordings"]
HARMS = [garbage, truncated, empty, folder_there, not_readable]


@pytest.mark.parametrize(
    ("name", "harm"), sweep(((name, harm) for name in FILES for harm in HARMS), every=3)
)
def test_a_damaged_file_is_served_around_or_told(
    folder: Path, name: str, harm: Callable[[Path], None]
) -> None:
    file = folder / "data" / name
    harm(min(file.rglob("*.wav")) if file.is_dir() else file)
    assert_served_or_told(folder)


@pytest.mark.parametrize("name", ["recordings", "engine", "last_good", "prompts"])
@pytest.mark.parametrize("harm", [empty, not_readable])
def test_a_folder_that_is_none_is_served_around_or_told(
    folder: Path, name: str, harm: Callable[[Path], None]
) -> None:
    shutil.rmtree(folder / "data" / name, ignore_errors=True)
    (folder / "data" / name).touch()
    harm(folder / "data" / name)
    assert_served_or_told(folder)
