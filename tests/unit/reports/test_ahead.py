"""Days to come as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from ekc_console.errors import EkcError
from ekc_console.reports import ahead

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize("text", ["31.12.9999", "9999", "2026..9999", "9999-12", "01.01.2101"])
def test_a_day_after_which_no_calendar_goes_on_is_refused(text: str) -> None:
    with pytest.raises(EkcError, match="слишком далёкий") as refused:
        ahead.days(text, TODAY)
    assert "2100" in (refused.value.remedy or "")


def test_the_last_year_is_taken() -> None:
    assert ahead.days("31.12.2100", TODAY) == (date(2100, 12, 31),) * 2
