"""What is not in order beside the calls is told to those who watch, whatever its words are."""

from __future__ import annotations

import pytest

from ekc_console.server.core.conditions import Conditions
from ekc_console.wire.words import words


@pytest.mark.parametrize("name", ["what", "why", "detail", "event", "values"])
def test_words_with_a_value_of_any_name_are_told(name: str) -> None:
    conditions = Conditions()
    told: list[dict[str, str]] = []
    conditions.watch(lambda: told.append({k: w.key for k, w in conditions.words.items()}))
    conditions.report("alarm hook", words("alarm.hook", **{name: "HTTP 500"}))
    conditions.clear("alarm hook")
    assert told == [{"alarm hook": "alarm.hook"}, {}]
