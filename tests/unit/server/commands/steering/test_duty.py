"""People in and out of queues for the shift, by order of a supervisor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ekc_console.client.words.saying import said
from ekc_console.config.teams import Team
from ekc_console.server.store.journal import journal
from ekc_console.wire import messages, steering, supervision
from tests.support import shown
from tests.support.simulated_centre import Centre, Operator, run

DAY = Team(
    id="day", title="День", leads=("nina",), members=("anna",), queues=("home_visit", "general")
)
NIGHT = Team(id="night", title="Ночь", leads=("oleg",), members=("boris",), queues=("vaccination",))


async def chief(centre: Centre, login: str = "chief") -> Operator:
    return await (await centre.operator(login, role="supervisor", queues=())).come()


def heard(centre: Centre) -> list[tuple[str, Any]]:
    """Words told from now on, and to whom."""
    told: list[tuple[str, Any]] = []
    tell = centre.server.live.hub.notice

    def hear(notice: messages.Notice, to: Any = None) -> None:
        told.append((said(notice.words), to))
        tell(notice, to)

    centre.server.live.hub.notice = hear  # type: ignore[method-assign]
    return told


async def journalled(centre: Centre, fact: str) -> list[Any]:
    await centre.server.core.runtime.settled()
    rows = await centre.server.database.read(
        lambda conn: conn.execute("SELECT body FROM journal WHERE fact = ?", (fact,)).fetchall()
    )
    return [journal.decode_fact(fact, body) for (body,) in rows]


def test_a_person_is_put_into_a_queue_gets_its_call_and_is_told_by_whom_and_why(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        nina, anna = await chief(centre), await centre.ready(queues=("general",))
        told = heard(centre)
        call = await centre.in_queue()
        order = steering.ChangeDuty(
            agent="anna", add=("appointments=2",), add_skills=("tatar",), why="наплыв"
        )
        duty = await nina.done(order)
        assert (duty.queues, duty.skills) == (("general", "appointments=2"), ("tatar",))
        assert (await anna.until_call("offered")).id == call
        words = (
            "Оператор chief меняет ваши очереди и навыки до конца смены "
            "(+Запись к врачу, +tatar): наплыв."
        )
        assert told == [(words, ["anna"])]
        centre.server.live.views.refresh()
        assert "appointments" in [q.id for q in shown.queues(centre.server.live.views, anna.person)]
        (fact,) = await journalled(centre, "DutyChanged")
        assert (fact.agent, fact.by, fact.why) == ("anna", "chief", "наплыв")
        again = await nina.done(order)
        assert (again, len(told)) == (duty, 1)

    run(tmp_path, story)


def test_the_accounts_own_queues_come_back_by_order_and_with_the_next_shift(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        nina, anna = await chief(centre), await centre.ready(queues=("general",))
        change = steering.ChangeDuty(agent="anna", add=("other",), drop=("general",))
        assert (await nina.done(change)).queues == ("other",)
        await centre.start_again()
        assert centre.server.core.router.agents[anna.person.login].queues == ("other",)
        told = heard(centre)
        assert (await nina.done(steering.RestoreDuty(agent="anna"))).queues == ("general",)
        assert told[0][0].startswith("Оператор chief возвращает ваши обычные очереди и навыки")
        await nina.done(change)
        await anna.done(messages.LogOut())
        await anna.come()
        (info,) = [
            each for each in (await nina.done(supervision.GetAgents())).agents if each.id == "anna"
        ]
        assert info.queues == ("general",)

    run(tmp_path, story)


def test_what_would_leave_waiting_callers_nobody_is_asked_first(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        nina = await chief(centre)
        anna = await centre.ready(queues=("appointments", "general"))
        await anna.done(messages.GoBreak(reason="rest"))
        await centre.in_queue()
        change = steering.ChangeDuty(agent="anna", drop=("appointments",))
        refusal = await nina.refused(change)
        assert refusal.code == "conflict"
        assert "«Запись к врачу» ждут вызовы (1)" in refusal.message
        assert anna.me.state == "break"
        assert len(centre.server.core.router.agents[anna.person.login].queues) == 2
        boris = await centre.ready("boris", queues=("appointments",))
        await nina.done(change)
        assert (await nina.refused(steering.ChangeDuty(agent="boris", drop=("appointments",)))).code
        sure = steering.ChangeDuty(agent="boris", drop=("appointments",), sure=True)
        assert (await nina.done(sure)).queues == ()
        assert boris.call is not None  # the offer that is heard goes on

    run(tmp_path, story)


BAD = [
    (steering.ChangeDuty(agent="anna", add=("none",)), "unknown", "Нет очереди «none»"),
    (steering.ChangeDuty(agent="anna", add=("general=x",)), "bad_value", "ступень не понята"),
    (steering.ChangeDuty(agent="anna", add_skills=("tatar=x",)), "bad_value", "не навык"),
    (steering.ChangeDuty(agent="nobody", add=("general",)), "unknown", "Такого оператора"),
    (steering.RestoreDuty(agent="nobody"), "unknown", "Такого оператора"),
    (steering.ChangeDuty(agent="gone", add=("general",)), "wrong_state", "не на смене"),
    (steering.RestoreDuty(agent="gone"), "wrong_state", "не на смене"),
]


def test_what_is_refused_and_why(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        nina, anna = await chief(centre), await centre.ready()
        gone = await centre.ready("gone")
        await gone.done(messages.LogOut())
        before = centre.server.core.router.state_hash()
        for body, code, words in BAD:
            refusal = await nina.refused(body)
            assert (refusal.code, words in refusal.message) == (code, True), refusal
            assert (await anna.refused(body)).code == "not_allowed"
        assert centre.server.core.router.state_hash() == before

    run(tmp_path, story)


@pytest.mark.parametrize(
    ("agent", "queue", "words"),
    [("boris", "general", "не из ваших команд"), ("anna", "vaccination", "не из ваших очередей")],
)
def test_only_people_and_queues_of_the_own_team(
    tmp_path: Path, agent: str, queue: str, words: str
) -> None:
    async def story(centre: Centre) -> None:
        nina = await chief(centre, "nina")
        await centre.ready("anna", queues=("home_visit",))
        await centre.ready("boris", queues=("vaccination",))
        refusal = await nina.refused(steering.ChangeDuty(agent=agent, add=(queue,)))
        assert (refusal.code, words in refusal.message) == ("not_allowed", True), refusal
        if agent == "boris":
            assert (await nina.refused(steering.RestoreDuty(agent=agent))).code == "not_allowed"
        else:
            duty = await nina.done(steering.ChangeDuty(agent=agent, add=("general",)))
            assert duty.queues == ("home_visit", "general")

    run(tmp_path, story, teams=(DAY, NIGHT))
