"""Records of people and home visits over a real server: two consoles by their own connections."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ekc_console.client.desk import Desk
from ekc_console.client.link.errors import Refused
from ekc_console.server.engine.simulated.engine import SimulatedEngine
from ekc_console.wire.messages import Contact
from tests.support.centre import PASSWORD, Centre
from tests.unit.commands.centre.test_visits import order

NUMBER = "+79000000012"


async def console(centre: Centre, login: str, role: str) -> Desk:
    await centre.add_person(login, role=role)
    desk = centre.desk(login)
    await desk.log_in(login, PASSWORD)
    return desk


async def contact(desk: Desk, text: str, card: str) -> Contact:
    return next(c for c in await desk.find(text) if c.card == card)


@pytest.mark.long
async def test_people_are_corrected_and_merged_while_another_console_looks(tmp_path: Path) -> None:
    centre = await Centre(tmp_path).open(SimulatedEngine())
    try:
        now = centre.server.core.clock.now()
        for name in ("one", "two"):
            await centre.server.database.write(
                lambda conn, name=name: order(conn, name, now - 60, f"Садовая, {name}")
            )
        anna = await console(centre, "anna", "operator")
        nina = await console(centre, "nina", "supervisor")
        await anna.old_cards.add_person("card-one", "Иванова Ана", birth_date="12.03.1985")
        await anna.old_cards.add_person("card-two", "Иванова Анна", birth_date="12.03.1985")

        wrong = await anna.registers.person("card-one")
        right = await anna.registers.correct("card-one", wrong.record, "snils", "112-233-445 95")
        assert right.record.snils == "112-233-445 95"

        kept = await nina.registers.person("card-two")
        (gone,) = kept.duplicates
        assert gone == right.record
        merged = await nina.registers.merge("card-two", kept.record, gone, ())
        assert merged.record.contacts == 2
        assert (await contact(anna, "0012", "card-one")).person == "Иванова Анна"
        with pytest.raises(Refused, match="другом человеке"):
            await anna.registers.correct("card-one", right.record, "name", "Иванова Аня")

        await nina.registers.undo_merge("card-two", merged.merge)
        assert (await contact(anna, "0012", "card-one")).person == "Иванова Ана"
        back = await anna.registers.person("card-one")
        assert [change.event for change in back.changes] == ["corrected", "created"]

        listed, others = await asyncio.gather(anna.registers.visits(), nina.registers.visits("one"))
        assert (listed.total, others.total) == (2, 1)
        await nina.old_cards.close_visit("card-one", "done", "был")
        assert [v.visit.card for v in (await anna.registers.visits()).visits] == ["card-two"]
    finally:
        await centre.close()
