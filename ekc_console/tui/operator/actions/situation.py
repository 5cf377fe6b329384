"""The :class:`Situation` of the moment, from what the client knows and what is on the screen."""

from __future__ import annotations

from typing import Literal

from ekc_console.client.desk import Desk
from ekc_console.tui.operator.actions import own_call
from ekc_console.tui.operator.actions.card_actions import CardActions
from ekc_console.tui.shared import call_words
from ekc_console.tui.shared.keys.conditions import Situation
from ekc_console.tui.shell.confirm import Confirm
from ekc_console.tui.shell.frame import DeskFrame
from ekc_console.tui.shell.login import LoginScreen
from ekc_console.tui.shell.stage import StageApp
from ekc_console.wire.messages import MyCall


def situation(desk: Desk, stage: StageApp, cards: CardActions, *, logged_in: bool) -> Situation:
    """``logged_in``: once at least; the session may be over meanwhile."""
    me, call, card = desk.view.me, desk.view.call, desk.card_desk
    frame = stage.frame
    on_login = isinstance(stage.screen, LoginScreen)
    old = cards.screen
    in_hand = card.card is not None or (call is not None and call.state != "offered")
    return Situation(
        logged_in=logged_in and not on_login,
        role=me.role if me else "operator",
        me=me.state if me else "offline",
        line=desk.line.state.state,
        call=call.state if call and not on_login else None,
        calls_back=bool(call and call_words.dials(call)),
        consult=_consult(call) if call and not on_login else "",
        emergency=bool(call and call.consult and call.consult.emergency) and not on_login,
        second=desk.second.state if desk.second and not on_login else "",
        asked=bool(call and call.consult and call.consult.role == "asked"),
        pending_break=bool(me and me.pending_break),
        card_open=card.card is not None and not on_login,
        old_card=old is not None and old.edit is not None,
        old_card_savable=old is not None and old.savable,
        old_card_unfinished=old is not None and old.edit is not None and old.edit.unfinished,
        visit_open=bool(cards.visits.open_ones()) and not on_login,
        visit_listed=cards.visits.listed is not None and not on_login,
        own_call=in_hand and own_call.apart(stage) and not own_call.is_shown(stage),
        script_open=card.session is not None,
        other_scripts=bool(desk.welcome and desk.welcome.scripts),
        session_over=logged_in and desk.link.state == "offline" and not on_login,
        last_call=bool(me and me.last_call),
        modal=isinstance(stage.screen, Confirm),
        on_desk=isinstance(stage.screen, DeskFrame),
        zoomable=isinstance(stage.screen, DeskFrame) and stage.screen.zoomable,
        closable=frame is not None and not on_login,
    )


def _consult(call: MyCall) -> Literal["", "ringing", "party", "caller", "all"]:
    if call.consult is None or call.consult.role != "asking":
        return ""
    return call.consult.heard if call.consult.open else "ringing"
