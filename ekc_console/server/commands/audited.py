"""Which commands stand in the audit trail when they are done, beside those that read cards: these
are traced where it is known what was read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ekc_console.server.people.person import Person
from ekc_console.wire import listening, messages, supervision, way_in
from ekc_console.wire.admin import log_work
from ekc_console.wire.centre import rehearsal


def note_done(note: Callable[..., None], person: Person, body: Any) -> None:
    """``note``: of :class:`ekc_console.server.people.trail.Trail`."""
    who = person.login
    match body:
        case messages.LogOut():
            note(who, "logout")
        case supervision.ForceAgent(state="offline", agent=agent, why=why):
            note(who, "session_ended", about=agent, reason=why)
        case listening.Listen(call=call, agent=agent, mode=mode, why=why):
            note(who, "listen", about=call or agent, reason=_said(mode, why))
        case way_in.BlockNumber(number=number, why=why):
            note(who, "settings", about="block", search=number, reason=why)
        case way_in.UnblockNumber(number=number, why=why):
            note(who, "settings", about="unblock", search=number, reason=why)
        case rehearsal.StartRehearsal():
            note(who, "settings", about="rehearse")
        case rehearsal.StopRehearsal():
            note(who, "settings", about="rehearse_stop")
        case log_work.SetLogLevel(level=level, for_s=for_s, why=why):
            note(who, "settings", about="log_level", reason=_said(f"{level} {for_s:g}", why))
        case way_in.GetBlocked():
            note(who, "contacts", about="blocked")
        case _:
            if what := _SETTINGS.get(type(body)):
                note(who, "settings", about=what, reason=body.why)


_SETTINGS: dict[type, str] = {
    way_in.CloseQueue: "close",
    way_in.OpenQueue: "open",
    way_in.SetAnnouncement: "announcement",
    way_in.ApplySettings: "apply",
    way_in.UndoSettings: "undo",
}


def _said(what: str, why: str) -> str:
    return f"{what}: {why}" if why else what
