"""What became of those a call was to go to, told to its agent; of an emergency service that does
not answer, to all who supervise as well."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Literal

import structlog

from ekc_console.domain import effects as ef
from ekc_console.domain.facts import ReturnReason
from ekc_console.domain.router import Router
from ekc_console.domain.terms import numbers
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.server.core.extras import Extras
from ekc_console.server.live.sync import Hub
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.tasks.background import Background
from ekc_console.wire import messages
from ekc_console.wire.call_control import NotTaken
from ekc_console.wire.words import Words, words

log = structlog.get_logger(__name__)

Alarm = Callable[[AgentId, tuple[NotTaken, ...], CallId, str], Awaitable[None]]

_CALL_OVER: Mapping[ReturnReason, str] = {
    "caller_gone": "emergency.caller_gone",
    "engine": "emergency.cut_off",
}
"""Reasons that are not the service's: what the agent is told."""
_STAYS: Mapping[ReturnReason, str] = {
    "caller_gone": "emergency.stays",
    "engine": "emergency.stays_cut",
}
"""The same, where the service is on the line all the same."""
_OVERSEERS_CALL_OVER: Mapping[ReturnReason, str] = {
    "caller_gone": "emergency.gave_up_for",
    "engine": "emergency.cut_off_for",
}


class PartyNews:
    """``alarm(login, unanswered, call, topic)`` asks all who supervise for help in the agent's
    name, until one of them answers."""

    def __init__(
        self, router: Router, hub: Hub, extras: Extras, topics: Mapping[str, str], alarm: Alarm
    ) -> None:
        self._router = router
        self._hub = hub
        self._extras = extras
        self._topics = topics
        self._alarm = alarm
        self._background = Background()

    def on_effect(self, effect: ef.Effect) -> None:
        match effect:
            case ef.PartyLost():
                self._tell("warning", self._lost(effect), effect.agent)
            case ef.PartyTook(_, agent, to, number):
                who = self._extras.names.get(to, to) if to else numbers.readable(number)
                self._tell("info", words("call.taken", who=who), agent)
            case ef.EmergencyFailed():
                self._emergency_failed(effect)
            case ef.UrgentCallbackFailed(callback, attempts):
                log.error("nobody reached", callback=callback, attempts=attempts)
                told = words("emergency.not_reached", attempts=str(attempts))
                self._hub.notice(messages.Notice(level="error", words=told), self._hub.overseers())
            case _:
                pass

    async def close(self) -> None:
        await self._background.close()

    @staticmethod
    def _lost(effect: ef.PartyLost) -> Words:
        if effect.stays:
            return words(_STAYS[effect.why], number=effect.stays)
        gone = effect.why in _CALL_OVER
        if effect.emergency:
            return words(_CALL_OVER.get(effect.why, "emergency.left"))
        where = "" if gone else "back" if effect.back else "queued"
        return words("consult.ended", why=effect.why, where=where)

    def _emergency_failed(self, effect: ef.EmergencyFailed) -> None:
        number, why = effect.tried[-1]
        if why in _CALL_OVER:
            self._given_up(effect, number)
            return
        log.error(
            "an emergency service did not answer",
            call=effect.call,
            number=number,
            why=why,
            calling=effect.calling or "nobody",
        )
        if effect.calling:
            told = words("emergency.next", tried=f"{number}={why}", next=effect.calling)
            self._tell("warning", told, effect.agent)
            if effect.alone:
                self._alone(effect.agent, f"{number}={why}", effect.calling)
        else:
            self._nobody_answers(effect)

    def _given_up(self, effect: ef.EmergencyFailed, number: str) -> None:
        """The caller, whom no operator has, hung up or was cut off before a service answered."""
        why = effect.tried[-1][1]
        log.error("a caller is gone who waited for an emergency service", call=effect.call, why=why)
        self._tell("error", words(_CALL_OVER[why]), effect.agent)
        name = self._extras.names.get(effect.agent, effect.agent)
        alarm = words(_OVERSEERS_CALL_OVER[why], name=name, number=number)
        self._tell_overseers(alarm, effect.agent)
        self._background.spawn(self._ask(effect.agent, _unanswered(effect.tried), effect.call))

    def _alone(self, agent: AgentId, tried: str, calling: str) -> None:
        """The next number is called for a caller whom no operator has."""
        name = self._extras.names.get(agent, agent)
        self._tell_overseers(
            words("emergency.next_for", name=name, tried=tried, next=calling), agent
        )

    def _nobody_answers(self, effect: ef.EmergencyFailed) -> None:
        agent, unanswered = effect.agent, _unanswered(effect.tried)
        told = ",".join(f"{one.who}={one.why}" for one in unanswered)
        self._tell("error", words("emergency.nobody", tried=told), agent)
        name = self._extras.names.get(agent, agent)
        alarm = words("emergency.nobody_for", name=name, tried=told)
        if effect.answered:
            alarm = words(
                "emergency.nobody_more_for", name=name, tried=told, answered=effect.answered
            )
        self._tell_overseers(alarm, agent)
        self._background.spawn(self._ask(agent, unanswered, effect.call))

    async def _ask(self, agent: AgentId, unanswered: tuple[NotTaken, ...], call: CallId) -> None:
        record = self._router.calls.get(call) or self._router.recently_ended.get(call)
        topic = record.topic if record else ""
        try:
            await self._alarm(agent, unanswered, call, self._topics.get(topic, topic))
        except StoreError as error:
            log.error("alarm not kept, only told", call=call, error=error.message)
        except Exception:
            log.exception("alarm not kept, only told", call=call)

    def _tell_overseers(self, alarm: Words, agent: AgentId) -> None:
        """All but ``agent``, who is told in other words."""
        overseers = [login for login in self._hub.overseers() if login != agent]
        self._hub.notice(messages.Notice(level="error", words=alarm), overseers)

    def _tell(
        self, level: Literal["info", "warning", "error"], told: Words, agent: AgentId
    ) -> None:
        self._hub.notice(messages.Notice(level=level, words=told), [agent])


def _unanswered(tried: Iterable[tuple[str, ReturnReason]]) -> tuple[NotTaken, ...]:
    return tuple(NotTaken(who=number, why=why) for number, why in tried)
