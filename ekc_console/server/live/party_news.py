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

log = structlog.get_logger(__name__)

LOST: dict[ReturnReason, str] = {
    "busy": "Второй участник занят.",
    "no_answer": "Второй участник не ответил.",
    "rejected": "Второй участник отклонил вызов.",
    "left": "Второй участник отключился.",
    "unreachable": "Второй участник недоступен.",
    "failed": "Соединить со вторым участником не удалось.",
    "caller_gone": "Абонент положил трубку: консультация закончена.",
}
BACK = " Абонент снова у вас."
AT_THE_HEAD = " Абонент стоит первым в очереди."
EMERGENCY_LEFT = "Экстренная служба отключилась. Абонент с вами."
EMERGENCY_CALLER_GONE = (
    "Абонент положил трубку, вызов экстренной службы прекращён. Вызовите её сами и перезвоните ему."
)
WHY: dict[ReturnReason, str] = {
    "busy": "занято",
    "no_answer": "нет ответа",
    "rejected": "вызов отклонён",
    "left": "отключилась",
    "unreachable": "недоступна",
    "failed": "вызов не прошёл",
    "caller_gone": "абонент положил трубку",
}
"""Of an emergency service, after its number."""

Alarm = Callable[[AgentId, str, CallId, str], Awaitable[None]]


class PartyNews:
    """``alarm(login, text, call, topic)`` asks all who supervise for help in the agent's name,
    until one of them answers."""

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
                self._tell("info", f"Вызов передан: {who} на линии.", agent)
            case ef.EmergencyFailed():
                self._emergency_failed(effect)
            case _:
                pass

    async def close(self) -> None:
        await self._background.close()

    @staticmethod
    def _lost(effect: ef.PartyLost) -> str:
        if effect.emergency:
            gone = effect.why == "caller_gone"
            return EMERGENCY_CALLER_GONE if gone else EMERGENCY_LEFT
        text = LOST[effect.why]
        if effect.why != "caller_gone":
            text += BACK if effect.back else AT_THE_HEAD
        return text

    def _emergency_failed(self, effect: ef.EmergencyFailed) -> None:
        number, why = effect.tried[-1]
        log.error(
            "an emergency service did not answer",
            call=effect.call,
            number=number,
            why=why,
            calling=effect.calling or "nobody",
        )
        if effect.calling:
            text = f"{number} — {WHY[why]}: вызывается {effect.calling}."
            self._tell("warning", text, effect.agent)
        else:
            self._nobody_answers(effect.agent, effect.call, effect.tried)

    def _nobody_answers(
        self, agent: AgentId, call: CallId, tried: Iterable[tuple[str, ReturnReason]]
    ) -> None:
        tried = tuple(tried)
        who = " и ".join(number for number, _ in tried)
        why = ", ".join(f"{number} — {WHY[reason]}" for number, reason in tried)
        did = "не ответили" if len(tried) > 1 else "не ответила"
        told = f"{who} {did}: {why}."
        advice = " Оставайтесь с абонентом, вызовите ещё раз. Руководитель позван."
        self._tell("error", told + advice, agent)
        name = self._extras.names.get(agent, agent)
        overseers = [login for login in self._hub.overseers() if login != agent]
        alarm = messages.Notice(level="error", text=f"{name}: {told} Абонент ждёт скорую.")
        self._hub.notice(alarm, overseers)
        self._background.spawn(self._ask(agent, told, call))

    async def _ask(self, agent: AgentId, text: str, call: CallId) -> None:
        record = self._router.calls.get(call) or self._router.recently_ended.get(call)
        topic = record.topic if record else ""
        try:
            await self._alarm(agent, text, call, self._topics.get(topic, topic))
        except StoreError as error:
            log.error("alarm not kept, only told", call=call, error=error.message)
        except Exception:
            log.exception("alarm not kept, only told", call=call)

    def _tell(self, level: Literal["info", "warning", "error"], text: str, agent: AgentId) -> None:
        self._hub.notice(messages.Notice(level=level, text=text), [agent])
