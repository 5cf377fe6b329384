"""Days of a centre: they begin at its midnight, wherever its server stands."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from unittest import mock

import pytest

from ekc_console.client.words.saying import said
from ekc_console.client.words.zone import use_zone
from ekc_console.domain.terms.localtime import moment_of, zone_named
from ekc_console.server.calls import missed
from ekc_console.server.core import clock_keeper
from ekc_console.server.refusal import Refusal
from ekc_console.server.store.cards.cards import CardChanged
from ekc_console.wire import card_work, messages
from ekc_console.wire.words import words_of
from tests.support import simulated_centre, zones
from tests.support.simulated_centre import Centre, Operator, run

BEFORE_MIDNIGHT = datetime(2026, 11, 23, 23, 50)
FIRST_DAY, SECOND_DAY = "2026-11-23", "2026-11-24"


@pytest.fixture(autouse=True)
def _anywhere(host_zone: str) -> None:
    """Wherever the server stands."""


def play(folder: Path, zone: str, story: Callable[[Centre], Awaitable[None]]) -> None:
    """From ten minutes before midnight at the centre."""
    began = moment_of(BEFORE_MIDNIGHT, zone_named(zone))
    with (
        mock.patch.object(simulated_centre, "EPOCH", began),
        mock.patch.object(missed, "LOOK_S", 60.0),
        mock.patch.object(clock_keeper, "LOOK_S", 60.0),
    ):
        run(folder, story, timezone=zone)


async def a_talk(centre: Centre, anna: Operator) -> tuple[str, messages.Card]:
    """A call of half a minute, and its card."""
    leg = await centre.in_queue()
    call = await anna.takes()
    await asyncio.sleep(30)
    centre.engine.caller_hangs_up(leg)
    await anna.until_me("wrap_up")
    card = await anna.save_card()
    await anna.done(messages.FinishWrapUp())
    await anna.until_me("ready")
    return call.id, card


def test_a_day_ends_at_the_centres_midnight(tmp_path: Path, centre_zone: str) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        first, card = await a_talk(centre, anna)
        assert anna.me.calls_today == 1
        assert (await anna.done(messages.OpenCard(card=card.id))).may_edit
        assert len((await anna.done(card_work.ListOwnContacts())).contacts) == 1
        await asyncio.sleep(20 * 60)
        second, _card = await a_talk(centre, anna)
        assert anna.me.calls_today == 1
        old = await anna.done(messages.OpenCard(card=card.id))
        assert (old.may_edit, "прошлых дней" in said(old.why_not)) == (False, True)
        (own,) = (await anna.done(card_work.ListOwnContacts())).contacts
        assert own.call == second
        recordings = centre.folder / "data" / "recordings"
        assert sorted(folder.name for folder in recordings.iterdir()) == [FIRST_DAY, SECOND_DAY]
        folders = {first: FIRST_DAY, second: SECOND_DAY}
        for call, day in folders.items():
            assert list((recordings / day).glob(f"{call}*"))
        queue = centre.server.core.extras.queues["appointments"]
        assert (queue.offered, queue.answered) == (1, 1)
        await centre.start_again()
        queue = centre.server.core.extras.queues["appointments"]
        assert (queue.offered, queue.answered) == (1, 1)
        assert centre.server.core.extras.agents["anna"].answered == 1

    play(tmp_path, centre_zone, story)


def test_tomorrow_is_the_centres(tmp_path: Path, centre_zone: str) -> None:
    """In a card's script on the server, and in the knowledge's dates of review."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        for today, tomorrow in ((FIRST_DAY, SECOND_DAY), (SECOND_DAY, "2026-11-25")):
            _call, card = await a_talk(centre, anna)
            assert card.scenario == "appointment"
            edit = card_work.EditCard(
                card=card.id, revision=card.revision, fields={"wish_date": "завтра"}
            )
            edited = await anna.done(edit)
            assert edited.session["fields"]["wish_date"] == tomorrow
            assert centre.server.knowledge._today().isoformat() == today
            await asyncio.sleep(20 * 60)

    play(tmp_path, centre_zone, story)


def test_times_in_words_are_the_centres(tmp_path: Path, centre_zone: str) -> None:
    async def story(centre: Centre) -> None:
        at = centre.server.core.clock.now()
        refusal = centre.server.cards.changed(CardChanged("boris", at))
        assert isinstance(refusal, Refusal)
        use_zone(centre.server.core.router.centre.zone)
        try:
            assert "23:50" in said(words_of(refusal))
        finally:
            use_zone(zones.MOSCOW)

    play(tmp_path, centre_zone, story)


def test_consoles_learn_the_zone(tmp_path: Path, centre_zone: str) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.operator()
        assert centre.server.api._welcome(anna.person).timezone == centre_zone
        assert centre.server.health.report()["clock"]["timezone"] == centre_zone  # type: ignore[index]

    play(tmp_path, centre_zone, story)
