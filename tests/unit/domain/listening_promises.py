"""What callers and operators may rely on while somebody listens: told by facts, effects and
records, not by the core's rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ekc_console.domain import effects as ef
from ekc_console.domain import facts as f
from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.agent import Agent
from ekc_console.domain.state.call import Call
from ekc_console.domain.terms.ids import AgentId, CallId

_BESIDE = (f.ListeningBegun, f.ListeningStopped, f.ListeningFailed)
_OF_LISTENING = (ef.Listen, ef.Listened, ef.ListeningOver, ef.CallChanged, ef.AgentChanged)


def listening_changes_no_talk(
    router: Router,
    fact: f.Fact,
    calls: Mapping[CallId, Call],
    agents: Mapping[AgentId, Agent],
    effects: Sequence[ef.Effect],
) -> None:
    """Who is joined with the caller, and all else, is as it was; ``calls`` and ``agents`` as they
    were before the fact."""
    if isinstance(fact, _BESIDE):
        assert dict(router.calls) == calls
        assert dict(router.agents) == agents
        assert all(isinstance(effect, _OF_LISTENING) for effect in effects)
    for effect in effects:
        if isinstance(effect, ef.Listen):
            whisper_reaches_an_agent_alone(router, effect)


def whisper_reaches_an_agent_alone(router: Router, effect: ef.Listen) -> None:
    """The ear is put to the agent who has the call, never to the caller or to who listens."""
    assert effect.ear != effect.by
    if effect.ear is not None:
        assert effect.ear in router.agents
        assert getattr(router.agents[effect.ear].state, "call", None) == effect.call


def who_listens_stands_beside(router: Router) -> None:
    """One at a call, with a line and no other work, at the leg of who has the call."""
    heard = [one.call for one in router.listenings.values()]
    assert len(heard) == len(set(heard))
    for one in router.listenings.values():
        listener, call = router.agents[one.id], router.calls[one.call]
        assert listener.has_leg
        assert isinstance(listener.state, ag.OnBreak)
        talks = isinstance(call.state, cl.Talking | cl.OnHold | cl.Consulting)
        assert one.ear == (call.agent if talks else None)
