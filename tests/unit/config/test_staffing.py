"""``staffing``: shares that are none."""

from __future__ import annotations

import pytest

from ekc_console.config import ConfigError, parse


@pytest.mark.parametrize(
    ("staffing", "words"),
    [
        ("{shrinkage: 30}", "staffing.shrinkage: доля 30 не подходит"),
        ("{shrinkage: -0.1}", "0.3 — 30 % смены"),
        ("{max_occupancy: 0}", "staffing.max_occupancy: доля 0 не подходит"),
        ("{max_occupancy: 85}", "0.85 — занят не больше 85 %"),
    ],
)
def test_what_is_no_share_is_refused(staffing: str, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(f"staffing: {staffing}", "ekc.yaml")
    assert words in str(refused.value)


def test_as_usual_and_as_written() -> None:
    assert parse("{}", "ekc.yaml").staffing.shrinkage == 0.3
    assert parse("staffing: {max_occupancy: 1}", "ekc.yaml").staffing.max_occupancy == 1
