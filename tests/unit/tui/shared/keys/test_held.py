"""Keys that are held, bounce or are pressed once too often."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.tui.shared.keys.held import GIVEN_AFTER_S, Carried, HeldKey, Unread
from ekc_console.tui.shared.keys.registry import BY_ID

LIST, FIELD = "list", "field"
DELAYS = st.floats(0.25, 0.66)
PACES = st.floats(0.025, 0.05)
SLOW_PACES = st.floats(0.025, 0.25)
"""Down to ``xset r rate 300 4``."""
FINGERS = st.floats(0.09, 1.5)
"""Seconds from one press of a key to the next by a finger."""


@pytest.mark.parametrize(
    ("first", "second", "ignored"),
    [
        ("consult.cancel", "call.hang_up", True),
        ("emergency.cancel", "call.hang_up", True),
        ("second.hang_up", "call.hang_up", True),
        ("call.hang_up", "call.reject", True),
        ("consult.complete", "call.dial", True),
        ("call.hold", "call.resume", False),
    ],
)
def test_a_second_press_ends_no_call_and_dials_none(first: str, second: str, ignored: bool) -> None:
    held = HeldKey()
    assert not does(held, first, 10.0)
    assert does(held, second, 10.8) is ignored
    assert not does(held, second, 11.9)


def test_the_same_again_is_another_press() -> None:
    held = HeldKey()
    for at in (10.0, 10.8, 11.6):
        assert not does(held, "call.hang_up", at)


def does(held: HeldKey, action: str, at: float) -> bool:
    """Its key is pressed and is still held."""
    held.repeats(BY_ID[action].keys[0], at)
    return held.repeats_action(BY_ID[action])


@pytest.mark.parametrize(
    ("gaps", "repeats"),
    [
        ([0.25], [True]),
        ([0.66, 0.05], [True, True]),
        ([0.75], [False]),
        ([0.5, 0.5], [True, False]),  # who saw that the first did nothing
        ([0.02], [True]),
    ],
)
def test_the_first_repeat_of_a_held_key_comes_late(gaps: list[float], repeats: list[bool]) -> None:
    at = [10.0]
    held = HeldKey(lambda: at[0])
    assert not held.repeats("1")
    for gap, repeat in zip(gaps, repeats, strict=True):
        at[0] += gap
        assert held.repeats("1") is repeat


@given(delay=DELAYS, pace=SLOW_PACES, times=st.integers(0, 40))
def test_a_held_key_does_once_what_it_does(delay: float, pace: float, times: int) -> None:
    at, held, answers = 10.0, HeldKey(), HeldKey()
    assert not answers.repeats("1", at)
    assert not does(held, "call.hold", at)
    for number in range(times):
        at += pace if number else delay
        assert answers.repeats("1", at)
        assert does(held, "call.resume", at)


@given(delay=DELAYS, pace=SLOW_PACES, idle=st.integers(1, 40))
def test_a_key_held_while_it_does_nothing_is_still_held_when_it_would(
    delay: float, pace: float, idle: int
) -> None:
    """F8 in the wrap-up does nothing; the next call is offered, and it rejects."""
    held, at = HeldKey(), 10.0
    assert not does(held, "call.hang_up", at)
    for number in range(idle):
        at += pace if number else delay
        held.repeats("f8", at)
    for action in ("call.reject", "call.hang_up"):
        at += pace
        assert does(held, action, at)


@pytest.mark.parametrize("action", ["card.save", "call.answer", "call.hang_up", "state.ready"])
def test_what_ends_saves_or_answers_is_done_once_by_a_held_key_and_again_by_another_press(
    action: str,
) -> None:
    held = HeldKey()
    assert not does(held, action, 10.0)
    assert does(held, action, 10.4)
    assert does(held, action, 10.55)
    assert not does(held, action, 10.9)
    held.repeats("1", 11.0)
    assert not does(held, action, 11.1)  # F9, the outcome, F9


def test_what_is_done_from_the_list_of_commands_is_no_held_key() -> None:
    held = HeldKey()
    held.repeats("enter", 10.0)
    held.repeats("enter", 10.3)
    assert not held.repeats_action(BY_ID["call.hang_up"])


def written(*presses: tuple[str, float]) -> str:
    """What is in a field after these keys, of which the first has opened it; each with the seconds
    since the one before."""
    carried, text, at = Carried[str](), "", 10.0
    for number, (key, gap) in enumerate(presses):
        if carried.waits and gap > GIVEN_AFTER_S:
            text += "".join(carried.give(FIELD))
        at += gap
        into = FIELD if number else LIST
        given = carried.press(key, key, at, into, types=bool(number))
        text += "".join(given) if number else ""
    return text + "".join(carried.give(FIELD))


@pytest.mark.parametrize(
    ("presses", "text"),
    [
        ([("1", 0.5), ("1", 0.033), ("1", 0.033)], ""),  # held
        ([("1", 0.02)], ""),  # bounced
        ([("1", 0.02), ("1", 0.48), ("1", 0.03)], ""),  # bounced, then held
        ([("1", 0.5), *[("1", 0.03)] * 3, ("1", 0.1), ("1", 0.03)], ""),  # held, and read late
        ([("1", 0.1), ("1", 0.1)], "11"),
        ([("1", 0.3), ("1", 0.3)], "11"),
        ([("1", 0.3)], "1"),
        ([("1", 0.1), ("2", 0.05)], "12"),
        ([("2", 0.05), ("1", 0.05)], "21"),
        ([("1", 0.8), *[("1", 0.03)] * 3], "1111"),  # held in the field itself
        ([("1", 0.5), ("1", 0.03), ("2", 0.2), ("1", 0.2)], "21"),
    ],
)
def test_a_key_that_led_into_a_field_is_not_typed_there_while_it_is_held(
    presses: list[tuple[str, float]], text: str
) -> None:
    assert written(("1", 0.0), *presses) == text


@given(delay=DELAYS, pace=PACES, times=st.integers(2, 40), then=st.text("23", max_size=4))
def test_a_held_key_types_nothing_into_the_field_it_opened(
    delay: float, pace: float, times: int, then: str
) -> None:
    repeats = [("1", pace)] * (times - 1)
    typed = [(key, 0.1) for key in then]
    assert written(("1", 0.0), ("1", delay), *repeats, *typed) == then


@given(keys=st.lists(st.tuples(st.sampled_from("12"), FINGERS), max_size=12))
def test_nothing_that_a_finger_types_is_lost(keys: list[tuple[str, float]]) -> None:
    assert written(("1", 0.0), *keys) == "".join(key for key, _ in keys)


def test_what_waits_for_a_field_that_is_gone_goes_to_no_other() -> None:
    carried = Carried[str]()
    carried.press("1", "1", 10.0, LIST, types=False)
    assert not carried.press("1", "1", 10.3, FIELD, types=True)
    assert carried.press("2", "2", 10.35, LIST, types=False) == ("2",)
    assert not carried.give(FIELD)


def test_a_held_key_is_carried_through_a_list_into_the_field_behind_it() -> None:
    carried = Carried[str]()
    for at, where in zip((10.0, 10.5), (LIST, "second list"), strict=True):
        assert carried.press("1", "1", at, where, types=False) == ("1",)
    times = itertools.accumulate([10.53, *[0.03] * 5])
    assert not any(carried.press("1", "1", at, FIELD, types=True) for at in times)


@given(delay=DELAYS, pace=SLOW_PACES, times=st.integers(1, 40))
def test_a_held_digit_does_not_answer_the_question_it_opened(
    delay: float, pace: float, times: int
) -> None:
    carried, at = Carried[str](), 10.0
    assert carried.press("1", "1", at, LIST, types=False, answers=True)
    for number in range(times):
        at += pace if number else delay
        assert not carried.press("1", "1", at, "question", types=False, answers=True)
    assert carried.press("1", "1", at + 0.3, "question", types=False, answers=True)


def test_another_digit_answers_a_question_at_once() -> None:
    carried = Carried[str]()
    carried.press("2", "2", 10.0, LIST, types=False, answers=True)
    assert carried.press("1", "1", 10.1, "question", types=False, answers=True) == ("1",)


@pytest.mark.parametrize("gap", [0.05, 0.1, 0.2, 0.3, 0.45])
def test_a_question_that_has_just_come_is_not_answered_by_the_key_before(
    gap: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    unread, at = question_after("1", monkeypatch)
    at[0] += gap
    assert unread.refuses("1")
    assert not unread.refuses("2")


def test_a_question_that_was_read_is_answered_by_the_same_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unread, at = question_after("enter", monkeypatch)
    at[0] += 0.3
    assert unread.refuses("enter")
    at[0] += 0.3
    assert not unread.refuses("enter")


@pytest.mark.parametrize("pace", [0.025, 0.05, 0.1, 0.25])
def test_a_held_key_answers_no_question_however_long_it_stands(
    pace: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    unread, at = question_after("1", monkeypatch)
    at[0] += 0.45
    for _ in range(40):
        assert unread.refuses("1")
        at[0] += pace


def question_after(key: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Unread, list[float]]:
    """A question that came by ``key`` just now, and its clock."""
    monkeypatch.setattr("ekc_console.tui.shared.keys.held.SAME_KEY_S", 0.2)
    at = [100.0]
    unread = Unread(lambda: at[0])
    assert not unread.refuses(key)
    unread.shown()
    return unread, at
