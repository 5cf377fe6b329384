"""Where softphones are told to find an Asterisk of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.server.engine.asterisk.control.child import Child
from ekc_console.server.engine.asterisk.install.program import EngineProgram
from ekc_console.server.engine.asterisk.node import ChildNode
from ekc_console.server.engine.asterisk.setup.settings import AsteriskSettings

PROGRAM = EngineProgram(("asterisk",), Path("/m"), Path("/d"), None, "22.1")
INNER, PUBLIC = "10.0.0.5", "203.0.113.5"


@pytest.mark.parametrize(
    ("host", "reached", "tls", "told"),
    [
        (INNER, "10.9.8.7", False, INNER),
        (INNER, "127.0.0.1", False, INNER),
        (INNER, "198.51.100.9", False, PUBLIC),
        (INNER, "", False, PUBLIC),
        (INNER, "10.9.8.7", True, PUBLIC),
        ("0.0.0.0", "127.0.0.1", False, "127.0.0.1"),
        ("0.0.0.0", "10.255.255.254", False, PUBLIC),
    ],
)
def test_who_is_in_the_local_networks_stays_in_them(
    monkeypatch: pytest.MonkeyPatch, host: str, reached: str, tls: bool, told: str
) -> None:
    """10.255.255.254: a proxy before the server, no address of this machine."""
    monkeypatch.setattr(Child, "sip", (host, 5060, 5061))
    settings = AsteriskSettings(Path("/e"), Path("/r"), host=host, public_host=PUBLIC)
    node = ChildNode(settings, PROGRAM)
    assert node.sip(tls=tls, reached=reached) == (told, 5061 if tls else 5060)
