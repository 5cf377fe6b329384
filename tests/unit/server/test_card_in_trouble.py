"""A card that could not be begun while the store was in trouble is begun when it writes again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ekc_console.config import Config
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.calls import scenarios
from ekc_console.wire import messages
from tests.support.simulated_centre import Centre, run


@pytest.mark.parametrize("wrap_up_s", [2, 30])
def test_the_card_of_a_talk_that_ended_meanwhile(tmp_path: Path, wrap_up_s: int) -> None:
    """Whether or not its operator has gone on to the next call."""

    async def story(centre: Centre) -> None:
        async def full(*_: object) -> Any:
            raise StoreError("на диске нет места")

        anna = await centre.ready()
        works = centre.server.database.write
        centre.server.database.write = full
        caller = await centre.in_queue()
        await anna.takes()
        await asyncio.sleep(3)
        await anna.done(messages.HangUpCall(call=caller))
        await asyncio.sleep(5)
        centre.server.database.write = works  # type: ignore[method-assign]
        await centre.until(lambda: centre.server.core.runtime.saved, "written again")
        await asyncio.sleep(1)
        assert await centre.server.cards.of(caller)  # type: ignore[arg-type]
        if wrap_up_s > 10:
            assert anna.call is not None
            assert anna.call.card

    queues = tuple(replace(q, wrap_up_s=float(wrap_up_s)) for q in Config().queues)
    run(tmp_path, story, queues=queues)


def test_a_card_that_alone_was_refused_is_begun_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal is well: no end of its trouble tells that it is time to go on."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        begin, refused = centre.server.cards.begin, []

        async def once(*given: Any) -> str:
            if not refused:
                refused.append(given)
                raise StoreError("на диске нет места")
            return await begin(*given)

        monkeypatch.setattr(centre.server.cards, "begin", once)
        await centre.in_queue()
        await anna.takes()
        await centre.until(lambda: bool(anna.call and anna.call.card), "the card")
        assert refused
        assert centre.server.core.runtime.saved

    run(tmp_path, story)


def test_scripts_that_cannot_be_remembered_keep_no_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(centre: Centre) -> None:
        asked: list[str] = []

        def refuse(conn: object, scenario: str, *more: object) -> None:
            asked.append(scenario)
            if len(asked) == 1:
                raise StoreError("файл занят другой программой")

        monkeypatch.setattr(scenarios, "remember", refuse)
        await centre.start_again()
        assert len(asked) == 1
        await centre.until(lambda: len(asked) > 1, "remembered later")

    run(tmp_path, story)
