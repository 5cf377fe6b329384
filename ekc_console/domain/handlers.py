"""Which rule takes in which fact, and acts on what is due."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ekc_console.domain import facts
from ekc_console.domain.rules import (
    agent_facts,
    breaks,
    call_facts,
    callback_orders,
    callback_queue,
    clock_set,
    handling,
    offers,
    overdue,
    overflow,
    presence,
    reach,
    still_owed,
    supervision,
    turns,
)
from ekc_console.domain.rules.parties import consult, listening, transfer
from ekc_console.domain.state import queue
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.state.deadlines import Deadline, Due
from ekc_console.domain.state.strategy import SettingsError
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, OfferId, QueueId
from ekc_console.domain.terms.state_table import IllegalFact


def _queues_configured(c: Centre, fact: facts.QueuesConfigured) -> None:
    try:
        queue.check_settings(fact.queues)
    except SettingsError as e:
        raise IllegalFact("bad_settings", str(e)) from e
    c.configure(fact.queues, fact.centre)
    turns.cut(c)
    callback_queue.take_out_undiallable(c)
    overflow.plan_again(c)


def _time_passed(c: Centre, _: facts.TimePassed) -> None:
    """Act on everything that is due. What an act plans anew lies in the future."""
    for deadline in c.deadlines.pop_due(c.now):
        _act_on(c, deadline)


def _act_on(c: Centre, d: Deadline) -> None:
    match d.due:
        case Due.OFFER:
            offers.give_back(c, OfferId(d.subject), "timeout", "offer timeout")
        case Due.RING_STEP:
            offers.ring_step(c, c.calls[CallId(d.subject)])
        case Due.WRAP_UP:
            handling.end_wrap_up(c, c.agents[AgentId(d.subject)], "wrap-up over")
        case Due.CONSULT:
            consult.ask_timed_out(c, AgentId(d.subject))
        case Due.REST:
            offers.rest_over(c, c.calls[CallId(d.subject)], AgentId(d.other), d.at)
        case Due.OPENING:
            offers.opening_due(c, c.calls[CallId(d.subject)])
        case Due.BREAK:
            breaks.overrun(c, c.agents[AgentId(d.subject)])
        case Due.KEPT:
            offers.keep_no_longer(c, c.calls[CallId(d.subject)])
        case Due.ANNOUNCEMENT:
            call = c.calls[CallId(d.subject)]
            if call_facts.announcement_due(c, call):
                c.emit(overflow.announcement(c, call))
        case Due.OVERFLOW:
            overflow.waited(c, c.calls[CallId(d.subject)])
        case Due.CALLBACK:
            callback_queue.due(c, c.callbacks[CallbackId(d.subject)])
        case Due.CALLING_OVER:
            call = c.calls[CallId(d.subject)]
            assert call.callback is not None
            callback_queue.withdraw(c, c.callbacks[call.callback])
        case Due.OVERDUE:
            overdue.act(c, c.calls[CallId(d.subject)])
        case Due.AWAY:
            presence.away(c, c.agents[AgentId(d.subject)])
        case Due.WAY_OUT:
            callback_queue.try_again(c)
        case Due.REOPENING:
            supervision.reopen(c, QueueId(d.subject))


HANDLERS: dict[type, Callable[[Centre, Any], None]] = {
    facts.QueuesConfigured: _queues_configured,
    facts.TimePassed: _time_passed,
    facts.ClockSet: clock_set.clock_set,
    facts.CallArrived: call_facts.arrived,
    facts.CallMissed: call_facts.missed,
    facts.CallStepEntered: call_facts.step_entered,
    facts.CallQueued: call_facts.queued,
    facts.CallbackAsked: call_facts.callback_asked,
    facts.CallBridged: call_facts.bridged,
    facts.CallBridgeFailed: call_facts.bridge_failed,
    facts.CallHeld: call_facts.held,
    facts.CallResumed: call_facts.resumed,
    facts.CallEnded: call_facts.ended,
    facts.CallPlaced: call_facts.placed,
    facts.CallAnswered: call_facts.answered,
    facts.AgentLoggedIn: agent_facts.logged_in,
    facts.AgentLoggedOut: agent_facts.logged_out,
    facts.AgentReady: agent_facts.ready,
    facts.AgentPaused: agent_facts.paused,
    facts.AgentLegUp: agent_facts.leg_up,
    facts.AgentLegDown: agent_facts.leg_down,
    facts.AgentVanished: agent_facts.vanished,
    facts.AgentReturned: agent_facts.returned,
    facts.OfferAccepted: agent_facts.accepted,
    facts.OfferRefused: agent_facts.refused,
    facts.AgentHungUp: agent_facts.hung_up,
    facts.WrapUpFinished: agent_facts.wrap_up_finished,
    facts.CallPicked: agent_facts.picked,
    facts.CallAssigned: supervision.assigned,
    facts.CallReordered: supervision.reordered,
    facts.CallMoved: supervision.moved,
    facts.QueuePaused: supervision.queue_paused,
    facts.QueueResumed: supervision.queue_resumed,
    facts.CallCut: supervision.cut,
    facts.AgentForced: supervision.forced,
    facts.DutyChanged: agent_facts.duty_changed,
    facts.TransferredToQueue: transfer.to_queue,
    facts.TransferredToAgent: transfer.to_agent,
    facts.TransferredOutside: transfer.outside,
    facts.ReturnedToMenu: transfer.to_menu,
    facts.ConsultAsked: consult.asked,
    facts.ConsultDialled: consult.dialled,
    facts.EmergencyCalled: consult.emergency_called,
    facts.ConsultAccepted: consult.accepted,
    facts.ConsultLeft: consult.left,
    facts.ConsultSwitched: consult.switched,
    facts.ConsultCompleted: consult.completed,
    facts.ConsultCancelled: consult.cancelled,
    facts.JoinFailed: transfer.join_failed,
    **listening.HANDLERS,
    **reach.HANDLERS,
    **still_owed.HANDLERS,
    **callback_orders.HANDLERS,
    facts.ForwardAnswered: overflow.forward_answered,
    facts.ForwardFailed: overflow.forward_failed,
    facts.QueueOpened: supervision.queue_opened,
    facts.QueueClosed: supervision.queue_closed,
    facts.AnnouncementSet: supervision.announcement_set,
    facts.NumberBlocked: supervision.number_blocked,
    facts.NumberUnblocked: supervision.number_unblocked,
}
"""By the fact that each takes in."""
