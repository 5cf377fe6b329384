"""Operators who take every call at once: the same desk and softphone as in the console."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from ekc_console.client.desk import Desk
from tests.support.centre import WAIT_S, plain_outcome, until

LONGEST_TALK_S = 30.0


@dataclass
class QuickOperator:
    """``run`` works until cancelled: answer, talk, card with the first disposition, next."""

    desk: Desk
    talk_s: float | None
    """The operator hangs up after so long; None: the caller does."""
    answered: list[str] = field(default_factory=list)

    async def run(self) -> None:
        while True:
            await self._one_call()

    async def _one_call(self) -> None:
        desk = self.desk
        await until(desk, lambda: bool(desk.view.call and desk.view.call.offer), limit_s=3600)
        await desk.accept()
        await self._in_state("talking")
        await until(desk, lambda: desk.card_desk.card is not None)
        assert desk.view.call is not None
        self.answered.append(desk.view.call.id)
        if self.talk_s is not None:
            await asyncio.sleep(self.talk_s)
            await desk.hang_up()
        await self._in_state("wrap_up", LONGEST_TALK_S)
        desk.card_desk.set_note("Проверка совместимости")
        desk.card_desk.set_disposition(plain_outcome(desk.card_desk))
        await desk.card_desk.save()
        await desk.finish_wrap_up()
        await until(desk, lambda: desk.view.call is None or bool(desk.view.call.offer))

    async def _in_state(self, state: str, limit_s: float = WAIT_S) -> None:
        desk = self.desk
        await until(desk, lambda: bool(desk.view.call and desk.view.call.state == state), limit_s)
