from __future__ import annotations

from dataclasses import asdict, fields
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain.insight import metrics
from ekc_console.domain.insight.metrics import CallRecord
from ekc_console.domain.insight.tally import BY_ID, FIGURES, Around, Figure, Tally, tally_of, total
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


KNOWN = st.sampled_from([True, False, None])
AROUND = st.builds(Around, withheld=st.booleans(), repeat=st.booleans(), again=KNOWN, spoken=KNOWN)
"""What is known of the other calls of a number."""


def of(records: list[CallRecord], threshold_s: float = 20.0) -> Tally:
    return total(tally_of(record, threshold_s) for record in records)


@given(RECORDS, st.lists(AROUND, min_size=9), st.sampled_from([None, 0.0, 25.0]))
def test_every_call_is_in_one_part_of_its_whole_by_the_other_calls_of_its_number(
    records: list[CallRecord], around: list[Around], predicted_s: float | None
) -> None:
    pairs = list(zip(records, around, strict=False))
    tally = total(tally_of(one, 20.0, True, predicted_s, other) for one, other in pairs)
    came = [one for one, _ in pairs if one.direction == "in" and one.outcome != "refused"]
    assert tally.numbered + tally.withheld == len(came)
    assert tally.resolved <= tally.settled <= tally.numbered
    assert tally.reached <= tally.given_up <= tally.numbered - tally.settled
    assert tally.withheld_unserved <= tally.withheld
    assert tally.repeats <= tally.numbered
    assert tally.within_predicted <= tally.predicted <= tally.answered
    assert (tally.predicted == tally.answered) == (predicted_s is not None or not tally.answered)
    for name in ("repeat_share", "first_contact", "reach", "within_predicted"):
        share = BY_ID[name].of(tally)
        assert share is None or 0 <= share <= 1


def test_what_is_not_known_yet_is_in_no_share() -> None:
    answered, lost = CallRecord("in", "answered", True), CallRecord("in", "abandoned_menu", False)
    open_yet = total([tally_of(answered, 20.0), tally_of(lost, 20.0)])
    assert BY_ID["first_contact"].of(open_yet) is BY_ID["reach"].of(open_yet) is None
    settled = total(
        tally_of(answered, 20.0, around=Around(again=again)) for again in (True, False, False, None)
    )
    assert BY_ID["first_contact"].of(settled) == 2 / 3
    reached = total(
        tally_of(lost, 20.0, around=Around(spoken=spoken)) for spoken in (True, False, None)
    )
    assert BY_ID["reach"].of(reached) == 0.5


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


@given(RECORDS, st.sampled_from(FIGURES))
def test_a_figure_needs_no_other_sums_than_it_says(
    records: list[CallRecord], figure: Figure
) -> None:
    tally = of(records)
    only = {name: value for name, value in asdict(tally).items() if name in figure.sums}
    assert figure.of(Tally(**only)) == figure.of(tally)
