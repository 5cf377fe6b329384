"""Teams of the settings and the accounts together: who belongs to which, and what no file alone can
tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ekc_console.domain.facts import QueuesConfigured
from ekc_console.domain.terms.rights import may
from ekc_console.domain.terms.settings import Team
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import accounts
from ekc_console.server.store.people.accounts import User

BY_ACCOUNT = "teams"
"""Why settings were put in force that differ in who belongs to a team by account alone."""


class TeamKeeper:
    """Keeps the teams in force in line with the accounts. ``look`` after accounts may have changed;
    ``listen`` once, before the first look."""

    def __init__(self, runtime: Runtime, database: Database) -> None:
        self._runtime = runtime
        self._database = database
        self._heard: Callable[[], None] = lambda: None

    def listen(self, heard: Callable[[], None]) -> None:
        """It is told that teams are others now."""
        self._heard = heard

    async def look(self, by: str = "system") -> None:
        """``by``: the login of who has changed an account. Raises StoreError."""
        found = await self._database.read(accounts.in_teams)
        router = self._runtime.router
        centre = router.centre.joined(found)
        if centre is not router.centre:
            queues = tuple(router.queues.values())
            self._runtime.submit(QueuesConfigured(queues, centre, by, BY_ACCOUNT))
            self._heard()


def team_doubts(teams: Iterable[Team], people: Iterable[User]) -> Iterator[str]:
    """Members and leads who have no account, leads whose role leads nobody, and who would lead and
    has no team, with key and remedy. Nothing is said before there are accounts and teams."""
    known = {person.login: person for person in people if not person.disabled}
    teams = tuple(teams)
    if not known or not teams:
        return
    for person in known.values():
        for gone in (one for one in person.teams if one not in {team.id for team in teams}):
            yield (
                f"teams: у {person.login} в учётной записи команда «{gone}», которой нет. "
                "Смените её: ekc user change … --team."
            )
    for team in teams:
        if not team.members and not any(team.id in one.teams for one in known.values()):
            yield (
                f"teams.{team.id}.members: в команде «{team.id}» никого. Назовите логины или дайте "
                "команду учётным записям: ekc user change … --team."
            )
        for field, logins in (("leads", team.leads), ("members", team.members)):
            for login in logins:
                if login not in known:
                    yield (
                        f"teams.{team.id}.{field}: логина «{login}» нет или он отключён. "
                        "Проверьте: ekc user list."
                    )
        for login in team.leads:
            if login in known and not may(known[login].role, "watch", "team"):
                yield (
                    f"teams.{team.id}.leads: роль {known[login].role} команд не ведёт: {login}. "
                    "Смените роль: ekc user change … --role supervisor."
                )
    leading = {login for team in teams for login in team.leads}
    for person in known.values():
        whole = may(person.role, "watch", "centre")
        if may(person.role, "watch", "team") and not whole and person.login not in leading:
            yield (
                f"teams: {person.login} ({person.role}) не ведёт ни одной команды и никого не "
                "видит. Впишите логин в leads."
            )
