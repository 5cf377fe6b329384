"""Teams of the settings against the accounts: what no file alone can tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ekc_console.domain.terms.rights import may
from ekc_console.domain.terms.settings import Team
from ekc_console.server.store.people.accounts import User


def team_doubts(teams: Iterable[Team], people: Iterable[User]) -> Iterator[str]:
    """Members and leads who have no account, leads whose role leads nobody, and who would lead and
    has no team, with key and remedy. Nothing is said before there are accounts and teams."""
    known = {person.login: person for person in people if not person.disabled}
    teams = tuple(teams)
    if not known or not teams:
        return
    for team in teams:
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
