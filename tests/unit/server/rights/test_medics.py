"""A question to a medic: seen and answered by medics, and by supervisors beside them."""

from __future__ import annotations

from pathlib import Path

from ekc_console.wire import side_work
from tests.support.simulated_centre import Centre, run
from tests.support.told import told


def test_a_medic_is_asked_and_answers(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        boris = await centre.ready("boris")
        mila = await (await centre.operator("mila", role="medic")).come()
        nina = await (await centre.operator("nina", role="supervisor", queues=())).come()
        told(centre, mila)
        told(centre, nina)
        staff = centre.server.people.staff
        await boris.done(side_work.AskHelp(text="нужен старший"))
        await anna.done(side_work.AskHelp(text="сколько парацетамола?", medic=True))
        seen = list(staff.entities(mila.person))
        assert [(h.login, h.medic) for h in seen if isinstance(h, side_work.HelpRequest)] == [
            ("anna", True)
        ]
        assert len((await nina.done(side_work.ListHelp())).requests) == 2
        assert (await mila.done(side_work.ListHelp())).requests == tuple(seen)
        other = staff.open_of(boris.person.login)
        assert other is not None
        assert (await mila.refused(side_work.AnswerHelp(help=other.id, text="так"))).code
        (question,) = seen
        await mila.done(side_work.AnswerHelp(help=question.id, text="15 мг на кг"))
        (answer,) = (await anna.done(side_work.ListMessages())).messages
        assert (answer.sender_name, answer.text) == ("Оператор mila", "15 мг на кг")
        assert (await mila.done(side_work.ListHelp())).requests == ()

    run(tmp_path, story)


def test_a_question_outlives_a_restart_and_a_medic_answers_no_own_one(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        mila = await (await centre.operator("mila", role="medic")).come()
        olga = await (await centre.operator("olga", role="medic")).come()
        told(centre, olga)
        await mila.done(side_work.AskHelp(text="а у вас?", medic=True))
        await centre.start_again()
        assert (await mila.do(side_work.ListHelp())).result == side_work.HelpList(requests=())
        (request,) = (await olga.done(side_work.ListHelp())).requests
        assert request.medic

    run(tmp_path, story)


def test_who_asks_a_medic_that_is_not_there_is_told_at_once_who_is(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        said = told(centre, anna)
        refusal = await anna.refused(side_work.AskHelp(text="доза?", medic=True))
        assert "Ни медика, ни руководителя на смене нет" in refusal.message
        assert "не советуйте" in refusal.message
        assert "Ctrl+Z" in refusal.message
        assert "нет" in (await anna.refused(side_work.AskHelp())).message
        assert centre.server.people.staff.open_of(anna.person.login) is None
        nina = await (await centre.operator("nina", role="supervisor", queues=())).come()
        told(centre, nina)
        await anna.done(side_work.AskHelp(text="доза?", medic=True))
        assert "Медиков на смене нет: позван руководитель" in said()
        (request,) = (await nina.done(side_work.ListHelp())).requests
        assert (request.text, request.medic) == ("доза?", False)

    run(tmp_path, story)
