from __future__ import annotations

from dataclasses import asdict, fields
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain.insight import metrics
from ekc_console.domain.insight.metrics import CallRecord
from ekc_console.domain.insight.tally import BY_ID, FIGURES, Tally, tally_of, total
from ekc_console.domain.state.call import Outcome

SECONDS = st.integers(0, 300).map(float)
RECORDS = st.lists(
    st.builds(
        CallRecord,
        direction=st.sampled_from(["in", "out"]),
        outcome=st.sampled_from(get_args(Outcome)),
        queued=st.booleans(),
        wait_s=SECONDS,
        talk_s=SECONDS,
        held_s=SECONDS,
        wrap_up_s=SECONDS,
    )
)


def of(records: list[CallRecord], threshold_s: float = 20.0) -> Tally:
    return total(tally_of(record, threshold_s) for record in records)


@given(RECORDS)
def test_every_figure_is_what_the_formula_over_the_single_calls_gives(
    records: list[CallRecord],
) -> None:
    tally = of(records)
    counts, level = metrics.counts(records), metrics.service_level(records, 20.0)
    expected = {
        "offered": counts.offered,
        "answered": counts.answered,
        "abandoned": counts.abandoned,
        "short_abandoned": counts.short_abandoned,
        "flowed_out": counts.flowed_out,
        "abandonment": counts.abandonment,
        "abandonment_without_short": counts.abandonment_without_short,
        "level": level.without_short,
        "level_of_answered": level.of_answered,
        "level_with_abandons": level.with_early_abandons,
        "level_of_offered": level.of_offered,
        "asa": metrics.asa(records),
        "aht": metrics.aht(records),
    }
    assert {name: BY_ID[name].of(tally) for name in expected} == expected


@given(RECORDS, RECORDS)
def test_parts_add_up_to_the_whole(some: list[CallRecord], others: list[CallRecord]) -> None:
    assert of(some) + of(others) == of(some + others)


@given(RECORDS)
def test_offered_is_answered_and_abandoned_and_flowed_out(records: list[CallRecord]) -> None:
    tally = of(records)
    assert tally.counts.offered == tally.answered + tally.abandoned + tally.flowed_out
    assert tally.calls >= tally.counts.offered + tally.outgoing


def test_nothing_has_no_shares_and_no_means() -> None:
    for figure in FIGURES:
        assert figure.of(Tally()) == (0.0 if figure.unit == "count" else None)


@pytest.mark.parametrize("ended", [True, False])
def test_a_talk_that_goes_on_is_answered_and_not_handled_yet(ended: bool) -> None:
    tally = tally_of(CallRecord("in", "answered", True, 4.0, 60.0), 20.0, ended)
    assert (tally.answered, tally.handled, tally.talk_s) == (1, int(ended), 60.0 * ended)


def test_every_sum_is_a_number_of_its_own() -> None:
    one = tally_of(CallRecord("in", "answered", True, 4.0, 60.0, 5.0, 10.0), 20.0)
    assert set(asdict(one)) == {field.name for field in fields(Tally)}
    assert BY_ID["aht"].of(one) == 75.0
