"""From the server's account to the softphone that uses it; who has none."""

from __future__ import annotations

from typing import Literal

from ekc_console.client.link.errors import Refused
from ekc_console.client.link.network import host_of, own_address_towards
from ekc_console.errors import EkcError
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


def without_line(error: EkcError) -> Literal["off", "failed"] | None:
    """The state of a line that the server gives to nobody in this role (``failed``), or not outside
    of a shift (``off``): asking again would bring the same. None: another try is worth it."""
    if not isinstance(error, Refused):
        return None
    states: dict[str, Literal["off", "failed"]] = {"wrong_state": "off", "not_allowed": "failed"}
    return states.get(error.code)
