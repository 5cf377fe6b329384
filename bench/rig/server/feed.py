"""A server that only feeds a console: real HTTP and WebSocket messages, no telephony.

The server stands in a thread of its own, so that a benchmark may wait for its terminal meanwhile.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable
from types import TracebackType
from typing import Any, Self

import msgspec

from ekc_console.wire import messages
from tests.support.desk import CALL, ME, QUEUES, SCENARIO, new_card, saved_card
from tests.support.wire_server import WireServer

replace = msgspec.structs.replace

LOGIN, PASSWORD = "anna", "secret"
LIMIT_S = 10.0


class Feed:
    """A context. ``put`` changes the console's view; returns when the message is sent."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="feed")
        self._server = WireServer(self._answer)
        self._server.now = time.time()
        self._topics = [
            "Запись к врачу", "Вызов врача на дом", "Вакцинация", "Справка", "Общая линия",
        ]  # fmt: skip

    @property
    def url(self) -> str:
        return self._server.url

    def __enter__(self) -> Self:
        self._thread.start()
        self.run(self._server.start())
        self.put(*(replace(queue, waiting=0) for queue in QUEUES))
        self.ready()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.run(self._server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Awaitable[Any]) -> None:
        asyncio.run_coroutine_threadsafe(_awaited(work), self._loop).result(LIMIT_S)

    def put(self, *entities: messages.ViewEntity, gone: tuple[tuple[str, str], ...] = ()) -> None:
        self.run(self._server.put(*entities, gone=gone))

    # -- states ------------------------------------------------------------------

    def me(self, state: messages.AgentState, **changes: Any) -> messages.Me:
        return replace(
            ME, id=LOGIN, state=state, reason="", since=time.time(), line_up=True, **changes
        )

    def ready(self) -> None:
        self.put(self.me("ready"))

    def waiting(self, count: int) -> None:
        """So many calls wait, the first for a minute and each next one 13 s less."""
        now = time.time()
        self.put(
            replace(QUEUES[0], waiting=count, longest_since=now - 60),
            *(self.call_waiting(n, now - 60 + 13 * n) for n in range(count)),
        )

    def call_waiting(self, number: int, since: float, topic: str = "") -> messages.WaitingCall:
        queue = QUEUES[0]
        return messages.WaitingCall(
            id=f"w-{number}", queue=queue.id, queue_title=queue.title,
            topic_title=topic or self._topics[number % len(self._topics)],
            number=f"+7900000{number % 10_000:04}", queued_at=since, position=number + 1,
        )  # fmt: skip

    def offer(self, number: int) -> messages.MyCall:
        """The next call is offered; when it is answered, the talk begins."""
        now = time.time()
        call = replace(
            CALL, id=f"c-{number}", state="offered", offer=f"o-{number}", card=f"card-{number}",
            queued_at=now - 20, arrived_at=now - 25, offer_expires_at=now + 20,
        )  # fmt: skip
        self._offered = call
        self.put(self.me("offered", until=now + 20), call)
        return call

    def talk(self, call: messages.MyCall) -> None:
        self.put(*self._talking(call))

    def _talking(self, call: messages.MyCall) -> tuple[messages.Me, messages.MyCall]:
        now = time.time()
        talking = replace(
            call, state="talking", answered_at=now, offer="", offer_expires_at=None, recording=True
        )
        return self.me("talking"), talking

    def wrap_up(self, call: messages.MyCall) -> None:
        now = time.time()
        ended = replace(
            call, state="wrap_up", offer="", offer_expires_at=None, ended_at=now, answered_at=now
        )
        self.put(self.me("wrap_up", until=now + 60), ended)

    def end(self, call: messages.MyCall) -> None:
        self.put(self.me("ready"), gone=(("MyCall", call.id),))

    def _answer(self, command: messages.Command) -> messages.Result | None:
        match command:
            case messages.AcceptOffer():
                self._joining = self._loop.create_task(
                    self._server.put(*self._talking(self._offered))
                )
                return None
            case messages.OpenCard(card=card):
                return new_card(card)
            case messages.SaveCard(card=card):
                return saved_card(
                    card, command.revision, command.session, command.note, command.disposition
                )
            case messages.GetScenario(scenario=name):
                version = new_card("any").version
                return messages.ScenarioText(scenario=name, version=version, document=SCENARIO)
            case _:
                return None


async def _awaited(work: Awaitable[Any]) -> None:
    await work
