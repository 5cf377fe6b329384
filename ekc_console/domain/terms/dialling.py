"""Kinds of telephone numbers, and who may have a number of which kind dialled.

Whoever calls us writes the number that we would call back; a premium or foreign one is dialled at
our expense. So the machine dials only kinds that were allowed, and a person decides about the rest.

Kinds follow from the digits alone, by tables that are part of this program: a replay of the journal
comes to the same decisions whatever is known of numbering plans by then.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Literal, get_args

from ekc_console.domain.terms.ids import Role

NumberKind = Literal[
    "mobile",
    "fixed",
    "toll_free",
    "emergency",
    "short",
    "premium",
    "satellite",
    "foreign",
    "malformed",
    "own",
]
KINDS: tuple[NumberKind, ...] = get_args(NumberKind)
NEVER_AUTOMATIC: tuple[NumberKind, ...] = ("emergency", "malformed", "own")
"""Kinds that cannot be allowed to the machine."""
NEVER_RELEASED: tuple[NumberKind, ...] = (*NEVER_AUTOMATIC, "short")
"""Kinds that nobody can leave to the machine for one callback either: a person dials, or nobody."""
AUTOMATIC: tuple[NumberKind, ...] = ("mobile", "fixed", "toll_free")
BY_HAND: tuple[NumberKind, ...] = (*AUTOMATIC, "short")
"""The usual kinds for :class:`DialRules`."""

Asker = Literal["machine"] | Role
"""Who wants a number dialled: the distribution by itself, or a person by the role."""

TRUSTED: tuple[Role, ...] = ("supervisor", "admin")

Obstacle = Literal["not_automatic", "needs_role", "no_number"]
"""Why a number is not dialled: the machine waits for a person; the person's role does not allow it;
it is not the number of anybody."""


@dataclass(frozen=True, slots=True)
class DialRules:
    """What may be dialled.

    ``automatic``: kinds that the distribution dials by itself. ``by_hand``: kinds that everybody
    may dial, transfer and forward to; all others need one of ``trusted``, the roles. ``own``: the
    centre's numbers, canonical."""

    automatic: tuple[NumberKind, ...] = AUTOMATIC
    by_hand: tuple[NumberKind, ...] = BY_HAND
    trusted: tuple[Role, ...] = TRUSTED
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    kind: NumberKind
    obstacle: Obstacle | None = None
    """None: it may be dialled."""

    @property
    def allowed(self) -> bool:
        return self.obstacle is None


def decide(number: str, who: Asker, rules: DialRules) -> Decision:
    """Whether ``who`` may have the number, canonical, dialled. A person may always call for help:
    an emergency number is refused to the machine only."""
    kind = kind_of(number, rules.own)
    if who == "machine":
        allowed = kind in rules.automatic and kind not in NEVER_AUTOMATIC
        return Decision(kind, None if allowed else "not_automatic")
    if kind == "malformed":
        return Decision(kind, "no_number")
    if kind == "emergency" or kind in rules.by_hand or who in rules.trusted:
        return Decision(kind)
    return Decision(kind, "needs_role")


def releasable(number: str, rules: DialRules) -> bool:
    """Whether a person may leave the number, canonical, to the machine for one callback."""
    return kind_of(number, rules.own) not in NEVER_RELEASED


def machine_dials(number: str, rules: DialRules | None, released: bool) -> bool:
    """Whether the distribution dials it by itself. ``rules`` None: it dials everything;
    ``released``: a person has left this one to it."""
    if rules is None or decide(number, "machine", rules).allowed:
        return True
    return released and releasable(number, rules)


def kind_of(number: str, own: tuple[str, ...] = ()) -> NumberKind:
    """The kind of a canonical number; of any text else ``malformed``."""
    kind = _kind_by_digits(number)
    return "own" if number in own and kind != "emergency" else kind


AMBULANCE = ("03", "103")
TAKEN_S = 20.0
"""A service that leaves a caller within so many seconds of talk has not taken the call: to say
place and need takes longer. Who pressed a wrong key, heard nothing at first, or was a machine, is
gone by then."""
_EMERGENCY = frozenset(("01", "02", "03", "04", "101", "102", "103", "104", "112", "911"))
_SATELLITE = ("870", "881", "882", "883")
_PREMIUM_ABROAD = ("979", "1900", "3389", "34803", "34806", "34807", "39899", "449", "49900")
_NO_COUNTRY = ("0", "89")

_HOME_TOLL_FREE = ("800", "804")
_HOME_SATELLITE = ("954",)
_HOME_FOREIGN = ("6", "7", "840", "850", "940")
"""Kazakhstan, and those who share our country code without being in our network."""


@functools.lru_cache(maxsize=10_000)
def _kind_by_digits(number: str) -> NumberKind:
    if number in _EMERGENCY:
        return "emergency"
    if re.fullmatch("[0-9]{2,6}", number):
        return "short"
    if re.fullmatch(r"\+7[0-9]{10}", number):
        return _kind_at_home(number[2:])
    if not re.fullmatch(r"\+[0-9]{7,15}", number) or number[1] == "7":
        return "malformed"
    digits = number[1:]
    if digits.startswith(_NO_COUNTRY):
        return "malformed"
    if digits.startswith(_SATELLITE):
        return "satellite"
    return "premium" if digits.startswith(_PREMIUM_ABROAD) else "foreign"


def _kind_at_home(national: str) -> NumberKind:
    if national.startswith(_HOME_TOLL_FREE):
        return "toll_free"
    if national.startswith("80"):
        return "premium"
    if national.startswith(_HOME_FOREIGN):
        return "foreign"
    if national.startswith(_HOME_SATELLITE):
        return "satellite"
    if national.startswith("9"):
        return "mobile"
    return "fixed" if national.startswith(("3", "4", "8")) else "malformed"
