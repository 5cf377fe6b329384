import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.effects import CallbackChanged
from ekc_console.domain.state.callback import Closed, Dialing, Open
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, QueueId
from ekc_console.domain.terms.state_table import IllegalFact
from tests.unit.domain.desk import MENU_NUMBER, T0, Desk, queue

CB = CallbackId("cb1")


def lost(**settings) -> Desk:
    """One caller gave up in the queue; agent ``a`` is ready."""
    desk = Desk(queue(**settings))
    desk.arrive("c1")
    desk.now += 30
    desk.end("c1")
    desk.ready("a")
    return desk


@pytest.mark.parametrize(
    ("stage", "by", "number", "wanted", "owed"),
    [
        ("menu", "caller", MENU_NUMBER, True, True),
        ("menu", "caller", MENU_NUMBER, False, True),
        ("menu", "caller", None, True, False),
        ("menu", "system", MENU_NUMBER, True, False),
        ("menu", "engine", MENU_NUMBER, False, True),
        ("waiting", "caller", MENU_NUMBER, True, True),
        ("waiting", "caller", MENU_NUMBER, False, False),
        ("waiting", "caller", None, True, False),
        ("waiting", "system", MENU_NUMBER, True, True),
        ("waiting", "system", MENU_NUMBER, False, True),
        ("waiting", "system", None, True, False),
        ("waiting", "engine", MENU_NUMBER, False, True),
        ("offered", "caller", MENU_NUMBER, True, True),
        ("connecting", "caller", MENU_NUMBER, True, True),
        ("connecting", "agent", MENU_NUMBER, False, True),
        ("connecting", "engine", MENU_NUMBER, True, True),
        ("talking", "caller", MENU_NUMBER, True, False),
        ("talking", "engine", MENU_NUMBER, True, True),
        ("talking", "engine", None, True, False),
        ("holding", "engine", MENU_NUMBER, True, True),
    ],
)
def test_who_is_owed_a_callback(stage, by, number, wanted, owed):
    desk = Desk(queue(callback_on_abandon=wanted))
    if stage not in ("menu", "waiting"):
        desk.ready("a")
    desk.menu("c1", number) if stage == "menu" else desk.arrive("c1", number)
    if stage in ("connecting", "talking", "holding"):
        desk.accept("a")
    if stage in ("talking", "holding"):
        desk.give(f.CallBridged(CallId("c1")))
    if stage == "holding":
        desk.give(f.CallHeld(CallId("c1")))
    desk.now += 9
    desk.end("c1", by)
    assert (CB in desk.router.callbacks) is owed
    assert desk.call("c1").callback == (CB if owed else None)
    if owed:
        callback = desk.callback()
        assert desk.of(CallbackChanged) == [CallbackChanged(CB)]
        assert (callback.wanted_since, callback.number) == (T0, number)
        assert callback.state == Open(T0 + 9)
        assert callback.queue == (None if stage == "menu" else "main")


def test_one_callback_a_number_that_keeps_the_earliest_time():
    desk = lost()
    desk.ready("b")
    desk.menu("c2")
    desk.end("c2")
    desk.menu("c3", "+79990000000")
    desk.end("c3")
    assert list(desk.router.callbacks) == ["cb1", "cb2"]
    callback = desk.callback()
    assert (callback.calls, callback.wanted_since) == (2, T0)
    assert (callback.first_call, callback.last_call, callback.queue) == ("c1", "c2", "main")


@pytest.mark.parametrize("then", ["caller", "engine", "system", "queue"])
def test_asked_for_in_the_menu(then):
    desk = Desk()
    desk.menu("c1")
    desk.give(f.CallbackAsked(CallId("c1"), QueueId("main"), "booking"))
    callback = desk.callback()
    assert (callback.queue, callback.topic, callback.wanted_since) == ("main", "booking", T0)
    assert desk.call("c1").callback == CB
    assert desk.give(f.CallbackAsked(CallId("c1"), QueueId("main"), "booking")) == []
    if then == "queue":
        desk.enqueue("c1")
    desk.end("c1", "caller" if then == "queue" else then)
    assert desk.call("c1").callback == CB
    assert desk.callback().calls == 1


def test_asked_for_in_the_menu_and_reached_after_all():
    desk = Desk()
    desk.ready("a")
    desk.menu("c1")
    desk.give(f.CallbackAsked(CallId("c1"), QueueId("main"), "booking"))
    desk.enqueue("c1")
    desk.talk("a")
    assert desk.callback().state == Closed("reached", T0, AgentId("a"))


def test_nothing_comes_of_asking_without_a_number():
    desk = Desk()
    desk.menu("c1", None)
    assert desk.give(f.CallbackAsked(CallId("c1"), QueueId("main"), "booking")) == []
    assert dict(desk.router.callbacks) == {}
    with pytest.raises(IllegalFact, match="no queue none"):
        desk.give(f.CallbackAsked(CallId("c1"), QueueId("none"), "booking"))


def test_reached_by_a_dial():
    desk = lost()
    desk.place("out", "a", "cb1")
    assert desk.callback().state == Dialing(CallId("out"), AgentId("a"), T0 + 30)
    desk.give(f.CallAnswered(CallId("out")))
    desk.give(f.CallBridged(CallId("out")))
    assert desk.of(CallbackChanged) == [CallbackChanged(CB)]
    assert desk.callback().state == Closed("reached", T0 + 30, AgentId("a"))
    assert dict(desk.router.callbacks) == {}
    desk.end("out")
    assert desk.callback().state == Closed("reached", T0 + 30, AgentId("a"))


@pytest.mark.parametrize("cause", ["busy", "no_answer", "failed"])
def test_a_dial_in_vain_is_tried_again_and_given_up_in_the_end(cause):
    desk = lost()
    for attempt, pause in enumerate((300, 1800), start=1):
        desk.place(f"out{attempt}", "a", "cb1")
        desk.now += 20
        desk.end(f"out{attempt}", "system", cause)
        assert desk.callback().state == Open(desk.now + pause)
        assert desk.callback().attempts == attempt
    desk.place("last", "a", "cb1")
    desk.end("last", "system", cause)
    assert desk.callback().state == Closed("failed", desk.now, None)
    # The number may be owed again.
    desk.menu("c9")
    desk.end("c9")
    assert list(desk.router.callbacks) == ["cb2"]


def test_a_dial_broken_off_is_no_attempt():
    desk = lost()
    desk.place("out", "a", "cb1")
    desk.now += 3
    desk.end("out", "agent")
    assert (desk.callback().state, desk.callback().attempts) == (Open(T0 + 33), 0)


def test_a_lost_leg_while_dialling_is_no_attempt():
    desk = lost()
    desk.place("out", "a", "cb1")
    desk.give(f.AgentLegDown(AgentId("a")))
    desk.end("out", "system")
    assert (desk.callback().state, desk.callback().attempts) == (Open(T0 + 30), 0)


@pytest.mark.parametrize("dialling", [False, True])
def test_the_person_comes_through_alone(dialling):
    desk = lost()
    if dialling:
        desk.ready("b")
        desk.place("out", "b", "cb1")
    desk.arrive("c2")
    desk.talk("a")
    assert desk.callback().state == Closed("reached", T0 + 30, AgentId("a"))
    if dialling:
        desk.end("out", "system", "busy")
        assert desk.callback().state == Closed("reached", T0 + 30, AgentId("a"))


def test_a_dial_without_the_callback_settles_it_too():
    desk = lost()
    desk.place("out", "a")
    desk.give(f.CallAnswered(CallId("out")))
    desk.give(f.CallBridged(CallId("out")))
    assert isinstance(desk.callback().state, Closed)


def test_settled_by_hand():
    desk = lost()
    desk.give(f.CallbackClosed(CB, "cancelled", AgentId("a")))
    assert desk.callback().state == Closed("cancelled", T0 + 30, AgentId("a"))
    assert desk.give(f.CallbackClosed(CB, "reached")) == []


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (f.CallbackClosed(CallbackId("cb7"), "cancelled"), "unknown_callback"),
        (f.CallbackClosed(CallbackId("cb2"), "cancelled"), "wrong_state"),
        (f.CallPlaced(CallId("x"), AgentId("b"), "+7", CallbackId("cb2")), "wrong_state"),
    ],
)
def test_illegal_facts(fact, reason):
    desk = lost()
    desk.menu("c2", "+79990000000")
    desk.end("c2")
    desk.place("out", "a", "cb2")
    desk.ready("b")
    before = desk.router.state_hash()
    with pytest.raises(IllegalFact) as e:
        desk.give(fact)
    assert e.value.reason == reason
    assert desk.router.state_hash() == before
