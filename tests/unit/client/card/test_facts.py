"""What a script may ask about the services that were called."""

from __future__ import annotations

import msgspec
import pytest

from ekc_console.client.card.facts import facts
from ekc_console.domain.scenario import FACTS
from ekc_console.wire.call_control import ServiceCalled
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


def test_without_a_call_nothing_is_known() -> None:
    assert facts(None) == {}
