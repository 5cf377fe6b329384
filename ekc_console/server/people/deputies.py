"""Deputies of the settings against the accounts: what no file alone can tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ekc_console.domain.terms.alarm_limits import AlarmSettings
from ekc_console.domain.terms.rights import having, may
from ekc_console.server.store.people.accounts import User


def deputy_doubts(alarms: AlarmSettings | None, people: Iterable[User]) -> Iterator[str]:
    """Those who have no account and those whose role may not see to an alarm, with key and remedy.
    Nothing is said before there are accounts."""
    known = {person.login: person for person in people if not person.disabled}
    for login in alarms.deputies if known and alarms is not None else ():
        if login not in known:
            yield (
                f"alarms.deputies.people: логина «{login}» нет или он отключён. "
                "Проверьте: ekc user list."
            )
        elif not may(known[login].role, "acknowledge"):
            yield (
                f"alarms.deputies.people: роль {known[login].role} контрольных событий не "
                f"принимает: {login}. Принимают: {', '.join(having('acknowledge'))}."
            )
