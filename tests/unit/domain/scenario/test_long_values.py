"""What is said of a text of twenty lines that was pasted into a field for something short."""

from __future__ import annotations

from datetime import date

import pytest

from ekc_console.client.numbers import dialable
from ekc_console.domain.scenario.field_error import FieldError
from ekc_console.domain.scenario.fields import parse
from ekc_console.errors import EkcError

PASTED = " ".join(f"строка {n}: врач не пришёл, ждали с утра" for n in range(1, 21))


@pytest.mark.parametrize("kind", ["date", "number", "phone", "yes_no"])
def test_the_reason_stands_behind_a_short_quotation(kind: str) -> None:
    with pytest.raises(FieldError) as caught:
        parse(kind, PASTED, date(2026, 11, 30), {}, "")
    message = caught.value.message
    assert "«строка 1: врач не пришёл, ждали с утра…»" in message
    assert len(message) < 120


def test_so_of_a_number_to_dial() -> None:
    with pytest.raises(EkcError) as caught:
        dialable(PASTED)
    assert len(caught.value.message) < 120
