"""Keys that are held, bounce or are pressed once too often."""

from __future__ import annotations

import pytest

from ekc_console.tui.shared.keys.held import Carried, HeldKey
from ekc_console.tui.shared.keys.registry import BY_ID


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
    at = [10.0]
    held = HeldKey(lambda: at[0])
    assert not held.repeats_action(BY_ID[first])
    at[0] += 0.6
    assert held.repeats_action(BY_ID[second]) is ignored
    at[0] += 1.1
    assert not held.repeats_action(BY_ID[second])


def test_the_same_again_is_another_press() -> None:
    at = [10.0]
    held = HeldKey(lambda: at[0])
    for at[0] in (10.0, 10.5, 11.0):
        assert not held.repeats_action(BY_ID["call.hang_up"])


def test_a_key_that_led_into_a_field_is_not_typed_there_while_it_is_held() -> None:
    carried, list_, field = Carried(), object(), object()
    assert not carried.is_carried("2", 10.0, list_)
    for at in (10.1, 10.25, 10.4):
        assert carried.is_carried("2", at, field)
    assert not carried.is_carried("3", 10.45, field)
    assert not carried.is_carried("2", 10.5, field)
    assert not carried.is_carried("2", 10.55, field)  # typed twice
