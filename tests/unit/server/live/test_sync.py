"""A client's stream: snapshots, deltas by number, and a bounded backlog."""

from __future__ import annotations

from typing import Any

import pytest

from ekc_console.client.link.view import View
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.live import sync
from ekc_console.server.live.shelves import Shelf
from ekc_console.server.live.sync import ALL_KINDS, Hub, Outbox, Recent, Stream
from ekc_console.server.people.person import Person
from ekc_console.wire import codec, messages
from ekc_console.wire.words import words

ANNA = Person(AgentId("anna"), "Анна", "operator")


class FakeViews:
    """Entities that a test puts there."""

    def __init__(self) -> None:
        self.state: messages.AgentState = "break"
        self.calls: list[messages.WaitingCall] = []
        self.engine = messages.EngineState()
        self.refreshed = 0
        self._shelf = Shelf()

    def refresh(self) -> None:
        self.refreshed += 1

    def me(self, person: Person) -> messages.Me:
        return messages.Me(
            id=person.login, name=person.name, role="operator", state=self.state, since=0
        )

    def my_call(self, person: Person) -> None:
        return None

    def shelves(self, person: Person) -> dict[str, Shelf]:
        self._shelf = self._shelf.replaced(self.calls)
        return {"q": self._shelf}

    def staff_words(self, person: Person) -> list[messages.ViewEntity]:
        return []


@pytest.fixture
def views() -> FakeViews:
    return FakeViews()


def waiting(name: str) -> messages.WaitingCall:
    return messages.WaitingCall(
        id=name, queue="q", queue_title="", topic_title="", number="", queued_at=0, position=1
    )


def drain(outbox: Outbox) -> list[Any]:
    heard = [codec.decode_server(data) for data, _ in outbox._queue]
    outbox._queue.clear()
    return heard


def attached(views: Any) -> tuple[Stream, Outbox]:
    stream, outbox = Stream(ANNA, views), Outbox()
    stream.attach(outbox, None)
    return stream, outbox


def test_a_snapshot_then_differences(views: FakeViews) -> None:
    stream, outbox = attached(views)
    (snapshot,) = drain(outbox)
    assert snapshot.seq == 1
    assert {type(e).__name__ for e in snapshot.entities} == {"Me", "EngineState"}

    views.state = "ready"
    views.calls = [waiting("c1")]
    stream.publish(ALL_KINDS)
    (delta,) = drain(outbox)
    assert (delta.seq, {e.id for e in delta.put}) == (2, {"anna", "c1"})

    stream.publish(ALL_KINDS)
    assert drain(outbox) == []  # nothing changed

    views.calls = []
    stream.publish(ALL_KINDS)
    (delta,) = drain(outbox)
    assert (delta.put, delta.gone) == ((), (("WaitingCall", "c1"),))


def test_only_the_kinds_asked_for_are_compared(views: FakeViews) -> None:
    stream, outbox = attached(views)
    drain(outbox)
    views.state, views.calls = "ready", [waiting("c1")]
    stream.publish(sync.OWN_KINDS)
    (delta,) = drain(outbox)
    assert [type(e) for e in delta.put] == [messages.Me]
    stream.publish(sync.SHARED_KINDS)
    (delta,) = drain(outbox)
    assert [e.id for e in delta.put] == ["c1"]


def test_resume_gives_what_was_missed_and_what_changed_since(views: FakeViews) -> None:
    stream, outbox = attached(views)
    views.state = "ready"
    stream.publish(ALL_KINDS)
    assert stream.detach(outbox)
    views.state = "break"
    stream.publish(ALL_KINDS)  # nobody listens
    again = Outbox()
    stream.attach(again, 1)
    assert [(m.seq, m.put[0].state) for m in drain(again)] == [(2, "ready"), (3, "break")]


@pytest.mark.parametrize("resume_from", [None, 99, 0])
def test_no_resume_from_a_number_that_is_not_known(
    views: FakeViews, resume_from: int | None
) -> None:
    stream, outbox = attached(views)
    stream.detach(outbox)
    again = Outbox()
    stream.attach(again, resume_from)
    assert [type(m) for m in drain(again)] == [messages.Snapshot]


def test_an_older_connection_does_not_detach_a_newer_one(views: FakeViews) -> None:
    stream, older = attached(views)
    newer = Outbox()
    stream.attach(newer, stream.seq)
    assert not stream.detach(older)
    assert stream.outbox is newer


def test_a_backlog_is_replaced_and_replies_stay(
    views: FakeViews, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "OUTBOX_LIMIT", 5)
    stream, outbox = attached(views)
    outbox.put(codec.encode(messages.Reply(id="r", ok=True)))
    for number in range(20):
        views.calls = [waiting(f"c{number}")]
        stream.publish(ALL_KINDS)
    heard = drain(outbox)
    assert len(heard) <= 7
    kinds = [type(m) for m in heard]
    assert kinds.count(messages.Reply) == 1
    first = kinds.index(messages.Snapshot)
    assert messages.Delta not in kinds[:first]
    seqs = [m.seq for m in heard if not isinstance(m, messages.Reply)]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))


async def test_the_hub_gathers_changes(views: FakeViews, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    monkeypatch.setattr(sync, "QUEUES_EVERY_S", 0.01)
    hub = Hub(views)  # type: ignore[arg-type]
    stream, outbox = hub.stream(ANNA), Outbox()
    stream.attach(outbox, None)
    drain(outbox)
    refreshed = views.refreshed
    views.state, views.calls = "ready", [waiting("c1")]
    for _ in range(10):
        hub.own_changed(ANNA.login)
        hub.shared_changed()
    async with asyncio.timeout(5):
        first, then = [codec.decode_server(await outbox.get()) for _ in range(2)]
    assert isinstance(first, messages.Delta)
    assert isinstance(then, messages.Delta)
    assert [type(entity) for entity in first.put] == [messages.Me]
    assert [type(entity) for entity in then.put] == [messages.WaitingCall]
    assert views.refreshed == refreshed + 1
    hub.close()


async def test_a_changed_role_begins_a_new_stream(views: FakeViews) -> None:
    hub = Hub(views)  # type: ignore[arg-type]
    stream = hub.stream(ANNA)
    assert hub.stream(ANNA) is stream
    assert hub.stream(Person(ANNA.login, ANNA.name, "volunteer")) is not stream
    hub.forget(ANNA.login)
    hub.own_changed(ANNA.login)  # of somebody who has left
    hub.close()


@pytest.mark.parametrize("leaves", [False, True])
async def test_nothing_of_a_former_role_is_resumed_though_its_first_snapshot_was_lost(
    views: FakeViews, leaves: bool
) -> None:
    hub, lost = Hub(views), Outbox()  # type: ignore[arg-type]
    hub.stream(ANNA).attach(Outbox(), None)
    had = hub.stream(ANNA).seq
    if leaves:
        hub.forget(ANNA.login)
    stream = hub.stream(Person(ANNA.login, ANNA.name, "volunteer"))
    stream.attach(lost, had)
    assert [type(m) for m in drain(lost)] == [messages.Snapshot]
    views.state = "ready"
    stream.publish(ALL_KINDS)
    again = Outbox()
    stream.attach(again, had)
    assert [type(m) for m in drain(again)] == [messages.Snapshot]
    hub.close()


def test_what_lasts_is_told_to_those_who_come_later(views: FakeViews) -> None:
    hub = Hub(views)  # type: ignore[arg-type]

    def comes() -> list[str]:
        outbox = Outbox()
        hub.stream(ANNA).attach(outbox, None)
        return [m.words.key for m in drain(outbox) if isinstance(m, messages.Notice)]

    bad, good = (
        messages.Notice(level="error", words=words("bad")),
        messages.Notice(level="info", words=words("good")),
    )
    assert comes() == []
    hub.stand("disk", bad)
    assert comes() == ["bad"]
    hub.stand("disk", messages.Notice(level="error", words=words("worse")))
    assert comes() == ["worse"]
    hub.ends("disk", good)
    assert comes() == []
    later = Outbox()
    hub.stream(ANNA).attach(later, None)
    hub.ends("disk", good)  # it was over already
    assert not [m for m in drain(later) if isinstance(m, messages.Notice)]


def test_a_snapshot_that_is_asked_for_takes_the_place_of_what_waits(views: FakeViews) -> None:
    stream, outbox = attached(views)
    views.calls = [waiting("c1")]
    stream.publish(ALL_KINDS)
    stream.resync(outbox)
    (snapshot,) = drain(outbox)
    assert isinstance(snapshot, messages.Snapshot)
    assert snapshot.seq == 3
    assert "c1" in {entity.id for entity in snapshot.entities}


def test_a_connection_that_was_replaced_gets_no_snapshot(views: FakeViews) -> None:
    stream, older = attached(views)
    drain(older)
    newer = Outbox()
    stream.attach(newer, None)
    drain(newer)
    stream.resync(older)
    assert drain(older) == drain(newer) == []


def test_what_many_consoles_show_is_encoded_once(views: FakeViews) -> None:
    """The bytes of the entities are the same object for all of them."""
    boris = Person(AgentId("boris"), "Борис", "operator")
    streams = [Stream(person, views) for person in (ANNA, boris)]  # type: ignore[arg-type]
    for stream in streams:
        stream.attach(Outbox(), None)
    before = views.shelves(ANNA)["q"]
    views.calls = [waiting("c1"), waiting("c2")]
    now = views.shelves(ANNA)["q"]
    for stream in streams:
        stream.publish(sync.SHARED_KINDS)
        assert stream.outbox
        assert [e.id for m in drain(stream.outbox)[1:] for e in m.put] == ["c1", "c2"]
    assert now.since(before, ANNA) is now.since(before, boris)


def test_a_call_that_has_gone_to_another_queue_is_still_there(views: FakeViews) -> None:
    shelves = {"a": Shelf([waiting("c1")]), "b": Shelf()}
    views.shelves = lambda person: dict(shelves)  # type: ignore[method-assign]
    stream, outbox = attached(views)
    shelves |= {"a": shelves["a"].replaced([]), "b": shelves["b"].replaced([waiting("c1")])}
    stream.publish(sync.SHARED_KINDS)
    del shelves["a"]
    stream.publish(sync.SHARED_KINDS)
    view = View()
    for message in drain(outbox):
        view.apply(message)
    assert [call.id for call in view.all(messages.WaitingCall)] == ["c1"]
    del shelves["b"]
    stream.publish(sync.SHARED_KINDS)
    (delta,) = drain(outbox)
    view.apply(delta)
    assert view.all(messages.WaitingCall) == ()


def test_what_may_have_been_missed_is_kept_up_to_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "RECENT_BYTES", 10)
    recent = Recent()
    for seq in range(1, 5):
        recent.add(seq, b"four")
    assert recent.since(2, 4) == [b"four", b"four"]
    assert recent.since(4, 4) == []
    assert recent.since(1, 4) is None
