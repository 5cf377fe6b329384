"""What a key that does nothing says of itself."""

from __future__ import annotations

from ekc_console.tui.shared.keys.conditions import Situation
from ekc_console.tui.shared.keys.reasons import about_key


def test_undoing_speaks_of_undoing_where_the_supervisor_has_no_call() -> None:
    report = Situation(logged_in=True, role="supervisor", shift=False, reporting=True)
    assert about_key("ctrl+z", report) == "Отменять нечего."
    panel = Situation(logged_in=True, role="supervisor", shift=False, undoable=True)
    assert about_key("ctrl+z", panel) == "Отменить можно на экране смены: закройте это окно, Esc."


def test_places_for_the_cursor_are_one_sentence() -> None:
    shift = Situation(logged_in=True, role="supervisor", shift=False, watching=True)
    assert about_key("g", shift) == (
        "Поставьте курсор на вызов, который ждёт, или на того, кому должны перезвонить."
    )
