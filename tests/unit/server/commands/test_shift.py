"""The shift of an operator, over a whole server."""

from __future__ import annotations

from pathlib import Path

from ekc_console.wire import messages
from tests.support.simulated_centre import Centre, run


def test_who_has_no_queues_is_told_so_instead_of_waiting_for_calls(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        boss = await (await centre.operator("boss", role="supervisor", queues=())).come()
        refusal = await boss.refused(messages.GoReady())
        assert "У вас нет очередей" in refusal.message
        assert boss.me.state == "break"

    run(tmp_path, story)
