"""Settings of a queue, as the core needs them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta, timezone, tzinfo
from typing import Literal

from ekc_console.domain.terms.alarm_limits import AlarmSettings
from ekc_console.domain.terms.dialling import DialRules
from ekc_console.domain.terms.ids import AgentId, ListenMode, QueueId
from ekc_console.domain.terms.localtime import zone_named

WrapUpMode = Literal["none", "optional", "optional_timed", "mandatory", "mandatory_timed"]
"""After-call work. Timed modes end by themselves after ``wrap_up_s``; the untimed ones end when
the agent says so. In mandatory modes the agent cannot skip it before a disposition is saved
(enforced by the server); ``none`` makes the agent ready at once."""


DestinationKind = Literal["queue", "number", "announcement", "callback", "close"]
OverflowReason = Literal["size", "expected_wait", "waited", "no_agents", "closed"]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an overflowing call can go. ``value``: the queue's id, the outside number in E.164, or
    the words of the announcement (after which the next destination is tried); empty for
    ``callback`` (we owe one, the caller is told so and let go) and ``close`` (goodbye)."""

    kind: DestinationKind
    value: str = ""


@dataclass(frozen=True, slots=True)
class OverflowRule:
    """``when`` the queue holds ``limit`` calls already, the expected wait is above ``limit``
    seconds, the call has waited ``limit`` seconds, nobody is logged in for the queue, or the queue
    is closed: the first of ``to`` that can take the call does."""

    when: OverflowReason
    to: tuple[Destination, ...]
    limit: float = 0.0


Span = tuple[float, float]
"""The seconds after local midnight a ≤ s < b."""


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """A schedule as it is written; the calendar is not in it. No spans: closed."""

    name: str
    weekly: tuple[tuple[Span, ...], ...]
    """Monday to Sunday."""
    holidays: tuple[Span, ...] | None = None
    """Of days off of the calendar; None: the calendar is not asked."""
    pre_holiday: tuple[Span, ...] | None = None
    """Of working days that the law makes an hour shorter; None: as on their weekday."""
    exceptions: tuple[tuple[str, tuple[Span, ...]], ...] = ()
    """Of single dates (ISO), instead of all else."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What calls are about; ``script`` is what an operator is shown for it."""

    code: str
    title: str
    script: str


@dataclass(frozen=True, slots=True)
class BreakReason:
    code: str
    title: str
    limit_s: float = 0.0
    """0: no limit."""
    paid: bool = True
    """Counts as working time in reports."""


@dataclass(frozen=True, slots=True)
class CallHandling:
    """How talks are kept and calls out are made."""

    recording: bool = True
    dial_timeout_s: float = 40.0
    prefix: str = ""
    """Dialled before numbers of the public network."""
    emergency: str = "103"
    """The emergency service that is called by one key; empty: none."""
    emergency_then: tuple[str, ...] = ()
    """Called one after the other when it does not answer."""
    area_code: str = ""
    """Of the centre: a number that comes or is typed without one has it; empty: none has."""
    listening_told: tuple[ListenMode, ...] = ("whisper", "barge")
    """In which modes the operator is told who listens."""

    @property
    def emergencies(self) -> tuple[str, ...]:
        """All numbers of emergency services, in the order in which they are called."""
        return (self.emergency, *self.emergency_then) if self.emergency else ()


@dataclass(frozen=True, slots=True)
class DayTargets:
    """What is expected of an operator in a day; 0: nothing is set."""

    calls: int = 0
    handle_s: float = 0.0
    break_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Team:
    """People whom some of them lead."""

    id: str
    title: str
    leads: tuple[AgentId, ...]
    members: tuple[AgentId, ...]
    queues: tuple[QueueId, ...] = ()
    """Empty: all."""
    joined: tuple[AgentId, ...] = ()
    """Who belongs to it by the own account, beside the ``members`` of the settings."""

    @property
    def people(self) -> tuple[AgentId, ...]:
        return (*self.members, *(one for one in self.joined if one not in self.members))


@dataclass(frozen=True, slots=True)
class CentreSettings:
    """What concerns the whole centre. Schedules, topics, break reasons, call handling, targets,
    alarms and the time for a home visit decide nothing here: they are kept so that they change, and
    are taken back, together with all else."""

    utc_offset_s: float = 10800.0
    """Local time less UTC in winter: where ``timezone`` says nothing or is not known here."""
    calls_per_number: int = 0
    """Calls at the same time from one number; further ones are refused. 0: no limit."""
    callback_from_s: float = 8 * 3600.0
    callback_until_s: float = 21 * 3600.0
    """Seconds after local midnight between which people may be called back by the automatic
    distribution; equal: at any time."""
    callback_retries_s: tuple[float, ...] = (300.0, 1800.0)
    """Pause before each further attempt; after the last attempt the callback has failed."""
    schedules: tuple[OpeningHours, ...] = ()
    topics: tuple[Topic, ...] = ()
    breaks: tuple[BreakReason, ...] = ()
    calls: CallHandling | None = None
    targets: DayTargets | None = None
    """None of these two: of a version that did not keep them here."""
    away_limit_s: float = 0.0
    """The shift of an agent whose console has been away for so long is over; 0: never (that is
    what settings say that were written by a version without this)."""
    timezone: str = ""
    """The zone of the centre, ``localtime.zone_named``; empty: of a version that kept the offset
    alone."""
    dialling: DialRules | None = None
    """Numbers that may be dialled; None: of a version that asked of none."""
    visit_overdue_s: float = 0.0
    """A home visit that is open for longer is overdue; 0: none is, as in settings of a version
    without this."""
    teams: tuple[Team, ...] = ()
    """None: the centre is one team, which everybody leads who may lead one."""
    alarms: AlarmSettings | None = None
    """None: of a version that had none; as usual."""

    @property
    def zone(self) -> tzinfo:
        return _zone(self.timezone, self.utc_offset_s)

    def joined(self, by_team: Mapping[str, tuple[AgentId, ...]]) -> CentreSettings:
        """The same with these as who belongs to each team (id) by account."""
        teams = tuple(replace(team, joined=by_team.get(team.id, ())) for team in self.teams)
        return self if teams == self.teams else replace(self, teams=teams)

    def led_by(self, login: AgentId) -> tuple[Team, ...]:
        """The teams that the person leads."""
        return tuple(team for team in self.teams if login in team.leads)


@functools.lru_cache(maxsize=64)
def _zone(name: str, utc_offset_s: float) -> tzinfo:
    """A name that this machine does not know must not keep a journal from being read."""
    if name:
        try:
            return zone_named(name)
        except ValueError:
            pass
    return timezone(timedelta(seconds=utc_offset_s))


USUAL_CENTRE = CentreSettings()


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """All durations are in seconds."""

    id: QueueId
    title: str
    strategy: str = "longest-idle"
    offer_timeout_s: float = 15.0
    """An offer not taken in this time goes to the next agent."""
    max_unanswered: int = 2
    """After so many offers in a row run out at one agent, that agent is set to not responding."""
    max_rejected: int = 2
    """After so many rejected offers since the last accepted one, likewise."""
    retry_same_agent_s: float = 5.0
    """A refused call is not offered again to the same agent for this long while others are free."""
    return_to_agent_s: float = 15.0
    """A caller whose talk was cut because the agent's leg went down is kept for this agent for so
    long; 0: the next free agent is asked at once."""
    service_level_s: float = 20.0
    level_target: float = 0.8
    """Share of callers who should be answered within ``service_level_s``; 0: none is aimed at. It
    decides nothing: screens mark what is below it."""
    short_abandon_s: float = 5.0
    """A caller who gives up earlier than this counts as a short abandon."""
    wrap_up: WrapUpMode = "mandatory_timed"
    wrap_up_s: float = 60.0
    priority_step_s: float = 60.0
    """One step of priority is worth this much waiting time."""
    callback_on_abandon: bool = True
    announce_every_s: float = 30.0
    """Position announcements; 0 turns them off."""
    announce_wait: bool = True
    """The announcement tells the expected wait too, once it can be told."""
    weight: int = 0
    """Of calls in several queues of one agent: one step is worth ``priority_step_s``."""
    skill_relax_s: float = 30.0
    """After each such time the levels asked for fall by one; 0: never."""
    tier_wait_s: float = 0.0
    """Agents of tier n are asked once a call has waited (n - 1) times this long."""
    preferred_agent_s: float = 0.0
    """So long a call waits for the agent who talked with the person last; 0: not at all."""
    keep_place_key: str = ""
    """Key by which a waiting caller asks to be called back and keeps the place; empty: none."""
    callback_auto: bool = True
    """Callbacks that are due are offered to agents like calls; else they only stand in the list."""
    callback_after_s: float = 60.0
    """A caller who gave up is called back no sooner: most of them call again at once."""
    callback_limit: int = 3
    """So many callbacks are offered, dialled and talked at once, at most."""
    callback_share: float = 1.0
    """Of the calls that free agents are given while callers wait on the line, at most this share
    are callbacks, from 0 to 1. 1: by the time alone, as in settings of a version without this."""
    overflow: tuple[OverflowRule, ...] = ()
    schedule: str = ""
    """Name of one of the centre's schedules, which the server opens and closes the queue by;
    empty: always open."""
