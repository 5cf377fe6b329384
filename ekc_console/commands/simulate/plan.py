"""The plan of a simulation out of the command's options."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from pathlib import Path
from typing import cast

from ekc_console.commands.simulate import input as given
from ekc_console.commands.simulate.observed import Observed, observed
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.errors import EkcError
from ekc_console.simulation.durations import (
    Duration,
    Empirical,
    Endless,
    Kind,
    Parametric,
    of_cv,
    patience_of,
)
from ekc_console.simulation.figures import Reading
from ekc_console.simulation.plan import Behaviour, Plan, Shift, even, shifts_of

BUILT_IN = QueueSettings(QueueId("main"), "Линия", wrap_up="mandatory")
"""The queue of a simulation without a configuration; wrap-up lasts as long as it is drawn."""
TALK_S, WRAP_UP_S, PATIENCE_S, AGENTS = 180.0, 30.0, 120.0, 12


@dataclass(frozen=True, slots=True)
class Options:
    """Numbers of the command line, checked. None: as the journal has it, else the usual."""

    calls_per_hour: float
    hours: float
    agents: int | None
    talk: float | None
    talk_cv: float
    wrap_up: float | None
    wrap_up_cv: float
    patience: float | None
    """``inf`` for callers who never give up."""
    patience_kind: Kind
    patience_cv: float
    answer_delay: float | None
    missed: float | None
    rejected: float | None
    breaks_per_hour: float | None
    break_length: float
    redial: float | None
    redial_after: float
    callbacks: bool
    service_level: float | None
    reading: Reading
    warm_up: float
    seeds: int
    seed: int

    @classmethod
    def read(cls, texts: dict[str, str | None]) -> Options:
        """Raises EkcError that names the option."""

        def number(name: str, least: float = 0.0) -> float:
            return given.number(_option(name), str(texts[name]), least)

        def maybe(name: str, least: float = 0.0) -> float | None:
            return None if texts[name] is None else number(name, least)

        def share(name: str) -> float | None:
            value = maybe(name)
            if value is not None and value > 1:
                raise EkcError(f"{_option(name)}: доля {value:g} больше 1.", "Например, 0.1.")
            return value

        agents = maybe("agents", 1)
        missed, rejected = share("missed"), share("rejected")
        if (missed or 0) + (rejected or 0) > 1:
            raise EkcError(
                "--missed и --rejected: вместе больше 1.", "Это доли одних и тех же предложений."
            )
        return cls(
            calls_per_hour=number("calls_per_hour", 0.01),
            hours=number("hours", 0.1),
            agents=None if agents is None else _whole("--agents", agents),
            talk=maybe("talk", 0.1),
            talk_cv=number("talk_cv"),
            wrap_up=maybe("wrap_up"),
            wrap_up_cv=number("wrap_up_cv"),
            patience=math.inf if texts["patience"] == "none" else maybe("patience", 0.1),
            patience_kind=cast(Kind, texts["patience_kind"]),
            patience_cv=number("patience_cv", 0.05),
            answer_delay=maybe("answer_delay"),
            missed=missed,
            rejected=rejected,
            breaks_per_hour=maybe("breaks"),
            break_length=number("break_length", 1.0),
            redial=share("redial"),
            redial_after=number("redial_after", 1.0),
            callbacks=bool(texts["callbacks"]),
            service_level=maybe("service_level"),
            reading=cast(Reading, texts["reading"]),
            warm_up=number("warm_up"),
            seeds=_whole("--seeds", number("seeds", 1)),
            seed=_whole("--seed", number("seed")),
        )


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _whole(option: str, value: float) -> int:
    if value != int(value):
        raise EkcError(f"{option}: «{value:g}» — не целое.", "Укажите целое число.")
    return int(value)


def base_plan(
    options: Options,
    queues: tuple[QueueSettings, ...] | None,
    queue: str | None,
    profile: Path | None,
    journal: Path | None,
    day: str | None,
    zone: tzinfo = UTC,
) -> Plan:
    """``zone``: the centre's, for ``day``. Raises EkcError that names the option or the file."""
    if journal is not None:
        return _from_journal(options, queues, queue, journal, day, zone)
    queues = queues or (BUILT_IN,)
    chosen = given.chosen_queue(queues, queue)
    if profile is not None:
        slots = given.profile(profile)
        if options.agents is not None:
            slots = tuple(replace(s, agents=options.agents) for s in slots)
    else:
        slots = even(0.0, options.hours * 3600, options.calls_per_hour, options.agents or AGENTS)
    return Plan(
        queues=queues,
        queue=chosen,
        from_s=slots[0].from_s,
        to_s=slots[-1].to_s,
        talk=of_cv(options.talk or TALK_S, options.talk_cv),
        wrap_up=_wrap_up(options) or of_cv(WRAP_UP_S, options.wrap_up_cv),
        patience=_patience(options) or Parametric(PATIENCE_S, options.patience_kind),
        slots=slots,
        shifts=shifts_of(slots, (chosen,)),
        behaviour=_behaviour(options),
        warm_up_s=options.warm_up * 60,
    )


def _from_journal(
    options: Options,
    queues: tuple[QueueSettings, ...] | None,
    queue: str | None,
    journal: Path,
    day: str | None,
    zone: tzinfo,
) -> Plan:
    whole = day is None and journal.suffix == ".jsonl"
    from_at, to_at = (None, None) if whole else given.day_between(day, zone)
    seen = observed(journal, from_at, to_at)
    behaviour = _behaviour_of(seen, options)
    queues = queues or seen.queues
    known = {q.id for q in queues}
    if missing := {a.queue for a in seen.arrivals} - known:
        raise EkcError(
            f"--config: нет очередей, в которых были вызовы: {', '.join(sorted(missing))}.",
            "Добавьте их в раздел queues.",
        )
    chosen = given.chosen_queue(queues, queue)
    first, last = seen.arrivals[0].at, seen.arrivals[-1].at
    plan = Plan(
        queues=queues,
        queue=chosen,
        from_s=min([first, *(s.from_s for s in seen.shifts)]),
        to_s=last,
        talk=of_cv(options.talk, options.talk_cv) if options.talk else Empirical(tuple(seen.talks)),
        wrap_up=_wrap_up(options) or Empirical(tuple(seen.wrap_ups)),
        patience=_patience(options) or patience_of(seen.waits, seen.abandoned),
        recorded=tuple(seen.first_attempts() if behaviour.redial else seen.arrivals),
        shifts=tuple(_known(s, i, known) for i, s in enumerate(seen.shifts, start=1)),
        behaviour=behaviour,
        warm_up_s=options.warm_up * 60,
    )
    return plan if options.agents is None else varied_plan(plan, "agents", options.agents)


def _known(shift: Shift, i: int, queues: set[QueueId]) -> Shift:
    """An agent for each shift: in the simulation the talk that ends one may outlast the pause
    before the next."""
    agent = AgentId(f"{shift.agent}.{i}")
    return replace(shift, agent=agent, queues=tuple(q for q in shift.queues if q in queues))


def _wrap_up(options: Options) -> Duration | None:
    return None if options.wrap_up is None else of_cv(options.wrap_up, options.wrap_up_cv)


def _patience(options: Options) -> Duration | None:
    if options.patience is None:
        return None
    if options.patience == math.inf:
        return Endless()
    return Parametric(options.patience, options.patience_kind, options.patience_cv)


def _behaviour(options: Options) -> Behaviour:
    return Behaviour(
        answer_delay_s=options.answer_delay or 0.0,
        callbacks=options.callbacks,
        missed=options.missed or 0.0,
        rejected=options.rejected or 0.0,
        breaks_per_hour=options.breaks_per_hour or 0.0,
        break_length=Parametric(options.break_length),
        redial=options.redial or 0.0,
        redial_after=Parametric(options.redial_after),
    )


def _behaviour_of(seen: Observed, options: Options) -> Behaviour:
    """As the day was, but for what the options say. The shifts of a journal have their breaks in
    them once: they are taken anew, at other moments."""
    given = _behaviour(options)
    missed = min(_else(options.missed, seen.missed_share), 1 - (options.rejected or 0.0))
    return replace(
        given,
        answer_delay_s=_else(options.answer_delay, _mean(seen.answers)),
        missed=missed,
        rejected=min(_else(options.rejected, seen.rejected_share), 1 - missed),
        back_after=Empirical(tuple(seen.backs)) if seen.backs else given.back_after,
        breaks_per_hour=_else(options.breaks_per_hour, seen.breaks_per_hour),
        break_length=Empirical(tuple(seen.breaks)) if seen.breaks else given.break_length,
        redial=_else(options.redial, seen.redial_share),
        redial_after=(
            Empirical(tuple(seen.redials.values())) if seen.redials else given.redial_after
        ),
    )


def _else(wanted: float | None, found: float) -> float:
    return found if wanted is None else wanted


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def varied_plan(plan: Plan, name: str, value: float) -> Plan:
    """The plan with one thing else. Raises EkcError where the plan has no such thing."""
    match name:
        case "agents":
            return _staffed(plan, _whole("--vary agents", value))
        case "calls-per-hour":
            if len(plan.slots) != 1:
                raise EkcError(
                    "--vary calls-per-hour: поток задан профилем или журналом.",
                    "Уберите --profile и --journal.",
                )
            (slot,) = plan.slots
            return replace(plan, slots=even(slot.from_s, slot.to_s, value, slot.agents))
        case "patience":
            kind, cv = _shape(plan.patience)
            return replace(plan, patience=Parametric(value, kind, cv))
        case "talk":
            return replace(plan, talk=Parametric(value, *_shape(plan.talk)))
        case _:
            return replace(plan, wrap_up=Parametric(value, *_shape(plan.wrap_up)))


def _shape(duration: Duration) -> tuple[Kind, float]:
    return (duration.kind, duration.cv) if isinstance(duration, Parametric) else ("exponential", 1)


def _staffed(plan: Plan, agents: int) -> Plan:
    if plan.slots:
        slots = tuple(replace(s, agents=agents) for s in plan.slots)
        return replace(plan, slots=slots, shifts=shifts_of(slots, (plan.queue,)))
    queues = tuple(q.id for q in plan.queues)
    skills = tuple(sorted({s for a in plan.recorded for s in a.skills}))
    shifts = tuple(
        Shift(AgentId(f"a{i}"), plan.from_s, plan.to_s, queues, skills)
        for i in range(1, agents + 1)
    )
    return replace(plan, shifts=shifts)
