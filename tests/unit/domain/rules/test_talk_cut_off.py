"""Who was called by us and cut off in the talk is owed a call again."""

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.state.callback import Closed, Open
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, QueueId
from ekc_console.domain.terms.settings import CentreSettings
from tests.unit.domain.desk import MENU_NUMBER, T0, Desk, queue

RETRIES_S = CentreSettings().callback_retries_s


def begun(number: str = MENU_NUMBER, callback: str | None = None, desk: Desk | None = None) -> Desk:
    """Agent ``a`` talks in the outgoing call ``out``, since 30 s after ``T0``."""
    desk = desk or Desk()
    desk.now = T0 + 30
    desk.ready("a")
    owed = CallbackId(callback) if callback else None
    desk.give(f.CallPlaced(CallId("out"), AgentId("a"), number, owed))
    desk.give(f.CallAnswered(CallId("out")))
    desk.give(f.CallBridged(CallId("out")))
    return desk


def called_back(**owed) -> Desk:
    """The same, of a callback to one who gave up at ``T0`` and asked about ``topic``."""
    desk = Desk(queue(), queue("other", **owed))
    desk.arrive("c1", MENU_NUMBER, "other", "medic")
    desk.end("c1")
    return begun(callback="cb1", desk=desk)


def test_a_callback_picked_from_the_list_is_of_the_persons_own_topic_and_queue():
    """As one whose turn came is: not of the queue that the agent happens to serve first."""
    desk = called_back()
    assert (desk.call("out").topic, desk.call("out").queue) == ("topic", "other")
    own = begun()
    assert (own.call("out").topic, own.call("out").queue) == ("", "main")


def test_a_callback_cut_by_the_engine_is_owed_again_by_the_persons_own_time():
    desk = called_back()
    assert isinstance(desk.callback().state, Closed)
    desk.now += 60
    desk.end("out", "engine")
    assert desk.call("out").callback == "cb2"
    again = desk.callback("cb2")
    assert (again.state, again.attempts) == (Open(desk.now), 0)
    assert (again.wanted_since, again.first_call, again.last_call) == (T0, "c1", "out")
    assert (again.queue, again.topic, again.skills) == ("other", "topic", ("medic",))


@pytest.mark.parametrize("state", ["talking", "holding", "consulting", "given", "queue"])
def test_any_own_talk_that_the_engine_loses_is_owed(state):
    desk = begun()
    if state == "holding":
        desk.give(f.CallHeld(CallId("out")))
    if state == "consulting":
        desk.ready("b")
        desk.give(f.ConsultAsked(CallId("out"), AgentId("a"), AgentId("b")))
    if state == "given":
        desk.give(f.TransferredOutside(CallId("out"), AgentId("a"), CallId("p"), "+79995550000"))
    if state == "queue":
        desk.give(f.TransferredToQueue(CallId("out"), AgentId("a"), QueueId("main")))
    desk.now += 9
    desk.end("out", "engine")
    assert list(desk.router.callbacks) == ["cb1"]
    assert (desk.callback().wanted_since, desk.callback().number) == (T0 + 30, MENU_NUMBER)


def test_whom_a_lost_leg_left_waiting_and_who_gave_up_is_owed():
    desk = begun()
    desk.give(f.AgentLegDown(AgentId("a")))
    desk.now += 20
    desk.end("out", "caller")
    assert list(desk.router.callbacks) == ["cb1"]


@pytest.mark.parametrize("by", ["caller", "agent", "system"])
def test_a_talk_that_people_end_is_not_owed(by):
    desk = called_back()
    desk.now += 60
    desk.end("out", by)
    assert not desk.router.callbacks


@pytest.mark.parametrize("number", ["103", "112", "1234"])
def test_a_service_that_was_called_is_owed_nothing(number):
    desk = begun(number)
    desk.now += 60
    desk.end("out", "engine")
    assert not desk.router.callbacks


def test_who_was_called_about_a_caller_is_owed_nothing():
    desk = Desk(queue(wrap_up="mandatory"))
    desk.ready("a")
    desk.arrive("c1", None)
    desk.talk("a")
    desk.end("c1")
    about = f.CallPlaced(CallId("out"), AgentId("a"), "+79995550000", about=CallId("c1"))
    desk.give(about)
    desk.give(f.CallAnswered(CallId("out")))
    desk.give(f.CallBridged(CallId("out")))
    desk.end("out", "engine")
    assert not desk.router.callbacks


@pytest.mark.parametrize(("talked", "by", "owed"), [
    (2, "caller", True), (20, "caller", False), (2, "agent", False),
])  # fmt: skip
def test_a_callback_cut_within_a_few_seconds_was_a_try(talked, by, owed):
    desk = called_back()
    desk.now += talked
    desk.end("out", by)
    assert bool(desk.router.callbacks) is owed
    if owed:
        again = desk.callback("cb2")
        assert (again.attempts, again.state) == (1, Open(desk.now + RETRIES_S[0]))
        assert again.wanted_since == T0


def test_a_call_by_hand_cut_within_a_few_seconds_is_the_persons_own_end():
    desk = begun()
    desk.now += 2
    desk.end("out", "caller")
    assert not desk.router.callbacks


def test_who_hangs_up_at_once_every_time_is_called_no_more_often_than_one_who_does_not_answer():
    desk = called_back()
    desk.end("out", "caller")
    for number, retry in enumerate(RETRIES_S, 2):
        desk.now += retry
        desk.ready("a")
        desk.place(f"out{number}", "a", f"cb{number}")
        desk.give(f.CallAnswered(CallId(f"out{number}")))
        desk.give(f.CallBridged(CallId(f"out{number}")))
        desk.end(f"out{number}", "caller")
    assert not desk.router.callbacks
