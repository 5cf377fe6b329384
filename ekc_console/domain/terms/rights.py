"""Who may do what with whose things: the one table of it.

A role has each right as far as a :data:`Reach`, or not at all. Whoever carries out a command,
encodes a message or offers a key asks here; nobody compares roles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from ekc_console.domain.terms.ids import Role

Right = Literal[
    "serve",
    "dial",
    "pick",
    "callbacks",
    "read_cards",
    "edit_cards",
    "merge_persons",
    "visits",
    "see_numbers",
    "message",
    "answer_help",
    "medical",
    "decide_suggestions",
    "watch",
    "order",
    "roster",
    "acknowledge",
    "way_in",
    "settings",
    "listen",
    "whisper",
    "barge",
    "take_over",
    "hear_recordings",
    "save_recordings",
    "export",
    "accounts",
    "audit",
]
"""``serve``: be on shift as an agent, with a line and calls; ``dial``: outside numbers by hand, and
the own voice by telephone; ``pick``: a waiting call without an offer; ``visits``: list and close
visits of doctors; ``see_numbers``: digits of telephones and documents, and search by them;
``answer_help``: requests for help, ``own`` is what a medic is asked;
``medical``: to say and decide what scripts keep for a medic; ``watch``: queues, calls and
people as they stand; ``order``: steer calls, people and queues; ``roster``: who works when, ``own``
is the own shifts and hours to offer; ``acknowledge``: say
that one sees to an alarm, or that it can wait; ``way_in``: close queues, announce,
block numbers; ``listen``: to a talk that goes on; ``hear_recordings``: in place,
``save_recordings``: as files; ``audit``: read the trail."""

Reach = Literal["clinics", "own", "queues", "team", "centre"]
"""Whose things: those that name a clinic of the account, and nothing besides, whoever has filled
it; the person's own; and those of the queues the account serves; and those of the teams the person
leads; everybody's. Each but the first has the one before in it. What is nobody's in particular
(numbers, settings) is ``centre``."""

Workplace = Literal["operator", "supervisor", "admin", "clinic"]
_OPENED_BY: Mapping[Workplace, Right] = {"supervisor": "watch", "admin": "accounts"}
"""The right without which a screen would show nothing."""

ROLES: tuple[Role, ...] = get_args(Role)
RIGHTS: tuple[Right, ...] = get_args(Right)
REACHES: tuple[Reach, ...] = get_args(Reach)


def _row(**whose: str) -> Mapping[Role, Reach]:
    """``own="operator medic"``."""
    return {
        role: reach for reach in REACHES for role in ROLES if role in whose.get(reach, "").split()
    }


TABLE: Mapping[Right, Mapping[Role, Reach]] = {
    "serve": _row(own="operator volunteer medic supervisor trainer trainee admin"),
    "dial": _row(own="operator medic supervisor admin"),
    "pick": _row(queues="operator medic supervisor admin"),
    "callbacks": _row(
        queues="operator volunteer medic trainer trainee", team="supervisor", centre="admin"
    ),
    "read_cards": _row(
        own="volunteer trainee",
        queues="operator medic",
        clinics="clinic",
        team="supervisor trainer",
        centre="admin",
    ),
    "edit_cards": _row(
        own="operator volunteer medic trainer trainee", team="supervisor", centre="admin"
    ),
    "merge_persons": _row(team="supervisor", centre="admin"),
    "visits": _row(
        own="volunteer trainer trainee",
        queues="operator medic",
        clinics="clinic",
        team="supervisor",
        centre="admin",
    ),
    "see_numbers": _row(centre="operator medic supervisor clinic admin"),
    "message": _row(team="supervisor trainer", centre="admin"),
    "answer_help": _row(own="medic", team="supervisor trainer", centre="admin"),
    "medical": _row(own="medic"),
    "decide_suggestions": _row(centre="supervisor author admin"),
    "watch": _row(team="supervisor trainer", centre="analyst admin"),
    "order": _row(team="supervisor", centre="admin"),
    "roster": _row(
        own="operator volunteer medic trainer trainee", team="supervisor", centre="admin"
    ),
    "acknowledge": _row(team="supervisor", centre="admin"),
    "way_in": _row(centre="supervisor admin"),
    "settings": _row(centre="admin"),
    "listen": _row(team="supervisor trainer", centre="admin"),
    "whisper": _row(team="supervisor trainer", centre="admin"),
    "barge": _row(team="supervisor", centre="admin"),
    "take_over": _row(team="supervisor", centre="admin"),
    "hear_recordings": _row(team="supervisor trainer", centre="admin"),
    "save_recordings": _row(team="supervisor", centre="admin"),
    "export": _row(team="supervisor", centre="analyst admin"),
    "accounts": _row(centre="admin"),
    "audit": _row(centre="admin"),
}


def reach(role: Role, right: Right) -> Reach | None:
    """None: not at all."""
    return TABLE[right].get(role)


def may(role: Role, right: Right, whose: Reach = REACHES[0]) -> bool:
    """Whether the role has the right as far as ``whose``; by itself: at all."""
    has = reach(role, right)
    return has is not None and REACHES.index(has) >= REACHES.index(whose)


def of_clinics(role: Role) -> bool:
    """Whether it is the desk of the clinics that the account names, and sees theirs alone."""
    return "clinics" in (reach(role, right) for right in RIGHTS)


def may_open(role: Role, workplace: Workplace) -> bool:
    """The operator's is everybody's."""
    if workplace == "clinic":
        return of_clinics(role)
    right = _OPENED_BY.get(workplace)
    return right is None or may(role, right)


def opening(workplace: Workplace) -> tuple[Role, ...]:
    return tuple(role for role in ROLES if may_open(role, workplace))


def own_workplace(role: Role) -> Workplace:
    """What a role opens that may not open another."""
    of_its_own: tuple[Workplace, ...] = ("clinic", "admin", "supervisor")
    return next((each for each in of_its_own if may_open(role, each)), "operator")


def having(right: Right) -> tuple[Role, ...]:
    """Roles that have it, however far."""
    return tuple(role for role in ROLES if role in TABLE[right])
