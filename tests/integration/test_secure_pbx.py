"""A softphone registered over TLS at an organisation's PBX, with encrypted sound or without."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ekc_console.client.desk import Desk
from ekc_console.client.link.timing import Timing
from ekc_console.client.voice.line_state import Voice
from ekc_console.config import Trunk
from ekc_console.wire.voice import PbxAccount, VoiceSetting
from sip.link.protocol import Audio, Hold, Unhold
from tests.support.centre import (
    OPERATOR_HZ,
    PASSWORD,
    hears,
    hears_caller,
    in_state,
    into_queue,
    until,
)
from tests.support.passwords import MemoryPasswords
from tests.support.pbx import PASSWORD as PBX_PASSWORD
from tests.support.pbx import USER
from tests.support.secure_centre import SecureCentre
from tests.support.secure_pbx import SecurePbx
from tests.support.sweep import sweep

WAIT_S = 20.0


@dataclass
class Place:
    desk: Desk
    centre: SecureCentre
    pbx: SecurePbx


Opener = Callable[..., Awaitable[Place]]


@pytest.fixture
async def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Opener]:
    """Opens a PBX, a centre that calls out through it over TLS, and the console of an operator with
    an account there, who is ready. ``trusted``: the centre and its consoles know the PBX's
    authority; ``secure`` False: it speaks in the clear."""
    things: list[SecurePbx | SecureCentre] = []

    async def open_place(
        *, trunk_srtp: bool = False, trusted: bool = True, secure: bool = True, **account: Any
    ) -> Place:
        pbx = await SecurePbx(tmp_path / "pbx", secure=secure).start()
        centre = SecureCentre(tmp_path)
        callers = Trunk(name="callers", mode="address", addresses=(f"{centre.host}/32",))
        way_out = {"outbound": pbx.address, "transport": "tls", "srtp": trunk_srtp}
        centre.trunks = (callers, Trunk(name="pbx", mode="address", **way_out))
        centre.trunk_ca = pbx.ca if trusted else centre.trunk_ca
        monkeypatch.setenv("EKC_CA", str(centre.tls / "ca.pem"))
        things.extend((pbx, centre))
        await centre.open()
        known = PbxAccount(user=USER, domain=pbx.address, transport="tls", **account)
        await centre.add_person("anna", voice=VoiceSetting(way="pbx", pbx=known))
        desk = centre.desk(
            "anna",
            voice=Voice(tone_hz=OPERATOR_HZ),
            passwords=MemoryPasswords(PBX_PASSWORD),
            timing=Timing(leg_s=2.0),
        )
        await desk.log_in("anna", PASSWORD)
        await desk.ready()
        return Place(desk, centre, pbx)

    yield open_place
    for thing in reversed(things):
        await (thing.stop() if isinstance(thing, SecurePbx) else thing.close())


@pytest.mark.parametrize(
    ("trunk_srtp", "srtp", "profile"),
    sweep(
        [
            (True, "required", "RTP/SAVP"),
            (True, "optional", "RTP/SAVP"),
            (False, "optional", "RTP/AVP"),
        ],
        every=3,
    ),
)
async def test_a_talk_over_tls(opened: Opener, trunk_srtp: bool, srtp: str, profile: str) -> None:
    place = await opened(trunk_srtp=trunk_srtp, srtp=srtp)
    desk = place.desk
    await until(desk, lambda: bool(desk.view.me and desk.view.me.line_up))
    caller = await into_queue(place.centre, "+79000000611")
    await in_state(desk, "offered")
    await desk.accept()
    await in_state(desk, "talking")
    await hears(caller, "c", OPERATOR_HZ)
    phone, leg = await hears_caller(desk)
    phone.send(Hold(call=leg))
    held = await phone.wait_for(Audio, WAIT_S, call=leg, state="local_hold")
    # PJSIP then settles on one codec by a re-INVITE of its own.
    await place.pbx.until_described(6)
    phone.send(Unhold(call=leg))
    await phone.wait_for(Audio, WAIT_S, after=held.t, call=leg, state="active")
    await hears_caller(desk)
    for description in place.pbx.sdp:
        assert f" {profile} " in description
        assert profile == "RTP/AVP" or "a=crypto:" in description


@pytest.mark.long
async def test_open_sound_is_refused_where_it_must_be_encrypted(opened: Opener) -> None:
    place = await opened(srtp="required")
    desk = place.desk
    await until(desk, lambda: bool(desk.view.me and desk.view.me.line_up))
    await into_queue(place.centre, "+79000000612")
    call = await in_state(desk, "offered")
    await desk.accept()
    await until(desk, lambda: any("открытым звуком" in notice.text for notice in desk.notices))
    await until(desk, lambda: desk.view.call is None or desk.view.call.state == "offered")
    assert desk.view.call is None or desk.view.call.id == call.id


@pytest.mark.long
async def test_a_pbx_that_nobody_vouches_for_gets_no_password(opened: Opener) -> None:
    place = await opened(trusted=False)
    desk = place.desk
    await until(desk, lambda: "не прошёл проверку" in desk.line.state.detail)
    for words in ("tls.trunk_ca", "EKC_PBX_CA"):
        assert words in desk.line.state.detail
    assert not place.pbx.tries


@pytest.mark.long
async def test_a_pbx_in_the_clear_is_said_in_words(opened: Opener) -> None:
    place = await opened(secure=False)
    desk = place.desk
    await until(desk, lambda: "по TLS" in desk.line.state.detail, WAIT_S)
    assert "transport=udp или tcp" in desk.line.state.detail
    assert not place.pbx.tries
