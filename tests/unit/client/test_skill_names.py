"""What is typed of skills, and how it is completed."""

from __future__ import annotations

import pytest

from ekc_console.client.skill_names import completed, names


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("+ta", "+tatar"),
        ("+english=2 -ta", "+english=2 -tatar"),
        ("дети, EN", "дети, ENglish"),
        ("tatar", None),
        ("+", None),
        ("", None),
        ("zz", None),
    ],
)
def test_the_last_word_is_completed_to_a_known_skill(typed: str, whole: str | None) -> None:
    assert completed(typed, names(["tatar=3", "english", "tatar"])) == whole
