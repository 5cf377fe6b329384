from __future__ import annotations

import pytest

from sip.engine.logfile import without_people


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("INVITE sip:+79001234567@127.0.0.1:5060 SIP/2.0", "INVITE …127.0.0.1:5060 SIP/2.0"),
        ("From: Ivanov Petr <sip:79001234567@h>;tag=a1", "From: …<…h>;tag=a1"),
        ('Contact: "Петрова \\ А" <sips:a@h;ob>', "Contact: …<…h;ob>"),
        ('Authorization: Digest username="79001234567"', "Authorization: Digest username=…"),
        ("a=crypto:1 AES inline:a1B+/=c|2^20", "a=crypto:1 AES inline:…|2^20"),
        ("tel:112 and +7900123", "… and …"),
        ("CSeq: 17 INVITE", "CSeq: 17 INVITE"),
        ("To: <sip:a@h>\r\nFrom: B <sip:b@h>", "To: …<…h>\r\nFrom: …<…h>"),
    ],
)
def test_people_are_left_out(text: str, masked: str) -> None:
    assert without_people(text) == masked
