"""Knowledge, words of the staff and suggestions by the commands of consoles."""

from __future__ import annotations

from pathlib import Path

from ekc_console.domain.terms.numbers import readable
from ekc_console.server.people.person import Person
from ekc_console.wire import messages, side_work
from ekc_console.wire.call_control import NotTaken
from tests.support.simulated_centre import Centre, Operator, run
from tests.support.told import told


def staff_words(centre: Centre, person: Person) -> list[str]:
    return [getattr(e, "text", "") for e in centre.server.live.views.staff_words(person)]


async def people(centre: Centre) -> tuple[Operator, Operator, Operator]:
    anna = await centre.ready("anna")
    olga = await centre.operator("olga", role="volunteer")
    boss = await (await centre.operator("boss", role="supervisor")).come()
    told(centre, boss)
    return anna, olga, boss


def test_knowledge_is_searched_and_the_directory_given(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.operator("anna")
        found = await anna.done(side_work.SearchKnowledge(text="прививок от гриппа"))
        assert found.items[0].id == "answer:flu_where"
        assert found.items[0].topic_title == "Вакцинация"
        directory = await anna.done(side_work.GetDirectory())
        assert "Женская консультация" in [clinic.title for clinic in directory.clinics]
        assert "педиатр" in directory.specialties

    run(tmp_path, story)


def test_a_message_stays_until_it_is_read(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, olga, boss = await people(centre)
        refusal = await anna.refused(side_work.SendMessage(text="нельзя"))
        assert refusal.code == "not_allowed"
        assert (
            "Логина «x» нет"
            in (await boss.refused(side_work.SendMessage(text="a", to="x"))).message
        )
        assert "пустое" in (await boss.refused(side_work.SendMessage(text=" "))).message
        await boss.done(side_work.SendMessage(text="Летучка в 12"))
        await boss.done(side_work.SendMessage(text="Зайдите", to="anna"))
        assert staff_words(centre, anna.person) == ["Летучка в 12", "Зайдите"]
        assert staff_words(centre, olga.person) == ["Летучка в 12"]
        assert staff_words(centre, boss.person) == []
        first = centre.server.live.views.staff_words(anna.person)[0]
        await anna.done(side_work.ReadMessage(message=first.id))
        assert staff_words(centre, anna.person) == ["Зайдите"]
        listed = await anna.done(side_work.ListMessages())
        assert [m.sender_name for m in listed.messages] == ["Оператор boss"] * 2

    run(tmp_path, story)


def test_help_is_asked_and_answered(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, olga, boss = await people(centre)
        await centre.in_queue(key="3")
        await anna.takes()
        await anna.done(side_work.AskHelp(text="Абонент кричит"))
        assert (await anna.refused(side_work.AskHelp())).code == "wrong_state"
        assert staff_words(centre, olga.person) == []
        requests = (await boss.done(side_work.ListHelp())).requests
        assert [(h.name, h.text, h.topic_title) for h in requests] == [
            ("Оператор anna", "Абонент кричит", "Вакцинация")
        ]
        assert (await olga.refused(side_work.ListHelp())).code == "not_allowed"
        await boss.done(side_work.AnswerHelp(help=requests[0].id, text="Подключаюсь"))
        assert staff_words(centre, boss.person) == []
        assert staff_words(centre, anna.person) == ["Подключаюсь"]
        assert (
            "уже ответили"
            in (await boss.refused(side_work.AnswerHelp(help=requests[0].id, text="Ещё"))).message
        )
        await anna.done(side_work.AskHelp())
        (second,) = (await boss.done(side_work.ListHelp())).requests
        await anna.done(side_work.CancelHelp())
        assert (await boss.done(side_work.ListHelp())).requests == ()
        cancelled = await boss.refused(side_work.AnswerHelp(help=second.id, text="Иду"))
        assert "отменили" in cancelled.message
        for unknown in ("77", "два", "²", "9" * 40):
            refusal = await boss.refused(side_work.AnswerHelp(help=unknown, text="Иду"))
            assert f"Просьбы «{unknown}» нет" in refusal.message
        for unknown in ("два", "²", "9" * 40):
            assert "нет" in (await anna.refused(side_work.ReadMessage(message=unknown))).message

    run(tmp_path, story)


def test_a_request_for_help_ends_with_the_wrap_up_of_its_call(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, _olga, boss = await people(centre)
        call = await centre.in_queue(key="3")
        await anna.takes()
        await anna.done(side_work.AskHelp(text="доза?"))
        centre.engine.caller_hangs_up(call)
        await anna.until_me("wrap_up")
        assert staff_words(centre, anna.person) == ["доза?"]
        await anna.save_card()
        await anna.done(messages.FinishWrapUp())
        await anna.until_me("ready")
        await centre.until(lambda: not staff_words(centre, anna.person), "the line leaves")
        assert (await boss.done(side_work.ListHelp())).requests == ()

    run(tmp_path, story)


def test_an_answer_that_comes_in_another_call_names_the_caller_it_is_about(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, _olga, boss = await people(centre)
        call = await centre.in_queue(key="3")
        await anna.takes()
        staff, number = centre.server.people.staff, centre.record(call).number
        busy = (NotTaken(who="103", why="busy"),)
        await staff.alarm(anna.person.login, busy, call, "Вакцинация")
        (alarm,) = staff.help_list(boss.person).requests
        centre.engine.caller_hangs_up(call)
        await anna.until_me("wrap_up")
        await anna.save_card()
        await anna.done(messages.FinishWrapUp())
        await anna.until_me("ready")
        await boss.done(side_work.AnswerHelp(help=alarm.id, text="Звоню сам"))
        assert staff_words(centre, anna.person) == [f"{readable(number)}: Звоню сам"]

    run(tmp_path, story)


def test_words_of_the_staff_outlive_a_restart(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, _olga, boss = await people(centre)
        await boss.done(side_work.SendMessage(text="Летучка в 12", to="anna"))
        await anna.done(side_work.AskHelp(text="Помогите"))
        await centre.start_again()
        assert staff_words(centre, anna.person) == ["Летучка в 12", "Помогите"]
        (word, *_help) = centre.server.live.views.staff_words(anna.person)
        assert isinstance(word, side_work.StaffMessage)
        assert word.sender_name == "Оператор boss", "known by name also before the first login"

    run(tmp_path, story)


def test_a_suggestion_is_registered_with_its_call_and_decided(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, olga, boss = await people(centre)
        call = await centre.in_queue(key="3")
        await anna.takes()
        added = await anna.done(side_work.AddSuggestion(text="Музыку тише", source="caller"))
        assert (added.call, added.status, added.author_name) == (call, "new", "Оператор anna")
        await olga.done(side_work.AddSuggestion(text="Чай", source="own"))
        decide = side_work.DecideSuggestion(
            suggestion=added.id, status="accepted", answer="Сделаем"
        )
        assert (await anna.refused(decide)).code == "not_allowed"
        await boss.done(decide)
        mine = (await anna.done(side_work.ListSuggestions())).suggestions
        assert [(s.text, s.status, s.answer) for s in mine] == [
            ("Музыку тише", "accepted", "Сделаем")
        ]
        assert len((await boss.done(side_work.ListSuggestions())).suggestions) == 2

    run(tmp_path, story)
