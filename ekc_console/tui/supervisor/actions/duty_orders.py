"""Orders about who serves which queues with which skills until the end of the shift."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from ekc_console.client.link.errors import Refused
from ekc_console.client.link.results import expect
from ekc_console.client.link.watched import Watched
from ekc_console.client.skill_names import completed, names
from ekc_console.client.undo import Undo
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import Prompt
from ekc_console.tui.supervisor.actions.call_orders import Choosing, load
from ekc_console.tui.supervisor.actions.cursor import cursor
from ekc_console.tui.supervisor.actions.ordering import Ordering, left
from ekc_console.tui.supervisor.present import queues
from ekc_console.wire.steering import ChangeDuty, RestoreDuty
from ekc_console.wire.supervision import AgentInfo, Agents, GetAgents
from ekc_console.wire.watch import WatchPerson

USUAL = " usual"
"""Among the choices: no queue is called so."""


class DutyOrders:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._orders = Ordering(host)
        self.by_id: dict[str, Callable[[], None]] = {
            "watch.queues": self.queues,
            "watch.skills": self.skills,
        }

    def queues(self) -> None:
        """With the load of each queue in sight."""
        if (person := cursor(self._host).person) is None:
            return
        known, now = self._orders.desk.watched.queues, self._host.desk.now()
        choices = [
            Choice(q.id, f"{'●' if q.id in person.queues else '○'} {q.title}", note=load(q, now))
            for q in sorted(known.values(), key=lambda q: (-(queues.wait_s(q, now) or 0), q.title))
        ]
        choices.append(Choice(USUAL, _("очереди и навыки как в учётной записи")))

        def picked(queue: str) -> None:
            if queue == USUAL:
                said = _("{name}: очереди и навыки как в учётной записи.")
                self._give(person, RestoreDuty(agent=person.id), said.format(name=person.name))
                return
            there = queue in person.queues
            said = (
                _("{name} больше не в «{title}».") if there else _("{name} теперь и в «{title}».")
            )
            body = (
                ChangeDuty(agent=person.id, drop=(queue,))
                if there
                else ChangeDuty(agent=person.id, add=(queue,))
            )
            title = known[queue].title
            self._give(person, body, said.format(name=person.name, title=title))

        heading = _("{name}: поставить в очередь или убрать").format(name=person.name)
        self._host.show_panel(Choosing(heading, choices, picked))

    def skills(self) -> None:
        """Asked for with those in sight that there are."""
        if (person := cursor(self._host).person) is None:
            return

        def opened(told: object) -> None:
            assert isinstance(told, Agents)
            self._ask_skills(person, told.agents)

        self._host.work(f"skills:{person.id}", lambda: self._host.desk.request(GetAgents()), opened)

    def _ask_skills(self, person: WatchPerson, agents: Sequence[AgentInfo]) -> None:
        def submit(text: str) -> None:
            add, drop = _signed(text)
            body = ChangeDuty(agent=person.id, add_skills=add, drop_skills=drop)
            said = _("{name}: навыки изменены.").format(name=person.name)
            self._give(person, body, said)

        own = next((agent.skills for agent in agents if agent.id == person.id), ())
        known = names(skill for agent in agents for skill in agent.skills)
        hint = _(
            "Сейчас: {own}. Есть: {known}. +навык дать, +навык=3 с уровнем, -навык снять; до конца"
            " смены. → дописать, Enter — изменить."
        ).format(own=", ".join(own) or _("нет"), known=", ".join(known) or _("нет"))
        heading = _("{name}: навыки").format(name=person.name)
        self._host.show_panel(
            Prompt(heading, submit, hint=hint, complete=lambda typed: completed(typed, known))
        )

    # -- how it is given -------------------------------------------------------------

    def _give(self, person: WatchPerson, body: ChangeDuty | RestoreDuty, said: str) -> None:
        """What would leave callers with nobody is asked first, in the server's words."""

        def refused(error: EkcError) -> None:
            if not (isinstance(error, Refused) and error.code == "conflict"):
                self._host.tell_error(error)
                return
            self._host.confirm(
                _("{name}: всё равно изменить?").format(name=person.name),
                error.message,
                no=_("Не надо"),
                yes=_("Изменить"),
                then=lambda: self._give(person, msgspec.structs.replace(body, sure=True), said),
            )

        self._host.work(
            f"order:duty:{person.id}",
            lambda: self._change(person, body),
            lambda undo: self._orders.is_done(said, undo),
            refused,
        )

    async def _change(self, person: WatchPerson, body: ChangeDuty | RestoreDuty) -> Undo | None:
        """What takes it back."""
        desk = self._orders.desk
        agents = expect(await desk.request(GetAgents()), Agents).agents
        before = next((agent for agent in agents if agent.id == person.id), None)
        await desk.request(body)
        if before is None or isinstance(body, RestoreDuty):
            return None
        return Undo(
            _reverse(body, before),
            _("{name}: очереди и навыки прежние.").format(name=person.name),
            lambda watched: left(watched, person),
            lambda watched: _holds(watched, person, body),
        )


def _holds(watched: Watched, person: WatchPerson, body: ChangeDuty) -> bool:
    now = watched.people.get(person.id)
    if now is None:
        return False
    return {*body.add} <= {*now.queues} and not {*body.drop} & {*now.queues}


def _reverse(body: ChangeDuty, before: AgentInfo) -> ChangeDuty:
    """With the tiers and levels there were."""
    queues_before = {_named(text): text for text in before.queues}
    skills_before = {_named(text): text for text in before.skills}
    added_skills = {_named(text) for text in body.add_skills}
    return ChangeDuty(
        agent=body.agent,
        add=tuple(queues_before[q] for q in body.drop if q in queues_before),
        drop=tuple(q for q in body.add if q not in queues_before),
        add_skills=tuple(
            skills_before[s] for s in (*body.drop_skills, *added_skills) if s in skills_before
        ),
        drop_skills=tuple(sorted(added_skills - skills_before.keys())),
    )


def _named(text: str) -> str:
    return text.partition("=")[0]


def _signed(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is to come and what is to go. Raises EkcError."""
    words = text.split()
    if not words or any(word[0] not in "+-" or not word[1:] for word in words):
        raise EkcError(_("Навыки не поняты."), _("Например: +tatar=2 -english."))
    add = tuple(word[1:] for word in words if word[0] == "+")
    return add, tuple(word[1:] for word in words if word[0] == "-")
