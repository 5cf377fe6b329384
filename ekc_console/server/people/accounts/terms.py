"""What is said of an account in words of a form, a table or a command line, and must hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta, tzinfo

from ekc_console.domain.state import skills
from ekc_console.domain.state.strategy import SettingsError
from ekc_console.domain.terms import rights
from ekc_console.domain.terms.ids import QueueId, Role
from ekc_console.domain.terms.localtime import start_of
from ekc_console.server.people.duties import queue_and_tier
from ekc_console.server.store.people.accounts import PeopleError

NEVER = "never"


def ends_at(text: str, zone: tzinfo, now: float) -> float | None:
    """Seconds since the epoch of the end of a last day (``2026-12-31``); None for an account
    without an end (``never``, or empty). Raises PeopleError."""
    if text in ("", NEVER):
        return None
    try:
        end = start_of(date.fromisoformat(text) + timedelta(days=1), zone)
    except (ValueError, OverflowError) as error:
        raise PeopleError("account.not_a_day", day=text) from error
    if end <= now:
        raise PeopleError("account.day_is_over", day=text)
    return end


def usual_queues(role: Role, queues: Iterable[str]) -> tuple[str, ...]:
    """Who leads answers no calls unless told to: callers are not to count on them."""
    if rights.may(role, "watch") or not rights.may(role, "serve"):
        return ()
    return tuple(queues)


def check_queue(text: str, queues: Collection[str]) -> None:
    """Raises PeopleError."""
    try:
        queue, _tier = queue_and_tier(text)
    except SettingsError as error:
        raise PeopleError("account.bad_tier", queue=text) from error
    if queue not in queues:
        known = ", ".join(queues)
        raise PeopleError("account.no_such_queue", queue=queue, known=known)


def check_clinic(text: str, clinics: Collection[str]) -> None:
    """Raises PeopleError for one that the directory does not have."""
    if text not in clinics:
        raise PeopleError("account.no_such_clinic", clinic=text, known=", ".join(clinics))


def check_team(text: str, teams: Collection[str]) -> None:
    """Raises PeopleError for one that the settings do not name."""
    if text not in teams:
        known = ", ".join(teams)
        if not known:
            raise PeopleError("account.no_teams", team=text)
        raise PeopleError("account.no_such_team", team=text, known=known)


def clinics_of(
    role: Role, said: tuple[str, ...] | None, before: tuple[str, ...]
) -> tuple[str, ...]:
    """What an account has that had the ones ``before``; ``said`` None: nothing was said of them."""
    if said is None:
        return before if rights.of_clinics(role) else ()
    return said


def lost_clinics(role: Role, before: tuple[str, ...]) -> tuple[str, ...]:
    """Those ``before`` that a new role takes away: only the desk of clinics has any."""
    return () if rights.of_clinics(role) else before


def noted(what: str, lost: tuple[str, ...]) -> str:
    """For the audit trail: what was done to an account, and the clinics that it has lost by it."""
    return f"{what}, clinics dropped: {' '.join(lost)}" if lost else what


def check_skill(text: str) -> None:
    """Raises PeopleError."""
    try:
        skills.check_skill(text)
    except SettingsError as error:
        raise PeopleError("account.bad_skill", skill=text, best=skills.BEST) from error


def check_duties(serves: Iterable[str], having: Iterable[str], queues: Collection[str]) -> None:
    """Raises PeopleError."""
    for queue in serves:
        check_queue(queue, queues)
    for skill in having:
        check_skill(skill)


def without_tier(text: str) -> QueueId:
    return QueueId(text.partition("=")[0])
