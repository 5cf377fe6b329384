from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from ekc_console.staffing import seasonal, smoothing
from ekc_console.staffing.forecast import TooShort, forecast
from ekc_console.staffing.history import Day, History
from tests.unit.staffing.weeks import MONDAY, came, days, due


def after(seen: History, count: int = 7) -> tuple[Day, ...]:
    return days(count, MONDAY + timedelta(days=len(seen.days)))


def wape(foreseen: np.ndarray, actual: np.ndarray) -> float:
    return float(np.abs(foreseen - actual).sum() / actual.sum())


def test_a_steady_centre_is_foreseen_as_well_as_chance_allows() -> None:
    seen = came(10)
    found = forecast(seen, after(seen), smooth=False)
    assert (found.used, found.held_out, found.known_days) == ("mean", 4, 70)
    assert found.calls.sum() == pytest.approx(due(after(seen)).sum(), rel=0.03)
    assert 0.15 < found.errors["mean"].wape < 0.25  # type: ignore[operator]


@pytest.mark.long
def test_where_calls_grow_smoothing_is_nearer_on_held_out_weeks_and_is_taken() -> None:
    seen = came(8, growth=0.08)
    found = forecast(seen, after(seen), smooth=True)
    assert found.used == "smoothing"
    smoothed, mean = found.errors["smoothing"], found.errors["mean"]
    assert smoothed.mae < 0.93 * mean.mae
    assert smoothed.wape is not None
    assert mean.wape is not None
    assert smoothed.wape < mean.wape
    to_come = due(days(63), 0.08)[56:]
    assert wape(found.calls, to_come) < 0.5 * wape(seasonal.expected(seen, after(seen)), to_come)


def test_what_was_held_out_was_not_seen() -> None:
    """The last week is a hundred times as busy: nobody could have known."""
    seen = came(8)
    seen.calls[-7:] *= 100
    assert forecast(seen, after(seen), smooth=True).errors["mean"].wape > 0.9  # type: ignore[operator]


def test_too_few_days_are_refused_and_a_few_more_are_not_checked() -> None:
    with pytest.raises(TooShort) as short:
        forecast(came(2).until(13), days(7, MONDAY + timedelta(days=13)), smooth=True)
    assert short.value.known == 13
    seen = came(2)
    found = forecast(seen, after(seen), smooth=True)
    assert (found.used, found.errors, found.held_out) == ("mean", {}, 0)


def test_smoothing_that_comes_to_no_end_leaves_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = came(6)

    def fails(*_: object) -> None:
        raise smoothing.NotSmoothed

    monkeypatch.setattr(smoothing, "_foreseen", fails)
    found = forecast(seen, after(seen), smooth=True)
    assert (found.used, set(found.errors)) == ("mean", {"mean"})


def test_a_stop_is_heard_between_the_steps() -> None:
    class Stopped(Exception):
        pass

    def stop() -> None:
        raise Stopped

    seen = came(6)
    with pytest.raises(Stopped):
        forecast(seen, after(seen), smooth=True, on=stop)


def with_day_off(seen: History, at: int, share: float) -> History:
    off = list(seen.days)
    off[at] = Day(off[at].day, 6, "off")
    calls = seen.calls.copy()
    calls[at] = due((off[at],))[0] * share
    return replace(seen, days=tuple(off), calls=calls)


@pytest.mark.parametrize("way", [seasonal.expected, smoothing.expected])
def test_a_day_off_is_apart_and_foreseen_as_days_off_were(way: object) -> None:
    seen = with_day_off(came(10), at=58, share=0.5)  # a Wednesday
    ahead = list(after(seen))
    ahead[2] = Day(ahead[2].day, 6, "off")
    foreseen = way(seen, ahead)  # type: ignore[operator]
    plain = way(came(10), after(seen))  # type: ignore[operator]
    usual = np.delete(foreseen, 2, axis=0).sum()
    assert usual == pytest.approx(np.delete(plain, 2, axis=0).sum(), rel=0.02)
    assert foreseen[2].sum() == pytest.approx(0.5 * foreseen[6].sum(), rel=0.15)


@pytest.mark.parametrize("way", [seasonal.expected, smoothing.expected])
def test_a_day_off_nobody_has_seen_is_a_sunday_and_a_worked_saturday_a_monday(
    way: object,
) -> None:
    seen = came(10)
    ahead = list(after(seen))
    ahead[2], ahead[5] = Day(ahead[2].day, 6, "off"), Day(ahead[5].day, 0, "moved")
    foreseen = way(seen, ahead)  # type: ignore[operator]
    assert foreseen[2].sum() == pytest.approx(foreseen[6].sum(), rel=0.1)
    assert foreseen[5].sum() == pytest.approx(foreseen[0].sum(), rel=0.1)


@pytest.mark.parametrize("way", [seasonal.expected, smoothing.expected])
def test_nobody_calls_a_closed_queue_and_no_day_has_less_than_no_calls(way: object) -> None:
    seen = came(6)
    seen.calls[-14:] = 0  # falling to nothing
    ahead = tuple(Day(d.day, d.like, "usual", ((32400.0, 64800.0),)) for d in after(seen))
    foreseen = way(seen, ahead)  # type: ignore[operator]
    assert foreseen.min() >= 0
    assert foreseen[:, :18].sum() == foreseen[:, 36:].sum() == 0
    closed = tuple(Day(d.day, d.like, "usual", ()) for d in after(seen))
    assert way(seen, closed).sum() == 0  # type: ignore[operator]


def test_what_is_not_known_counts_for_nothing() -> None:
    seen = came(10)
    holes = seen.calls.copy()
    holes[20] = np.nan
    holes[40:44, 10:30] = np.nan
    seen_less = replace(seen, calls=holes)
    for way in (seasonal.expected, smoothing.expected):
        whole, less = way(seen, after(seen)), way(seen_less, after(seen))
        assert less.sum() == pytest.approx(whole.sum(), rel=0.02)
