"""Who may give which command: one row a command, for every door.

The role is asked when a command comes in. What a command is about (somebody's card, a callback,
a visit) is known only where it has been read: its handler asks there. A command without a row is
refused to everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from ekc_console.domain.router import Router
from ekc_console.domain.state.callback import Callback
from ekc_console.server.cards.rights import ACTS
from ekc_console.server.core import in_force
from ekc_console.server.people.person import Person
from ekc_console.server.people.queue_reach import sees_callback
from ekc_console.server.refusal import Refusal
from ekc_console.wire import (
    call_control,
    card_work,
    messages,
    side_work,
    supervision,
    voice,
    way_in,
)

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

EVERYBODY: frozenset[messages.Role] = frozenset(get_args(messages.Role))
STAFF = EVERYBODY - {"volunteer"}
SUPERVISORS: frozenset[messages.Role] = frozenset({"supervisor", "admin"})
ADMINS: frozenset[messages.Role] = frozenset({"admin"})


@dataclass(frozen=True, slots=True)
class Row:
    roles: frozenset[messages.Role]
    about: About
    why_not: str = ""
    """Key of what other roles are told."""


_OWN = Row(EVERYBODY, "own")
_SHARED = Row(EVERYBODY, "shared")
_CALLBACK = Row(EVERYBODY, "callback")
_ORDER = Row(SUPERVISORS, "centre", why_not="right.supervisors")
_SETTINGS = Row(ADMINS, "centre", why_not="right.admins")
_MERGE = Row(SUPERVISORS, "card", why_not="right.supervisors")


ROWS: Mapping[type, Row] = {
    # The shift. ``StandBy`` with a number, as ``CallMyPhone``: its handler asks.
    messages.GoReady: _OWN,
    messages.GoBreak: _OWN,
    messages.LogOut: _OWN,
    messages.OpenLine: _OWN,
    messages.OpenEcho: _OWN,
    voice.GetVoice: _OWN,
    messages.StandBy: _OWN,
    # Who may not dial by hand may not make the server dial either.
    messages.CallMyPhone: Row(STAFF, "own", why_not="right.no_phone"),
    # The call in hand. To outside numbers: the handler asks, the emergency number is everybody's.
    messages.AcceptOffer: _OWN,
    messages.RejectOffer: _OWN,
    messages.HangUpCall: _OWN,
    messages.HoldCall: _OWN,
    messages.ResumeCall: _OWN,
    messages.FinishWrapUp: _OWN,
    call_control.GetTargets: _SHARED,
    call_control.TransferCall: _OWN,
    call_control.StartConsult: _OWN,
    call_control.SwitchConsult: _OWN,
    call_control.CompleteConsult: _OWN,
    call_control.CancelConsult: _OWN,
    call_control.SendKeys: _OWN,
    call_control.CallEmergency: _OWN,  # refused to nobody
    # Calls out.
    messages.Dial: Row(STAFF, "own", why_not="right.callbacks_only"),
    messages.DialCallback: _CALLBACK,
    messages.CloseCallback: _CALLBACK,
    supervision.PickCall: Row(STAFF, "own", why_not="right.queue_only"),
    # Cards, people, visits.
    **dict.fromkeys(ACTS, Row(EVERYBODY, "card")),
    card_work.MergePersons: _MERGE,
    card_work.UndoMerge: _MERGE,
    card_work.ListVisits: Row(EVERYBODY, "contacts"),
    messages.GetScenario: _SHARED,
    card_work.ListEdits: _OWN,
    card_work.ListOwnContacts: _OWN,
    messages.FindContacts: Row(EVERYBODY, "contacts"),
    # Work beside the phone.
    side_work.SearchKnowledge: _SHARED,
    side_work.GetDirectory: _SHARED,
    side_work.SendMessage: _ORDER,
    side_work.ReadMessage: _OWN,
    side_work.ListMessages: _OWN,
    side_work.AskHelp: _OWN,
    side_work.CancelHelp: _OWN,
    side_work.ListHelp: _ORDER,
    side_work.AnswerHelp: _ORDER,
    side_work.AddSuggestion: _OWN,
    side_work.ListSuggestions: _OWN,
    side_work.DecideSuggestion: _ORDER,
    # Supervision.
    supervision.GetQueues: _ORDER,
    supervision.GetCalls: _ORDER,
    supervision.GetAgents: _ORDER,
    supervision.AssignCall: _ORDER,
    supervision.ReorderCall: _ORDER,
    supervision.MoveCall: _ORDER,
    supervision.PauseQueue: _ORDER,
    supervision.ResumeQueue: _ORDER,
    supervision.ForceAgent: _ORDER,
    way_in.GetLine: _ORDER,
    way_in.CloseQueue: _ORDER,
    way_in.OpenQueue: _ORDER,
    way_in.SetAnnouncement: _ORDER,
    way_in.BlockNumber: _ORDER,
    way_in.UnblockNumber: _ORDER,
    way_in.GetBlocked: _ORDER,
    way_in.CompareSettings: _SETTINGS,
    way_in.ApplySettings: _SETTINGS,
    way_in.UndoSettings: _SETTINGS,
}


def require_role(person: Person, body: Any) -> None:
    """Raises Refusal (``not_allowed``)."""
    row = ROWS.get(type(body))
    if row is None:
        raise Refusal("not_allowed", "server.nobody_may")
    if person.role not in row.roles:
        raise Refusal("not_allowed", row.why_not)


def require_callback(router: Router, person: Person, callback: Callback) -> None:
    """Raises Refusal (``not_allowed``): who does not see a callback neither dials nor closes it."""
    if not person.supervises and not sees_callback(router, person.login, callback):
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
