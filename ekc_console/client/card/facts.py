"""What a script may ask about the call in hand, as the server's view has it now."""

from __future__ import annotations

from collections.abc import Sequence

from ekc_console.domain.terms.dialling import AMBULANCE, TAKEN_S
from ekc_console.domain.terms.rights import may
from ekc_console.wire.call_control import NotTaken, ServiceCalled
from ekc_console.wire.messages import Me, MyCall


def facts(call: MyCall | None) -> dict[str, str]:
    """By the names of ``scenario.FACTS``; a service that was not called has none."""
    services = call.services if call else ()
    left = call.not_taken if call else ()
    states = {
        "state_103": _state([one for one in services if one.number in AMBULANCE], left),
        "state_112": _state([one for one in services if one.number not in AMBULANCE], left),
    }
    return {name: state for name, state in states.items() if state}


def handed_outcome(call: MyCall | None) -> str:
    """The outcome of a call whose caller was handed over to an emergency service, by its code in
    the scripts, also when that talk is over; empty: nobody was. One that has spoken with the caller
    for long enough before it went, or was let go, has the caller as well as one that was left alone
    with them."""
    if call is None:
        return ""
    had = (one for one in reversed(call.services) if _has_the_caller(one, call.not_taken))
    return next((f"emergency_{one.number}" for one in had), "")


def _has_the_caller(service: ServiceCalled, not_taken: Sequence[NotTaken]) -> bool:
    """Not while the operator still talks with both."""
    over = service.handed_at is not None or service.ended_by in ("operator", "service")
    return over and took(service, not_taken)


def took(service: ServiceCalled, not_taken: Sequence[NotTaken]) -> bool:
    """The service has the caller's need, or hears of it now. ``not_taken``: the call's. One that
    was gone sooner than place and need are said knows nothing: it may have been a machine."""
    if service.handed_at is not None:
        return True
    if service.answered_at is None:
        return False
    if service.ended_at is None:
        return True  # what an earlier call to this number came to says nothing of this one
    gone = any(one.who == service.number for one in not_taken)
    return not gone and service.ended_at - service.answered_at >= TAKEN_S


def _state(called: Sequence[ServiceCalled], not_taken: Sequence[NotTaken]) -> str:
    """Of several calls that which still rings says it, then that which was answered by somebody who
    has heard of the need: a machine that answers and drops has not."""
    if any(one.rings for one in called):
        return "ringing"
    if any(took(one, not_taken) for one in called):
        return "answered"
    return "failed" if called else ""


def is_medical(me: Me | None) -> bool:
    """Who works here may say and decide what scripts keep for a medic."""
    return me is not None and may(me.role, "medical")
