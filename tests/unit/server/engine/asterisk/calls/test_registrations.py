from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from ekc_console.server.engine.asterisk.calls.registrations import Registrations
from ekc_console.server.engine.asterisk.setup.settings import Trunk
from ekc_console.server.engine.protocol import TrunkState

TRUNK = Trunk("north", "register", registrar="sip.example.org:5060", user="122", transport="tcp")
REGISTRY = {
    "Event": "Registry",
    "Username": "sip:122@sip.example.org",
    "Domain": "sip:sip.example.org:5060;transport=tcp",
}
DETAIL = {"Event": "OutboundRegistrationDetail", "ObjectName": "trunk-north-registration"}


def words(*events: dict[str, str]) -> list[tuple[str, str]]:
    """Level and first words of what is logged."""
    registrations = Registrations([TRUNK], lambda state: None)
    with capture_logs() as logs:
        for event in events:
            registrations.take(event)
    return [(line["log_level"], line["event"].partition(":")[0]) for line in logs]


UP, DOWN = ("info", "trunk registered"), ("error", "trunk not registered")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([REGISTRY | {"Status": "Registered"}], [UP]),
        ([REGISTRY | {"Status": "Rejected"}], [DOWN]),
        ([DETAIL | {"Status": "Registered"}, REGISTRY | {"Status": "Registered"}], [UP]),
        ([DETAIL | {"Status": "Unregistered"}, REGISTRY | {"Status": "Rejected"}], [DOWN]),
        (
            [REGISTRY | {"Status": "Rejected"}] * 3 + [REGISTRY | {"Status": "Registered"}],
            [DOWN, UP],
        ),
        ([REGISTRY | {"Status": "Registered", "Username": "sip:other@elsewhere"}], []),
        ([{"Event": "FullyBooted", "Status": "Fully Booted"}], []),
    ],
)
def test_each_change_is_said_once(
    events: list[dict[str, str]], expected: list[tuple[str, str]]
) -> None:
    assert words(*events) == expected


def test_there_is_nothing_to_watch_without_registering_trunks() -> None:
    assert not Registrations([Trunk("pbx", outbound="10.0.0.1:5060")], lambda state: None)
    assert Registrations([TRUNK], lambda state: None)


def test_each_change_is_told() -> None:
    told: list[TrunkState] = []
    registrations = Registrations([TRUNK], told.append)
    for status in ("Rejected", "Rejected", "Registered"):
        registrations.take(REGISTRY | {"Status": status})
    assert told == [
        TrunkState("north", False, "Rejected"),
        TrunkState("north", True, "Registered"),
    ]
