from __future__ import annotations

import configparser
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.errors import EkcError
from ekc_console.server.engine.asterisk.install.modules import MODULES
from ekc_console.server.engine.asterisk.install.program import EngineProgram
from ekc_console.server.engine.asterisk.setup.configuration import Access, configuration
from ekc_console.server.engine.asterisk.setup.pjsip import account_fields
from ekc_console.server.engine.asterisk.setup.settings import AsteriskSettings, Tls, Trunk
from ekc_console.server.engine.protocol import Account

PROGRAM = EngineProgram(
    ("/usr/sbin/asterisk",), Path("/lib/modules"), Path("/data"), Path("/data/moh"), "22.1"
)
SETTINGS = AsteriskSettings(
    directory=Path("/srv/ekc"),
    recordings=Path("/srv/recordings"),
    host="10.1.2.3",
    trunks=(
        Trunk(
            "town", addresses=("10.9.0.0/24", "10.8.0.1"), outbound="10.9.0.1:5060", transport="tcp"
        ),
        Trunk(
            "provider", mode="register", registrar="sip.example:5070", user="122", password="p@ss"
        ),
    ),
)
RUN = Path("/run/ekc")
ANNA = Account("op-anna", "secret")


def files(settings: AsteriskSettings = SETTINGS) -> dict[str, str]:
    return configuration(settings, PROGRAM, Access(8088, 5038, "s3cret"), RUN)


def sections(text: str) -> dict[tuple[str, str], dict[str, list[str]]]:
    """(name, type) → key → values; a small reader of Asterisk's format of our own."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for block in text.split("\n["):
        name, _, body = block.lstrip("[").partition("]\n")
        fields: dict[str, list[str]] = {}
        for line in body.splitlines():
            if line:
                key, _, value = line.partition(" = ")
                fields.setdefault(key, []).append(value)
        found[name, fields.get("type", [""])[0]] = fields
    return found


@pytest.mark.parametrize(
    "module", ["dlg_options", "dtmf_info", "empty_info", "messaging", "maintenance"]
)
def test_a_request_within_a_call_is_answered_whatever_its_method(module: str) -> None:
    """Without them OPTIONS, INFO, MESSAGE and others get no answer at all, and a peer that asks
    whether we live ends the call."""
    assert f"res_pjsip_{module}" in MODULES
    assert "res_pjsip_refer" not in MODULES


def test_only_listed_modules_are_loaded_and_all_are_required() -> None:
    lines = files()["modules.conf"].splitlines()
    assert "autoload = no" in lines
    assert [line for line in lines if line.startswith("require")] == [
        f"require = {name}.so" for name in MODULES
    ]
    assert not any("iax" in name for name in MODULES)


def test_control_is_on_loopback_with_the_secret() -> None:
    texts = files()
    assert "bindaddr = 127.0.0.1" in texts["http.conf"]
    assert "bindaddr = 127.0.0.1" in texts["manager.conf"]
    assert "deny = 0.0.0.0/0.0.0.0" in texts["manager.conf"]
    assert "password = s3cret" in texts["ari.conf"]
    assert "secret = s3cret" in texts["manager.conf"]
    assert "live_dangerously = no" in texts["asterisk.conf"]


def test_sip_is_bound_where_told() -> None:
    pjsip = sections(files()["pjsip.conf"])
    for protocol in ("udp", "tcp"):
        assert pjsip[f"transport-{protocol}", "transport"]["bind"] == ["10.1.2.3:5060"]
    assert pjsip["global", "global"]["endpoint_identifier_order"] == ["username,auth_username,ip"]


def test_a_trunk_is_known_by_address_only() -> None:
    pjsip = sections(files()["pjsip.conf"])
    endpoint = pjsip["trunk-town", "endpoint"]
    assert endpoint["identify_by"] == ["ip"]
    assert endpoint["allow"] == ["alaw,ulaw"]
    assert endpoint["direct_media"] == endpoint["send_connected_line"] == ["no"]
    assert endpoint["media_address"] == ["10.1.2.3"]
    assert pjsip["trunk-town-by-ip", "identify"]["match"] == ["10.9.0.0/24", "10.8.0.1"]
    assert pjsip["trunk-town", "aor"]["contact"] == [r"sip:10.9.0.1:5060\;transport=tcp"]
    assert ("anonymous", "endpoint") not in pjsip


def test_a_silent_caller_is_never_cut_and_a_dead_one_is_asked_for() -> None:
    endpoint = sections(files(replace(SETTINGS, session_expires_s=300))["pjsip.conf"])[
        "trunk-town", "endpoint"
    ]
    assert not {"rtp_timeout", "rtp_timeout_hold"} & endpoint.keys()
    assert endpoint["timers"] == ["always"]
    assert endpoint["timers_sess_expires"] == ["300"]
    account = dict(account_fields(SETTINGS, ANNA))
    assert (account["timers"], account["rtp_timeout"]) == ("no", "30")


@pytest.mark.parametrize(("follow", "strict"), [(False, "yes"), (True, "no")])
def test_sound_from_elsewhere_is_taken_only_if_that_was_said(follow: bool, strict: str) -> None:
    rtp = files(replace(SETTINGS, follow_sound=follow))["rtp.conf"]
    assert f"strictrtp = {strict}\n" in rtp


def test_a_trunk_that_registers() -> None:
    pjsip = sections(files()["pjsip.conf"])
    registration = pjsip["trunk-provider-registration", "registration"]
    assert registration["server_uri"] == ["sip:sip.example:5070"]
    assert registration["client_uri"] == ["sip:122@sip.example"]
    assert registration["line"] == ["yes"]
    assert pjsip["trunk-provider", "auth"]["password"] == ["p@ss"]
    assert registration["auth_rejection_permanent"] == ["no"]
    assert pjsip["trunk-provider-by-ip", "identify"]["match"] == ["sip.example"]
    assert pjsip["trunk-provider", "endpoint"]["from_domain"] == ["sip.example"]


@pytest.mark.parametrize(
    ("user", "contact"), [("78005550122", "78005550122"), ("+7800", "+7800"), ("ekc-north", "s")]
)
def test_what_the_provider_calls_is_in_the_dialplan(user: str, contact: str) -> None:
    trunk = Trunk("north", mode="register", registrar="10.0.0.1:5060", user=user)
    made = files(replace(SETTINGS, trunks=(trunk,)))
    registration = sections(made["pjsip.conf"])["trunk-north-registration", "registration"]
    assert registration["contact_user"] == [contact]
    assert "exten = s,1," in made["extensions.conf"]


def test_only_operators_contacts_are_rewritten() -> None:
    """Over TCP it would also rewrite the Record-Route of a trunk's proxy."""
    assert dict(account_fields(SETTINGS, ANNA))["rewrite_contact"] == "yes"
    assert "rewrite_contact" not in files()["pjsip.conf"]


def test_operators_are_known_by_name_and_password_only() -> None:
    fields = dict(account_fields(SETTINGS, ANNA))
    assert fields["auth"] == "op-anna"
    assert fields["identify_by"] == "username,auth_username"
    assert fields["context"] == "ekc-operator"


def test_any_address_leaves_media_unbound_and_a_public_one_is_announced() -> None:
    pjsip = files(replace(SETTINGS, host="0.0.0.0", public_host="203.0.113.5"))["pjsip.conf"]
    assert "bind_rtp_to_media_address" not in pjsip
    assert "external_media_address = 203.0.113.5" in pjsip


@pytest.mark.parametrize(("host", "own"), [("0.0.0.0", []), ("100.64.0.5", ["100.64.0.5/32"])])
def test_the_public_address_is_told_outside_the_local_networks_only(
    host: str, own: list[str]
) -> None:
    """``own``: an address that is in none of them would else stay in the SDP."""
    behind = replace(SETTINGS, host=host, public_host="203.0.113.5", local_nets=("10.0.0.0/8",))
    transport = sections(files(behind)["pjsip.conf"])["transport-udp", "transport"]
    assert transport["external_signaling_address"] == ["203.0.113.5"]
    assert transport["local_net"] == ["10.0.0.0/8", *own]
    assert "local_net" not in files()["pjsip.conf"]


@pytest.mark.parametrize(("prompt", "music"), [(None, ""), (Path("/srv/held.wav"), "held")])
def test_callers_without_a_server_are_held(prompt: Path | None, music: str) -> None:
    text = files(replace(SETTINGS, fallback_prompt=prompt))["extensions.conf"]
    assert "Stasis(ekc,in,${EKC_CALLED},${EKC_CAME})" in text
    held = text[text.index("n(held)") :]
    assert held.index("Answer()") < held.index(f"StartMusicOnHold({music})") < held.index("Wait(1)")


def test_every_caller_is_noted_before_the_server_is_asked() -> None:
    text = files(SETTINGS)["extensions.conf"]
    came, asked, left = (text.index(step) for step in ("=came,", "Stasis(ekc,in", "=left,"))
    assert came < asked < left
    assert f"Set(FILE({SETTINGS.directory}/callers/" in text
    assert "${URIENCODE(${CALLERID(num):0:64})}" in text
    assert text.count("CALLERID") == 1


@pytest.mark.parametrize("has_music", [True, False])
def test_the_word_to_held_callers_comes_before_the_music(tmp_path: Path, has_music: bool) -> None:
    for name in ("b.wav", "a.wav") if has_music else ():
        (tmp_path / name).touch()
    settings = replace(
        SETTINGS,
        fallback_prompt=Path("/srv/held.wav"),
        music_directory=tmp_path if has_music else None,
    )
    program = replace(PROGRAM, music=None)
    text = configuration(settings, program, Access(8088, 5038, "s"), RUN)["musiconhold.conf"]
    held = sections(text)["held", ""]
    pieces = [f"{tmp_path}/a", f"{tmp_path}/b"] if has_music else []
    assert held["entry"] == ["/srv/held", *pieces]
    assert (("default", "") in sections(text)) == has_music


@pytest.mark.parametrize(
    ("every_s", "fields"), [(0, (None, None)), (1, (["1"], ["1"])), (30, (["30"], ["3"]))]
)
def test_trunks_that_are_called_are_probed(every_s: int, fields: tuple[object, object]) -> None:
    trunk = replace(SETTINGS.trunks[0], probe_every_s=every_s)
    pjsip = sections(files(replace(SETTINGS, trunks=(trunk,)))["pjsip.conf"])
    aor = pjsip["trunk-town", "aor"]
    assert (aor.get("qualify_frequency"), aor.get("qualify_timeout")) == fields
    assert pjsip["global", "global"]["max_initial_qualify_time"] == ["1"]


def test_our_music_or_that_of_the_program() -> None:
    assert "directory = /data/moh" in files()["musiconhold.conf"]
    own = files(replace(SETTINGS, music_directory=Path("/srv/music")))["musiconhold.conf"]
    assert "directory = /srv/music" in own


@given(st.text(max_size=24), st.text(max_size=12))
def test_no_value_can_add_a_line_or_a_comment(password: str, user: str) -> None:
    try:
        trunk = Trunk(
            "town", mode="register", registrar="10.0.0.1:5060", user=user, password=password
        )
    except EkcError:
        return
    plain = Trunk("town", mode="register", registrar="10.0.0.1:5060", user="u", password="p")
    before = files(replace(SETTINGS, trunks=(plain,)))["pjsip.conf"]
    after = files(replace(SETTINGS, trunks=(trunk,)))["pjsip.conf"]
    assert len(after.split("\n")) == len(before.split("\n"))
    assert f"password = {password}\n" in after
    assert ";" not in after


def test_files_are_readable_as_sections() -> None:
    for name, text in files().items():
        parser = configparser.RawConfigParser(strict=False, allow_no_value=True, delimiters=("=",))
        parser.read_string(text, name)


SECURE = replace(
    SETTINGS,
    tls=Tls(
        Path("/srv/tls/server.pem"), Path("/srv/tls/key.pem"), 5061, Path("/srv/ca.pem"), "f00"
    ),
    trunks=(Trunk("cloud", outbound="sip.example:5061", transport="tls", srtp=True),),
)


def test_tls_is_spoken_on_a_port_of_its_own() -> None:
    assert "transport-tls" not in files()["pjsip.conf"]
    transport = sections(files(SECURE)["pjsip.conf"])["transport-tls", "transport"]
    assert transport["bind"] == ["10.1.2.3:5061"]
    assert transport["cert_file"] == ["/srv/tls/server.pem"]
    assert transport["priv_key_file"] == ["/srv/tls/key.pem"]
    assert transport["method"] == ["tlsv1_2"]
    assert transport["verify_server"] == ["yes"]
    assert transport["ca_list_file"] == ["/srv/ca.pem"]


def test_a_renewed_certificate_is_another_configuration() -> None:
    tls = SECURE.tls
    assert tls is not None
    assert files(SECURE) != files(replace(SECURE, tls=replace(tls, digest="f01")))


def test_a_trunk_with_tls_and_srtp() -> None:
    pjsip = sections(files(SECURE)["pjsip.conf"])
    endpoint = pjsip["trunk-cloud", "endpoint"]
    assert endpoint["transport"] == ["transport-tls"]
    assert endpoint["media_encryption"] == ["sdes"]
    assert pjsip["trunk-cloud", "aor"]["contact"] == [r"sip:sip.example:5061\;transport=tls"]


def test_an_account_of_its_own_kind_of_encryption() -> None:
    assert "media_encryption" not in dict(account_fields(SETTINGS, ANNA))
    fields = dict(account_fields(SETTINGS, replace(ANNA, tls=True, srtp=True)))
    assert fields["media_encryption"] == "sdes"
    assert fields["context"] == "ekc-operator-tls"
    dialplan = files()["extensions.conf"]
    assert '"${CHANNEL(pjsip,secure)}"="1"]?ekc-operator,standing,1)' in dialplan
