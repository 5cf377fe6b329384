"""Numbers as they are searched for."""

from __future__ import annotations

import pytest

from ekc_console.server.store.base.digits import reversed_digits


@pytest.mark.parametrize(
    ("number", "digits"), [("+79123456789", "98765432197"), ("122", "221"), ("", "")]
)
def test_the_digits_of_a_number_from_the_last_one_on(number: str, digits: str) -> None:
    assert reversed_digits(number) == digits
