"""Operators' legs: SIP accounts of the shift, which leg belongs to whom, and legs that come with
each call."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Literal

import structlog

from ekc_console.domain.facts import AgentLegDown, AgentLegUp
from ekc_console.domain.state import agent as ag
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.engine.protocol import Account, EngineError, TelephonyEngine
from ekc_console.wire import messages
from ekc_console.wire.words import Words, words

log = structlog.get_logger(__name__)

ACCOUNT_PREFIX = "op-"
"""Operators' SIP user names never look like telephone numbers."""

_PASSWORD_BYTES = 16
"""Written in hexadecimal: some SIP programs read a password that begins with 0x, as one in 4096
of other random texts does, as a number."""

_PHONE_PREFIX = "phone-"
_PHONE_TAIL = 9
"""A hyphen and eight hexadecimal digits."""

SOFTPHONE_COMES_S = 6.0
"""From the need of a softphone's leg to its arrival; the caller hears music meanwhile."""
PHONE_COMES_S = 20.0
"""The same for a number that the server calls."""
_HAS_CALL = (ag.Connecting, ag.Dialing, ag.Talking, ag.Holding, ag.Consulting, ag.Advising)

_NOT_TAKEN = {"busy", "no_answer", "rejected", "unreachable", "moved", "no_way"}
"""Causes that say by themselves why a telephone was not answered."""


def phone_agent(leg: str) -> AgentId | None:
    """Whose telephone a leg of this id is; None: it is no operator's telephone."""
    if not leg.startswith(_PHONE_PREFIX) or len(leg) <= len(_PHONE_PREFIX) + _PHONE_TAIL:
        return None
    return AgentId(leg[len(_PHONE_PREFIX) : -_PHONE_TAIL])


def bridge_of(agent: AgentId) -> str:
    """Id of the bridge in which the agent's leg stands."""
    return f"agent-{agent}"


@dataclass(frozen=True, slots=True)
class LineAccess:
    """How softphones call in: the same for all operators."""

    transport: Literal["udp", "tcp", "tls"]
    srtp: bool = False
    """Encrypted sound, and no other."""
    authorities: str = ""
    """With TLS: PEM of those who signed the server's certificate; empty: the client knows them."""


def account_of(access: LineAccess, user: str, password: str) -> Account:
    return Account(user, password, tls=access.transport == "tls", srtp=access.srtp)


def line_of(
    engine: TelephonyEngine, access: LineAccess, account: Account, extension: str, reached: str
) -> messages.Line:
    """What a softphone needs to call ``extension`` with ``account``; its console reaches the
    server at ``reached``."""
    address = engine.sip_address(access.transport, reached=reached)
    return messages.Line(
        uri=f"sip:{extension}@{address};transport={access.transport}",
        user=account.name,
        password=account.password,
        domain=address.rsplit(":", 1)[0],
        transport=access.transport,
        srtp=access.srtp,
        authorities=access.authorities,
    )


class OperatorLines:
    def __init__(
        self,
        engine: TelephonyEngine,
        runtime: Runtime,
        access: LineAccess,
        *,
        place: Callable[[str, str], Awaitable[None]],
        tell: Callable[[AgentId, Words], None],
    ) -> None:
        """``place(leg, number)`` calls out through the trunk; ``tell`` is a word to an operator."""
        self._place = place
        self.tell = tell
        self._ringing: dict[AgentId, str] = {}
        """Operators' telephones that were called and have not answered."""
        self._engine = engine
        self._runtime = runtime
        self._access = access
        self._passwords: dict[AgentId, str] = {}
        self._legs: dict[AgentId, str] = {}
        self._agents: dict[str, AgentId] = {}
        self._per_call: dict[AgentId, str] = {}
        """Whose leg comes with each call; the number that we call for it, empty: the softphone
        calls in."""
        self._entering: set[AgentId] = set()
        """Their leg is here and not in its bridge yet."""
        self._awaited: dict[AgentId, asyncio.Future[bool]] = {}
        self._in_sight = True
        """Orders reach the engine."""
        self._to_drop: set[str] = set()
        """Accounts that are valid no longer, which the engine could not be told."""

    def leg(self, agent: AgentId) -> str | None:
        return self._legs.get(agent)

    def agent_of(self, leg: str) -> AgentId | None:
        return self._agents.get(leg)

    async def open(self, agent: AgentId, reached: str = "") -> messages.Line:
        """Credentials for this shift, known to the engine when this returns. ``reached``: the
        address at which the console reaches the server."""
        self._per_call.pop(agent, None)
        password = self._passwords.setdefault(agent, secrets.token_hex(_PASSWORD_BYTES))
        account = account_of(self._access, ACCOUNT_PREFIX + agent, password)
        self._to_drop.discard(account.name)
        await self._engine.put_account(account)
        return line_of(self._engine, self._access, account, "standing", reached)

    async def stand_by(self, agent: AgentId, number: str = "") -> None:
        """From now on the agent's leg comes with each call and goes with it: the softphone calls
        in, or the server calls ``number``. For the core the agent can be reached meanwhile."""
        self._per_call[agent] = number
        if self._in_sight and not self._runtime.router.agents[agent].has_leg:
            self._runtime.submit(AgentLegUp(agent))
        await self.drop_spare(agent)

    def comes_per_call(self, agent: AgentId) -> bool:
        return agent in self._per_call

    async def keep_phone(self, agent: AgentId, number: str) -> None:
        """As ``call_phone``, for a telephone that stays on the line for the shift."""
        self._per_call.pop(agent, None)
        await self.call_phone(agent, number)

    async def drop_spare(self, agent: AgentId) -> None:
        """Hang up the leg that came with a call which is over."""
        if agent not in self._per_call or self._needs_leg(agent):
            return
        spare = (self._ringing.pop(agent, None), self._legs.pop(agent, None))
        self._arrived(agent, False)
        for leg in filter(None, spare):
            await self._engine.hang_up(leg)

    def _needs_leg(self, agent: AgentId) -> bool:
        """There is a call for it, or a talk is listened to by it."""
        record = self._runtime.router.agents.get(agent)
        has_call = record is not None and isinstance(record.state, _HAS_CALL)
        return has_call or agent in self._runtime.router.listenings

    async def summon(self, agent: AgentId) -> None:
        """Call the number of an agent whose leg comes with each call, if there is one. Raises
        EngineError."""
        if (number := self._per_call.get(agent)) and agent not in self._legs:
            await self.call_phone(agent, number)

    async def comes(self, agent: AgentId) -> bool:
        """Wait until the agent's leg stands in its bridge, as a standing one always does. False:
        it did not come; the agent cannot be reached then until the console stands by again."""
        if agent not in self._per_call:
            return True
        if agent in self._legs and agent not in self._entering:
            return True
        limit_s = PHONE_COMES_S if self._per_call[agent] else SOFTPHONE_COMES_S
        arrival = self._awaited.get(agent)
        if arrival is None:
            arrival = self._awaited[agent] = asyncio.get_running_loop().create_future()
        try:
            await self.summon(agent)
            async with asyncio.timeout(limit_s):
                return await asyncio.shield(arrival)
        except (TimeoutError, EngineError) as error:
            log.warning("operator's leg did not come", error=type(error).__name__)
            return False
        finally:
            if self._awaited.get(agent) is arrival:
                del self._awaited[agent]

    def missed(self, agent: AgentId) -> None:
        """The leg did not come with a call."""
        if self._per_call.pop(agent, None) is not None:
            self._tell_down(agent)

    async def call_phone(self, agent: AgentId, number: str) -> None:
        """Ring the operator's telephone; from its answer on it is the leg. Raises EngineError."""
        if agent in self._ringing or agent in self._legs:
            return
        leg = f"{_PHONE_PREFIX}{agent}-{secrets.token_hex(4)}"
        self._ringing[agent] = leg
        try:
            await self._place(leg, number)
        except EngineError:
            self._ringing.pop(agent, None)
            raise

    def owns_phone(self, leg: str) -> bool:
        return leg in self._ringing.values()

    async def phone_answered(self, leg: str) -> None:
        agent = phone_agent(leg)
        if agent is None or self._ringing.pop(agent, None) != leg:
            return
        if agent not in self._runtime.router.agents:
            await self._engine.hang_up(leg)
            return
        await self._take(agent, leg)

    async def close(self, agent: AgentId) -> None:
        """End of the shift: the account is gone, the leg hung up; but for what belongs to a new
        shift that was begun meanwhile."""
        if ringing := self._ringing.pop(agent, None):
            await self._engine.hang_up(ringing)
        record, leg = self._runtime.router.agents.get(agent), self._legs.get(agent)
        if record is None or isinstance(record.state, ag.Offline):
            self._passwords.pop(agent, None)
            self._per_call.pop(agent, None)
            await self._drop_account(ACCOUNT_PREFIX + agent)
        elif record.has_leg:
            return
        if leg:
            await self._engine.hang_up(leg)

    async def _drop_account(self, name: str) -> None:
        """Nobody calls in with it any more; an engine that cannot be told now is told later."""
        self._to_drop.add(name)
        try:
            await self._engine.drop_account(name)
        except EngineError as error:
            log.warning("account not dropped yet", account=name, error=error.message)
        else:
            self._to_drop.discard(name)

    async def put_accounts_again(self) -> None:
        """After a restart of the engine, which forgets pushed accounts. Each for itself: one that
        is refused does not keep the others out. Those that could not be dropped are."""
        for name in list(self._to_drop):
            await self._drop_account(name)
        for agent, password in list(self._passwords.items()):
            record = self._runtime.router.agents.get(agent)
            if record is None or isinstance(record.state, ag.Offline):
                del self._passwords[agent]  # went home while the engine was out of sight
                await self._drop_account(ACCOUNT_PREFIX + agent)
                continue
            account = account_of(self._access, ACCOUNT_PREFIX + agent, password)
            try:
                await self._engine.put_account(account)
            except EngineError as error:
                log.error("account not put again", account=account.name, error=error.message)

    async def arrived(self, leg: str, account: str) -> None:
        """A softphone called in: take its leg as the agent's, in place of an older one."""
        agent = AgentId(account.removeprefix(ACCOUNT_PREFIX))
        if agent not in self._runtime.router.agents:
            log.warning("leg of an agent who is not logged in", leg=leg)
            await self._engine.hang_up(leg)
            return
        await self._take(agent, leg, answer=True)

    async def stand(self, agent: AgentId, leg: str) -> None:
        """Take an answered leg that stands in no bridge as the agent's."""
        self._ringing.pop(agent, None)
        await self._take(agent, leg)

    async def _take(self, agent: AgentId, leg: str, *, answer: bool = False) -> None:
        older = self._legs.get(agent)
        self.adopt(agent, leg)
        self._entering.add(agent)
        if await self._enter(agent, leg, answer=answer):
            self._arrived(agent, True)
            if agent not in self._per_call or not self._runtime.router.agents[agent].has_leg:
                self._runtime.submit(AgentLegUp(agent))
            await self.drop_spare(agent)
        if older and older != leg:
            # Last: whatever becomes of a leg that may be dead keeps the new one not waiting.
            await self._engine.hang_up(older)

    async def _enter(self, agent: AgentId, leg: str, *, answer: bool) -> bool:
        """Into the agent's bridge. False: it could not, or another leg came meanwhile."""
        try:
            if answer:
                await self._engine.answer(leg)
            await self._engine.make_bridge(bridge_of(agent))
            await self._engine.join(bridge_of(agent), leg)
        except EngineError as error:
            if self._legs.get(agent) == leg:  # else it proved a way, and was let go
                log.warning("operator's leg not taken", leg=leg, error=error.message)
                await self._engine.hang_up(leg)
            return False
        return self._legs.get(agent) == leg

    def adopt(self, agent: AgentId, leg: str) -> None:
        """Know ``leg`` as the agent's, without touching it."""
        self._entering.discard(agent)
        older = self._legs.pop(agent, None)
        if older:
            self._agents.pop(older, None)
        self._legs[agent] = leg
        self._agents[leg] = agent

    def ended(self, leg: str, cause: str = "normal") -> bool:
        """True when the leg was an operator's; the core is told unless a newer leg stands."""
        agent = self._agents.pop(leg, None)
        if agent is None:
            return self._not_taken(leg, cause)
        if self._legs.get(agent) == leg:
            del self._legs[agent]
            self._arrived(agent, False)
            if agent not in self._per_call or self._needs_leg(agent):
                self._tell_down(agent)
        return True

    def _arrived(self, agent: AgentId, came: bool) -> None:
        """Tell who waits for the agent's leg."""
        self._entering.discard(agent)
        arrival = self._awaited.get(agent)
        if arrival and not arrival.done():
            arrival.set_result(came)

    def _not_taken(self, leg: str, cause: str) -> bool:
        agent = phone_agent(leg)
        if agent is None:
            return False
        if self._ringing.get(agent) == leg:
            del self._ringing[agent]
            self._arrived(agent, False)
            why = cause if cause in _NOT_TAKEN else "failed"
            self.tell(agent, words("line.phone_not_answered", why=why))
        return True

    def all_gone(self) -> None:
        """The engine died."""
        self._ringing.clear()
        agents = list({**self._legs, **self._per_call})
        self._legs.clear()
        self._agents.clear()
        self._per_call.clear()
        for agent in agents:
            self._arrived(agent, False)
            self._tell_down(agent)

    def out_of_sight(self) -> None:
        """The engine cannot be reached: nobody is given a call until ``in_sight``; whoever has one
        keeps it."""
        self._in_sight = False
        for agent in list(self._runtime.router.agents):
            if self.must_not_be_offered(agent):
                self._tell_down(agent)

    def must_not_be_offered(self, agent: AgentId) -> bool:
        """Free and reachable by the books, while no order reaches the engine."""
        record = self._runtime.router.agents.get(agent)
        free = record is not None and record.has_leg and not isinstance(record.state, _HAS_CALL)
        return free and not self._in_sight

    async def hide(self, agent: AgentId) -> None:
        """The agent's call is over while the engine is out of sight."""
        if self.must_not_be_offered(agent):
            self._tell_down(agent)

    def forget_all_but(self, live: Collection[str]) -> None:
        """Legs that are not among ``live`` ended unseen."""
        for leg in [*self._agents, *self._ringing.values()]:
            if leg not in live:
                self.ended(leg, "failed")

    def in_sight(self) -> None:
        """The engine is reached again: so is everybody whose leg stands, or comes per call."""
        self._in_sight = True
        for agent, record in list(self._runtime.router.agents.items()):
            there = agent in self._per_call or (agent in self._legs and agent not in self._entering)
            if there and not record.has_leg and not isinstance(record.state, ag.Offline):
                self._runtime.submit(AgentLegUp(agent))

    def tell_missing(self) -> None:
        """The core believes in legs that are not there (the engine died while we were away)."""
        for agent, record in list(self._runtime.router.agents.items()):
            if record.has_leg and agent not in self._legs and agent not in self._per_call:
                self._tell_down(agent)

    def _tell_down(self, agent: AgentId) -> None:
        if agent in self._runtime.router.agents:
            self._runtime.submit(AgentLegDown(agent))
