"""``docs/states.md`` from the transition tables: ``python -m ekc_console.domain.insight.diagram``
prints it."""

from __future__ import annotations

from collections.abc import Iterator

from ekc_console.domain.state.agent import AGENT_TABLE
from ekc_console.domain.state.call_table import CALL_TABLE
from ekc_console.domain.state.callback import CALLBACK_TABLE
from ekc_console.domain.terms.state_table import StateTable

HEAD = """\
# States of the core

Drawn from the transition tables in `ekc_console/domain/`; do not edit. To bring it up to date:
`python -m ekc_console.domain.insight.diagram > docs/states.md`.

Events with a capital are facts (`ekc_console/domain/facts/`), those in small letters are made
by the core. An event that stands nowhere beside a state is illegal there: `IllegalFact`, nothing
changes. *Ignored* events are known to come late or twice: nothing changes, and it is no error.
*Stays* means that the state remains and something beside it changes.
"""


def states_page() -> str:
    tables = (CALL_TABLE, AGENT_TABLE, CALLBACK_TABLE)
    return "\n".join([HEAD, *(line for table in tables for line in _section(table))])


def _section(table: StateTable) -> Iterator[str]:
    yield from (f"## {table.title}", "", "```mermaid", "stateDiagram-v2")
    for state, event, to in table:
        yield from (f"    {_node(state)} --> {_node(t)}: {event}" for t in to if t is not state)
    yield from ("```", "", "| State | Stays | Ignored |", "|---|---|---|")
    for state in dict.fromkeys(state for state, _, _ in table):
        if state is not type(None):
            rules = [(event, to) for s, event, to in table if s is state]
            stays = ", ".join(event for event, to in rules if state in to)
            ignored = ", ".join(event for event, to in rules if not to)
            yield f"| {state.__name__} | {stays or '–'} | {ignored or '–'} |"
    yield ""


def _node(state: type) -> str:
    return "[*]" if state is type(None) else state.__name__


if __name__ == "__main__":
    print(states_page(), end="")
