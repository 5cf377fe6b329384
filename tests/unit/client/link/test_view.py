"""Snapshots and deltas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.client.link.view import SequenceGap, View
from ekc_console.wire.messages import (
    CallbackInfo,
    Delta,
    EngineState,
    Me,
    MyCall,
    Snapshot,
    ViewEntity,
    WaitingCall,
)
from ekc_console.wire.words import words

ME = Me(id="anna", name="Анна", role="operator", state="ready", since=1.0)


def waiting(call: str, position: int) -> WaitingCall:
    return WaitingCall(
        id=call,
        queue="q",
        queue_title="Очередь",
        topic_title="Тема",
        number="",
        queued_at=1.0,
        position=position,
    )


def test_an_empty_view_shows_nothing() -> None:
    view = View()
    assert (view.me, view.call, view.waiting, view.queues, view.callbacks) == (
        None,
        None,
        (),
        (),
        (),
    )
    assert view.engine.up


def test_snapshot_replaces_and_delta_changes() -> None:
    view = View()
    call = MyCall(id="c1", state="offered", direction="in", number="")
    view.apply(Snapshot(seq=5, entities=(ME, waiting("c2", 2), waiting("c3", 1))))
    assert [entity.id for entity in view.waiting] == ["c3", "c2"]
    view.apply(Delta(seq=6, put=(call,), gone=(("WaitingCall", "c3"), ("WaitingCall", "none"))))
    assert view.call == call
    assert [entity.id for entity in view.waiting] == ["c2"]
    assert view.get(WaitingCall, "c2") == waiting("c2", 2)
    assert view.version == 2
    view.apply(Snapshot(seq=1, entities=(EngineState(up=False, detail=words("engine.silent")),)))
    assert view.me is None
    assert view.call is None
    assert view.engine.detail == words("engine.silent")


def test_a_call_that_is_gone_and_put_in_one_delta_is_there() -> None:
    view = View()
    view.apply(
        Snapshot(seq=1, entities=(MyCall(id="a", state="wrap_up", direction="in", number=""),))
    )
    fresh = MyCall(id="b", state="offered", direction="in", number="")
    view.apply(Delta(seq=2, put=(fresh,), gone=(("MyCall", "a"),)))
    assert view.call == fresh


def test_callbacks_are_ordered_by_the_first_try() -> None:
    view = View()
    later = CallbackInfo(id="cb1", number="", since=20.0, where="queue")
    first = CallbackInfo(id="cb2", number="", since=10.0, where="menu")
    view.apply(Snapshot(seq=1, entities=(later, first)))
    assert view.callbacks == (first, later)


@pytest.mark.parametrize("seq", [0, 5, 7, 100])
def test_a_wrong_number_changes_nothing_but_asks_for_a_snapshot(seq: int) -> None:
    view = View()
    view.apply(Snapshot(seq=5, entities=(ME,)))
    with pytest.raises(SequenceGap):
        view.apply(Delta(seq=seq, gone=(("Me", "anna"),)))
    assert view.me == ME
    assert view.version == 1
    assert view.seq is None
    with pytest.raises(SequenceGap):
        view.apply(Delta(seq=6))
    view.apply(Snapshot(seq=9, entities=()))
    view.apply(Delta(seq=10))


_changes = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c", "d"]), st.one_of(st.none(), st.integers(1, 9))),
    max_size=30,
)


@given(_changes)
def test_deltas_lead_to_the_same_view_as_a_snapshot(
    changes: list[tuple[str, int | None]],
) -> None:
    view, truth = View(), dict[str, ViewEntity]()
    view.apply(Snapshot(seq=0, entities=()))
    for seq, (call, position) in enumerate(changes, start=1):
        if position is None:
            truth.pop(call, None)
            view.apply(Delta(seq=seq, gone=(("WaitingCall", call),)))
        else:
            truth[call] = waiting(call, position)
            view.apply(Delta(seq=seq, put=(truth[call],)))
    other = View()
    other.apply(Snapshot(seq=len(changes), entities=tuple(truth.values())))
    assert view.waiting == other.waiting
    assert view.seq == other.seq
