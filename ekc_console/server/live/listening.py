"""What screens show of listening: to who listens, and to the operator where the centre tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ekc_console.domain import effects as ef
from ekc_console.domain.router import Router
from ekc_console.domain.state.agent import Listening
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.server.core import in_force
from ekc_console.wire.listening import Overheard, OwnListening
from ekc_console.wire.words import Words, words

_ENDS: Mapping[ef.ListeningEnd, str] = {
    "call_over": "listening.call_over",
    "line_down": "listening.line_down",
    "other_work": "listening.other_work",
    "failed": "listening.failed",
    "other_team": "listening.other_team",
}
"""Ends that who listens did not order."""


def listener_of(router: Router, call: CallId) -> Listening | None:
    return next((one for one in router.listenings.values() if one.call == call), None)


def own_listening(
    router: Router, names: Mapping[AgentId, str], login: AgentId
) -> OwnListening | None:
    found = router.listenings.get(login)
    if found is None:
        return None
    return OwnListening(
        call=found.call,
        mode=found.mode,
        since=found.since,
        agent=found.ear or "",
        agent_name=names.get(found.ear, found.ear) if found.ear else "",
    )


def overheard(
    router: Router, names: Mapping[AgentId, str], call: CallId, login: AgentId
) -> Overheard | None:
    """As the operator ``login`` may know it."""
    found = listener_of(router, call)
    if found is None or found.ear != login:
        return None
    if found.mode not in in_force.call_handling(router).listening_told:
        return None
    name = names.get(found.id, found.id)
    return Overheard(name=name, mode=found.mode, since=found.since)


class ListeningNews:
    """Tells who listened why it is over. ``tell`` says a word to a person."""

    def __init__(self, tell: Callable[[AgentId, Words], None]) -> None:
        self._tell = tell

    def on_effect(self, effect: ef.Effect) -> None:
        if isinstance(effect, ef.ListeningOver) and (key := _ENDS.get(effect.why)):
            self._tell(effect.by, words(key))
