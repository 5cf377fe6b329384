"""Whom a message is for: somebody, some, one of the own teams, or all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ekc_console.i18n import _
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import Menu
from ekc_console.wire.side_work import TeamInfo

ALL = "@all"
PERSON = "@person"
"""Among the choices: no team is called so."""


@dataclass(frozen=True, slots=True)
class Whom:
    """``logins`` and ``team`` are empty for all."""

    name: str
    logins: tuple[str, ...] = ()
    team: str = ""


def ask_whom(host: Host, first: Whom | None, then: Callable[[Whom], None]) -> None:
    """``first``: who is at the cursor. Who has neither that nor teams is not asked: it is for
    all then."""
    everybody = Whom(_("всем"))

    def asked(teams: Sequence[TeamInfo]) -> None:
        if not teams and first is None:
            then(everybody)
            return
        known = {team.id: Whom(team.title, team=team.id) for team in teams} | {ALL: everybody}
        notes = {team.id: _("команда, людей: {n}").format(n=team.people) for team in teams}
        if first is not None:
            known = {PERSON: first} | known
            if len(first.logins) > 1:
                notes[PERSON] = _("людей: {n}").format(n=len(first.logins))
        choices = [
            Choice(value, whom.name, str(n) if n < 10 else "", note=notes.get(value, ""))
            for n, (value, whom) in enumerate(known.items(), start=1)
        ]
        host.show_panel(Menu(_("Кому написать"), choices, lambda value: then(known[value])))

    host.work("message.teams", host.desk.work.teams, asked)
