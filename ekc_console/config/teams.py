"""``teams`` of the configuration: who leads whom, and which queues are theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

import msgspec

from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.domain.terms.settings import Team as TeamSettings


class Team(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    title: str
    leads: tuple[str, ...] = ()
    """Logins of those whose rights reach the team."""
    members: tuple[str, ...] = ()
    """Beside those whose accounts name the team."""
    queues: tuple[str, ...] = ()
    """Empty: all."""

    def settings(self) -> TeamSettings:
        return TeamSettings(
            self.id,
            self.title,
            tuple(map(AgentId, self.leads)),
            tuple(map(AgentId, self.members)),
            tuple(map(QueueId, self.queues)),
        )


def team_faults(teams: tuple[Team, ...], queues: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """(key, message, remedy) of each contradiction. Whether the logins are anybody's stands in the
    accounts, not here."""
    for index, team in enumerate(teams):
        key = f"teams[{index}]"
        if not team.leads:
            yield (
                f"{key}.leads",
                f"команда «{team.id}» ничья.",
                "Назовите логин того, кто её ведёт, или уберите команду.",
            )
        for queue in team.queues:
            if queue not in queues:
                yield f"{key}.queues", f"нет очереди «{queue}».", f"Есть: {', '.join(queues)}."
        for field, logins in (("leads", team.leads), ("members", team.members)):
            if twice := [login for login, n in Counter(logins).items() if n > 1]:
                yield f"{key}.{field}", f"«{twice[0]}» названо дважды.", "Оставьте один раз."
