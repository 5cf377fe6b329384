"""How the chaos program counts: nobody who is lost passes for somebody who is not."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from rig.people.books import LOST, NOT_NOTED, Account, account
from rig.people.callers import Placed

from ekc_console.server.store.base.database import Database

NUMBER, CALLED = "+79000000001", "12200001"


class Books:
    def __init__(self, path: Path) -> None:
        self.path = path
        with Database.open(path):
            pass

    def call(self, number: str | None = NUMBER, **more: Any) -> None:
        row = {"arrived_at": 1000.0, "ended_at": 1005.0, "ended_by": "caller", "state": "ended"}
        self._insert("calls", {"number": number, "called": CALLED, "direction": "in"} | row | more)

    def callback(self, **more: Any) -> None:
        self._insert("callbacks", {"number": NUMBER, "state": "open", "attempts": 0} | more)

    def _insert(self, table: str, values: dict[str, Any]) -> None:
        with sqlite3.connect(self.path) as conn:
            columns = conn.execute(f"PRAGMA table_info({table})").fetchall()
            usual = {"TEXT": "", "INTEGER": 0, "REAL": 0.0}
            row = {name: usual[kind] for _, name, kind, not_null, *_ in columns if not_null}
            row |= {"id": str(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])} | values
            marks = ", ".join("?" * len(row))
            conn.execute(
                f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", [*row.values()]
            )


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path / "ekc.db")


def placed(number: str = NUMBER, **more: Any) -> Placed:
    usual = {"asked_at": 100.0, "connected": True, "answered_after_s": 0.1, "ended_at": 105.0}
    return Placed(number, CALLED, **(usual | more))


def verdict(books: Books, call: Placed, deaths: tuple[float, ...] = ()) -> str:
    result = account([call], books.path, deaths)
    (name,) = result.figures
    assert bool(result.bad) == name.startswith(LOST)
    return name.removeprefix(LOST) if result.bad else f"fine: {name}"


def test_whoever_talked_is_served(books: Books) -> None:
    books.call(answered_at=1002.0)
    assert verdict(books, placed()) == "fine: talked with an operator"


def test_whoever_gave_up_is_owed_a_callback(books: Books) -> None:
    books.call()
    assert verdict(books, placed(gave_up=True)) == "in the books, owed nothing"
    books.callback()
    assert verdict(books, placed(gave_up=True)) == "fine: in the callback list"


def test_a_callback_that_nobody_tried_is_none(books: Books) -> None:
    books.call()
    books.callback(state="closed")
    assert verdict(books, placed()) == "the callback was closed, and nobody called"


def test_whoever_is_in_no_book_is_lost(books: Books) -> None:
    assert verdict(books, placed()) == "connected, not in the books"
    assert verdict(books, placed(connected=False, refusal=503)) == "refused with SIP 503"
    assert verdict(books, placed(connected=False)) == "no SIP answer in 30 s"


def test_a_number_withheld_does_not_hide_behind_another(books: Books) -> None:
    books.call(number=None, called="12200002")
    calls = [placed("", ended_at=105.0), Placed("", "12200002", 100.0, True, ended_at=105.0)]
    assert [line.split()[0] for line in account(calls, books.path).bad] == [CALLED]


def test_a_call_that_the_books_never_end_or_end_too_early_is_lost(books: Books) -> None:
    books.call(answered_at=1002.0, ended_at=None, ended_by=None, state="talking")
    assert verdict(books, placed()) == "over, and talking in the books"


def test_a_caller_left_in_silence_is_lost(books: Books) -> None:
    books.call(answered_at=1002.0, ended_by="agent")
    left = placed(ended_at=120.0, gave_up=True)
    assert verdict(books, left) == "on the line after the books had ended the call"
    assert verdict(books, left, (119.0,)) == "fine: talked with an operator"


def test_a_call_that_stands_twice_or_that_nobody_placed_is_told(books: Books) -> None:
    books.call()
    assert account([], books.path).bad
    books.call()
    assert verdict(books, placed()) == "one call stands twice in the books"


@pytest.mark.parametrize(
    ("death", "cut"), [(99.0, True), (102.0, False), (107.0, False), (109.0, True)]
)
def test_only_the_death_of_its_own_engine_excuses_a_talk_that_was_cut(
    books: Books, death: float, cut: bool
) -> None:
    books.call(answered_at=1002.0, ended_by="engine")
    books.callback()
    result: Account = account([placed()], books.path, (death,))
    assert (bool(result.cut), bool(result.bad)) == (cut, False)


def test_only_an_engine_that_died_at_once_excuses_no_answer(books: Books) -> None:
    call = placed(connected=False, ended_at=130.0)
    assert verdict(books, call, (100.2,)) == f"fine: {NOT_NOTED}"
    assert verdict(books, call, (99.0, 103.0)) == "no SIP answer in 30 s"
