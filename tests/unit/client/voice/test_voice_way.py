"""Which way of voice counts, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from ekc_console.client.voice.voice_way import WayChoice, account_of, choose, settle, words
from ekc_console.errors import EkcError
from ekc_console.wire.voice import PbxAccount, VoiceSetting

PBX = PbxAccount(user="1007", domain="pbx.example.ru")
OLD = PbxAccount(user="9", domain="old")
BY_PBX = VoiceSetting(way="pbx", pbx=PBX)
BY_PHONE = VoiceSetting(way="phone", number="+79000000012")


@pytest.mark.parametrize(
    ("named", "way", "number"),
    [
        ({}, None, ""),
        ({"way": "dial-in"}, "dial-in", ""),
        ({"number": "8 900 000-00-12"}, "phone", "+79000000012"),
        ({"way": "phone", "number": "1007"}, "phone", "1007"),
        ({"pbx": "1007@pbx.example.ru"}, "pbx", ""),
        ({"options": ("second=ring",)}, "pbx", ""),
    ],
)
def test_what_is_named_says_the_way(named: dict[str, Any], way: str | None, number: str) -> None:
    choice = choose(**{"way": None, **named})
    assert (choice.way if choice else None) == way
    assert choice is None or choice.number == number


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"way": "standing", "number": "89000000012"}, "--phone не годится.*standing"),
        ({"way": "pbx", "number": "89000000012"}, "--phone не годится.*pbx"),
        ({"way": "phone", "pbx": "1007@pbx"}, "--pbx не годится.*phone"),
        ({"way": "dial-in", "options": ("second=ring",)}, "--pbx не годится"),
        ({"number": "89000000012", "pbx": "1007@pbx"}, "одним способом"),
        ({"number": "8900000"}, "8900000"),
        ({"pbx": "1007"}, "не имя на АТС"),
    ],
)
def test_contradictions_are_refused_with_a_remedy(named: dict[str, Any], said: str) -> None:
    with pytest.raises(EkcError, match=said) as caught:
        choose(**{"way": None, **named})
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("choice", "account", "settled"),
    [
        (None, BY_PHONE, BY_PHONE),
        (WayChoice("dial-in"), BY_PHONE, VoiceSetting(way="dial-in")),
        (WayChoice("phone"), BY_PHONE, BY_PHONE),
        (WayChoice("pbx"), BY_PBX, BY_PBX),
        (
            WayChoice("pbx"),
            VoiceSetting(),
            VoiceSetting(way="pbx", pbx=PbxAccount(user="9", domain="old")),
        ),
        (WayChoice("pbx", pbx="1007@pbx.example.ru"), VoiceSetting(), BY_PBX),
    ],
)
def test_a_choice_counts_before_the_account(
    choice: WayChoice | None, account: VoiceSetting, settled: VoiceSetting
) -> None:
    assert settle(choice, account, OLD) == settled


@pytest.mark.parametrize(
    ("choice", "said"), [(WayChoice("phone"), "номер не назван"), (WayChoice("pbx"), "Не названа")]
)
def test_what_is_still_missing_is_said(choice: WayChoice, said: str) -> None:
    with pytest.raises(EkcError, match=said):
        settle(choice, VoiceSetting())


def test_words() -> None:
    ways = [VoiceSetting(), VoiceSetting(way="dial-in"), BY_PHONE, BY_PBX]
    assert [words(way) for way in ways] == [
        "постоянная линия",
        "линия на каждый вызов",
        "внешний телефон +79000000012",
        "номер на АТС 1007@pbx.example.ru",
    ]


def test_the_account_is_remembered_and_changed_by_options() -> None:
    account = account_of("1007@10.0.0.5:5070", ("number=83452001007", "second=ring"), None)
    assert account == PbxAccount(
        user="1007", domain="10.0.0.5:5070", number="83452001007", second="ring"
    )
    assert account_of("", ("transport=tcp",), account).transport == "tcp"
    secure = account_of("", ("transport=tls", "srtp=optional"), account)
    assert (secure.transport, secure.srtp) == ("tls", "optional")


@pytest.mark.parametrize(
    ("address", "options", "said"),
    [
        ("", (), "Не названа"),
        ("1007", (), "не имя на АТС"),
        ("1007@pbx", ("password=1",), "не подходит"),
        ("1007@pbx", ("transport=sctp",), "transport"),
        ("1007@pbx", ("srtp=required",), "srtp=required без transport=tls"),
        ("10 07@pbx", (), "user"),
    ],
)
def test_what_is_refused(address: str, options: tuple[str, ...], said: str) -> None:
    with pytest.raises(EkcError, match=said):
        account_of(address, options, None)
