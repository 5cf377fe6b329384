"""Drafts on their way to the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from ekc_console.client.card.draft_sender import DraftSender, save_draft
from ekc_console.client.card.drafts import Draft, Drafts
from ekc_console.client.link.errors import Offline, Refused
from ekc_console.client.link.timing import Backoff, Timing
from ekc_console.wire.messages import Command, RefusalCode, Result, SaveCard, SaveDraft
from tests.support.wire_server import Watch

FAST = Timing(backoff=Backoff(0.001, 0.002))
SLOW = Timing(backoff=Backoff(60, 60))


class Server(Watch):
    """Answers when the test lets it; ``errors`` are raised first, one a command."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[SaveDraft | SaveCard] = []
        self.errors: list[Exception] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.under_way = 0
        self.most_under_way = 0

    async def request(self, body: Command) -> Result | None:
        assert isinstance(body, SaveDraft | SaveCard)
        self.got.append(body)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        self.changed()
        try:
            await self.gate.wait()
        finally:
            self.under_way -= 1
        if self.errors:
            error = self.errors.pop(0)
            self.changed()
            raise error
        return None

    @property
    def revisions(self) -> list[tuple[str, int]]:
        return [(body.card, body.revision) for body in self.got]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts[Draft]:
    return Drafts(tmp_path / "drafts", Draft)


Make = Callable[..., DraftSender[Draft]]


@pytest.fixture
async def make(server: Server, drafts: Drafts[Draft]) -> AsyncIterator[Make]:
    made: list[DraftSender[Draft]] = []

    def start(timing: Timing = FAST, troubles: list[str] | None = None) -> DraftSender[Draft]:
        told = [] if troubles is None else troubles
        sender = DraftSender(drafts, server.request, save_draft, told.append, timing)
        made.append(sender)
        sender.start()
        return sender

    yield start
    for sender in made:
        await sender.stop()


def draft(card: str, revision: int) -> Draft:
    return Draft(card=card, revision=revision, scenario="general", version="1", session={})


async def settled(sender: DraftSender[Draft]) -> None:
    async with asyncio.timeout(5):
        await sender.settled()


async def test_the_latest_wins_and_one_is_under_way(
    server: Server, drafts: Drafts[Draft], make: Make
) -> None:
    sender = make()
    sender.open("a")
    server.gate.clear()
    sender.put(draft("a", 1))
    await server.until(lambda: server.got)
    for revision in range(2, 50):
        sender.put(draft("a", revision))
    assert drafts.get("a") == draft("a", 49), "on disk before it is sent"
    server.gate.set()
    await settled(sender)
    assert server.revisions == [("a", 1), ("a", 49)]
    assert server.most_under_way == 1
    assert drafts.get("a") == draft("a", 49), "kept while the card is open"
    sender.close("a")
    assert drafts.get("a") is None


async def test_without_a_link_it_is_tried_again(server: Server, make: Make) -> None:
    sender = make()
    server.errors = [Offline("нет связи"), Offline("нет связи"), Refused("server_busy", "занят")]
    sender.put(draft("a", 1))
    await settled(sender)
    assert server.revisions == [("a", 1)] * 4


async def test_the_links_return_ends_the_wait(server: Server, make: Make) -> None:
    sender = make(SLOW)
    server.errors = [Offline("нет связи")]
    sender.put(draft("a", 1))
    await server.until(lambda: not server.errors)
    sender.retry()
    await settled(sender)
    assert server.revisions == [("a", 1)] * 2


async def test_what_an_earlier_console_left_is_sent_and_removed(
    server: Server, drafts: Drafts[Draft], make: Make
) -> None:
    drafts.put(draft("a", 3))
    drafts.put(draft("b", 7))
    sender = make()
    await settled(sender)
    assert sorted(server.revisions) == [("a", 3), ("b", 7)]
    assert drafts.all() == []


async def test_a_refused_leftover_stays_on_the_disk_and_is_told_once(
    server: Server, drafts: Drafts[Draft], make: Make, tmp_path: Path
) -> None:
    drafts.put(draft("a", 3))
    server.errors = [Refused("unknown", "Такой карточки нет.") for _ in range(2)]
    troubles: list[str] = []
    sender = make(troubles=troubles)
    await settled(sender)
    sender.retry()
    await server.until(lambda: not server.errors)
    await settled(sender)
    assert len(troubles) == 1
    assert "Такой карточки нет." in troubles[0]
    assert str(tmp_path / "drafts" / "a.json") in troubles[0]
    assert drafts.all() == [draft("a", 3)]


@pytest.mark.parametrize("code", ["bad_value", "unknown", "not_allowed", "wrong_state"])
async def test_a_refused_draft_is_never_thrown_away(
    server: Server, drafts: Drafts[Draft], make: Make, code: RefusalCode
) -> None:
    """Not when its card is closed, nor by the next console; it is brought again until it is in."""
    server.errors = [Refused(code, "Карточка повреждена.")]
    troubles: list[str] = []
    sender = make(SLOW, troubles=troubles)
    sender.open("a")
    sender.put(draft("a", 1))
    await settled(sender)
    assert "Карточка повреждена." in troubles[0]
    sender.close("a")
    assert drafts.get("a") == draft("a", 1)
    assert sender.draft("a") == draft("a", 1), "offered to whoever opens the card"
    await sender.stop()

    server.errors = [Refused(code, "Карточка повреждена.")]
    sender = make(SLOW)
    await settled(sender)
    assert drafts.get("a") == draft("a", 1)
    sender.retry()
    await server.until(lambda: len(server.got) == 3)
    await settled(sender)
    assert drafts.get("a") is None, "the server has it now"


async def test_a_refused_draft_is_sent_again_after_a_while(
    server: Server, drafts: Drafts[Draft], make: Make
) -> None:
    server.errors = [Refused("bad_value", "Карточка повреждена.")]
    sender = make(Timing(refused_again_s=0.01))
    sender.put(draft("a", 1))
    await server.until(lambda: len(server.got) == 2)
    await settled(sender)
    assert drafts.get("a") is None


async def test_a_refused_draft_of_a_card_that_others_have_changed_is_kept_beside(
    server: Server, drafts: Drafts[Draft], make: Make, tmp_path: Path
) -> None:
    server.errors = [Refused("conflict", "Карточку тем временем изменили.")]
    troubles: list[str] = []
    sender = make(SLOW, troubles=troubles)
    sender.put(draft("a", 1))
    await settled(sender)
    sender.overtaken("a", 2)
    assert (tmp_path / "drafts" / "a.refused").exists()
    assert str(tmp_path / "drafts" / "a.refused") in troubles[-1]


async def test_a_refused_draft_of_the_open_card_stays_and_the_next_one_is_sent(
    server: Server, drafts: Drafts[Draft], make: Make
) -> None:
    server.errors = [Refused("bad_value", "Карточка повреждена.")]
    sender = make(SLOW)
    sender.open("a")
    sender.put(draft("a", 1))
    await settled(sender)
    assert drafts.get("a") == draft("a", 1)
    sender.put(draft("a", 2))
    await settled(sender)
    assert server.revisions[-1] == ("a", 2)
    sender.close("a")
    assert drafts.get("a") is None


async def test_one_that_cannot_be_sent_at_all_does_not_hold_up_the_others(
    server: Server, drafts: Drafts[Draft], make: Make
) -> None:
    sender = make(SLOW)
    server.errors = [RuntimeError("cannot be encoded")]
    server.gate.clear()
    sender.put(draft("a", 1))
    sender.put(draft("b", 1))
    server.gate.set()
    await settled(sender)
    assert server.revisions == [("a", 1), ("b", 1)]
    assert [kept.card for kept in drafts.all()] == ["a"]


async def test_a_finished_card_is_saved_when_the_server_can(server: Server, make: Make) -> None:
    sender = make()
    stored: list[Draft] = []
    sender.on_stored = lambda draft, result: stored.append(draft)
    finished = replace(draft("a", 4), finished=True)
    server.errors = [Refused("server_busy", "диск полон"), Refused("server_busy", "диск полон")]
    sender.put(finished)
    await settled(sender)
    assert [type(body) for body in server.got] == [SaveCard] * 3
    assert stored == [finished]


async def test_a_saved_card_needs_no_draft(
    server: Server, drafts: Drafts[Draft], make: Make
) -> None:
    sender = make()
    sender.open("a")
    server.gate.clear()
    sender.put(draft("a", 1))
    await server.until(lambda: server.got)
    sender.saved("a", 2)
    assert drafts.get("a") is None
    server.gate.set()
    await settled(sender)
    sender.put(draft("a", 3))
    sender.saved("a", 2)
    await settled(sender)
    assert server.revisions == [("a", 1), ("a", 3)], "a later change is no part of the saved card"


async def test_a_closed_card_that_was_not_sent_yet_is_sent(
    server: Server, drafts: Drafts[Draft], make: Make
) -> None:
    sender = make()
    sender.open("a")
    sender.put(draft("a", 1))
    sender.close("a")
    assert drafts.get("a") is not None
    await settled(sender)
    assert server.revisions == [("a", 1)]
    assert drafts.get("a") is None


async def test_a_full_disk_is_told_and_the_draft_is_sent(
    server: Server, make: Make, tmp_path: Path
) -> None:
    (tmp_path / "drafts").write_text("a file where the directory should be")
    troubles: list[str] = []
    sender = make(troubles=troubles)
    sender.put(draft("a", 1))
    await settled(sender)
    assert troubles
    assert server.revisions == [("a", 1)]
