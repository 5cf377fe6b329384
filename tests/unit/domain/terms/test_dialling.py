"""Kinds of numbers, and who may have which dialled."""

from __future__ import annotations

from typing import get_args

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain.terms.dialling import (
    KINDS,
    NEVER_AUTOMATIC,
    Asker,
    DialRules,
    NumberKind,
    decide,
    kind_of,
)
from ekc_console.domain.terms.ids import Role
from ekc_console.domain.terms.numbers import canonical

OWN = ("+78005550122", "122")
RULES = DialRules(own=OWN)

SENT: list[tuple[str, NumberKind]] = [
    ("89161110050", "mobile"),
    ("+79161110050", "mobile"),
    ("9161110050", "mobile"),
    ("84951234567", "fixed"),
    ("+78121234567", "fixed"),
    ("83431234567", "fixed"),
    ("88001234567", "toll_free"),
    ("+78041234567", "toll_free"),
    ("101", "emergency"),
    ("102", "emergency"),
    ("103", "emergency"),
    ("104", "emergency"),
    ("112", "emergency"),
    ("03", "emergency"),
    ("115", "short"),
    ("0611", "short"),
    ("900900", "short"),
    ("88091234567", "premium"),
    ("88031234567", "premium"),
    ("+19001234567", "premium"),
    ("+979123456789", "premium"),
    ("+449012345678", "premium"),
    ("+870773123456", "satellite"),
    ("+881612345678", "satellite"),
    ("+88213123456", "satellite"),
    ("+883510012345", "satellite"),
    ("+79541234567", "satellite"),
    ("8105351234567", "foreign"),
    ("+5351234567", "foreign"),
    ("+77011234567", "foreign"),
    ("87011234567", "foreign"),
    ("+79401234567", "foreign"),
    ("+12025550123", "foreign"),
    ("+18765551234", "foreign"),
    ("998901234567", "foreign"),
    ("375291234567", "foreign"),
    ("*21*79161234567", "malformed"),
    ("*21*79161234567#", "malformed"),
    ("1234567", "malformed"),
    ("+71234567", "malformed"),
    ("0", "malformed"),
    ("00000000000", "malformed"),
    ("+0", "malformed"),
    ("+79161110050" + "0" * 48, "malformed"),
    ("7" * 300, "malformed"),
    ("+70001234567", "malformed"),
    ("+78005550122", "own"),
    ("88005550122", "own"),
    ("122", "own"),
]


@pytest.mark.parametrize(("sent", "kind"), SENT)
def test_the_kind_of_what_a_trunk_sends(sent: str, kind: NumberKind) -> None:
    assert kind_of(canonical(sent) or "", OWN) == kind


def test_every_kind_is_in_the_table() -> None:
    assert {kind for _, kind in SENT} == set(KINDS)


def test_an_emergency_number_is_one_though_it_is_the_centres_own() -> None:
    assert kind_of("103", ("103",)) == "emergency"


@pytest.mark.parametrize(
    ("who", "dialled"),
    [
        ("machine", {"mobile", "fixed", "toll_free"}),
        ("operator", {"mobile", "fixed", "toll_free", "short", "emergency"}),
        ("volunteer", {"mobile", "fixed", "toll_free", "short", "emergency"}),
        ("supervisor", set(KINDS) - {"malformed"}),
        ("admin", set(KINDS) - {"malformed"}),
    ],
)
def test_who_may_have_what_dialled(who: Asker, dialled: set[str]) -> None:
    decisions = [decide(canonical(sent) or "", who, RULES) for sent, _ in SENT]
    assert {d.kind for d in decisions if d.allowed} == dialled
    assert not dialled & {d.kind for d in decisions if not d.allowed}


def test_the_reason_says_who_decides() -> None:
    assert decide("+5351234567", "machine", RULES).obstacle == "not_automatic"
    assert decide("+5351234567", "operator", RULES).obstacle == "needs_role"
    assert decide("*21*79161234567", "admin", RULES).obstacle == "no_number"


TEXTS = st.text(max_size=40) | st.from_regex(r"\A\+?[0-9*#]{0,20}\Z")
KIND_SETS = st.sets(st.sampled_from(KINDS)).map(tuple)
ROLES = st.sets(st.sampled_from(get_args(Role))).map(tuple)


@given(TEXTS, st.sampled_from(("machine", *get_args(Role))), KIND_SETS, KIND_SETS, ROLES)
def test_every_text_has_a_kind_and_an_answer(
    text: str,
    who: Asker,
    automatic: tuple[NumberKind, ...],
    by_hand: tuple[NumberKind, ...],
    trusted: tuple[Role, ...],
) -> None:
    rules = DialRules(automatic, by_hand, trusted, OWN)
    for number in (text, canonical(text) or ""):
        decision = decide(number, who, rules)
        assert decision.kind in KINDS
        if who == "machine":
            assert decision.allowed is (
                decision.kind in automatic and decision.kind not in NEVER_AUTOMATIC
            )
        if decision.kind == "emergency":
            assert decision.allowed is (who != "machine")


_AGREE: dict[int, set[NumberKind]] = {
    phonenumbers.PhoneNumberType.FIXED_LINE: {"fixed", "foreign"},
    phonenumbers.PhoneNumberType.MOBILE: {"mobile", "satellite", "foreign"},
    phonenumbers.PhoneNumberType.TOLL_FREE: {"toll_free", "foreign"},
    phonenumbers.PhoneNumberType.PREMIUM_RATE: {"premium", "foreign"},
}


@given(st.integers(3_000_000_000, 9_999_999_999))
def test_it_agrees_with_the_numbering_plan(national: int) -> None:
    """What the library knows for sure of a Russian number; it never calls abroad ours."""
    number = f"+7{national}"
    parsed = phonenumbers.parse(number)
    kind = kind_of(number)
    agreed = _AGREE.get(phonenumbers.number_type(parsed))
    assert agreed is None or kind in agreed
    if phonenumbers.region_code_for_number(parsed) not in ("RU", None):
        assert kind == "foreign"
