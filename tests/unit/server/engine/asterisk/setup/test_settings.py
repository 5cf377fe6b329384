from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.errors import EkcError
from ekc_console.server.engine.asterisk.setup.settings import (
    AsteriskSettings,
    ExternalNode,
    Tls,
    Trunk,
)

TRUNK: dict[str, Any] = {"name": "town", "addresses": ("10.0.0.1",)}
ENGINE: dict[str, Any] = {"directory": Path("/srv/ekc"), "recordings": Path("/srv/recordings")}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "two words"),
        ("name", "a]\n[b"),
        ("name", ""),
        ("mode", "guess"),
        ("transport", "sctp"),
        ("addresses", ("10.0.0.1\nmatch=0.0.0.0/0",)),
        ("addresses", ("everywhere",)),
        ("outbound", "10.0.0.1"),
        ("outbound", "10.0.0.1:99999"),
        ("outbound", "10.0.0.1:5060;lr"),
        ("registrar", "host name:5060"),
        ("user", "a@b"),
        ("user", "a\nb"),
        ("password", "a\nb"),
        ("password", "a;b"),
        ("password", " a"),
        ("password", ">a"),
        ("caller_id", '122" <1>'),
        ("addresses", ()),
        ("caller_to_emergency", "from"),
        ("probe_every_s", -1),
        ("probe_every_s", 3601),
    ],
)
def test_a_wrong_trunk_is_refused_naming_the_field(key: str, value: object) -> None:
    with pytest.raises(EkcError) as caught:
        Trunk(**{**TRUNK, key: value})
    assert "engine.trunks" in caught.value.message
    assert caught.value.remedy
    assert "\n" not in caught.value.message


def test_registration_needs_a_registrar_and_a_user() -> None:
    with pytest.raises(EkcError, match="registrar"):
        Trunk("town", mode="register", user="122")


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(Trunk(**TRUNK, password="secret"))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("host", "localhost"),
        ("host", "127.0.0.1\nbind=0.0.0.0"),
        ("public_host", "::1"),
        ("public_host", "a b"),
        ("sip_port", 0),
        ("sip_port", 65536),
        ("http_port", -1),
        ("local_nets", ("10.0.0.0/8", "inside")),
        ("session_expires_s", 89),
        ("session_expires_s", 86401),
        ("rtp_first", 80),
        ("rtp_last", 20001),
        ("directory", Path("relative")),
        ("recordings", Path("/a,b")),
        ("fallback_prompt", Path("/a\nb.wav")),
        ("music_directory", Path("/a;b")),
        ("trunks", (Trunk(**TRUNK), Trunk(**TRUNK))),
    ],
)
def test_wrong_engine_settings_are_refused_naming_the_field(key: str, value: object) -> None:
    with pytest.raises(EkcError) as caught:
        AsteriskSettings(**{**ENGINE, key: value})
    assert f"engine.{key}" in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("host", "control"),
    [("127.5.0.1", "127.5.0.1"), ("10.1.2.3", "127.0.0.1"), ("0.0.0.0", "127.0.0.1")],
)
def test_control_stays_on_loopback(host: str, control: str) -> None:
    assert AsteriskSettings(**ENGINE, host=host).control_host == control


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("10.9.8.7", True),
        ("127.0.0.1", True),
        ("172.31.0.1", True),
        ("203.0.113.5", False),
        ("::1", False),
        ("", False),
    ],
)
def test_private_networks_are_local(address: str, local: bool) -> None:
    assert AsteriskSettings(**ENGINE).is_local(address) == local


def test_whose_from_is_the_provider_s_login_cannot_put_the_caller_there() -> None:
    with pytest.raises(EkcError, match="caller_to_emergency"):
        Trunk("t", outbound="10.0.0.1:5060", user="78005550122", caller_to_emergency="From")
    Trunk("t", outbound="10.0.0.1:5060", caller_to_emergency="From")


@pytest.mark.parametrize("ari", ["node:8088", "http://node:8088/ari", "ftp://node"])
def test_a_wrong_node_address_is_refused(ari: str) -> None:
    with pytest.raises(EkcError, match=r"engine\.node\.ari"):
        ExternalNode(ari, "u", "p", "10.0.0.1:5038", "u", "p", "10.0.0.1:5060")


@given(st.text(max_size=20))
def test_a_password_is_kept_as_it_is_or_refused(password: str) -> None:
    try:
        trunk = Trunk(**TRUNK, password=password)
    except EkcError:
        return
    assert trunk.password == password
    assert not set(password) & set("\n\r\0;")


def test_sound_is_not_encrypted_with_keys_in_the_open() -> None:
    with pytest.raises(EkcError, match=r"engine\.trunks\.town\.srtp") as caught:
        Trunk(**TRUNK, srtp=True)
    assert "transport: tls" in caught.value.remedy


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tls": Tls(Path("/c.pem"), Path("/k.pem"), port=5060)}, "engine.tls_port"),
        ({"trunks": (Trunk(**TRUNK, transport="tls"),)}, "нужен сертификат"),
    ],
)
def test_tls_that_cannot_be(change: dict[str, object], words: str) -> None:
    with pytest.raises(EkcError, match=words) as caught:
        AsteriskSettings(directory=Path("/d"), recordings=Path("/r"), **change)
    assert caught.value.remedy


@pytest.mark.parametrize("certificate", [Path("c.pem"), Path("/c;d.pem")])
def test_a_certificates_path_that_asterisk_would_misread(certificate: Path) -> None:
    with pytest.raises(EkcError, match=r"tls\.certificate"):
        Tls(certificate, Path("/k.pem"))
