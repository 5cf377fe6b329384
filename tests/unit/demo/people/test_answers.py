"""Automatic operators type values that the scripts accept."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.demo.people.answers import answer_for
from ekc_console.domain.scenario import FIELD_TYPES, Field, When

CHOICES = {"adult": "Взрослый", "child": "Ребёнок"}


@given(
    type_=st.sampled_from(FIELD_TYPES),
    label=st.sampled_from(["Дата рождения", "Болеет с", "Желаемый день", "Температура", "Число"]),
    when=st.sampled_from(["", "past", "future", "birth"]),
    seed=st.integers(0, 10_000),
    today=st.dates(date(2024, 1, 1), date(2034, 12, 31)),
)
def test_every_type_is_accepted(type_, label, when, seed, today):
    field = Field("name", type_, label, required=True, choices=CHOICES, when=when)
    value = field.parse(answer_for(field, random.Random(seed), today), today)
    assert value
    if type_ == "choice":
        assert value in CHOICES


@pytest.mark.parametrize("seed", range(5))
def test_births_lie_behind_and_wishes_ahead(seed):
    today = date(2026, 11, 24)

    def day(when: When) -> date:
        field = Field("name", "date", "День", when=when)
        text = answer_for(field, random.Random(seed), today)
        return date.fromisoformat(field.parse(text, today))

    assert day("birth") < date(2025, 1, 1)
    assert date(2026, 11, 1) < day("past") <= today
    assert day("future") > today
