"""What of a person's day stands out."""

from __future__ import annotations

import pytest

from ekc_console.domain.insight.day_line import Limits, Spell, judged

LIMITS = Limits(breaks={"lunch": 1800.0}, wrap_up={"vacc": 60.0}, talk_s=180.0)


def spell(state: str, since: float, until: float | None, **more: str) -> Spell:
    named = {"reason": "", "call": "", "queue": "vacc"} | more
    return Spell(state, named["reason"], named["call"], named["queue"], since, until)


@pytest.mark.parametrize(
    ("one", "odd", "usual_s"),
    [
        (spell("break", 0.0, 1800.0, reason="lunch"), "", 0.0),
        (spell("break", 0.0, 2500.0, reason="lunch"), "long", 1800.0),
        (spell("break", 0.0, None, reason="lunch"), "long", 1800.0),
        (spell("break", 0.0, 9000.0, reason="work"), "", 0.0),
        (spell("wrap_up", 0.0, 60.4), "", 0.0),
        (spell("wrap_up", 0.0, 90.0), "long", 60.0),
        (spell("talking", 0.0, 4.0, call="c"), "short", 10.0),
        (spell("talking", 2996.0, None, call="c"), "", 0.0),
        (spell("talking", 0.0, 600.0, call="c"), "long", 180.0),
        (spell("ready", 0.0, 9000.0), "", 0.0),
    ],
)
def test_what_is_too_long_and_what_is_too_short(one: Spell, odd: str, usual_s: float) -> None:
    (found,) = judged([one], LIMITS, now=3000.0)
    assert (found.odd, found.usual_s) == (odd, usual_s)


def test_a_talk_with_a_hold_in_it_is_judged_as_a_whole_at_its_end() -> None:
    parts = [
        spell("talking", 0.0, 4.0, call="c"),
        spell("held", 4.0, 500.0, call="c"),
        spell("talking", 500.0, 600.0, call="c"),
    ]
    assert [each.odd for each in judged(parts, LIMITS, now=700.0)] == ["", "", "long"]


def test_the_usual_talk_is_the_persons_own_once_there_are_enough() -> None:
    talks = [spell("talking", n * 1000.0, n * 1000.0 + 60.0, call=f"c{n}") for n in range(5)]
    long = spell("talking", 9000.0, 9200.0, call="long")
    found = judged([*talks, long], LIMITS, now=9999.0)
    assert (found[-1].odd, found[-1].usual_s) == ("long", 60.0)
