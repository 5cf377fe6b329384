"""When an action of the registry can be done. Pure functions of a :class:`Situation`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.terms.rights import Workplace
from ekc_console.tui.shared.keys.registry import Action
from ekc_console.wire.messages import AgentState, CallStateName, Role


@dataclass(frozen=True, slots=True)
class Situation:
    """What the keys depend on."""

    logged_in: bool = False
    desk: Workplace = "operator"
    """Whose console this is."""
    panel: bool = False
    """One is open on a desk without calls: keys are for it, and for nothing behind it."""
    role: Role = "operator"
    me: AgentState = "offline"
    shift: bool = True
    """This console begins one: calls come to it."""
    line: Literal["off", "connecting", "up", "failed"] = "off"
    call: CallStateName | None = None
    calls_back: bool = False
    """What is offered is a callback: accepting it dials."""
    consult: Literal["", "ringing", "party", "caller", "all"] = ""
    """Of the own consultation: nobody has answered yet, or with whom one talks."""
    emergency: bool = False
    """It is an emergency service that is consulted."""
    second: Literal["", "ringing", "talking", "held"] = ""
    """A call past the centre, at a number of a PBX."""
    asked: bool = False
    """One is asked about another one's call."""
    pending_break: bool = False
    card_open: bool = False
    old_card: bool = False
    """An earlier contact's card is on the screen."""
    old_card_savable: bool = False
    """And something in it is to be saved."""
    old_card_unfinished: bool = False
    """And it was never saved."""
    visit_open: bool = False
    """A doctor is on his way: by the card on the screen, or to the caller."""
    visit_listed: bool = False
    """A list of them is on top, and one of them under the cursor."""
    own_call: bool = False
    """It, or its card, is in hand at a desk without panes for it, and is not on the screen."""
    script_open: bool = False
    other_scripts: bool = False
    """There are scenarios to choose from."""
    session_over: bool = False
    """The server has ended the session; the screens still show what was there."""
    last_call: bool = False
    """The session is over with the call in hand: nothing else can be done."""
    modal: bool = False
    """A confirmation waits: only what concerns the call may be done."""
    on_desk: bool = False
    """The role's own screen is on top, not help or search."""
    zoomable: bool = False
    """The terminal has room for more than one pane."""
    closable: bool = False
    """There is something that Esc closes."""
    talks_in_sight: bool = False
    """A screen with people or calls is on top, and no panel in it."""
    at_talk: bool = False
    """The cursor is on somebody who talks, or on the talk."""
    listening: bool = False
    """To another one's talk, or one did a moment ago: a key meant for it still speaks."""
    watching: bool = False
    """A screen of the centre is on top, and no panel in it."""
    at_opening: bool = False
    """What the cursor is on opens."""
    slid: bool = False
    """Another row has just slid under the cursor there: a key about it is not done."""
    at_waiting: bool = False
    """The cursor is on a call that waits, as the next ones: on a person, on a queue."""
    marks: bool = False
    """Calls are marked, or were until they waited no more."""
    at_person: bool = False
    at_addressee: bool = False
    """There is somebody to write to: the person, who has the call, who serves the queue."""
    at_queue: bool = False
    at_callback: bool = False
    at_number: bool = False
    """The call or callback at the cursor has one."""
    callback_urgent: bool = False
    number_held: bool = False
    """Of the callback at the cursor: it waits for a decision; it was decided on."""
    number_released: bool = False
    undoable: bool = False
    """The last order can be taken back, as far as is known."""
    queue_paused: bool = False
    """The queue at the cursor; so is the next one."""
    queue_closed: bool = False
    keeping: bool = False
    """Accounts are on top, and no panel in front of them."""
    at_account: bool = False
    """The cursor is on one; the next ones are about it."""
    account_disabled: bool = False
    account_undoable: bool = False
    account_session: bool = False
    """Somebody is logged in by it."""
    alarm: Literal["", "unseen", "seen"] = ""
    """At the cursor: a figure beyond its limit, and whether somebody sees to it."""
    alarm_snoozed: bool = False
    auditing: bool = False
    """The audit trail is on top, and no panel in front of it."""
    configuring: bool = False
    """The settings are on top, and no panel in front of them."""
    change_read: bool = False
    """A file of them that could be put in force."""
    rehearsing: bool = False
    """This console has a change of settings rehearsed."""
    change_undoable: bool = False
    """A change of settings that was put in force from here."""
    at_clinic: bool = False
    several_clinics: bool = False
    """The lists of a clinic are on top, and no panel in front of them."""
    reporting: bool = False
    """A report is on top, and no panel in front of it."""
    report_running: bool = False
    report_undoable: bool = False
    """A view of reports that was deleted can come back."""
    in_demo: bool = False
    """``ekc demo`` runs around this console."""


def _can_be_ready(s: Situation) -> bool:
    if not s.logged_in or s.modal:
        return False
    if not s.shift:
        return s.me == "wrap_up"
    if s.me == "ready":
        return s.line in ("off", "failed")
    return s.me in ("break", "not_responding", "wrap_up") or s.pending_break


def _is_free(s: Situation) -> bool:
    free = s.me in ("ready", "break", "wrap_up") and s.call not in ("talking", "held", "consult")
    return free and s.logged_in


def _can_dial(s: Situation) -> bool:
    return _is_free(s) and not s.modal


def _can_call_emergency(s: Situation) -> bool:
    """Over a confirmation too: nothing comes before it."""
    return s.call in ("talking", "held", "consult") and not s.asked


CONDITIONS: dict[str, Callable[[Situation], bool]] = {
    "no_modal": lambda s: not s.modal,
    "logged_in": lambda s: s.logged_in and not s.modal,
    "no_panel": lambda s: s.logged_in and not s.panel and not s.modal,
    "in_panel": lambda s: s.panel and not s.modal,
    "at_work": lambda s: s.desk == "operator" and not s.modal,
    "on_desk": lambda s: s.on_desk and not s.panel and not s.modal,
    "zoomable": lambda s: s.zoomable and s.on_desk and not s.panel and not s.modal,
    "closable": lambda s: s.closable,
    "at_waiting": lambda s: s.watching and s.at_waiting and not s.modal,
    "chosen": lambda s: s.watching and (s.at_waiting or s.marks) and not s.modal,
    "at_person": lambda s: s.watching and s.at_person and not s.modal,
    "at_addressee": lambda s: s.watching and s.at_addressee and not s.modal,
    "at_somebody": lambda s: s.at_person or (s.at_addressee and not s.at_queue),
    "at_queue": lambda s: s.watching and s.at_queue and not s.modal,
    "at_running": lambda s: s.watching and s.at_queue and not s.queue_paused and not s.modal,
    "at_paused": lambda s: s.watching and s.at_queue and s.queue_paused and not s.modal,
    "at_open": lambda s: s.watching and s.at_queue and not s.queue_closed and not s.modal,
    "at_closed": lambda s: s.watching and s.at_queue and s.queue_closed and not s.modal,
    "alarm_unseen": lambda s: s.watching and s.alarm == "unseen" and not s.modal,
    "alarm_seen": lambda s: s.watching and s.alarm == "seen" and not s.modal,
    "alarm_awake": lambda s: s.watching and s.alarm != "" and not s.alarm_snoozed and not s.modal,
    "alarm_snoozed": lambda s: s.watching and s.alarm_snoozed and not s.modal,
    "at_number": lambda s: s.watching and s.at_number and not s.modal,
    "at_callback": lambda s: s.watching and s.at_callback and not s.modal,
    "at_calm": lambda s: s.watching and s.at_callback and not s.callback_urgent and not s.modal,
    "at_held": lambda s: s.watching and s.number_held and not s.modal,
    "at_released": lambda s: s.watching and s.number_released and not s.modal,
    "can_undo": lambda s: s.watching and s.undoable and s.call is None and not s.modal,
    "in_demo": lambda s: s.watching and s.in_demo and not s.modal,
    "reporting": lambda s: s.reporting and not s.modal,
    "report_over": lambda s: s.reporting and not s.report_running and not s.modal,
    "report_running": lambda s: s.reporting and s.report_running and not s.modal,
    "report_undoable": lambda s: s.reporting and s.report_undoable and not s.modal,
    "at_clinic": lambda s: s.at_clinic and not s.modal,
    "several_clinics": lambda s: s.at_clinic and s.several_clinics and not s.modal,
    "auditing": lambda s: s.auditing and not s.modal,
    "configuring": lambda s: s.configuring and not s.modal,
    "at_change": lambda s: s.configuring and s.change_read and not s.rehearsing and not s.modal,
    "at_rehearsal": lambda s: s.configuring and s.rehearsing and not s.modal,
    "at_applied": lambda s: s.configuring and s.change_undoable and not s.modal,
    "keeping": lambda s: s.keeping and not s.modal,
    "can_undo_account": lambda s: s.keeping and s.account_undoable and not s.modal,
    "at_account": lambda s: s.keeping and s.at_account and not s.modal,
    "at_enabled": lambda s: s.keeping and s.at_account and not s.account_disabled and not s.modal,
    "at_disabled": lambda s: s.keeping and s.at_account and s.account_disabled and not s.modal,
    "at_session": lambda s: s.keeping and s.at_account and s.account_session and not s.modal,
    "watching": lambda s: s.watching and not s.modal,
    "at_opening": lambda s: s.watching and s.at_opening and not s.modal,
    "at_talk": lambda s: s.at_talk or s.listening,
    "can_listen": lambda s: (s.talks_in_sight or s.listening) and s.call is None and not s.modal,
    "can_take": lambda s: (s.watching or s.listening) and s.call is None and not s.modal,
    "at_taking": lambda s: s.listening or s.at_waiting,
    "on_shift": lambda s: s.logged_in and s.me != "offline" and not s.modal,
    "offered": lambda s: s.call == "offered",
    "on_line": lambda s: (
        s.call in ("connecting", "talking", "held", "dialing") and s.second != "talking"
    ),
    "on_voice": lambda s: (
        s.call in ("connecting", "talking", "held", "dialing", "consult") or s.second == "talking"
    ),
    "second_waits": lambda s: (
        s.second in ("ringing", "held") and s.call in (None, "talking", "held", "wrap_up")
    ),
    "second_talking": lambda s: s.second == "talking" and s.call != "offered",
    "second_ringing": lambda s: s.second == "ringing",
    "can_transfer": lambda s: s.call in ("talking", "held") and not s.asked and not s.modal,
    "can_let_go": lambda s: s.consult != "" and not s.emergency,
    "service_called": lambda s: s.consult != "" and s.emergency,
    "consult_open": lambda s: s.consult in ("party", "caller", "all"),
    "can_switch": lambda s: s.consult in ("party", "caller", "all") and not s.emergency,
    "no_conference": lambda s: s.consult in ("party", "caller") and not s.emergency,
    "can_call_emergency": _can_call_emergency,
    "can_dial_emergency": lambda s: s.me == "wrap_up" and _is_free(s),
    "can_send_keys": lambda s: s.call in ("talking", "consult") and not s.asked and not s.modal,
    "card_on_screen": lambda s: (s.card_open or s.old_card) and not s.modal,
    "visit_open": lambda s: s.visit_open and not s.panel and not s.modal,
    "visit_listed": lambda s: s.visit_listed and not s.panel and not s.modal,
    "own_call": lambda s: (
        s.own_call and not (s.card_open or s.old_card_savable or s.panel or s.modal)
    ),
    "talking": lambda s: s.call == "talking" and not s.asked,
    "held": lambda s: s.call == "held",
    "can_dial": _can_dial,
    "can_be_ready": _can_be_ready,
    "can_break": lambda s: s.logged_in and s.shift and s.me != "offline" and not s.modal,
    "session_over": lambda s: s.session_over and not s.modal,
    "can_change_script": lambda s: s.card_open and s.other_scripts and not s.modal,
    "card_open": lambda s: (s.card_open or s.old_card_savable) and not s.modal,
    "script_open": lambda s: s.script_open and s.on_desk and not s.modal,
}


def offered(action: Action, situation: Situation) -> bool:
    """The key bar names it, if there is room."""
    return enabled(action, situation) and (
        not action.offered or CONDITIONS[action.offered](situation)
    )


def enabled(action: Action, situation: Situation) -> bool:
    if situation.session_over and not action.local:
        return False
    if situation.last_call and not action.of_last_call:
        return False
    return situation.role in action.roles and CONDITIONS[action.when](situation)
