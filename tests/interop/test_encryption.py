"""Another maker's telephone over TLS and SRTP: baresip behind an encrypted trunk."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.client.voice.line_state import Voice
from ekc_console.config import Trunk
from sip.link.client import Softphone
from sip.link.protocol import Listen
from tests.interop.baresip import PERSON_HZ, Baresip
from tests.support.centre import OPERATOR_HZ, hears, in_state
from tests.support.net import fresh_host
from tests.support.secure_centre import SecureCentre


async def test_an_encrypted_caller_talks_with_an_encrypted_operator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = fresh_host()
    # baresip leaves the address that a connection comes from to the system.
    trunk = Trunk(
        name="secure",
        mode="address",
        addresses=("127.0.0.1",),
        transport="tls",
        srtp=True,
    )
    centre = SecureCentre(tmp_path / "centre", trunks=(trunk,))
    authority = centre.tls / "ca.pem"
    monkeypatch.setenv("EKC_CA", str(authority))
    person = Baresip(tmp_path / "person", host, "+79000000411", authorities=authority)
    try:
        await centre.open()
        await person.start()
        desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
        phone = desk.line.phone
        assert isinstance(phone, Softphone)
        phone.send(Listen(call=desk.line.leg, tones_hz=[PERSON_HZ]))
        engine = centre.config.engine
        await person.dial(f"sip:122@{engine.host}:{engine.tls_port};transport=tls")
        await person.event("CALL_ESTABLISHED")
        await person.press("3")
        await in_state(desk, "offered")
        await desk.accept()
        await hears(phone, desk.line.leg, PERSON_HZ)
        await person.listens(1.0)
    finally:
        await person.stop()
        await centre.close()
    assert person.heard()[int(OPERATOR_HZ)] > 500
