from __future__ import annotations

import pytest

from sip.engine.checks import CommandFailed, check, failed
from sip.link.protocol import Answer, Call, Command, HangUp, Listen, SendKeys, Start, Tone, Transfer
from sip.link.uris import account_uri, user_of, with_transport


@pytest.mark.parametrize(
    "command",
    [
        Start(),
        Start(host="", user="+79001234567", display_name="Иванова А. П."),
        Start(registrar="127.0.0.1:5060"),
        Start(transport="tls", srtp="required"),
        Call(call="c1", uri="sip:standing@127.0.0.1:5060;transport=tcp", headers={"X-A": "ё"}),
        Call(call="c-1.a_b", uri="sips:a@b", from_user="+79001234567"),
        Answer(call="c", code=180),
        Answer(call="c", code=699),
        SendKeys(call="c", keys="0123456789*#ABCD"),
        Transfer(call="c", uri="sip:a@b"),
        Tone(call="c", hz=0),
        Listen(call="c", tones_hz=[]),
        Listen(call="c", tones_hz=[440, 3700]),
        HangUp(call=""),
    ],
)
def test_good_commands(command: Command) -> None:
    check(command)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (Start(user=""), "user"),
        (Start(srtp="optional"), "srtp"),
        (Start(user="a@b"), "user"),
        (Start(user="a\r\nb"), "user"),
        (Start(domain="a b"), "domain"),
        (Start(display_name="a\nb"), "display_name"),
        (Start(port=70000), "port"),
        (Start(port=-1), "port"),
        (Start(rtp_port=-1), "rtp_port"),
        (Start(registrar="a b"), "registrar"),
        (Call(call="", uri="sip:a@b"), "call"),
        (Call(call="in7", uri="sip:a@b"), "call"),
        (Call(call="xfer1", uri="sip:a@b"), "call"),
        (Call(call="c", uri="tel:112"), "uri"),
        (Call(call="c", uri="sip:a@b>"), "uri"),
        (Call(call="c", uri="sip:a@b\r\nX: 1"), "uri"),
        (Call(call="c", uri="sip:a@b", headers={"X A": "1"}), "headers"),
        (Call(call="c", uri="sip:a@b", headers={"X-A": "1\r\nX: 1"}), "headers"),
        (Call(call="c", uri="sip:a@b", headers={"X-A": "1" * 2000}), "headers"),
        (Call(call="c", uri="sip:a@b", from_user="a b"), "user"),
        (Answer(call="c", code=0), "code"),
        (Answer(call="c", code=100), "code"),
        (Answer(call="c", code=700), "code"),
        (SendKeys(call="c", keys=""), "keys"),
        (SendKeys(call="c", keys="1" * 33), "keys"),
        (SendKeys(call="c", keys="E"), "keys"),
        (Transfer(call="c", uri="a@b"), "uri"),
        (Tone(call="c", hz=-1), "hz"),
        (Tone(call="c", hz=4000), "hz"),
        (Tone(call="c", hz=float("nan")), "hz"),
        (Tone(call="c", hz=440, level_dbfs=1), "level_dbfs"),
        (Listen(call="c", tones_hz=[50]), "tones_hz"),
        (Listen(call="c", tones_hz=[440], threshold_dbfs=float("inf")), "threshold_dbfs"),
    ],
)
def test_bad_commands_name_the_field(command: Command, field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}"):
        check(command)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CommandFailed("unknown_call", "x"), "unknown_call"),
        (ValueError("x"), "bad_value"),
        (FileNotFoundError("x"), "no_file"),
        (IsADirectoryError("x"), "no_file"),
    ],
)
def test_errors_become_failures(error: Exception, code: str) -> None:
    event = failed(error, 4)
    assert event is not None
    assert (event.seq, event.code, event.detail) == (4, code, "x")


def test_an_unforeseen_error_is_no_failure_of_the_command() -> None:
    assert failed(KeyError("x"), 4) is None


def test_addresses() -> None:
    assert account_uri("+7900", "h") == "<sip:+7900@h>"
    assert account_uri("a#b", "h:5060") == "<sip:a%23b@h:5060>"
    assert account_uri("a", "h", 'И "П" \\') == '"И \\"П\\" \\\\" <sip:a@h>'
    assert with_transport("sip:a@b", "udp") == "sip:a@b"
    assert with_transport("sip:a@b", "tcp") == "sip:a@b;transport=tcp"
    assert with_transport("sip:a@b;transport=udp", "tcp") == "sip:a@b;transport=udp"


@pytest.mark.parametrize(
    ("uri", "user"),
    [
        ("sip:1007@pbx.example.ru", "1007"),
        ('"Anna" <sips:+79000000001@10.0.0.5:5061;user=phone>', "+79000000001"),
        ("sip:pbx.example.ru", ""),
        ("tel:103", ""),
    ],
)
def test_the_user_of_an_address(uri: str, user: str) -> None:
    assert user_of(uri) == user
