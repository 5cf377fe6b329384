"""Who may change a card that is not in hand. Pure.

Whoever filled a card may mend it on the day of the contact; supervisors and administrators may
mend any, at any time. A card that an agent has in hand is changed there and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from ekc_console.domain.router import Router
from ekc_console.domain.terms.ids import AgentId
from ekc_console.domain.terms.localtime import day_of
from ekc_console.wire import messages as wire


@dataclass(frozen=True, slots=True)
class Rights:
    edit: bool
    link: bool
    """Say whom the card is about: also while it is in one's own hands."""
    why_not: str = ""
    """Why it may not be edited."""


def rights(
    card: wire.Card,
    login: AgentId,
    *,
    supervises: bool,
    holder: AgentId | None,
    now: float,
    zone: tzinfo,
) -> Rights:
    """``card.agent_name`` is the login; ``holder``: the agent who has the card's call; ``zone``
    decides which day it is."""
    if holder == login:
        return Rights(False, True, "Карточка открыта у вас: исправьте её в разделе «Карточка».")
    if holder is not None:
        return Rights(False, False, "Карточку сейчас заполняет оператор: у него этот вызов.")
    if supervises:
        return Rights(True, True)
    if card.agent_name != login:
        return Rights(
            False, False, "Карточку другого оператора может исправить только руководитель."
        )
    if day_of(card.created_at, zone) != day_of(now, zone):
        return Rights(False, False, "Карточку прошлых дней может исправить только руководитель.")
    return Rights(True, True)


def holder(router: Router, call: str) -> AgentId | None:
    """Who talks this call or fills its card in wrap-up."""
    for agent in router.agents.values():
        if getattr(agent.state, "call", None) == call:
            return agent.id
    return None
