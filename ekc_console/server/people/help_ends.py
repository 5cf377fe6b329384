"""A request for help ends with the call it is about: an answer would land in another one."""

from __future__ import annotations

import structlog

from ekc_console.domain import effects as ef
from ekc_console.domain.router import Router
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.people.staff_messages import Staff, StaffError
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.tasks.background import Background
from ekc_console.wire.side_work import HelpRequest

log = structlog.get_logger(__name__)


class HelpEnds:
    """The wrap-up still belongs to the call. What asked by itself stays until it is answered."""

    def __init__(self, router: Router, staff: Staff) -> None:
        self._router = router
        self._staff = staff
        self._background = Background()

    def on_effect(self, effect: ef.Effect) -> None:
        if isinstance(effect, ef.AgentChanged):
            for asked in self._over(effect.agent):
                self._background.spawn(self._end(asked))

    async def close(self) -> None:
        await self._background.close()

    def _over(self, login: AgentId) -> list[HelpRequest]:
        agent = self._router.agents.get(login)
        if agent is None:
            return []
        has = (getattr(agent.state, "call", None), agent.pending_wrap_up)
        asked = self._staff.asked_by(login)
        return [h for h in asked if h.call and not h.unanswered and h.call not in has]

    async def _end(self, asked: HelpRequest) -> None:
        """The store may be in trouble: the agent's next change tries again."""
        try:
            await self._staff.withdraw(asked)
        except (StaffError, StoreError) as error:
            log.warning("a request for help not ended", error=error.message)
