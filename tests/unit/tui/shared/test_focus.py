"""Which of two things was asked for later."""

from __future__ import annotations

from ekc_console.tui.shared.focus import Turns


class Thing:
    """Something that is opened."""


def test_what_is_done_now_is_later_than_all_that_is_open() -> None:
    turns, thing = Turns(), Thing()
    turns.opened(thing)
    assert not turns.is_later(thing)


def test_what_comes_late_has_the_number_of_its_asking() -> None:
    turns, before, after = Turns(), Thing(), Thing()
    turns.opened(before)
    asked = turns.asked
    turns.opened(after)
    with turns.of(asked):
        assert turns.asked == asked
        assert turns.is_later(after)
        assert not turns.is_later(before)
    assert not turns.is_later(after)


def test_what_is_opened_by_something_late_is_as_old_as_that() -> None:
    turns, late, open_now = Turns(), Thing(), Thing()
    asked = turns.asked
    turns.opened(open_now)
    with turns.of(asked):
        turns.opened(late)
        with turns.of(turns.number(open_now)):
            assert not turns.is_later(late)
            assert not turns.is_later(open_now)
        assert turns.is_later(open_now)
    assert turns.number(late) == asked


def test_what_was_never_opened_is_never_later() -> None:
    turns = Turns()
    with turns.of(0):
        assert not turns.is_later(Thing())
