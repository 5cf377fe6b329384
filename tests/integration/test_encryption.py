"""A centre with TLS and SRTP: consoles over HTTPS, operators' sound encrypted, and nothing else
taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ekc_console.client.doctor.voice import check_voice
from ekc_console.client.voice.line_state import Voice
from ekc_console.config import Trunk
from ekc_console.errors import EkcError
from ekc_console.wire import messages
from sip.link.client import CallFailed, Softphone
from sip.link.protocol import Call, CallState, Listen, Quality, Start, Statistics
from tests.support.centre import (
    CALLER_HZ,
    OPERATOR_HZ,
    PASSWORD,
    WAIT_S,
    hears,
    in_state,
    into_queue,
    until,
)
from tests.support.net import fresh_host
from tests.support.secure_centre import SecureCentre, make_certificate
from tests.support.secure_party import SecureParty, SrtpReader, offered_key, sound

PACKETS = 25


@pytest.fixture
async def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Opens a centre in ``tmp_path``, which consoles of this test trust."""
    centres: list[SecureCentre] = []

    async def open_centre(**changes: Any) -> SecureCentre:
        centre = SecureCentre(tmp_path, **changes)
        monkeypatch.setenv("EKC_CA", str(centre.tls / "ca.pem"))
        centres.append(await centre.open())
        return centre

    yield open_centre
    for centre in centres:
        await centre.close()


@pytest.fixture
async def secure(opened) -> SecureCentre:
    return await opened()


async def test_a_talk_over_tls_and_srtp_is_heard_both_ways(secure: SecureCentre) -> None:
    assert secure.server.url.startswith("https://")
    desk = await secure.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    phone = desk.line.phone
    assert phone is not None
    phone.send(Listen(call=desk.line.leg, tones_hz=[CALLER_HZ]))
    caller = await into_queue(secure, "+79000000501")
    await in_state(desk, "offered")
    await desk.accept()
    await hears(phone, desk.line.leg, CALLER_HZ)
    await hears(caller, "c", OPERATOR_HZ)
    phone.send(Statistics(call=desk.line.leg))
    assert (await phone.wait_for(Quality, WAIT_S)).packets_in > 0


async def test_what_is_not_encrypted_is_refused(secure: SecureCentre) -> None:
    """With the right password: over TCP, and over TLS with open sound."""
    desk = await secure.operator("anna")
    line = await desk.request(messages.OpenLine())
    assert isinstance(line, messages.Line)
    assert (line.transport, line.srtp) == ("tls", True)
    engine = secure.config.engine
    plain = f"sip:standing@{engine.host}:{engine.sip_port};transport=tcp"
    account = {"host": secure.host, "user": line.user, "password": line.password}
    over_tls = {"transport": "tls", "authorities": line.authorities}
    for start, uri, code in (
        (Start(transport="tcp", domain=line.domain, **account), plain, (403, 488)),
        (Start(domain=line.domain, **over_tls, **account), line.uri, (488,)),
    ):
        phone = await Softphone.spawn(start)
        try:
            with pytest.raises(CallFailed) as caught:
                await phone.call(uri, WAIT_S)
            assert caught.value.code in code
        finally:
            await phone.stop()
    assert desk.line.state.state == "up"


@pytest.mark.long
async def test_open_sound_over_an_open_connection_is_refused_by_the_transport(opened) -> None:
    """TLS without SRTP: nothing but the signalling's own check holds a cleartext call off."""
    secure = await opened(media="rtp")
    desk = await secure.operator("anna")
    line = await desk.request(messages.OpenLine())
    assert isinstance(line, messages.Line)
    phone = await Softphone.spawn(
        Start(host=secure.host, user=line.user, password=line.password, domain=line.domain)
    )
    engine = secure.config.engine
    try:
        with pytest.raises(CallFailed) as caught:
            await phone.call(f"sip:standing@{engine.host}:{engine.sip_port}", WAIT_S)
        assert caught.value.code == 403
    finally:
        await phone.stop()


@pytest.mark.long
async def test_a_wrong_certificate_of_telephony_is_said_in_words(opened, tmp_path: Path) -> None:
    make_certificate(tmp_path / "other", "example.org")
    secure = await opened(ca=tmp_path / "other/ca.pem")
    await secure.add_person("anna")
    desk = secure.desk("anna")
    await desk.log_in("anna", PASSWORD)
    await desk.ready()
    await until(desk, lambda: desk.line.state.state == "failed")
    assert "Сертификат сервера телефонии не прошёл проверку" in desk.line.state.detail


async def test_a_console_without_the_authority_is_told_what_to_do(
    secure: SecureCentre, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("EKC_CA")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    await secure.add_person("anna")
    with pytest.raises(EkcError) as caught:
        await secure.desk("anna").log_in("anna", PASSWORD)
    assert "сертификат сервера выдан неизвестным центром" in caught.value.message
    assert "ca.pem" in caught.value.remedy


@pytest.mark.long
async def test_a_trunk_with_tls_and_srtp(opened, tmp_path: Path) -> None:
    """What Asterisk sends the provider is the operator's voice for who has the keys, and noise for
    who has not."""
    host = fresh_host()
    folder = tmp_path / "tls"
    make_certificate(folder, host)
    provider = await SecureParty(host, folder / "server.pem", folder / "server-key.pem").start()
    trunk = Trunk(
        name="secure",
        mode="address",
        outbound=f"{host}:{provider.port}",
        transport="tls",
        srtp=True,
    )
    try:
        secure = await opened(trunks=(trunk,))
        desk = await secure.operator("anna", Voice(tone_hz=OPERATOR_HZ))
        await desk.dial("+79000000502")
        await in_state(desk, "talking")
        await provider.until_packets(2 * PACKETS)
        packets = provider.packets[PACKETS : 2 * PACKETS]
    finally:
        await provider.stop()
    reader = SrtpReader(offered_key(provider.offer)[1])
    assert "RTP/SAVP " in provider.offer
    assert [sound(reader.payload(packet)) for packet in packets] == [{int(OPERATOR_HZ)}] * PACKETS
    assert all(sound(packet[12:172]) != {int(OPERATOR_HZ)} for packet in packets)


@pytest.mark.long
async def test_the_echo_goes_the_same_way(secure: SecureCentre) -> None:
    await secure.add_person("anna")
    findings = await check_voice(
        secure.server.url, "anna", PASSWORD, lambda text: None, sound=False
    )
    assert "fault" not in {finding.state for finding in findings}, findings
    assert findings[-1].found == "A-law, TLS, SRTP"


@pytest.mark.long
async def test_callers_of_a_provider_come_over_tls_and_srtp(opened) -> None:
    caller_host = fresh_host()
    trunk = Trunk(
        name="secure", mode="address", addresses=(caller_host,), transport="tls", srtp=True
    )
    secure = await opened(trunks=(trunk,))
    engine = secure.config.engine
    authorities = (secure.tls / "ca.pem").read_text()
    for srtp, outcome in ((True, "connected"), (False, "ended")):
        caller = await Softphone.spawn(
            Start(
                host=caller_host,
                user="+79000000503",
                transport="tls",
                srtp="required" if srtp else "off",
                authorities=authorities,
            )
        )
        try:
            caller.send(Call(call="c", uri=f"sip:122@{engine.host}:{engine.tls_port}"))
            told = await caller.wait_for(CallState, WAIT_S, call="c", state=outcome)
            assert told.code == (200 if srtp else 488)
        finally:
            await caller.stop()
