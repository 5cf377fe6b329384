"""What a rehearsal says in words: never more than its interval holds."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.client.words.settings.rehearsal import FIGURES, TEXTS, difference, value
from ekc_console.simulation import load, rehearsal
from ekc_console.wire.centre.rehearsal import Figure, RehearsedFigure


def told(figure: Figure, low: float | None, high: float | None) -> RehearsedFigure:
    return RehearsedFigure(figure=figure, before=60.0, after=45.0, low=low, high=high)


@pytest.mark.parametrize(
    ("figure", "low", "high", "text"),
    [
        ("wait_s", -18.0, -12.0, "ждать будут на 12–18 с меньше"),
        ("wait_s", -17.4, -12.6, "ждать будут на 12–18 с меньше"),
        ("wait_s", 2.2, 9.1, "ждать будут на 2–10 с дольше"),
        ("wait_s", -2.4, -0.3, "ждать будут на 0–3 с меньше"),
        ("wait_s", -3.2, 4.1, "разницы не видно: от −4 до +5 с"),
        ("wait_s", 0.0, 0.0, "разницы нет ни в одном прогоне"),
        ("wait_s", None, None, "сравнить не по чему"),
        ("wait_p95_s", -90.0, -60.0, "самые долгие: на 60–90 с меньше"),
        ("level", 0.041, 0.098, "уровень выше на 4–10 п. п."),
        ("abandoned", -0.05, -0.01, "сдавшихся меньше на 1–5 п. п."),
        ("served", 0.62, 1.18, "принятых больше на 62–100 п. п."),
        ("occupancy", -0.02, 0.0, "разницы не видно: от −2 до 0 п. п."),
    ],
)
def test_a_difference_in_words(
    figure: Figure, low: float | None, high: float | None, text: str
) -> None:
    assert difference(told(figure, low, high)) == text


@given(st.sampled_from(list(FIGURES)), st.floats(-1, 1), st.floats(0, 1))
def test_better_or_worse_is_said_only_where_the_whole_interval_is(
    figure: Figure, low: float, width: float
) -> None:
    text = difference(told(figure, low, low + width))
    unsure = text.startswith("разниц")
    assert unsure == (low <= 0 <= low + width)


@pytest.mark.parametrize(
    ("figure", "number", "text"),
    [("wait_s", 59.6, "60 с"), ("level", 0.824, "82 %"), ("level", None, "—")],
)
def test_a_value_in_words(figure: Figure, number: float | None, text: str) -> None:
    assert value(figure, number) == text


def test_the_wire_and_the_simulator_have_the_same_figures() -> None:
    assert tuple(FIGURES) == rehearsal.FIGURES


def test_all_that_is_assumed_has_its_words() -> None:
    assert {f"rehearsal.{assumed}" for assumed in get_args(load.Assumed)} <= TEXTS.keys()
