"""Who may come in, who is at work, words between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ekc_console.domain.terms.ids import AgentId
from ekc_console.domain.terms.rights import Right
from ekc_console.server.build.core import Core
from ekc_console.server.build.given import Given
from ekc_console.server.people.attendance import Attendance
from ekc_console.server.people.auth import Auth
from ekc_console.server.people.help_ends import HelpEnds
from ekc_console.server.people.listeners_watch import ListenersWatch
from ekc_console.server.people.person import Person
from ekc_console.server.people.session_watch import SessionWatch
from ekc_console.server.people.shift_watch import ShiftWatch
from ekc_console.server.people.staff_messages import Staff
from ekc_console.server.people.teams import TeamKeeper
from ekc_console.server.people.trail import Trail
from ekc_console.server.rights.scope import scope


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    auth: Auth
    attendance: Attendance
    sessions: SessionWatch
    listeners: ListenersWatch
    shift: ShiftWatch
    staff: Staff
    help_ends: HelpEnds
    trail: Trail
    teams: TeamKeeper


def build_people(
    given: Given, core: Core, *, on_staff_changed: Callable[[AgentId | None], None]
) -> People:
    """``on_staff_changed``: as of :class:`Staff`."""
    names = core.extras.names
    trail = Trail(given.database, core.clock, given.conditions)

    def reaches(person: Person, right: Right, login: AgentId) -> bool:
        return scope(core.router, person, right).has_person(login)

    auth = Auth(given.database, trail.note, session_s=given.config.server.session_hours * 3600)
    attendance = Attendance(core.runtime, names, core.extras.roles)
    staff = Staff(
        given.database,
        core.clock,
        names,
        on_staff_changed,
        reaches,
        lambda: core.router.centre.teams,
    )
    teams = TeamKeeper(core.runtime, given.database)
    return People(
        auth=auth,
        sessions=SessionWatch(given.database, auth, core.clock, teams.look),
        listeners=ListenersWatch(core.router, auth, attendance, core.clock),
        shift=ShiftWatch(core.router, auth, attendance, core.clock),
        attendance=attendance,
        staff=staff,
        help_ends=HelpEnds(core.router, staff),
        trail=trail,
        teams=teams,
    )
