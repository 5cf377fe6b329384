"""What a person may do with a card. Pure.

A card that an agent has in hand (the call, or its wrap-up) is filled there and nowhere else.
Whoever filled a card may mend it on the day of the contact, and finish at any time what was never
saved; whose right reaches the cards of others may mend those at any time. Read are one's own cards,
those of callers in hand, and as far as the right reaches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal

from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as ca
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.domain.terms.localtime import day_of
from ekc_console.server.refusal import Refusal
from ekc_console.wire import card_work, messages
from ekc_console.wire.words import Words, words

Act = Literal["read", "draft", "save", "keep", "edit", "link", "correct", "merge", "close_visit"]
"""``draft`` and ``save``: at the desk; ``edit``: a card in nobody's hands; ``keep``: an edit that
is not saved yet; ``link``: say whom the card is about; ``correct``: what is known of that person;
``merge``: that person's record with another one, and undo it."""

ACTS: Mapping[type, Act] = {
    messages.OpenCard: "read",
    messages.SaveDraft: "draft",
    messages.SaveCard: "save",
    card_work.EditCard: "edit",
    card_work.KeepEdit: "keep",
    card_work.FindPersons: "link",
    card_work.LinkPerson: "link",
    card_work.AddPerson: "link",
    card_work.OpenPerson: "read",
    card_work.CorrectPerson: "correct",
    card_work.MergePersons: "merge",
    card_work.UndoMerge: "merge",
    card_work.CloseVisit: "close_visit",
}
"""What each command about one card does to it."""

_MINE = "card.open_here"
_HELD = "card.held"
_READ_ONLY = "card.read_only"
_OTHERS = "card.of_another"
_OLD = "card.old"
_UNSEEN = "card.unseen"
_MERGE = "person.merge_not_yours"
_VISIT = "visit.not_yours"


@dataclass(frozen=True, slots=True)
class Standing:
    """Of a person towards a card."""

    login: AgentId
    reads: bool
    """The right to read cards reaches this one."""
    reads_own: bool
    """The right to read cards at all: without it there is but the card in hand."""
    edits: bool
    """The right to edit cards at all."""
    mends: bool
    """So does the right to edit those of others, at any time."""
    visits: bool
    """So does the right to close visits, by the queue or the team."""
    merges: bool
    holder: AgentId | None
    """Who has the card's call in hand."""
    on_screen: bool
    """The card is the call's that the person has, or is shown beside it: of the same number or
    of the same person."""
    now: float
    zone: tzinfo
    """It decides which day it is."""


@dataclass(frozen=True, slots=True)
class Rights:
    why_not: Mapping[Act, str]
    """The acts that are refused, and the keys of why."""

    def may(self, act: Act) -> bool:
        return act not in self.why_not

    def reason(self, act: Act) -> Words | None:
        """Why the act is refused; None: it is not."""
        why = self.why_not.get(act)
        return words(why) if why else None

    def require(self, act: Act) -> None:
        """Raises Refusal (``not_allowed``)."""
        if why := self.why_not.get(act):
            raise Refusal("not_allowed", why)


def rights(card: messages.Card, who: Standing) -> Rights:
    """``card.agent_name`` is the login."""
    reasons: dict[Act, str] = {
        "read": _read(card, who),
        "draft": _draft(card, who),
        "save": _at_desk(card, who),
        "edit": _edit(card, who),
        "keep": "" if card.agent_name == who.login else _edit(card, who),
        "link": _link(card, who),
        "correct": _link(card, who),
        "merge": "" if who.merges else _MERGE,
        "close_visit": _close_visit(card, who),
    }
    return Rights({act: why for act, why in reasons.items() if why})


def _read(card: messages.Card, who: Standing) -> str:
    own = (card.agent_name == who.login and who.reads_own) or who.holder == who.login
    return "" if own or who.on_screen or who.reads else _UNSEEN


def _draft(card: messages.Card, who: Standing) -> str:
    """Whatever is typed into a card that was never saved is kept, however late it comes."""
    why = _at_desk(card, who)
    return "" if why == _OLD and card.state == "draft" else why


def _at_desk(card: messages.Card, who: Standing) -> str:
    if who.holder not in (None, who.login):
        return _HELD
    if card.agent_name != who.login:
        return _OTHERS
    if who.holder == who.login:
        return ""
    if not who.edits:
        return _READ_ONLY
    return "" if _same_day(card, who) else _OLD


def _edit(card: messages.Card, who: Standing) -> str:
    if not who.edits:
        return _READ_ONLY
    if who.holder is not None:
        return _MINE if who.holder == who.login else _HELD
    if who.mends:
        return ""
    if card.agent_name != who.login:
        return _OTHERS
    return "" if _same_day(card, who) or card.state == "draft" else _OLD


def _link(card: messages.Card, who: Standing) -> str:
    return "" if who.holder == who.login else _edit(card, who)


def _close_visit(card: messages.Card, who: Standing) -> str:
    own = card.agent_name == who.login and _same_day(card, who)
    return "" if own or who.on_screen or who.visits else _VISIT


def holder(router: Router, call: str) -> AgentId | None:
    """Who talks this call or fills its card in wrap-up: not who is offered it or asked about it,
    nor who has given it away."""
    for agent in router.agents.values():
        state = agent.state
        if isinstance(state, ag.OnCall) and call in (state.call, _about(router, state.call)):
            return agent.id
        if isinstance(state, ag.WrapUp) and state.call == call:
            record = router.calls.get(state.call) or router.recently_ended.get(state.call)
            if record is None or not moved_on(record, agent.id):
                return agent.id
    return None


def _about(router: Router, call: CallId) -> CallId | None:
    record = router.calls.get(call)
    return record.about if record else None


def moved_on(call: ca.Call, agent: AgentId) -> bool:
    """The agent gave the call to another one, or to a queue: its card goes along."""
    waits = isinstance(call.state, ca.Waiting | ca.Offered)
    return waits or (call.agent != agent and call.agent is not None)


def _same_day(card: messages.Card, who: Standing) -> bool:
    return day_of(card.created_at, who.zone) == day_of(who.now, who.zone)
