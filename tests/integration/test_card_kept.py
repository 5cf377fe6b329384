"""What an operator types is never lost between the desk, the server and another workplace."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.client.card.card_desk import CardDesk
from ekc_console.client.card.draft_sender import DraftSender, keep_edit, save_draft
from ekc_console.client.card.drafts import Draft, Drafts
from ekc_console.client.card.old_cards import OldCards
from ekc_console.client.link.errors import Refused, refused
from ekc_console.client.link.timing import Timing
from ekc_console.wire import messages, supervision
from ekc_console.wire.card_work import UnsavedEdit
from tests.support.simulated_centre import Centre, Operator, run


class Place:
    """One console of an operator, with a disk of its own."""

    def __init__(self, operator: Operator, folder: Path) -> None:
        self._operator = operator
        self.troubles: list[str] = []
        core = operator.centre.server.core
        now, zone = core.clock.now, lambda: core.router.centre.zone
        tell, timing = self.troubles.append, Timing()
        self.sender = DraftSender(
            Drafts(folder / "drafts", Draft), self._request, save_draft, tell, timing
        )
        self.edits = DraftSender(
            Drafts(folder / "edits", UnsavedEdit), self._request, keep_edit, tell, timing
        )
        self.sender.start()
        self.edits.start()
        self.desk = CardDesk(self._request, lambda: None, now, zone)
        self.desk.begin(self.sender)
        self.old = OldCards(self._request, now, zone)
        self.old.begin(self.edits)

    async def _request(self, body: messages.Command) -> messages.Result | None:
        reply = await self._operator.do(body)
        if not reply.ok:
            raise refused(reply)
        return reply.result

    async def killed(self) -> None:
        await self.sender.stop()
        await self.edits.stop()


def test_what_is_typed_after_a_save_comes_to_the_next_place_and_stays_after_the_call(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        nina = await (await centre.operator("nina", role="supervisor")).come()
        caller = await centre.in_queue(key="2")
        await anna.takes()
        await centre.until(lambda: bool(anna.call and anna.call.card), "card")
        assert anna.call
        card = anna.call.card
        first = Place(anna, tmp_path / "first")
        await first.desk.open(card)
        first.desk.set_field("fio", "иванова анна")
        first.desk.set_note("первая")
        first.desk.set_field("address", "Садовая, 4")
        first.desk.set_disposition("visit_ordered")
        await first.desk.save()
        assert not first.desk.unsaved
        first.desk.set_note("первая и вторая")
        await first.sender.settled()
        await first.killed()

        second = Place(anna, tmp_path / "second")
        await second.desk.open(card)
        assert (second.desk.note, second.desk.unsaved) == ("первая и вторая", True)
        second.desk.set_field("address", "Садовая, 5")
        await second.sender.settled()
        centre.engine.caller_hangs_up(caller)
        await anna.until_me("wrap_up")
        await nina.done(supervision.ForceAgent(agent="anna", state="ready"))
        await second.killed()

        third = Place(anna, tmp_path / "third")
        (info,) = await third.old.unsaved()
        assert info.edit.card == card
        edit = await third.old.read(card)
        assert (edit.card.note, edit.note) == ("первая", "первая и вторая")
        assert edit.value("address") == "Садовая, 5"
        edit.set_note("первая, вторая, третья")
        await third.edits.settled()
        again = await third.old.read(card)
        assert again.note == "первая, вторая, третья"
        await third.old.save(again)
        assert await third.old.unsaved() == ()
        done = await third.old.read(card)
        assert (done.changed, done.note, done.value("address")) == (
            False, "первая, вторая, третья", "Садовая, 5",
        )  # fmt: skip
        await third.killed()
        assert first.troubles == second.troubles == third.troubles == []

    run(tmp_path, story)


def test_a_refused_save_keeps_what_is_on_the_desk(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await centre.in_queue(key="2")
        await anna.takes()
        await centre.until(lambda: bool(anna.call and anna.call.card), "card")
        assert anna.call
        place = Place(anna, tmp_path / "place")
        await place.desk.open(anna.call.card)
        place.desk.set_note("важное")
        place.desk.set_field("address", "Садовая, 4")
        place.desk.set_disposition("visit_ordered")
        assert place.desk.session
        # A console with a fault of its own: the server does not take its word.
        place.desk.session.state.fields["birth_date"] = "когда-то"
        with pytest.raises(Refused, match="Дата рождения"):
            await place.desk.save()
        assert (place.desk.note, place.desk.unsaved) == ("важное", True)
        await place.killed()
        next_time = Place(anna, tmp_path / "place")
        await next_time.desk.open(anna.call.card)
        assert next_time.desk.note == "важное"
        next_time.desk.set_field("birth_date", "12.03.1985")
        assert (await next_time.desk.save()).state == "saved"
        await next_time.killed()

    run(tmp_path, story)
