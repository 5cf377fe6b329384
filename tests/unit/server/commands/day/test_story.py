"""Why a call went where it went: asked at a running server, of living calls and ended ones."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from ekc_console.client.words.journal.story import below, text
from ekc_console.config.teams import Team
from ekc_console.server.day import journal_lines
from ekc_console.wire import messages, supervision
from ekc_console.wire.day import story
from tests.support.simulated_centre import NUMBER, Centre, Operator, run
from tests.unit.server.commands.steering.test_duty import chief

TEAMS = (
    Team(id="day", title="День", leads=("nina",), members=("anna",), queues=("appointments",)),
    Team(id="night", title="Ночь", leads=("oleg",), members=("boris",), queues=("general",)),
)


async def asked(centre: Centre, who: Operator, call: str) -> story.CallStory:
    await centre.server.core.runtime.settled()
    answer: story.CallStory = await who.done(story.GetCallStory(call=call))
    return answer


def facts(answer: story.CallStory) -> list[str]:
    return [line.fact for line in answer.lines]


def test_a_living_call_is_told_from_its_arrival_with_each_decision(tmp_path: Path) -> None:
    async def tale(centre: Centre) -> None:
        nina = await chief(centre)
        await centre.ready("anna")
        boris = await centre.ready("boris")
        await boris.done(messages.GoBreak(reason="rest"))
        call = await centre.in_queue()
        await centre.until(lambda: centre.record(call).state is not None, "offered")
        told = await asked(centre, nina, call)
        assert told.decided
        assert facts(told)[0] == "CallArrived"
        assert "CallQueued" in facts(told)
        (decision,) = [each for line in told.lines for each in line.decisions]
        assert decision.chosen == ("Оператор anna",)
        obstacles = {one.person: (one.obstacle, one.detail) for one in decision.candidates}
        assert obstacles["Оператор boris"] == ("on_break", "Отдых")
        assert told.about is not None
        assert told.about.ended_at is None
        assert told.about.number == "+7 900 000-01-01"

    run(tmp_path, tale)


def test_an_ended_call_is_told_to_its_end_in_words(tmp_path: Path) -> None:
    async def tale(centre: Centre) -> None:
        nina, anna = await chief(centre), await centre.ready("anna")
        call = await centre.in_queue()
        await anna.takes()
        await anna.done(messages.HangUpCall(call=call))
        await centre.ended(call)
        told = await asked(centre, nina, call)
        assert told.about is not None
        assert (told.about.outcome, told.about.person_name) == ("answered", "Оператор anna")
        said = [text(line) for line in told.lines]
        assert "завершён: трубку положил оператор, отвечен" in said
        assert any(under.startswith("решение") for line in told.lines for _, under in below(line))

    run(tmp_path, tale)


def test_a_call_older_than_the_kept_states_is_told_by_its_own_facts_and_offers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_lines, "REPLAYED_MOST", 0)

    async def tale(centre: Centre) -> None:
        nina, anna = await chief(centre), await centre.ready("anna")
        call = await centre.in_queue()
        await anna.until_call("offered")
        offer = anna.call.offer  # type: ignore[union-attr]
        await anna.done(messages.RejectOffer(offer=offer))
        other = await centre.in_queue("+79000000102")
        told = await asked(centre, nina, call)
        assert not told.decided
        assert facts(told)[0] == "CallArrived"
        (asked_one,) = [line for line in told.lines if line.fact == "OfferCall"][:1]
        assert text(asked_one) == "предложен: Оператор anna"
        assert ("Оператор anna", "rejected") in asked_one.withdrawn
        assert other not in {line.number for line in told.lines}
        assert all(line.number in (None, "+7 900 000-01-01") for line in told.lines)

    run(tmp_path, tale)


def test_a_part_of_the_journal_is_read_and_not_the_whole(tmp_path: Path) -> None:
    """A snapshot that is old enough is where the reading begins."""

    async def tale(centre: Centre) -> None:
        nina = await chief(centre)
        await centre.ready("anna")
        first = await centre.in_queue()
        await centre.server.core.runtime.settled()
        await centre.server.core.runtime._save_snapshot()
        second = await centre.in_queue("+79000000102")
        await centre.server.core.runtime.settled()
        saved = await centre.server.database.read(journal_lines.journal.hashes)
        read: list[int] = []
        tail = journal_lines.journal.tail

        def watched(conn: object, after: int = 0) -> object:
            read.append(after)
            return tail(conn, after)  # type: ignore[arg-type]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(journal_lines.journal, "tail", watched)
            assert (await asked(centre, nina, second)).decided
            assert read == [max(saved)]
            assert (await asked(centre, nina, first)).decided
            assert read[1:] == [0]

    run(tmp_path, tale)


def test_calls_of_other_teams_and_calls_that_nobody_knows_are_refused(tmp_path: Path) -> None:
    async def tale(centre: Centre) -> None:
        nina, oleg = await chief(centre, "nina"), await chief(centre, "oleg")
        anna = await centre.ready("anna")
        call = await centre.in_queue()
        await anna.takes()
        assert (await oleg.refused(story.GetCallStory(call=call))).code == "not_allowed"
        await anna.done(messages.HangUpCall(call=call))
        await centre.ended(call)
        assert (await oleg.refused(story.GetCallStory(call=call))).code == "not_allowed"
        assert (await asked(centre, nina, call)).lines
        assert (await anna.refused(story.GetCallStory(call=call))).code == "not_allowed"
        assert (await nina.refused(story.GetCallStory(call="x"))).code == "unknown"

    run(tmp_path, tale, teams=TEAMS)


def test_fields_of_the_card_are_for_who_may_read_it_masked_by_their_type(tmp_path: Path) -> None:
    async def tale(centre: Centre) -> None:
        nina, anna = await chief(centre), await centre.ready("anna")
        trainer = await (await centre.operator("tanya", role="trainer", queues=())).come()
        analyst = await (await centre.operator("lev", role="analyst", queues=())).come()
        call = await centre.in_queue(key="2")
        await anna.takes()
        await centre.until(lambda: bool(anna.call and anna.call.card), "card")
        card: messages.Card = await anna.done(messages.OpenCard(card=anna.call.card))  # type: ignore[union-attr]
        fields = {"fio": "Сидорова Елена Павловна", "phone": NUMBER}
        session = {**card.session, "fields": {**card.session["fields"], **fields}}
        await anna.done(
            messages.SaveDraft(card=card.id, revision=card.revision + 1, session=session)
        )
        seen = {each.label: each.value for each in (await asked(centre, nina, call)).fields}
        assert "Сидорова Елена Павловна" in seen.values()
        shown = {each.value for each in (await asked(centre, trainer, call)).fields}
        assert "Сидорова Елена Павловна" in shown
        assert not any("000-01" in value.replace(" ", "") for value in shown)
        assert (await asked(centre, analyst, call)).fields == ()
        rows = await centre.server.database.read(
            lambda conn: conn.execute(
                "SELECT who FROM audit WHERE action = 'card' AND about = ?", (card.id,)
            ).fetchall()
        )
        assert [who for (who,) in rows] == ["chief", "tanya"]

    run(tmp_path, tale)


def test_an_order_about_the_call_stands_in_its_story_with_who_and_why(tmp_path: Path) -> None:
    async def tale(centre: Centre) -> None:
        nina = await chief(centre)
        call = await centre.in_queue()
        await nina.done(supervision.MoveCall(call=call, queue="general", why="туда"))
        said = [text(line) for line in (await asked(centre, nina, call)).lines]
        assert (
            "переведён в другую очередь: Общая линия, распорядился Оператор chief, «туда»" in said
        )

    run(tmp_path, tale)


def test_steps_of_the_menu_are_told_by_their_titles_or_by_an_id_that_is_no_more(
    tmp_path: Path,
) -> None:
    async def tale(centre: Centre) -> None:
        nina = await chief(centre)
        call = await centre.in_queue()
        told = await asked(centre, nina, call)
        steps = [line.step for line in told.lines if line.step]
        assert steps[:2] == ["Главное меню / Приветствие", "Главное меню / Выбор темы"]
        scenarios = centre.server.calls.menus.scenarios
        menu = scenarios["main_menu"]
        left = {name: step for name, step in menu.steps.items() if name != "greeting"}
        scenarios.replace({"main_menu": dataclasses.replace(menu, steps=left)})  # type: ignore[attr-defined]
        told = await asked(centre, nina, call)
        assert next(line.step for line in told.lines if line.step) == "Главное меню / greeting"

    run(tmp_path, tale)
