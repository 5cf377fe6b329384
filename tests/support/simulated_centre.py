"""A whole routing server on the simulated engine and a real store, driven without sockets, in
virtual time: callers by the engine's outside world, operators by commands."""

from __future__ import annotations

import asyncio
import functools
import itertools
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec

from ekc_console.client.link.errors import Refused
from ekc_console.client.words.saying import fault, said
from ekc_console.config import Config, parse, shipped_scripts
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server import app
from ekc_console.server.build import gathering
from ekc_console.server.engine.simulated.engine import SimulatedEngine
from ekc_console.server.people.auth import Session
from ekc_console.server.people.person import Person
from ekc_console.server.rights.outgoing import seen_by
from ekc_console.server.store.people import accounts, sessions
from ekc_console.wire import messages
from tests.support import virtual_time
from tests.support.net import free_port, fresh_host
from tests.support.new_data import set_up
from tests.support.read_once import reading_once

NUMBER = "+79000000101"
PATIENCE_S = 120.0
"""Longest wait for a condition, in seconds of the loop."""
EPOCH = 1_790_000_000.0
CLINIC = "city_1"
"""Of the directory that is shipped."""
QUEUES = ("appointments", "home_visit", "vaccination", "med_info", "feedback", "other", "general")


class LoopClock:
    """The server's clock on the loop's time."""

    def __init__(self, not_before: float = 0.0) -> None:
        self._loop = asyncio.get_running_loop()
        self._ahead_s = max(0.0, not_before - EPOCH - self._loop.time())
        self.stepped_s = 0.0
        """By which the system's clock is stepped from what it would be without tests."""

    def now(self) -> float:
        return EPOCH + self._loop.time() + self._ahead_s

    def steady(self) -> float:
        return self._loop.time()

    def away(self) -> float:
        return self.stepped_s - self._ahead_s

    def wall(self) -> float:
        return self.now() + self.away()

    def set_by(self, seconds: float) -> None:
        self._ahead_s += seconds

    def delay_until(self, at: float) -> float:
        return max(0.0, at - self.now())


class Operator:
    """One operator's commands. ``open_line`` brings the standing leg."""

    def __init__(
        self,
        centre: Centre,
        login: str,
        role: messages.Role,
        queues: tuple[str, ...],
        clinics: tuple[str, ...] = (),
    ):
        self.centre = centre
        self.login = login
        self.person = Person(AgentId(login), f"Оператор {login}", role, clinics=clinics)
        self.session = Session(
            "t", login, self.person.name, role, queues, (), 0.0, EPOCH * 2, clinics=clinics
        )
        self.leg = ""
        self._requests = itertools.count(1)

    async def come(self) -> Operator:
        """The console connects."""
        await self.centre.server.people.attendance.begin(self.session)
        return self

    async def open_line(self, tone: int = 1100) -> Operator:
        reply = await self.do(messages.OpenLine())
        assert isinstance(reply.result, messages.Line)
        leg = self.centre.engine.operator_calls_in(
            reply.result.user, reply.result.password, tone=tone
        )
        assert leg
        self.leg = leg
        await self.centre.until(lambda: self.me.line_up, "line up")
        return self

    async def work(self) -> Operator:
        await self.come()
        await self.open_line()
        await self.done(messages.GoReady())
        return self

    async def do(self, body: messages.Command, request: str = "") -> messages.Reply:
        request = request or f"{self.login}-{next(self._requests)}"
        reply = await self.centre.server.door.commands.execute(
            self.person, messages.Request(id=request, body=body)
        )
        return seen_by(reply, self.person)

    async def done(self, body: messages.Command) -> Any:
        reply = await self.do(body)
        assert reply.ok, reply.words
        return reply.result

    async def refused(self, body: messages.Command) -> Refused:
        """As a Russian console shows it, both lines of it in ``message``."""
        reply = await self.do(body)
        assert not reply.ok
        assert reply.code
        return Refused(reply.code, "\n".join([said(reply.words), *map(fault, reply.faults)]))

    async def takes(self) -> messages.MyCall:
        """Accept the next offer and wait until the voice path is open."""
        await self.until_call("offered")
        assert self.call
        await self.done(messages.AcceptOffer(offer=self.call.offer))
        return await self.until_call("talking")

    async def until_call(self, state: str) -> messages.MyCall:
        await self.centre.until(
            lambda: self.call is not None and self.call.state == state, f"call {state}"
        )
        assert self.call
        return self.call

    async def until_me(self, state: str) -> None:
        await self.centre.until(lambda: self.me.state == state, f"{self.login} {state}")

    async def save_card(self) -> messages.Card:
        """Save the card of the present call with its script's first disposition and what that
        needs."""
        await self.centre.until(lambda: bool(self.call and self.call.card), "card")
        assert self.call
        card: messages.Card = await self.done(messages.OpenCard(card=self.call.card))
        script: messages.ScenarioText = await self.done(
            messages.GetScenario(scenario=card.scenario, version=card.version)
        )
        fields = dict(card.session["fields"])
        if "address" in script.document["fields"]:
            fields["address"] = "Садовая, 5"
        for name in script.document.get("needs", {}).values():
            fields.setdefault(name, "Терапевт, 12 марта в 10:20")
        saved: messages.Card = await self.done(
            messages.SaveCard(
                card=card.id,
                revision=card.revision + 1,
                session={**card.session, "fields": fields},
                disposition=next(iter(script.document["dispositions"])),
            )
        )
        return saved

    @property
    def me(self) -> messages.Me:
        return self.centre.server.live.views.me(self.person)

    @property
    def call(self) -> messages.MyCall | None:
        call = self.centre.server.live.views.my_call(self.person)
        return call and seen_by(call, self.person)


@functools.cache
def _plain_config() -> Config:
    """Of a centre with one trunk; where it stands is still to be said."""
    return parse('trunks: [{name: test, mode: address, outbound: "127.0.0.1:5060"}]', "test")


class Centre:
    """``menu``: document of another main menu; ``changes``: sections of the configuration."""

    def __init__(self, folder: Path, menu: str = "", **changes: Any) -> None:
        self.folder = folder
        self.changes = changes
        self.scripts = _scripts_with(menu, folder / "scripts") if menu else None
        self.clock: Callable[..., Any] = LoopClock
        """The server's."""
        self.engine = SimulatedEngine(epoch=EPOCH)

    def _config(self) -> Config:
        host = fresh_host()
        plain = _plain_config()
        (trunk,) = plain.trunks
        own = {
            "server": msgspec.structs.replace(
                plain.server,
                host=host,
                port=free_port(host),
                data_dir=str(self.folder / "data"),
                scripts_dir=str(self.scripts or ""),
            ),
            "trunks": (msgspec.structs.replace(trunk, outbound=f"{host}:5060"),),
        }
        return msgspec.structs.replace(plain, **own | self.changes)

    async def open(self) -> Centre:
        set_up(self.folder / "data")
        with mock.patch.object(gathering, "Clock", self.clock), reading_once():
            self.server = await app.Server.open(self._config(), engine=self.engine, say=said)
        await self.server.start()
        return self

    async def close(self) -> None:
        await self.server.stop()

    async def start_again(self) -> None:
        """The server ends and leaves the engine its calls; another one takes over."""
        await self.server.stop(hang_up=False)
        self.engine = SimulatedEngine(previous=self.engine)
        await self.open()

    async def operator(
        self,
        login: str = "anna",
        role: messages.Role = "operator",
        queues: tuple[str, ...] = QUEUES,
        clinics: tuple[str, ...] | None = None,
    ) -> Operator:
        """Somebody with an account; not connected yet. Without a word ``clinics`` are those that
        the role needs."""
        if clinics is None:
            clinics = (CLINIC,) if role == "clinic" else ()
        person = accounts.User(
            login, f"Оператор {login}", role, "no password", queues, clinics=clinics
        )

        def add(conn: sqlite3.Connection) -> None:
            accounts.add(conn, person)
            sessions.put(conn, login, f"token-{login}", EPOCH, EPOCH * 2)

        await self.server.database.write(add)
        return Operator(self, login, role, queues, clinics)

    async def ready(self, login: str = "anna", **fields: Any) -> Operator:
        return await (await self.operator(login, **fields)).work()

    async def in_menu(self, number: str | None = NUMBER) -> str:
        """A caller who hears the menu's first prompt."""
        leg = self.engine.caller_calls(number, tone=700)
        await self.until(lambda: self.engine.heard(leg).file is not None, "a prompt")
        return leg

    async def in_queue(self, number: str | None = NUMBER, key: str = "1") -> str:
        leg = await self.in_menu(number)
        self.engine.caller_presses(leg, key)
        await self.until(lambda: self.record(leg).queued_at is not None, "in a queue")
        return leg

    def record(self, call: str) -> Any:
        router = self.server.core.router
        return router.calls.get(call) or router.recently_ended.get(call)  # type: ignore[call-overload]

    async def ended(self, call: str) -> Any:
        """The final record."""
        await self.until(lambda: self.record(call).ended_at is not None, "the end")
        await self.server.core.runtime.settled()
        return self.record(call)

    async def until(self, true: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not true():  # noqa: ASYNC110 - costs no time: the loop's time is virtual
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"did not come true: {what}") from None


def _scripts_with(menu: str, folder: Path) -> Path:
    shutil.copytree(shipped_scripts(), folder)
    (folder / "main_menu.yaml").write_text(menu, encoding="utf-8")
    return folder


def run(folder: Path, story: Callable[[Centre], Awaitable[None]], **changes: Any) -> None:
    """Play ``story`` at a centre of its own; ``changes`` as in Centre."""

    async def main() -> None:
        centre = await Centre(folder, **changes).open()
        try:
            await story(centre)
        finally:
            await centre.close()

    virtual_time.run(main)
