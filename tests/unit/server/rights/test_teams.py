"""Teams and queues bound what a supervisor sees and orders."""

from __future__ import annotations

from pathlib import Path

from ekc_console.config.teams import Team
from ekc_console.server.people.teams import team_doubts
from ekc_console.server.rights.scope import scope
from ekc_console.server.store.people.accounts import User
from ekc_console.wire import messages, side_work, supervision
from tests.support.cards import visit_ordered
from tests.support.simulated_centre import Centre, Operator, run
from tests.support.told import told

DAY = Team(id="day", title="День", leads=("nina",), members=("anna",), queues=("home_visit",))
NIGHT = Team(id="night", title="Ночь", leads=("oleg",), members=("boris",), queues=("vaccination",))
TEAMS = (DAY, NIGHT)


async def _shift(centre: Centre) -> dict[str, Operator]:
    return {
        "nina": await (await centre.operator("nina", role="supervisor", queues=())).come(),
        "oleg": await (await centre.operator("oleg", role="supervisor", queues=())).come(),
        "chief": await (await centre.operator("chief", role="admin", queues=())).come(),
    }


def test_a_supervisor_sees_and_orders_the_own_teams_only(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        await centre.ready("boris", queues=("vaccination",))
        await centre.ready("anna", queues=("home_visit",))
        nina, _oleg, chief = (await _shift(centre)).values()
        found = await nina.done(supervision.GetAgents())
        assert {agent.id for agent in found.agents} == {"nina", "anna"}
        queues = await nina.done(supervision.GetQueues())
        assert [queue.id for queue in queues.queues] == ["home_visit"]
        for body in (
            supervision.GetCalls(queue="vaccination"),
            supervision.PauseQueue(queue="vaccination"),
            supervision.ForceAgent(agent="boris", state="break", reason="lunch"),
            supervision.AssignCall(call="x", agent="boris"),
        ):
            assert (await nina.refused(body)).code == "not_allowed"
        await nina.done(supervision.PauseQueue(queue="home_visit"))
        everybody = await chief.done(supervision.GetAgents())
        assert {"anna", "boris"} <= {agent.id for agent in everybody.agents}

    run(tmp_path, story, teams=TEAMS)


def test_words_and_requests_for_help_stay_in_the_team(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        boris = await centre.ready("boris", queues=("vaccination",))
        anna = await centre.ready("anna", queues=("home_visit",))
        nina, oleg, chief = (await _shift(centre)).values()
        told(centre, nina)
        assert "нет" in (await boris.refused(side_work.AskHelp(text="как?"))).message
        told(centre, oleg)
        await boris.done(side_work.AskHelp(text="как записать?"))
        for who, sees in ((nina, 0), (oleg, 1), (chief, 1)):
            found = await who.done(side_work.ListHelp())
            assert len(found.requests) == sees
        request = centre.server.people.staff.open_of(boris.person.login)
        assert request is not None
        await nina.refused(side_work.AnswerHelp(help=request.id, text="так"))
        await oleg.done(side_work.AnswerHelp(help=request.id, text="так"))
        await nina.refused(side_work.SendMessage(text="привет", to="boris"))
        await nina.done(side_work.SendMessage(text="всем своим"))
        texts = [
            [m.text for m in (await who.done(side_work.ListMessages())).messages]
            for who in (anna, boris)
        ]
        assert texts == [["всем своим"], ["так"]]

    run(tmp_path, story, teams=TEAMS)


def test_a_card_of_another_team_is_not_read(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna", queues=("home_visit",))
        card = await visit_ordered(centre, anna)
        nina, oleg, _chief = (await _shift(centre)).values()
        await nina.done(messages.OpenCard(card=card.id))
        refusal = await oleg.refused(messages.OpenCard(card=card.id))
        assert refusal.code == "not_allowed"
        found = await oleg.done(messages.FindContacts(text="Иванова"))
        assert found.contacts == ()

    run(tmp_path, story, teams=TEAMS)


def test_without_teams_the_centre_is_one_and_who_leads_none_of_them_sees_nobody(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        nina = await (await centre.operator("nina", role="supervisor", queues=())).come()
        router = centre.server.core.router
        assert scope(router, nina.person, "watch").everything

    run(tmp_path / "one", story)

    async def of_teams(centre: Centre) -> None:
        vera = await (await centre.operator("vera", role="supervisor", queues=())).come()
        seen = scope(centre.server.core.router, vera.person, "watch")
        assert (seen.everything, set(seen.queues), set(seen.people)) == (False, set(), {"vera"})

    run(tmp_path / "teams", of_teams, teams=TEAMS)


def test_what_the_accounts_contradict_is_told() -> None:
    people = [
        User("nina", "Нина", "supervisor", "x"),
        User("oleg", "Олег", "operator", "x"),
        User("anna", "Анна", "operator", "x", disabled=True),
        User("vera", "Вера", "trainer", "x"),
    ]
    doubts = list(team_doubts((team.settings() for team in TEAMS), people))
    assert [doubt.partition(":")[0] for doubt in doubts] == [
        "teams.day.members",
        "teams.night.members",
        "teams.night.leads",
        "teams",
    ]
    assert "vera" in doubts[-1]
    assert list(team_doubts((), people)) == []
    assert list(team_doubts((DAY.settings(),), [])) == []


def test_words_go_to_one_of_the_own_teams_and_to_nobody_besides(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna", queues=("home_visit",))
        boris = await centre.ready("boris", queues=("vaccination",))
        nina, _oleg, chief = (await _shift(centre)).values()
        known: side_work.Teams = await nina.done(side_work.GetTeams())
        assert [(t.id, t.title, t.people) for t in known.teams] == [("day", "День", 1)]
        both: side_work.Teams = await chief.done(side_work.GetTeams())
        assert [t.id for t in both.teams] == ["day", "night"]
        assert (await anna.refused(side_work.GetTeams())).code == "not_allowed"
        await nina.done(side_work.SendMessage(text="летучка", team="day"))
        await chief.done(side_work.SendMessage(text="смена до 8", team="night"))
        for who in ("night", "noon"):
            refusal = await nina.refused(side_work.SendMessage(text="летучка", team=who))
            assert f"Команды «{who}» у вас нет" in refusal.message
        assert not await _texts(nina)
        assert await _texts(anna) == ["День: летучка"]
        assert await _texts(boris) == ["Ночь: смена до 8"]
        unread = centre.server.people.staff.entities(anna.person)
        assert [one.text for one in unread if isinstance(one, side_work.StaffMessage)] == [
            "День: летучка"
        ]

    run(tmp_path, story, teams=TEAMS)


def test_a_team_in_which_nobody_else_is_gets_no_words(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        nina = await (await centre.operator("nina", role="supervisor", queues=())).come()
        refusal = await nina.refused(side_work.SendMessage(text="летучка", team="day"))
        assert "кроме вас, никого" in refusal.message

    run(tmp_path, story, teams=TEAMS)


async def _texts(who: Operator) -> list[str]:
    return [m.text for m in (await who.done(side_work.ListMessages())).messages]
