"""One walk through a scenario: sans-IO, the state is plain data.

The path holds the steps that somebody saw, in order, with the moment each was entered and the
answer given. :meth:`Session.back` and :meth:`Session.jump` move within it and drop nothing, so one
can go back, look, and return. An answer that leads elsewhere than before cuts the path after the
first step whose way on has changed; values of fields are never lost by that. An answer that leads
to its own step again adds none. Checks are passed by themselves and stand nowhere in the path.

Moments are seconds since the epoch. All refusals leave the state as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo

from ekc_console.domain.scenario.field_error import FieldError, SessionError
from ekc_console.domain.scenario.fields import Audience
from ekc_console.domain.scenario.graph import longest_ways, settled
from ekc_console.domain.scenario.model import Ask, Choose, Do, End, Say, Scenario, Step
from ekc_console.domain.scenario.moments import clock_time, no_such_time
from ekc_console.domain.terms.localtime import day_of, local


@dataclass(frozen=True, slots=True)
class PathStep:
    step: str
    at: float
    """When it was entered, seconds since the epoch."""
    value: str = ""
    """The canonical field value or the key of the option; "" while unanswered."""
    left_by: str = ""
    """The step that a caller's silence or wrong keys led to."""


@dataclass(frozen=True, slots=True)
class SideAnswer:
    """An answer from the knowledge that was given on the way."""

    item: str
    """Id of the knowledge entry."""
    title: str
    at: float
    step: str = ""
    """The step at which it was given."""


@dataclass(frozen=True, slots=True)
class Walk:
    """The way through a scenario that was left for another one."""

    scenario: str
    version: str
    path: tuple[PathStep, ...]


@dataclass(frozen=True, slots=True)
class SessionState:
    scenario: str
    version: str
    step: str
    fields: dict[str, str] = field(default_factory=dict)
    """Canonical values by field name, and ``number``."""
    path: tuple[PathStep, ...] = ()
    position: int = 0
    """Index of ``step`` in ``path``; what follows was seen before going back."""
    side_answers: tuple[SideAnswer, ...] = ()
    """In the order in which they were given, over all scenarios of this contact."""
    earlier: tuple[Walk, ...] = ()
    """Scenarios of this contact that were walked before, the oldest first."""
    brought: tuple[str, ...] = ()
    """The fields that the scenario before this one brought along filled."""
    kept: dict[str, str] = field(default_factory=dict)
    """Values learned in earlier scenarios that this one has no place for, by field name: one that
    has gets them."""
    own_disposition: bool = False
    """The card's disposition is the operator's choice, not what an end proposes."""


class Session:
    """``zone`` decides what day it is for ages and dates."""

    def __init__(
        self,
        scenario: Scenario,
        state: SessionState,
        zone: tzinfo,
        facts: Mapping[str, str] | None = None,
    ) -> None:
        if (state.scenario, state.version) != (scenario.id, scenario.version):
            raise SessionError(
                "step.other_version",
                title=scenario.title,
                scenario=state.scenario,
                version=state.version,
            )
        _require_sound(scenario, state)
        self.scenario = scenario
        self._state = state
        self._zone = zone
        self._facts = facts or {}

    @classmethod
    def start(
        cls,
        scenario: Scenario,
        now: float,
        fields: Mapping[str, str] | None = None,
        *,
        zone: tzinfo,
        at: str = "",
        after: SessionState | None = None,
        facts: Mapping[str, str] | None = None,
    ) -> Session:
        """At the first step, or at the one with the id ``at``. Of ``fields`` (learned elsewhere)
        those are kept that this scenario has and whose value fits their type here, and
        ``number``. ``after``: where this contact comes from; its way, its side answers and the
        values that do not fit here stay with the new state."""
        today = day_of(now, zone)
        learned = {**(after.kept if after else {}), **(fields or {})}
        known = scenario.fitting(learned, today)
        # What comes from farther back is filled in, but asked again: breathing may have stopped.
        brought = tuple(name for name in known if fields and name in fields)
        seen = {**known, **(facts or {})}
        first = settled(scenario, at or scenario.start, seen, today, brought)
        path = (PathStep(first, now),)
        state = SessionState(scenario.id, scenario.version, first, known, path, brought=brought)
        if after is not None:
            earlier = (*after.earlier, *_walked(after))
            kept = _without(known, learned)
            state = replace(state, side_answers=after.side_answers, earlier=earlier, kept=kept)
        return cls(scenario, state, zone, facts)

    @classmethod
    def returned(
        cls,
        scenario: Scenario,
        left: SessionState,
        now: float,
        *,
        zone: tzinfo,
        facts: Mapping[str, str] | None = None,
    ) -> Session:
        """Back in ``scenario``, the latest of ``left.earlier``, at the step it was left from: its
        way and answers as they were, fields with what has been learned since. The way through
        ``left`` stays with the new state."""
        *earlier, walk = left.earlier
        path = walk.path
        while len(path) > 1 and _leaves(scenario.steps.get(path[-1].step)):
            path = path[:-1]
        learned = {**left.kept, **left.fields}
        known = scenario.fitting(learned, day_of(now, zone))
        state = SessionState(
            scenario.id,
            walk.version,
            path[-1].step,
            known,
            path,
            position=len(path) - 1,
            side_answers=left.side_answers,
            earlier=(*earlier, *_walked(left)),
            kept=_without(known, learned),
        )
        return cls(scenario, state, zone, facts)

    # -- what is --------------------------------------------------------------------

    @property
    def state(self) -> SessionState:
        return self._state

    @property
    def step(self) -> Step:
        return self.scenario.steps[self._state.step]

    @property
    def fields(self) -> Mapping[str, str]:
        return self._state.fields

    @property
    def finished(self) -> bool:
        """At an end. A ``Do`` that leaves the scenario is for the executor to carry out first."""
        return isinstance(self.step, End)

    @property
    def progress(self) -> tuple[int, int]:
        """Steps done, and how many there will be at most; the second never grows on the way."""
        done = self._state.position
        total = done + longest_ways(self.scenario).get(self._state.step, 1)
        return (total if self.finished else done), total

    @property
    def chosen_labels(self) -> tuple[str, ...]:
        """Labels of the options taken up to here."""
        labels = []
        for item in self._state.path[: self._state.position]:
            step = self.scenario.steps[item.step]
            if isinstance(step, Choose) and (option := step.option(item.value)):
                labels.append(option.label)
        return tuple(labels)

    @property
    def can_go_back(self) -> bool:
        return self._state.position > 0

    def text(self, audience: Audience, more: Mapping[str, str] | None = None) -> str:
        """The current step's text with what is known filled in; ``more``: the keys of ``CALLS``
        that are to be pressed now."""
        return self.step.text_for(audience, {**self._state.fields, **(more or {})})

    def diverges_at(self, now: float) -> str:
        """The first step before this one whose way on would be another one with today's field
        values ("" when none): :meth:`set_field` may have changed a branch already passed."""
        today = day_of(now, self._zone)
        path = self._state.path
        for index in range(self._state.position):
            if self._after(path[index], self._state.fields, today) != path[index + 1].step:
                return path[index].step
        return ""

    # -- what can be done -------------------------------------------------------------

    def learn(self, facts: Mapping[str, str]) -> None:
        """What is so at this moment, by the names of ``FACTS``: it decides about the checks that
        are passed from now on, and is no part of the state."""
        self._facts = facts

    def answer(self, value: str, now: float, *, medical: bool = True) -> None:
        """Answer the question of an ``Ask`` or the choice of a ``Choose`` (key, label or phrase).
        ``medical``: by somebody who has this right.

        Raises FieldError for an unusable value; SessionError at any other step, and for an answer
        that only a medic may give.
        """
        match self.step:
            case Ask(field=name):
                canonical = self._parsed(name, value, now)
                self._advance(canonical, {**self._state.fields, name: canonical}, now)
            case Choose() as step:
                option = step.option(value)
                if option is None:
                    known = ", ".join(f"{o.key} — {o.label}" for o in step.options)
                    raise FieldError("field.no_such_answer", text=value, known=known)
                if option.only and not medical:
                    raise SessionError("step.medics")
                self._advance(option.key, {**self._state.fields, **option.sets}, now)
            case _:
                raise SessionError("step.asks_nothing")

    def proceed(self, now: float) -> None:
        """Go on from a ``Say``, or from a ``Do`` that has been carried out.

        Raises SessionError at a question, at an end and at a ``Do`` that leaves the scenario.
        """
        step = self.step
        if isinstance(step, Say) or (isinstance(step, Do) and not step.leaves):
            self._advance("", self._state.fields, now)
        elif isinstance(step, Ask | Choose):
            raise SessionError("step.answer_first")
        else:
            raise SessionError("step.last")

    def skip(self, now: float) -> None:
        """Leave an ``Ask`` unanswered (not keyed in by the caller). A value known before stays."""
        if not isinstance(self.step, Ask):
            raise SessionError("step.not_skipped")
        self._advance("", self._state.fields, now)

    def leave(self, next_step: str, now: float) -> None:
        """Go the way of silence or of wrong keys from a ``Choose`` (see ``menu.Leave``)."""
        step = self.step
        if not isinstance(step, Choose) or next_step not in (step.on_silence, step.on_wrong):
            raise SessionError("step.no_way", step=next_step)
        self._advance("", self._state.fields, now, next_step)

    def back(self, now: float) -> None:
        """To the step before, answers kept. Raises SessionError at the first one."""
        if not self.can_go_back:
            raise SessionError("step.first")
        self._move(self._state.position - 1)

    def jump(self, step: str, now: float) -> None:
        """To a step of the path, before this one or (after going back) behind it; of several
        visits the last one counts. Raises SessionError for a step not visited."""
        positions = [i for i, item in enumerate(self._state.path) if item.step == step]
        if not positions:
            raise SessionError("step.not_seen")
        self._move(positions[-1])

    def set_field(self, name: str, value: str, now: float) -> None:
        """Correct a field at any time; the step stays. A later part of the path that no longer
        follows is cut; see :meth:`diverges_at` for the part already passed.

        Raises FieldError; SessionError for an unknown field.
        """
        canonical = self._parsed(name, value, now)
        path = tuple(
            replace(item, value=canonical) if self._asks(item, name) and item.value else item
            for item in self._state.path
        )
        fields = {**self._state.fields, name: canonical}
        self._state = replace(
            self._state, fields=fields, path=self._sound(path, self._state.position, fields, now)
        )

    def give_answer(self, item: str, title: str, now: float) -> None:
        """Note that an answer from the knowledge was given at this step; the step stays."""
        given = SideAnswer(item, title, now, self._state.step)
        self._state = replace(self._state, side_answers=(*self._state.side_answers, given))

    # -- how ------------------------------------------------------------------------

    def _asks(self, item: PathStep, name: str) -> bool:
        step = self.scenario.steps[item.step]
        return isinstance(step, Ask) and step.field == name

    def _parsed(self, name: str, value: str, now: float) -> str:
        shape = self.scenario.fields.get(name)
        if shape is None:
            raise SessionError("step.no_such_field", field=name)
        parsed = shape.parse(value, day_of(now, self._zone))
        if name not in self.scenario.later:
            return parsed
        here = local(now, self._zone)
        if no_such_time(parsed, here):
            raise FieldError("field.no_such_time", text=parsed)
        return clock_time(parsed, here)

    def _advance(
        self, value: str, fields: Mapping[str, str], now: float, left_by: str = ""
    ) -> None:
        """Record the answer of the current step and enter the next one."""
        state = self._state
        here = replace(state.path[state.position], value=value, left_by=left_by)
        following = self._after(here, fields, day_of(now, self._zone))
        if following == here.step:  # nothing has changed: it is asked on
            self._state = replace(state, fields=dict(fields))
            return
        path = (*state.path[: state.position], here, *state.path[state.position + 1 :])
        path = self._sound(path, state.position, fields, now)
        position = state.position + 1
        if len(path) == position:
            path = (*path, PathStep(following, now))
        self._state = replace(
            state, step=following, fields=dict(fields), path=path, position=position
        )

    def _after(self, item: PathStep, fields: Mapping[str, str], today: date) -> str:
        """The step that follows ``item`` with these field values."""
        step = self.scenario.steps[item.step]
        target = item.left_by or step.next
        if isinstance(step, Choose) and not item.left_by:
            option = step.option(item.value)
            target = option.next if option else ""
        if not target:
            return ""
        known = {**fields, **self._facts}
        return settled(self.scenario, target, known, today, self._state.brought)

    def _sound(
        self, path: tuple[PathStep, ...], position: int, fields: Mapping[str, str], now: float
    ) -> tuple[PathStep, ...]:
        """``path`` up to the first step from ``position`` on that no longer leads to its next."""
        today = day_of(now, self._zone)
        for index in range(position, len(path) - 1):
            if self._after(path[index], fields, today) != path[index + 1].step:
                return path[: index + 1]
        return path

    def _move(self, position: int) -> None:
        step = self._state.path[position].step
        self._state = replace(self._state, step=step, position=position)


def _leaves(step: Step | None) -> bool:
    return isinstance(step, Do) and step.leaves


def _walked(state: SessionState) -> tuple[Walk, ...]:
    """The way through its scenario, if there was one: at the first step nothing was said yet."""
    walk = Walk(state.scenario, state.version, state.path)
    return (walk,) if len(state.path) > 1 else ()


def _without(known: Mapping[str, str], learned: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in learned.items() if value and name not in known}


def _require_sound(scenario: Scenario, state: SessionState) -> None:
    """A state may come over the wire: it must fit its scenario."""
    names = [item.step for item in state.path]
    known = all(name in scenario.steps for name in names)
    if not known or not 0 <= state.position < len(names) or names[state.position] != state.step:
        raise SessionError("step.damaged", title=scenario.title)
