"""Who may give which command: one row a command, for every door.

The right is asked when a command comes in; which roles have it:
:data:`ekc_console.domain.terms.rights.TABLE`. What a command is about (somebody's card, a callback,
a visit) is known only where it has been read: its handler asks there. A command without a row is
refused to everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state.callback import Callback
from ekc_console.domain.terms.rights import Right, having
from ekc_console.server.core import in_force
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.rights.scope import sees_callback
from ekc_console.wire import (
    call_control,
    card_work,
    listening,
    messages,
    side_work,
    steering,
    supervision,
    voice,
    watch,
    way_in,
)
from ekc_console.wire.admin import account_work, audit_work, log_work, machine_work, workplace_work
from ekc_console.wire.centre import alarms, rehearsal, roster
from ekc_console.wire.day import calls as day_calls
from ekc_console.wire.day import person_day, queue_day, report, report_views, story

About = Literal["own", "shared", "card", "callback", "contacts", "centre"]
"""Whose things a command reads or changes:

* ``own``: the person's own state, line, call in hand, edits, messages; the handler finds them by
  the login, so that nobody else's can be named;
* ``shared``: the same for everybody, no personal data (knowledge, scenarios, whom to transfer to);
* ``card``: one card, its people and its visit; what is done to it is in
  :data:`ekc_console.server.cards.rights.ACTS`;
* ``callback``: one of the list; :func:`require_callback`;
* ``contacts``: all that the person may read; :mod:`ekc_console.server.cards.access`;
* ``centre``: everybody's, for those who answer for it.
"""


@dataclass(frozen=True, slots=True)
class Row:
    right: Right | None
    """None: everybody's who is logged in."""
    about: About
    why_not: str = "right.only"
    """Key of what those without the right are told."""


_ANYBODY = Row(None, "own")
_SHARED = Row(None, "shared")
_SHIFT = Row("serve", "own", why_not="right.no_shift")
_CALLBACK = Row("callbacks", "callback")
_WATCH = Row("watch", "centre")
_ORDER = Row("order", "centre")
_ROSTER = Row("roster", "own")
_ACKNOWLEDGE = Row("acknowledge", "centre")
_WAY_IN = Row("way_in", "centre")
_SETTINGS = Row("settings", "centre", why_not="right.settings")
_ACCOUNTS = Row("accounts", "centre")
_AUDIT = Row("audit", "centre")
_DIAL = Row("dial", "own", why_not="right.callbacks_only")
_EDIT = Row("edit_cards", "card")
_READ = Row("read_cards", "card")
_MERGE = Row("merge_persons", "card")


ROWS: Mapping[type, Row] = {
    # The shift. ``StandBy`` with a number, as ``CallMyPhone``: its handler asks.
    messages.GoReady: _SHIFT,
    messages.GoBreak: _SHIFT,
    messages.LogOut: _ANYBODY,
    messages.OpenLine: _SHIFT,
    messages.OpenEcho: _SHIFT,
    voice.GetVoice: _SHIFT,
    messages.StandBy: _SHIFT,
    # Who may not dial by hand may not make the server dial either.
    messages.CallMyPhone: Row("dial", "own", why_not="right.no_phone"),
    # The call in hand. To outside numbers: the handler asks, the emergency number is everybody's.
    messages.AcceptOffer: _SHIFT,
    messages.RejectOffer: _SHIFT,
    messages.HangUpCall: _SHIFT,
    messages.HoldCall: _SHIFT,
    messages.ResumeCall: _SHIFT,
    messages.FinishWrapUp: _SHIFT,
    call_control.GetTargets: _SHARED,
    call_control.TransferCall: _SHIFT,
    call_control.StartConsult: _SHIFT,
    call_control.SwitchConsult: _SHIFT,
    call_control.CompleteConsult: _SHIFT,
    call_control.CancelConsult: _SHIFT,
    call_control.SendKeys: _SHIFT,
    call_control.CallEmergency: _SHIFT,  # refused to nobody who can have a call
    # Calls out.
    messages.Dial: _DIAL,
    messages.DialCallback: _CALLBACK,
    messages.CloseCallback: _CALLBACK,
    supervision.PickCall: Row("pick", "own", why_not="right.queue_only"),
    # Cards, people, visits.
    messages.OpenCard: _READ,
    messages.SaveDraft: _EDIT,
    messages.SaveCard: _EDIT,
    card_work.EditCard: _EDIT,
    card_work.KeepEdit: _EDIT,
    card_work.FindPersons: _EDIT,
    card_work.LinkPerson: _EDIT,
    card_work.AddPerson: _EDIT,
    card_work.OpenPerson: _READ,
    card_work.CorrectPerson: _EDIT,
    card_work.MergePersons: _MERGE,
    card_work.UndoMerge: _MERGE,
    card_work.CloseVisit: Row("visits", "card"),
    card_work.ListVisits: Row("visits", "contacts"),
    messages.GetScenario: _SHARED,
    card_work.ListEdits: _ANYBODY,
    card_work.ListOwnContacts: _ANYBODY,
    messages.FindContacts: Row("read_cards", "contacts"),
    # Work beside the phone.
    side_work.SearchKnowledge: _SHARED,
    side_work.GetDirectory: _SHARED,
    side_work.SendMessage: Row("message", "centre"),
    side_work.GetTeams: Row("message", "centre"),
    side_work.ReadMessage: _ANYBODY,
    side_work.ListMessages: _ANYBODY,
    side_work.AskHelp: _ANYBODY,
    side_work.CancelHelp: _ANYBODY,
    side_work.ListHelp: Row("answer_help", "centre"),
    side_work.AnswerHelp: Row("answer_help", "centre"),
    side_work.AddSuggestion: _ANYBODY,
    side_work.ListSuggestions: _ANYBODY,
    side_work.DecideSuggestion: Row("decide_suggestions", "centre"),
    # Supervision.
    supervision.GetQueues: _WATCH,
    supervision.GetCalls: _WATCH,
    supervision.GetAgents: _WATCH,
    watch.StartWatch: _WATCH,
    story.GetCallStory: _WATCH,
    person_day.GetPersonDay: _WATCH,
    alarms.GetAlarms: _WATCH,
    alarms.GetAlarmLog: _WATCH,
    alarms.AcknowledgeAlarm: _ACKNOWLEDGE,
    alarms.SnoozeAlarm: _ACKNOWLEDGE,
    queue_day.GetQueueDay: _WATCH,
    day_calls.GetDayCalls: _WATCH,
    report.StartReport: _WATCH,
    report.GetReport: _WATCH,
    report.StopReport: _WATCH,
    report.GetReportCalls: _WATCH,
    day_calls.ListCalls: _WATCH,
    report_views.GetReportViews: Row("watch", "own"),
    report_views.SaveReportView: Row("watch", "own"),
    report_views.DeleteReportView: Row("watch", "own"),
    # Whose shifts: the handler asks.
    roster.GetRoster: _ROSTER,
    roster.ChangeRoster: _ROSTER,
    roster.GetAttendance: _ROSTER,
    supervision.AssignCall: _ORDER,
    supervision.ReorderCall: _ORDER,
    supervision.MoveCall: _ORDER,
    supervision.PauseQueue: _ORDER,
    supervision.ResumeQueue: _ORDER,
    supervision.ForceAgent: _ORDER,
    steering.ChangeDuty: _ORDER,
    steering.RestoreDuty: _ORDER,
    steering.EndCall: _ORDER,
    steering.GetCallbacks: _CALLBACK,
    steering.AssignCallback: _ORDER,
    steering.PostponeCallback: _ORDER,
    steering.ReleaseCallback: _ORDER,
    # Each mode is a right of its own: the handler asks.
    listening.ComeToListen: Row("listen", "own"),
    listening.Listen: Row("listen", "centre"),
    listening.StopListening: _ANYBODY,
    listening.TakeOver: Row("take_over", "centre"),
    way_in.GetLine: _WATCH,
    way_in.CloseQueue: _WAY_IN,
    way_in.OpenQueue: _WAY_IN,
    way_in.SetAnnouncement: _WAY_IN,
    way_in.BlockNumber: _WAY_IN,
    way_in.UnblockNumber: _WAY_IN,
    way_in.GetBlocked: _WAY_IN,
    way_in.GetSettings: _SETTINGS,
    way_in.CompareSettings: _SETTINGS,
    way_in.ApplySettings: _SETTINGS,
    way_in.UndoSettings: _SETTINGS,
    way_in.GetSettingsHistory: _SETTINGS,
    rehearsal.StartRehearsal: _SETTINGS,
    rehearsal.GetRehearsal: _SETTINGS,
    rehearsal.StopRehearsal: _SETTINGS,
    log_work.SetLogLevel: _SETTINGS,
    log_work.GetLogLevel: _SETTINGS,
    machine_work.GetMachine: _SETTINGS,
    # Workplaces.
    workplace_work.TellWorkplace: _ANYBODY,
    workplace_work.ListWorkplaces: _ACCOUNTS,
    # Accounts.
    account_work.ListAccounts: _ACCOUNTS,
    account_work.InviteAccount: _ACCOUNTS,
    account_work.ChangeAccount: _ACCOUNTS,
    account_work.ResetPassword: _ACCOUNTS,
    account_work.DisableAccount: _ACCOUNTS,
    account_work.EnableAccount: _ACCOUNTS,
    account_work.EndSessions: _ACCOUNTS,
    account_work.ImportAccounts: _ACCOUNTS,
    # The audit trail.
    audit_work.ReadAudit: _AUDIT,
    audit_work.StartAuditCheck: _AUDIT,
    audit_work.GetAuditCheck: _AUDIT,
}


_CARD_IN_HAND = frozenset(
    {
        messages.OpenCard,
        messages.SaveDraft,
        messages.SaveCard,
        card_work.FindPersons,
        card_work.LinkPerson,
        card_work.AddPerson,
        card_work.OpenPerson,
        card_work.CorrectPerson,
    }
)
"""What is done to the card of the call in hand, or of its wrap-up."""

_IN_A_LAST_CALL = frozenset(
    {
        messages.LogOut,
        messages.OpenLine,
        voice.GetVoice,
        messages.AcceptOffer,  # of the own call, which a transfer has brought back
        messages.RejectOffer,
        messages.HangUpCall,
        messages.HoldCall,
        messages.ResumeCall,
        messages.FinishWrapUp,
        messages.GoReady,  # which ends a wrap-up too; no shift goes on after it
        call_control.GetTargets,
        call_control.TransferCall,
        call_control.StartConsult,
        call_control.SwitchConsult,
        call_control.CompleteConsult,
        call_control.CancelConsult,
        call_control.SendKeys,
        call_control.CallEmergency,
        messages.OpenCard,
        messages.SaveDraft,
        messages.SaveCard,
        card_work.AddPerson,
        messages.GetScenario,
        side_work.SearchKnowledge,
        side_work.GetDirectory,
        side_work.ReadMessage,
        side_work.AskHelp,
        side_work.CancelHelp,
    }
)
"""All that is left to who may not be here any more but has a caller in hand: that call, its card,
and what the centre tells everybody."""


def require_role(router: Router, person: Person, body: Any) -> None:
    """Raises Refusal (``not_allowed``)."""
    row = ROWS.get(type(body))
    if row is None:
        raise Refusal("not_allowed", "server.nobody_may")
    if person.last_call and type(body) not in _IN_A_LAST_CALL:
        raise Refusal("not_allowed", "right.last_call")
    if row.right is None or person.may(row.right):
        return
    if not _brings_to_its_end(router, person, type(body), row):
        raise refused(row)


def _brings_to_its_end(router: Router, person: Person, kind: type, row: Row) -> bool:
    """A role that changes takes nothing out of a person's hands: the shift, which ends with what is
    held, goes on as it began. Of other cards than that in hand the handler refuses."""
    if person.last_of and kind in _CARD_IN_HAND:
        return True
    agent = router.agents.get(person.login)
    if agent is None or isinstance(agent.state, ag.Offline):
        return False
    if row.right == "serve":
        return True
    return kind in _CARD_IN_HAND and isinstance(agent.state, ag.OnCall | ag.WrapUp)


def asked_afresh(body: Any) -> bool:
    """Whether the rights to it are read anew each time, though that takes the store: not for what
    is done to the own shift and call, where a key waits for nothing."""
    row = ROWS.get(type(body))
    return row is None or row.right != "serve"


def refused(row: Row) -> Refusal:
    who = ",".join(having(row.right)) if row.right else ""
    values = {"who": who} if row.why_not == "right.only" else {}
    return Refusal("not_allowed", row.why_not, **values)


def require_callback(router: Router, person: Person, callback: Callback) -> None:
    """Raises Refusal (``not_allowed``): who does not see a callback neither dials nor closes it."""
    if not sees_callback(router, person, callback):
        raise Refusal("not_allowed", "right.other_queue")


def require_diallable(router: Router, person: Person, number: str) -> None:
    """Raises Refusal for a canonical number that this person may not have dialled, wherever from:
    ``bad_value`` for what is nobody's number, ``not_allowed`` for what needs another role."""
    decision = in_force.dial_decision(router, person.role, number)
    if decision.obstacle == "no_number":
        raise Refusal("bad_value", "dial.not_whole")
    if decision.obstacle is not None:
        trusted = in_force.dial_rules(router).trusted
        raise Refusal(
            "not_allowed", "dial.kind_not_allowed", kind=decision.kind, who=",".join(trusted)
        )
