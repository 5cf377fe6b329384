"""What every set of commands is made of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, get_args

from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.wire import messages, steering, supervision

Handler = Callable[[Person, Any], Awaitable[messages.Result | None]]
"""Does one kind of command for a person who may give it by the role. Raises Refusal."""

COMMANDS: frozenset[type] = frozenset(get_args(messages.Command))
"""All that a client may send."""


def registry(*sets: Mapping[type, Handler]) -> dict[type, Handler]:
    """One handler for every command. Raises TypeError for one that has none or two, and for a
    handler of no command: a server is not built with such a fault."""
    handlers: dict[type, Handler] = {}
    for found in sets:
        if twice := handlers.keys() & found.keys():
            raise TypeError(f"two handlers: {_names(twice)}")
        handlers.update(found)
    if missing := COMMANDS - handlers.keys():
        raise TypeError(f"no handler: {_names(missing)}")
    if strange := handlers.keys() - COMMANDS:
        raise TypeError(f"no command: {_names(strange)}")
    return handlers


def agent_of(router: Router, person: Person) -> ag.Agent:
    """Raises Refusal for who has never been on a shift."""
    agent = router.agents.get(person.login)
    if agent is None:
        raise Refusal("wrong_state", "shift.over")
    return agent


def given_meanwhile(
    given: AgentId | None, body: supervision.AssignCall | steering.AssignCallback
) -> AgentId | None:
    """To whom another one has given what is to be assigned since it was seen; None: to nobody, or
    to whom it is to be given now."""
    return None if body.seen is None or given in (None, body.seen, body.agent) else given


def _names(types: frozenset[type] | set[type]) -> str:
    return ", ".join(sorted(each.__name__ for each in types))


def why_no_call(state: ag.AgentState) -> str:
    """Key of why an agent in this state can have no call of the own wish now."""
    return "shift.ready_first" if isinstance(state, ag.NotResponding) else "call.current_first"
