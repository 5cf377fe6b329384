"""Whether a card tells of help that was never called: asked before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekc_console.client.card.card_desk import CardDesk
from ekc_console.client.card.facts import facts, took
from ekc_console.domain.scenario import Do, Scenario, Session, SessionState
from ekc_console.domain.terms.dialling import kind_of
from ekc_console.wire.messages import MyCall

EMERGENCY_SCRIPT = "emergency"
"""Id of the scenario to which every sign of an emergency leads."""
_RESCUE = "rescue"
"""The field by which a script wants rescuers at once."""
_ACCEPTED_BY = "accepted_by"
"""The field in which that script keeps the service that took the case by another telephone."""
_AMBULANCE, _RESCUERS = "103", "112"
_SAYS_WHY = ("caller_refused", "cut_off")
"""Outcomes by which nobody was called for a reason."""


def to_call(session: Session, call: MyCall | None) -> str:
    """The service to be called where the script for that is come to; empty: the walk is elsewhere,
    or that service rings or has answered."""
    if session.scenario.id != EMERGENCY_SCRIPT or taken_elsewhere(session.state):
        return ""
    rescue = session.fields.get(_RESCUE) == "yes"
    state = facts(call).get("state_112" if rescue else "state_103", "failed")
    if state != "failed":
        return ""
    return _RESCUERS if rescue else _AMBULANCE


def taken_elsewhere(state: SessionState | None) -> bool:
    """The script was answered that a service has the case, though the line knows of no call."""
    return state is not None and bool({**state.kept, **state.fields}.get(_ACCEPTED_BY))


def free_texts(desk: CardDesk) -> list[str]:
    """What was answered in the caller's own words, in the script and in those before it."""
    if desk.session is None:
        return []
    state = desk.session.state
    before = (desk.scenarios.here(walk.scenario) for walk in state.earlier)
    scripts = [desk.session.scenario, *(script for script in before if script is not None)]
    free = {f.name for script in scripts for f in script.fields.values() if f.type == "text"}
    return [text for name, text in {**state.kept, **state.fields}.items() if name in free and text]


Tried = Literal["", "in_vain", "called_off"]
"""What was done before: nobody was called, nobody took the caller, or the operator called it off
first."""


@dataclass(frozen=True, slots=True)
class Unhelped:
    number: str
    """The service that the card speaks of; empty: the usual one."""
    tried: Tried = ""


def of_call(call: MyCall | None, desk: CardDesk, noted: str = "") -> Unhelped | None:
    """Of the card of the call in hand; ``noted`` as in :func:`unhelped`."""
    if call is None or not desk.card_id or call.card != desk.card_id:
        return None
    state = desk.session.state if desk.session else None
    if desk.session is not None and not desk.disposition:  # no outcome says yet how that ends
        noted = noted or to_call(desk.session, call)
    known = desk.scenarios.here(EMERGENCY_SCRIPT)
    return unhelped(desk.disposition, call, state, known, noted)


def unhelped(
    disposition: str,
    call: MyCall,
    state: SessionState | None,
    emergency: Scenario | None,
    noted: str = "",
) -> Unhelped | None:
    """None: the card is true as far as is known here. ``state``: the card's walk; ``emergency``:
    the scenario of that name, None where it is not known; ``noted``: the service that a sign in
    what is written freely asks for, empty without one."""
    services = call.services
    if taken_elsewhere(state) or any(one.rings or took(one, call.not_taken) for one in services):
        return None
    called = any(one.cancelled_at is None for one in services)
    tried: Tried = "in_vain" if called else "called_off" if services else ""
    start, _sign, number = disposition.rpartition("_")
    if kind_of(number) == "emergency":
        return Unhelped(number, tried)
    if called or disposition in _SAYS_WHY:
        return None
    if start.startswith(EMERGENCY_SCRIPT) or _left_in_the_midst(state, emergency):
        return Unhelped("", tried)
    return Unhelped(noted, tried) if noted else None


def _left_in_the_midst(state: SessionState | None, emergency: Scenario | None) -> bool:
    """The emergency was left by the operator for another script, not by a way of its own."""
    walks = [w for w in state.earlier if w.scenario == EMERGENCY_SCRIPT] if state else []
    if not walks:
        return False
    if emergency is None or emergency.version != walks[-1].version:
        return True
    return not isinstance(emergency.steps[walks[-1].path[-1].step], Do)
