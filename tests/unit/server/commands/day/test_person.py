"""A person's day asked at a running server."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ekc_console.config.teams import Team
from ekc_console.wire import messages
from ekc_console.wire.day.person_day import GetPersonDay, PersonDay
from tests.support.simulated_centre import Centre, run
from tests.unit.server.commands.steering.test_duty import chief

TEAMS = (
    Team(id="day", title="День", leads=("nina",), members=("anna",), queues=("appointments",)),
    Team(id="night", title="Ночь", leads=("oleg",), members=("boris",), queues=("general",)),
)


def test_states_and_calls_of_the_day_are_told_with_what_stands_out(tmp_path: Path) -> None:
    async def tale(centre: Centre) -> None:
        nina, anna = await chief(centre, "nina"), await centre.ready("anna")
        oleg = await chief(centre, "oleg")
        call = await centre.in_queue()
        await anna.takes()
        await asyncio.sleep(3)
        await anna.done(messages.HangUpCall(call=call))
        await centre.ended(call)
        await anna.save_card()
        await anna.done(messages.FinishWrapUp())
        await anna.done(messages.GoBreak(reason="lunch"))
        await asyncio.sleep(3600)
        await centre.server.core.runtime.settled()
        day: PersonDay = await nina.done(GetPersonDay(agent="anna"))
        assert day.name == "Оператор anna"
        states = [(spell.state, spell.odd) for spell in day.spells]
        assert states[0] == ("not_ready", "")
        assert ("talking", "short") in states
        assert states[-1] == ("break", "long")
        assert (day.spells[-1].reason, day.spells[-1].until) == ("Обед", None)
        assert [(c.id, c.outcome, c.queue_title) for c in day.calls] == [
            (call, "answered", "Запись к врачу")
        ]
        assert (await oleg.refused(GetPersonDay(agent="anna"))).code == "not_allowed"
        await nina.done(GetPersonDay(agent="anna"))
        traced = await centre.server.database.read(
            lambda conn: conn.execute(
                "SELECT who, found FROM audit WHERE action = 'contacts' AND about = 'anna'"
            ).fetchall()
        )
        assert traced == [("nina", 1)]

    run(tmp_path, tale, teams=TEAMS)
