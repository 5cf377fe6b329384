"""Which limit a figure of a queue or a person has: its own, that of the settings for all, or the
usual one."""

from __future__ import annotations

from collections.abc import Iterable

from ekc_console.domain.terms.alarm_limits import (
    NO_LIMIT,
    AlarmSettings,
    Figure,
    Limit,
    OwnLimit,
)
from ekc_console.domain.terms.settings import BreakReason, QueueSettings

VERY_LONG = 3.0
"""So many times what is in time, a wait is beyond the second limit."""
_BELOW_TARGET = (0.875, 0.625)
"""So much of the level that is aimed at is bad, and very bad."""
_USUAL: dict[Figure, Limit] = {
    "talk_s": Limit(first=600.0, second=1200.0),
    "wrap_up_s": Limit(first=120.0, second=300.0),
    "not_responding_s": Limit(second=0.0),
}


def queue_limit(settings: AlarmSettings, queue: QueueSettings, figure: Figure) -> Limit:
    """How many wait, are ready or have given up has no usual limit: that depends on the centre."""
    own = _own(settings.queues, queue.id, figure) or _own(settings.queues, "", figure)
    return own if own is not None else _usual_of_queue(queue, figure)


def person_limit(
    settings: AlarmSettings,
    breaks: Iterable[BreakReason],
    login: str,
    role: str,
    figure: Figure,
    reason: str = "",
) -> Limit:
    """``reason``: the code of the break that ``figure`` is about."""
    for limits, of in ((settings.people, login), (settings.roles, role), (settings.roles, "")):
        own = _own(limits, of, figure, reason) or _own(limits, of, figure)
        if own is not None:
            return own
    if figure == "break_s":
        return _usual_break(next((b.limit_s for b in breaks if b.code == reason), 0.0))
    return _USUAL.get(figure, NO_LIMIT)


def _own(limits: Iterable[OwnLimit], of: str, figure: Figure, reason: str = "") -> Limit | None:
    """None where a limit is named for nobody of these: one without levels is a limit too."""
    for each in limits:
        if (each.of, each.figure, each.reason) == (of, figure, reason):
            return each.limit
    return None


def _usual_of_queue(queue: QueueSettings, figure: Figure) -> Limit:
    if figure == "wait_s" and queue.service_level_s:
        in_time = queue.service_level_s
        return Limit(first=in_time, second=VERY_LONG * in_time, target=in_time)
    if figure == "level" and queue.level_target:
        first, second = (part * queue.level_target for part in _BELOW_TARGET)
        return Limit(first=first, second=second, target=queue.level_target)
    return NO_LIMIT


def _usual_break(limit_s: float) -> Limit:
    """As long as it may last; half as long again is very long."""
    if not limit_s:
        return NO_LIMIT
    return Limit(first=limit_s, second=1.5 * limit_s, target=limit_s)
