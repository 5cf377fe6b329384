from __future__ import annotations

import contextlib
import socket

import pytest

from ekc_console.server.engine.asterisk.setup.ports import free_sip_port
from tests.support.net import fresh_host


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM], ids=["TCP", "UDP"])
def test_a_port_that_is_taken_for_one_of_the_two_is_not_free_for_sip(
    kind: socket.SocketKind,
) -> None:
    """Each fiftieth port is held: who asks for one of the two alone meets such a port in 300
    trials with all but certainty."""
    host = fresh_host()
    with contextlib.ExitStack() as held:
        taken = {held.enter_context(_bound(host, kind)).getsockname()[1] for _ in range(600)}
        assert not taken & {free_sip_port(host) for _ in range(300)}


def _bound(host: str, kind: socket.SocketKind) -> socket.socket:
    one = socket.socket(socket.AF_INET, kind)
    one.bind((host, 0))
    return one
