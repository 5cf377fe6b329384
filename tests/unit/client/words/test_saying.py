"""What a server says is shown, whatever the server is: nothing of it breaks a console."""

from __future__ import annotations

import pytest

from ekc_console.client.words.saying import said
from ekc_console.wire.words import words


def test_a_key_of_a_newer_server_is_shown_with_its_values() -> None:
    assert "moon.full" in said(words("moon.full", at=5))


@pytest.mark.parametrize("at", [1e18, 2**62, 1e308, float("inf"), float("nan")])
def test_a_moment_beyond_the_calendar_is_shown_as_it_came(at: float) -> None:
    assert "Петрова" in said(words("card.changed_by", name="Петрова", at=at))


@pytest.mark.parametrize(
    ("who", "text"),
    [
        ("", "Это может только никто."),
        ("admin", "Это может только администратор."),
        ("supervisor,admin", "Это может только руководитель или администратор."),
        (
            "supervisor,trainer,analyst,admin",
            "Это может только руководитель, наставник, аналитик или администратор.",
        ),
    ],
)
def test_roles_are_a_list_with_commas(who: str, text: str) -> None:
    assert said(words("right.only", who=who)) == text


def test_a_missing_value_is_no_traceback() -> None:
    assert "card.changed_by" in said(words("card.changed_by"))
