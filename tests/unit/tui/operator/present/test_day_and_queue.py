from __future__ import annotations

import msgspec
import pytest

from ekc_console.tui.operator.present import caller, queue
from ekc_console.tui.shared.keys.registry import BY_ID
from ekc_console.wire.side_work import Caller, DayTargets
from tests.support.desk import CALL, CALLBACKS, ME, NOW, QUEUES, waiting

replace = msgspec.structs.replace


def test_the_day_beside_what_is_expected() -> None:
    targets = DayTargets(calls=60, handle_s=200.0, break_s=1200.0)
    me = replace(ME, wrap_up_s_today=140.0, reason="lunch", since=NOW - 400)
    text = caller.day(me, targets, CALLBACKS, NOW, 300.0).plain
    assert "Вызовов       14 из 60" in text
    assert "! 4:36 из 3:20" in text  # (3725 + 140) / 14 s a call
    assert "! 21:40 из 20:00" in text
    assert "! 6:40 из 5:00" in text
    assert "Пора звонить  1" in text


def test_what_a_call_took_from_a_break_does_not_count_against_its_limit() -> None:
    """400 s ago it began, 150 s of it were a call, for 50 s it has gone on."""
    me = replace(
        ME, reason="lunch", since=NOW - 50, began_at=NOW - 400, until=NOW + 50, break_s_today=200.0
    )
    text = caller.day(me, DayTargets(), (), NOW, 300.0).plain
    assert "Сейчас    4:10 из 5:00" in text
    assert "Перерывы  4:10" in text


def test_to_call_back_is_what_a_key_does_and_nothing_else_is_called_so() -> None:
    """Who is owed a call, how many calls are due now, and the list of all have names of their
    own."""
    told = caller.caller(CALL, NOW, 34).plain
    assert "Ждёт звонка" in told
    today = caller.day(ME, DayTargets(), CALLBACKS, NOW).plain
    assert "Пора звонить" in today
    assert "Перезвонить" not in told + today
    assert BY_ID["callback.dial"].label == "Перезвонить"


def test_the_day_without_targets() -> None:
    text = caller.day(ME, DayTargets(), (), NOW).plain
    assert " из " not in text
    assert "!" not in text


def test_a_waiting_call_is_marked_by_priority_and_earlier_tries() -> None:
    calls = [
        replace(call, priority=index, wants_callback=index == 1)
        for index, call in enumerate(waiting(2))
    ]
    rows = queue.waiting_rows(calls, QUEUES, NOW)
    assert [row.cells[2] for row in rows] == ["Запись к врачу", "↑↺ Вызов врача на дом"]


def test_who_was_cut_off_in_an_emergency_is_marked_before_all_signs() -> None:
    calls = [
        replace(call, urgent=index == 1, wants_callback=True)
        for index, call in enumerate(waiting(2))
    ]
    rows = queue.waiting_rows(calls, QUEUES, NOW)
    assert [row.cells[2] for row in rows] == ["↺ Запись к врачу", "СРОЧНО · Вызов врача на дом"]
    assert "error" in rows[1].style


def test_a_callback_whose_turn_has_come_is_told_from_a_caller_on_the_line() -> None:
    calls = [replace(call, virtual=index == 1) for index, call in enumerate(waiting(2))]
    rows = queue.waiting_rows(calls, QUEUES, NOW)
    assert [row.cells[2] for row in rows] == ["Запись к врачу", "↩ Вызов врача на дом"]
    assert "↩ обратный вызов" in queue.legend(rows)
    assert "↩" not in queue.legend(rows[:1])


@pytest.mark.parametrize(
    ("calls", "notice"),
    [(1, ""), (2, "Второй вызов за сутки"), (3, "Третий вызов за сутки"),
     (12, "12-й вызов за сутки")],
)  # fmt: skip
def test_a_repeated_call_is_told(calls: int, notice: str) -> None:
    assert caller.repeat_notice(replace(CALL, caller=Caller(calls_24h=calls))) == notice
    assert caller.repeat_notice(replace(CALL, direction="out", caller=CALL.caller)) == ""
