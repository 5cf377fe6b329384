from __future__ import annotations

import pytest

from ekc_console.server.engine.asterisk.calls.probes import Probes
from ekc_console.server.engine.asterisk.setup.settings import Trunk

TRUNKS = (
    Trunk("town", outbound="10.0.0.1:5060"),
    Trunk("shy", outbound="10.0.0.2:5060", probe_every_s=0),
    Trunk("inbound", addresses=("10.0.0.3",)),
)
TOWN = {"EndpointName": "trunk-town"}
DETAIL = {"Event": "ContactStatusDetail", "AOR": "trunk-town"} | TOWN
EVENT = {"Event": "ContactStatus", "AOR": "trunk-town"} | TOWN


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([DETAIL | {"Status": "NonQualified"}], []),
        ([DETAIL | {"Status": "Reachable"}, EVENT | {"ContactStatus": "Reachable"}], [True]),
        ([EVENT | {"ContactStatus": "Unreachable"}] * 2, [False]),
        (
            [EVENT | {"ContactStatus": word} for word in ("Unreachable", "Removed", "Reachable")],
            [False, True],
        ),
        ([EVENT | {"ContactStatus": "Unreachable", "EndpointName": "trunk-shy"}], []),
        ([{"Event": "PeerStatus", "Peer": "PJSIP/trunk-town", "PeerStatus": "Unreachable"}], []),
    ],
)
def test_each_change_is_told_once(events: list[dict[str, str]], expected: list[bool]) -> None:
    told: list[tuple[str, bool]] = []
    probes = Probes(TRUNKS, lambda name, answers: told.append((name, answers)))
    for event in events:
        probes.take(event)
    assert told == [("town", answers) for answers in expected]


def test_only_trunks_that_are_called_and_probed_are_asked_about() -> None:
    assert Probes(TRUNKS, lambda name, answers: None).endpoints == ("trunk-town",)
