"""What the server says to an operator's console."""

from __future__ import annotations

from collections.abc import Callable

from ekc_console.client.words.saying import said
from ekc_console.server.live.sync import Lane, Outbox
from ekc_console.wire import codec, messages
from tests.support.simulated_centre import Centre, Operator


class _Collecting(Outbox):
    def __init__(self) -> None:
        super().__init__()
        self.notices: list[str] = []

    def put(self, data: bytes, *, lane: Lane = "") -> None:
        message = codec.decode_server(data)
        if isinstance(message, messages.Notice):
            self.notices.append(said(message.words))


def told(centre: Centre, operator: Operator) -> Callable[[], str]:
    """Connect a console of the operator that keeps what it is told; the returned function gives
    all of it, a line each."""
    outbox = _Collecting()
    centre.server.live.hub.stream(operator.person).attach(outbox, None)
    return lambda: "\n".join(outbox.notices)
