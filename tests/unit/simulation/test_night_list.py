"""A morning with one operator and a list from the night: what the share of callbacks is worth."""

from __future__ import annotations

from math import inf

from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.simulation.engine import simulate
from ekc_console.simulation.plan import Arrival, Behaviour, Plan, Shift, fixed

QUEUE = QueueId("main")
OPENS_S, CLOSES_S = 8 * 3600.0, 12 * 3600.0


def morning(share: float) -> tuple[int, int, float, int]:
    """Callers who came in the morning, those of them who gave up, the longest wait of a caller who
    was served, and of those who were called in the night how many were reached."""
    night = tuple(Arrival(600.0 * i, f"+7900{i:07}", QUEUE) for i in range(30))
    live = tuple(Arrival(OPENS_S + 300.0 * i, f"+7495{i:07}", QUEUE) for i in range(48))
    day = simulate(
        Plan(
            queues=(QueueSettings(QUEUE, "Линия", wrap_up="none", callback_share=share),),
            queue=QUEUE,
            from_s=0.0,
            to_s=CLOSES_S,
            talk=fixed(140.0),
            wrap_up=fixed(0.0),
            patience=fixed(420.0),
            recorded=night + live,
            shifts=(Shift(AgentId("a"), OPENS_S, inf, (QUEUE,)),),
            behaviour=Behaviour(callbacks=True, callback_answer=1.0),
        ),
        seed=1,
    )
    came = [c for c in day.contacts if c.direction == "in" and c.arrived_at >= OPENS_S]
    waits = [c.talked_at - c.arrived_at for c in came if c.talked_at is not None]
    out = [c for c in day.contacts if c.direction == "out" and c.talked_at is not None]
    reached = {c.number for c in out}
    lost = sum(c.talked_at is None for c in came)
    return len(came), lost, max(waits), sum(f"+7900{i:07}" in reached for i in range(30))


def test_callers_of_the_morning_are_not_lost_to_the_list_of_the_night() -> None:
    came, lost, longest, reached = morning(1.0)
    assert (came, reached) == (48, 30)
    assert lost > 10  # they go to the end of the list themselves
    came, lost, longest, reached = morning(0.5)
    assert (came, reached) == (48, 30)
    assert lost == 0
    assert longest < 300
