"""The list of open home visits by role, and what closing one does to those who see it."""

from __future__ import annotations

from pathlib import Path

from ekc_console.config import Limits
from ekc_console.server.store.audit import entries
from ekc_console.wire import messages
from ekc_console.wire.card_work import CloseVisit, ListVisits, Visits
from tests.support.cards import OTHER_NUMBER, visit_ordered
from tests.support.simulated_centre import NUMBER, Centre, Operator, run


async def listed(operator: Operator, text: str = "", limit: int = 500) -> Visits:
    found: Visits = await operator.done(ListVisits(text=text, limit=limit))
    return found


def cards(found: Visits) -> list[str]:
    return [item.visit.card for item in found.visits]


def test_everybody_sees_the_visits_of_the_own_queues(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        first = await visit_ordered(centre, anna, NUMBER)
        await anna.done(messages.GoReady())
        second = await visit_ordered(centre, anna, OTHER_NUMBER, fio="Ёлкин Пётр")
        boris = await (await centre.operator("boris", queues=("vaccination",))).come()
        olga = await (await centre.operator("olga", queues=("home_visit",))).come()
        nina = await (await centre.operator("nina", role="supervisor", queues=())).come()
        for who in (anna, olga, nina):
            found = await listed(who)
            assert (cards(found), found.total) == ([first.id, second.id], 2)
        assert (await listed(boris)).visits == ()
        found = await listed(olga)
        (item, _other) = found.visits
        assert (item.visit.person, item.visit.address, item.visit.ordered_by) == (
            "Иванова Анна", "Садовая, 5", "Оператор anna",
        )  # fmt: skip
        assert item.contact.number == "+7 900 000-01-01"
        assert found.overdue_s == 86400.0
        assert cards(await listed(nina, "елкин")) == [second.id]
        assert cards(await listed(nina, "0000-0101")) == [first.id]
        cut = await listed(nina, limit=1)
        assert (cards(cut), cut.total) == ([first.id], 2)
        assert [
            (a.who, a.action, a.found)
            for a in await centre.server.database.read(
                lambda conn: entries.of(conn, entries.Wanted(who="olga"))
            )
        ] == [("olga", "visits", 2)] * 2

    run(tmp_path, story)


def test_a_volunteer_sees_the_own_visits_without_numbers(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await visit_ordered(centre, anna, OTHER_NUMBER)
        vera = await centre.ready("vera", role="volunteer")
        mine = await visit_ordered(centre, vera, NUMBER)
        found = await listed(vera)
        assert cards(found) == [mine.id]
        assert "00-01-01" not in str(found)
        assert NUMBER not in str(found)
        for guess in ("0000101", "Садовая 5", "٣"):
            assert (await vera.refused(ListVisits(text=guess))).code == "not_allowed"
        await vera.done(CloseVisit(card=mine.id, state="done"))
        assert cards(await listed(vera)) == []

    run(tmp_path, story)


def test_a_closed_visit_leaves_the_list_and_every_screen_beside_a_call(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        nina = await (await centre.operator("nina", role="supervisor")).come()
        visit = await visit_ordered(centre, anna, NUMBER)
        await anna.done(messages.GoReady())
        await centre.in_queue(NUMBER, key="2")
        await anna.takes()
        await centre.until(lambda: bool(anna.call and anna.call.caller.home_visits), "visit")
        await nina.done(CloseVisit(card=visit.id, state="cancelled", note="отказались"))
        assert anna.call
        assert anna.call.caller.home_visits == ()
        assert cards(await listed(nina)) == []
        late = await nina.refused(CloseVisit(card=visit.id, state="done"))
        assert (late.code, "уже закрыли" in late.message) == ("wrong_state", True)

    run(tmp_path, story)


def test_the_centre_says_when_a_visit_is_overdue(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await visit_ordered(centre, anna, NUMBER)
        found = await listed(anna)
        (item,) = found.visits
        assert found.overdue_s == 2 * 3600
        assert not found.overdue(item.visit, item.visit.at + 2 * 3600)
        assert found.overdue(item.visit, item.visit.at + 2 * 3600 + 1)

    run(tmp_path, story, limits=Limits(visit_overdue_hours=2))
