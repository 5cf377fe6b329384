"""The console's softphone registered at Kamailio as the organisation's PBX."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ekc_console.client.voice.line_state import Voice
from tests.interop.baresip import PERSON_HZ, Baresip
from tests.interop.centre import OPERATOR_HZ, Centre
from tests.interop.kamailio import Kamailio
from tests.interop.test_sipp import strongest, trunk
from tests.support.centre import in_state, until
from tests.support.net import fresh_host
from tests.support.passwords import MemoryPasswords
from tests.support.secure_centre import make_certificate

CALLER = "+79000000402"
INSIDE = "1007"


@pytest.mark.parametrize("secure", [False, True], ids=["udp", "tls"])
async def test_a_call_from_outside_is_talked_at_a_number_of_the_pbx(
    open_centre: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secure: bool
) -> None:
    pbx_host, tls = fresh_host(), tmp_path / "tls"
    make_certificate(tls, pbx_host)
    monkeypatch.setenv("EKC_PBX_CA", str(tls / "ca.pem"))
    pbx = Kamailio(
        tmp_path / "kamailio",
        pbx_host,
        user=INSIDE,
        password="at-the-office",
        number=INSIDE,
        network=f"{fresh_host()}:5060",
        tls=tls if secure else None,
    )
    person = Baresip(tmp_path / "person", fresh_host(), CALLER)
    try:
        await pbx.start()
        await person.start()
        inside = {**trunk(pbx.host), "outbound": pbx.address}
        outside = {**trunk(person.host), "name": "callers"}
        centre: Centre = await open_centre([inside, outside])
        address = pbx.tls_address if secure else pbx.address
        by_tls = ("--pbx-option", "transport=tls", "--pbx-option", "srtp=optional")
        await centre.add("anna", "--pbx", f"{INSIDE}@{address}", *(by_tls if secure else ()))
        desk = await centre.console("anna", passwords=MemoryPasswords("at-the-office"))
        desk.line.voice = Voice(tone_hz=OPERATOR_HZ)
        await desk.ready()
        await pbx.says(f"registered {INSIDE} by {'tls' if secure else 'udp'}")
        await until(desk, lambda: bool(desk.view.me and desk.view.me.line_up))

        await person.dial(f"sip:122@{centre.sip_address}")
        await person.event("CALL_ESTABLISHED")
        await person.press("3")
        await in_state(desk, "offered")
        await desk.accept()
        await in_state(desk, "talking")
        await person.listens(1.0)
        await until(desk, lambda: desk.line.state.transmitting)
        await desk.hang_up()
        (row,) = await centre.settled(1)
    finally:
        await person.stop()
        await pbx.stop()
    assert person.heard()[int(OPERATOR_HZ)] > 500, "the caller heard the operator"
    caller, operator = strongest(row.recording)
    assert caller == pytest.approx(PERSON_HZ, abs=10), "the recording has the caller on the left"
    assert operator == pytest.approx(OPERATOR_HZ, abs=10)
