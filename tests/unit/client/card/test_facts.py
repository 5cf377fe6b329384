"""What a script may ask about the services that were called."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ekc_console.client.card.facts import facts, handed_outcome
from ekc_console.domain.scenario import FACTS
from ekc_console.wire.call_control import NotTaken, ServiceCalled
from tests.support.desk import CALL, NOW

RINGS = ServiceCalled(number="103", rings=True)
ANSWERED = ServiceCalled(number="103", answered_at=NOW)
FAILED = ServiceCalled(number="103")


@pytest.mark.parametrize(
    ("services", "known"),
    [
        ((), {}),
        ((RINGS,), {"state_103": "ringing"}),
        ((ANSWERED,), {"state_103": "answered"}),
        ((FAILED,), {"state_103": "failed"}),
        ((FAILED, ANSWERED), {"state_103": "answered"}),
        ((ANSWERED, RINGS), {"state_103": "ringing"}),
        ((ServiceCalled(number="03", cancelled_at=NOW),), {"state_103": "failed"}),
        (
            (FAILED, ServiceCalled(number="112", rings=True)),
            {"state_103": "failed", "state_112": "ringing"},
        ),
    ],
)
def test_the_services_of_the_call(
    services: tuple[ServiceCalled, ...], known: dict[str, str]
) -> None:
    call = msgspec.structs.replace(CALL, services=services)
    assert facts(call) == known
    assert all(state in FACTS[name].choices for name, state in known.items())


def ended(by: str, after_s: float, **story: Any) -> ServiceCalled:
    at = NOW + after_s
    return msgspec.structs.replace(ANSWERED, ended_at=at, ended_by=by, **story)


@pytest.mark.parametrize(
    ("services", "not_taken", "state"),
    [
        ((ended("service", 0.3),), False, "failed"),  # a machine
        ((ended("operator", 19.9),), False, "failed"),
        ((ended("service", 20.0),), False, "answered"),
        ((ended("operator", 20.0),), False, "answered"),
        ((ended("caller", 40.0),), False, "answered"),
        ((ended("engine", 40.0),), False, "answered"),
        ((ended("service", 40.0),), True, "failed"),
        ((ended("service", 3.0, handed_at=NOW + 1),), False, "answered"),
        ((ended("operator", 9.0, answered_at=None),), False, "failed"),
        ((ended("operator", 9.0, answered_at=None, cancelled_at=NOW + 9),), False, "failed"),
        ((ended("service", 0.3), ANSWERED), True, "answered"),  # on the line at the second call
        ((ended("service", 0.3), RINGS), True, "ringing"),
        ((ended("service", 25.0), ended("service", 0.3)), False, "answered"),
    ],
)
def test_a_state_is_told_as_the_need_was_heard(
    services: tuple[ServiceCalled, ...], not_taken: bool, state: str
) -> None:
    left = (NotTaken(who="103", why="left"),) if not_taken else ()
    call = msgspec.structs.replace(CALL, services=services, not_taken=left)
    assert facts(call) == {"state_103": state}


def test_without_a_call_nothing_is_known() -> None:
    assert facts(None) == {}


LEFT = NotTaken(who="103", why="left")


@pytest.mark.parametrize(
    ("story", "not_taken", "outcome"),
    [
        ({}, (), ""),
        ({"ended_by": "service", "ended_at": NOW + 0.3}, (), ""),
        ({"ended_by": "operator", "ended_at": NOW + 19.9}, (), ""),
        ({"ended_by": "service", "ended_at": NOW + 20.0}, (), "emergency_103"),
        ({"ended_by": "operator", "ended_at": NOW + 20.0}, (), "emergency_103"),
        ({"ended_by": "service", "ended_at": NOW + 40.0}, (LEFT,), ""),
        ({"ended_by": "caller", "ended_at": NOW + 40.0}, (), ""),
        ({"ended_by": "engine", "ended_at": NOW + 40.0}, (), ""),
        ({"handed_at": NOW + 5.0}, (), "emergency_103"),
        ({"handed_at": NOW + 5.0, "ended_by": "service", "ended_at": NOW + 6}, (), "emergency_103"),
        ({"answered_at": None, "ended_by": "service", "ended_at": NOW + 40.0}, (), ""),
    ],
)
def test_a_service_that_took_nobody_proposes_no_outcome(
    story: dict[str, Any], not_taken: tuple[NotTaken, ...], outcome: str
) -> None:
    """A machine that answers and drops, or who left at once, was not told of the need."""
    called = msgspec.structs.replace(ANSWERED, **story)
    rings = ServiceCalled(number="112", rings=True)
    for services in ((called,), (called, rings)):
        call = msgspec.structs.replace(CALL, services=services, not_taken=not_taken)
        assert handed_outcome(call) == outcome
