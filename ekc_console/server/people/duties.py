"""What an account says of an agent's work: queues with tiers, and skills."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import structlog

from ekc_console.domain import scenario as sc
from ekc_console.domain.facts import AgentLoggedIn
from ekc_console.domain.state import skills
from ekc_console.domain.state.opening import LAST_TIER
from ekc_console.domain.state.strategy import SettingsError
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.server.store.people.accounts import User

log = structlog.get_logger(__name__)


def queue_and_tier(text: str) -> tuple[QueueId, int]:
    """``main`` (tier 1) or ``main=2``. Raises SettingsError."""
    queue, sign, tier = text.partition("=")
    if not sign:
        return QueueId(queue), 1
    if not (tier.isascii() and tier.isdigit() and 1 <= int(tier) <= LAST_TIER):
        raise SettingsError(
            f"Очередь «{text}»: ступень не понята.",
            f"Пишите «{queue}» или «{queue}=2», ступень от 1 до {LAST_TIER}.",
        )
    return QueueId(queue), int(tier)


def login_fact(
    login: AgentId, queues: Iterable[str], having: Iterable[str], known: Collection[QueueId]
) -> AgentLoggedIn:
    """The beginning of a shift by the account. Queues that are not there any more and what cannot
    be read are left out: nobody is kept from work by them."""
    tiers = {q: tier for q, tier in _readable(queues) if q in known}
    good = []
    for skill in having:
        try:
            skills.check_skill(skill)
        except SettingsError as error:
            log.warning("skill of an account not understood", login=login, error=error.message)
        else:
            good.append(skill)
    return AgentLoggedIn(login, tuple(tiers), tuple(good), tuple(tiers.items()))


def _readable(queues: Iterable[str]) -> Iterator[tuple[QueueId, int]]:
    for text in queues:
        try:
            yield queue_and_tier(text)
        except SettingsError as error:
            log.warning("queue of an account not understood", error=error.message)
            yield QueueId(text.partition("=")[0]), 1


def unmet_demands(
    scenarios: Iterable[sc.Scenario], people: Iterable[User]
) -> Iterator[tuple[str, str]]:
    """Skills that a scenario requires and nobody who may log in has, at any level: the place in
    the scenarios, and the demand. Such callers would wait for ever."""
    have = {
        skills.name_of(skill)
        for person in people
        if not person.disabled
        for skill in person.skills
        if _is_skill(skill)
    }
    for scenario in scenarios:
        for step in scenario.steps.values():
            if isinstance(step, sc.Do) and isinstance(step.action, sc.ToQueue):
                for demand in step.action.skills:
                    if not demand.endswith("?") and skills.name_of(demand) not in have:
                        yield f"{scenario.id}: steps.{step.id}.do.skills", demand


def _is_skill(text: str) -> bool:
    try:
        skills.check_skill(text)
    except SettingsError:
        return False
    return True


def nobody_for(
    scenarios: Iterable[sc.Scenario], queues: Iterable[QueueId], people: Iterable[User]
) -> Iterator[str]:
    """What callers would wait for in vain, with file, key and remedy: skills and queues that no
    account has. Nothing is said before there are accounts."""
    people = [person for person in people if not person.disabled]
    if not people:
        return
    for place, demand in unmet_demands(scenarios, people):
        file, _, key = place.partition(": ")
        yield (
            f"{file}.yaml: {key}: навыка «{demand}» ни у кого нет. "
            "Дайте его: ekc user add … --skill, или поставьте после него «?»."
        )
    served = {queue for person in people for queue, _tier in _readable(person.queues)}
    for queue in queues:
        if queue not in served:
            yield f"queues.{queue}: её никто не обслуживает. Дайте её: ekc user add … --queue."
