"""What a voice menu does about a key or silence: sans-IO, for one visit to a ``Choose`` step."""

from __future__ import annotations

from dataclasses import dataclass

from ekc_console.domain.scenario.model import Choose, Option


@dataclass(frozen=True, slots=True)
class Chosen:
    option: Option


@dataclass(frozen=True, slots=True)
class Again:
    """Say the question again, after ``remark`` where there is one."""

    remark: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """The repeats are used up: go to ``next_step`` (``Session.leave``)."""

    next_step: str


Outcome = Chosen | Again | Leave


class MenuTurn:
    """Counts the repeats. Silence, wrong keys and ``repeat_key`` share one limit, so that no line
    stays in a menu for ever; who has heard it ``repeats`` times more needs a person."""

    def __init__(self, step: Choose) -> None:
        self._step = step
        self._repeated = 0

    def key(self, key: str) -> Outcome:
        """The caller pressed a key."""
        for option in self._step.options:
            if option.key == key:
                return Chosen(option)
        if key == self._step.repeat_key:
            return self._again("", self._step.on_silence)
        return self._again(self._step.wrong, self._step.on_wrong)

    def silence(self) -> Outcome:
        """``timeout_s`` went by after the text without a key."""
        return self._again("", self._step.on_silence)

    def _again(self, remark: str, way_out: str) -> Outcome:
        if self._repeated >= self._step.repeats and way_out:
            return Leave(way_out)
        self._repeated += 1
        return Again(remark)
