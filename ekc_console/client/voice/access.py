"""From the server's account to the softphone that uses it."""

from __future__ import annotations

from typing import Literal

from ekc_console.client.link.network import host_of, own_address_towards
from ekc_console.wire.messages import Line
from sip.link.protocol import Start


async def start_of(
    account: Line, sound: Literal["device", "null"], *, silence_detection: bool = True
) -> Start:
    """Bound to the address of this machine that reaches the telephony. Raises EkcError."""
    return Start(
        host=await own_address_towards(host_of(account.uri)),
        transport=account.transport,
        user=account.user,
        password=account.password,
        domain=account.domain,
        srtp="required" if account.srtp else "off",
        authorities=account.authorities,
        sound=sound,
        silence_detection=silence_detection,
    )
