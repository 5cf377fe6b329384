"""Whose work a queue is: what a person may see and do because of the queues of the account."""

from __future__ import annotations

from ekc_console.domain.router import Router
from ekc_console.domain.state.callback import Callback
from ekc_console.domain.terms.ids import AgentId, QueueId


def serves(router: Router, login: AgentId, queue: QueueId | None) -> bool:
    """The queue is one of the agent's; what stood in none is every agent's."""
    agent = router.agents.get(login)
    return agent is not None and (queue is None or queue in agent.queues)


def sees_callback(router: Router, login: AgentId, callback: Callback) -> bool:
    """It stands in the agent's list. One whose queue is gone is everybody's, so that nobody who is
    owed a call drops out of all lists."""
    queue = callback.queue if callback.queue in router.queues else None
    return serves(router, login, queue)
