"""A card that tells of help says whether help was called."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest

from ekc_console.client.card.unhelped import Unhelped, to_call, unhelped
from ekc_console.domain.scenario import Session
from ekc_console.wire.call_control import ServiceCalled
from ekc_console.wire.messages import MyCall
from tests.support.desk import CALL
from tests.support.zones import MOSCOW
from tests.unit.domain.scenario_data import NOON, SHIPPED, scenarios

SCENARIOS = scenarios(SHIPPED)
EMERGENCY = SCENARIOS["emergency"]
ANSWERED = ServiceCalled(number="103", answered_at=NOON)
RINGS = ServiceCalled(number="103", rings=True)
FAILED = ServiceCalled(number="103")
CANCELLED = ServiceCalled(number="103", cancelled_at=NOON)
MACHINE = ServiceCalled(number="103", answered_at=NOON, ended_at=NOON + 0.3, ended_by="service")
SPOKE = msgspec.structs.replace(MACHINE, ended_at=NOON + 20.0)


def of(*services: ServiceCalled) -> MyCall:
    return msgspec.structs.replace(CALL, services=services)


@pytest.mark.parametrize(
    ("disposition", "services", "asked"),
    [
        ("emergency_103", (), Unhelped("103")),
        ("emergency_112", (), Unhelped("112")),
        ("emergency_103", (CANCELLED,), Unhelped("103", "called_off")),
        ("emergency_103", (FAILED,), Unhelped("103", "in_vain")),
        ("emergency_103", (RINGS,), None),
        ("emergency_103", (ANSWERED,), None),
        ("emergency_103", (MACHINE,), Unhelped("103", "in_vain")),
        ("emergency_103", (SPOKE,), None),
        ("emergency_103", (FAILED, ServiceCalled(number="112", answered_at=NOON)), None),
        ("emergency_unanswered", (), Unhelped("")),
        ("emergency_unanswered", (FAILED,), None),
        ("caller_refused", (), None),
        ("cut_off", (), None),
        ("booked", (), None),
    ],
)
def test_an_outcome_of_help_with_nobody_called_is_asked_about(
    disposition: str, services: tuple[ServiceCalled, ...], asked: Unhelped | None
) -> None:
    assert unhelped(disposition, of(*services), None, EMERGENCY) == asked


@pytest.mark.parametrize(
    ("disposition", "services", "asked"),
    [
        ("booked", (), Unhelped("112")),
        ("emergency_103", (), Unhelped("103")),
        ("booked", (FAILED,), None),
        ("booked", (RINGS,), None),
        ("booked", (CANCELLED,), Unhelped("112", "called_off")),
        ("cut_off", (), None),
    ],
)
def test_a_sign_in_the_note_with_nobody_called_is_asked_about(
    disposition: str, services: tuple[ServiceCalled, ...], asked: Unhelped | None
) -> None:
    assert unhelped(disposition, of(*services), None, EMERGENCY, "112") == asked


def left(*answers: str) -> Session:
    """Out of the emergency, after these answers, to the general line."""
    session = Session.start(EMERGENCY, NOON, {"complaint": "хрипит"}, zone=MOSCOW)
    session.proceed(NOON)
    for answer in answers:
        session.answer(answer, NOON)
    return Session.start(SCENARIOS["general"], NOON, zone=MOSCOW, after=session.state)


def test_an_emergency_that_was_left_for_another_script_is_asked_about() -> None:
    state = left().state
    assert unhelped("answered", of(), state, EMERGENCY) == Unhelped("")
    assert unhelped("answered", of(), state, None) == Unhelped("")
    assert unhelped("answered", of(ANSWERED), state, EMERGENCY) is None
    assert unhelped("cut_off", of(), state, EMERGENCY) is None


def test_an_emergency_that_was_a_mistake_is_not_asked_about() -> None:
    assert unhelped("answered", of(), left("9").state, EMERGENCY) is None


def test_another_edition_of_the_script_tells_no_way_out() -> None:
    older = dataclasses.replace(EMERGENCY, version="0" * 12)
    assert unhelped("answered", of(), left("9").state, older) == Unhelped("")


@pytest.mark.parametrize(
    ("answers", "taken"),
    [
        (("2", "0", "1", "3"), "ambulance"),
        (("2", "0", "1", "4", "3"), "rescuers"),
        (("2", "0", "1", "2"), ""),
        (("2", "0", "2"), ""),
    ],
    ids=["103", "112", "nobody-yet", "not-accepted"],
)
def test_a_service_that_took_the_case_by_another_telephone_is_not_asked_for(
    answers: tuple[str, ...], taken: str
) -> None:
    session = Session.start(EMERGENCY, NOON, {"complaint": "хрипит"}, zone=MOSCOW)
    session.proceed(NOON)
    for answer in answers:
        session.answer(answer, NOON)
    assert session.fields.get("accepted_by", "") == taken
    assert (to_call(session, of()) == "") == bool(taken)
    assert (unhelped("emergency_103", of(), session.state, EMERGENCY) is None) == bool(taken)
