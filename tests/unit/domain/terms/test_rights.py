"""The table of rights: whole, with the least for each role."""

from __future__ import annotations

from typing import get_args

import pytest

from ekc_console.domain.terms.ids import Role
from ekc_console.domain.terms.rights import (
    REACHES,
    RIGHTS,
    ROLES,
    TABLE,
    Right,
    having,
    may,
    of_clinics,
    reach,
)

EARS: tuple[Right, ...] = ("listen", "whisper", "barge", "take_over", "hear_recordings")


def test_every_right_has_a_row_and_every_cell_a_reach() -> None:
    assert set(TABLE) == set(RIGHTS)
    assert get_args(Role) == ROLES
    for right, row in TABLE.items():
        assert row, right
        assert set(row) <= set(ROLES)
        assert set(row.values()) <= set(REACHES)


@pytest.mark.parametrize("role", ["volunteer", "trainee", "trainer", "author", "analyst"])
def test_these_roles_see_no_numbers(role: Role) -> None:
    assert not may(role, "see_numbers")


@pytest.mark.parametrize("right", [*EARS, "export", "audit", "accounts", "settings", "order"])
def test_operators_volunteers_and_trainees_have_nothing_of_what_is_others(right: Right) -> None:
    assert not {"operator", "medic", "volunteer", "trainee", "clinic"} & set(having(right))


def test_the_rights_to_listen_are_apart() -> None:
    """A trainer hears and whispers, and neither barges in nor takes over, nor keeps a recording."""
    assert all(may("trainer", right) for right in ("listen", "whisper", "hear_recordings"))
    assert not any(may("trainer", right) for right in ("barge", "take_over", "save_recordings"))


def test_a_farther_reach_has_the_nearer_ones_in_it() -> None:
    assert [may("operator", "read_cards", whose) for whose in REACHES] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert [may("supervisor", "read_cards", whose) for whose in REACHES] == [True] * 4 + [False]
    assert [may("admin", "read_cards", whose) for whose in REACHES] == [True] * 5
    assert [may("author", "read_cards", whose) for whose in REACHES] == [False] * 5
    assert reach("volunteer", "read_cards") == "own"


def test_the_desk_of_a_clinic_reaches_what_is_its_clinics_and_no_more() -> None:
    assert [role for role in ROLES if of_clinics(role)] == ["clinic"]
    whose = {right: reach("clinic", right) for right in RIGHTS if may("clinic", right)}
    assert whose == {"read_cards": "clinics", "visits": "clinics", "see_numbers": "centre"}
    assert not may("clinic", "read_cards", "own")


@pytest.mark.parametrize("role", ["author", "analyst", "clinic"])
def test_these_roles_are_no_agents(role: Role) -> None:
    assert not may(role, "serve")
