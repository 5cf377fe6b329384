"""The lines of a call as messages: names for logins, titles for codes of queues."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ekc_console.domain import effects as ef
from ekc_console.domain import facts as f
from ekc_console.domain.insight.candidates import Candidate, Decision, Ranked
from ekc_console.domain.scenario import Scenario
from ekc_console.domain.terms import numbers
from ekc_console.server.core.explanation import Moment
from ekc_console.server.day.journal_lines import Offer, Told
from ekc_console.server.store.journal.journal import Entry
from ekc_console.wire.day import story

Named = Callable[[str], str]
OFFER = "OfferCall"


class StoryTeller:
    """``name``: of a person by login; ``title``: of a queue by its code; ``pause``: of the reason
    of a break by its code; ``step``: of a step by the ids of the menu and of itself."""

    def __init__(
        self, name: Named, title: Named, pause: Named, step: Callable[[str, str], str]
    ) -> None:
        self._name = name
        self._title = title
        self._step = step
        self._detailed: dict[str, Named] = {"kept_for_other": name, "on_break": pause}

    def lines(self, told: Told) -> tuple[story.StoryLine, ...]:
        """In the order of the journal."""
        if told.moments:
            return tuple(map(self.of_moment, told.moments))
        lines = [*map(self.of_entry, told.entries), *map(self._of_offer, told.offers)]
        return tuple(sorted(lines, key=lambda line: line.at))

    def of_moment(self, moment: Moment) -> story.StoryLine:
        after = moment.after
        return story.StoryLine(
            seq=moment.seq,
            at=moment.at,
            **(self._of_fact(moment.fact) | self._when_virtual(moment)),
            score_s=None if moment.score is None else moment.at - moment.score,
            position=moment.position,
            outcome=str(after.outcome or "") if isinstance(moment.fact, f.CallEnded) else "",
            withdrawn=tuple(self._withdrawn(moment)),
            decisions=tuple(self._decision(each, moment.at) for each in moment.decisions),
        )

    def of_entry(self, entry: Entry) -> story.StoryLine:
        return story.StoryLine(seq=entry.seq, at=entry.at, **self._of_fact(entry.fact))

    def _of_offer(self, offer: Offer) -> story.StoryLine:
        name = self._name(offer.agent)
        ended = offer.result not in ("", "accepted")
        withdrawn = ((name, offer.result),) if ended else ()
        return story.StoryLine(
            seq=0, at=offer.made_at, fact=OFFER, person=name, withdrawn=withdrawn
        )

    def _of_fact(self, fact: f.Fact) -> dict[str, Any]:
        has = {name: getattr(fact, name) for name in fact.__dataclass_fields__}
        said: dict[str, Any] = {"fact": type(fact).__name__, "why": has.get("why", "")}
        if "number" in has:
            said["number"] = numbers.readable(has["number"])
        if isinstance(fact, f.CallStepEntered):
            said["step"] = self._step(fact.scenario, fact.step)
        if queue := has.get("queue"):
            said["queue"] = self._title(queue)
        if isinstance(fact, f.CallQueued):
            said |= {"queued": True, "priority": fact.priority, "skills": fact.skills}
        if isinstance(fact, f.CallEnded):
            said["ended_by"] = fact.by
        elif by := has.get("by"):
            said["by"] = self._name(by)
        if agent := has.get("agent"):
            said["person"] = self._name(agent)
        if other := has.get("adviser") or (has.get("to") if "agent" in has else ""):
            said["other"] = self._name(other)
        return said

    def _when_virtual(self, moment: Moment) -> dict[str, Any]:
        """Of a call that is a callback, when it comes into its queue; of one that ends, what is
        owed afterwards."""
        after = moment.after
        if moment.before is None and after.virtual:
            return {
                "virtual": True,
                "callback": after.callback or "",
                "queue": self._title(after.queue or ""),
            }
        ended = isinstance(moment.fact, f.CallEnded)
        return {"callback": after.callback} if ended and after.callback else {}

    def _withdrawn(self, moment: Moment) -> Iterator[tuple[str, str]]:
        for effect in moment.effects:
            if isinstance(effect, ef.WithdrawOffer):
                yield self._name(effect.agent), effect.reason

    def _decision(self, made: Decision, now: float) -> story.StoryDecision:
        return story.StoryDecision(
            chosen=tuple(map(self._name, made.chosen)),
            strategy=made.strategy,
            by=made.by,
            candidates=tuple(self._candidate(each, made) for each in made.candidates),
            place=made.place,
            waiting=made.waiting,
            rivals=tuple(_rival(each, made, now) for each in made.rivals),
            by_turn=made.by_turn,
        )

    def _candidate(self, one: Candidate, made: Decision) -> story.StoryCandidate:
        obstacle = one.obstacle or ""
        detailed = self._detailed.get(obstacle, str)
        return story.StoryCandidate(
            person=self._name(one.agent),
            chosen=one.agent in made.chosen,
            tier=one.tier,
            key=one.key,
            obstacle=obstacle,
            detail=detailed(one.detail),
        )


def by_ids(scenario: str, step: str) -> str:
    return f"{scenario} / {step}"


def by_titles(scenarios: Mapping[str, Scenario], scenario: str, step: str) -> str:
    """As the scenarios in force call it; what they do not know any more has its id."""
    known = scenarios.get(scenario)
    if known is None:
        return by_ids(scenario, step)
    return by_ids(known.title, known.steps[step].title if step in known.steps else step)


def _rival(one: Ranked, made: Decision, now: float) -> story.StoryRival:
    return story.StoryRival(
        call=one.call,
        mine=one.call == made.call,
        score_s=now - one.effective,
        assigned=one.assigned,
        interrupted=one.interrupted,
    )
