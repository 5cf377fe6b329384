"""Where calls go that their queue cannot serve."""

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.effects import Announce, Forward, KeepWaiting, LetGo
from ekc_console.domain.state.call import Ending, Forwarded, Forwarding, Waiting
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, QueueId
from ekc_console.domain.terms.settings import Destination, OverflowRule
from tests.unit.domain.desk import MENU_NUMBER, T0, Desk, queue

OUT = Destination("number", "+78000000000")
OTHER = Destination("queue", "other")
SORRY = Destination("announcement", "Простите.")
CALLBACK = Destination("callback")
CLOSE = Destination("close")


def desk_with(*rules: OverflowRule) -> Desk:
    return Desk(queue(overflow=rules), queue("other"))


def test_by_size():
    desk = desk_with(OverflowRule("size", (OTHER,), 1))
    desk.arrive("c1", "+71")
    desk.arrive("c2", "+72")
    assert (desk.waiting(), desk.waiting("other")) == (["c1"], ["c2"])
    assert desk.call("c2").left == ("main",)
    assert desk.call("c2").queued_at == T0


def test_a_free_agent_goes_before_any_rule_but_that_of_a_closed_queue():
    desk = desk_with(OverflowRule("closed", (CLOSE,)), OverflowRule("size", (OTHER,), 0))
    desk.ready("a")
    desk.arrive("c1")
    assert desk.offers() == [("c1", "a")]
    desk.end("c1")
    desk.give(f.QueueClosed(QueueId("main"), "boss"))
    desk.arrive("c2")
    assert desk.of(LetGo) == [LetGo(CallId("c2"), owed=False)]


def test_after_hours_a_goodbye_is_all():
    desk = desk_with(OverflowRule("closed", (SORRY, CLOSE)))
    desk.give(f.QueueClosed(QueueId("main")))
    desk.arrive("c1")
    assert desk.effects[:2] == [
        Announce(CallId("c1"), "Простите."),
        LetGo(CallId("c1"), owed=False),
    ]
    desk.end("c1", "system")
    assert desk.call("c1").outcome == "flowed_out"
    assert not desk.router.callbacks


def test_closed_for_lack_of_agents_leaves_a_callback():
    desk = desk_with(OverflowRule("no_agents", (CLOSE,)))
    desk.arrive("c1")
    assert desk.of(LetGo) == [LetGo(CallId("c1"), owed=False)]
    assert desk.callback().place == T0


@pytest.mark.parametrize("number", [MENU_NUMBER, None])
def test_a_callback_needs_a_number(number):
    desk = desk_with(OverflowRule("no_agents", (CALLBACK, OTHER)))
    desk.arrive("c1", number)
    if number:
        assert desk.of(LetGo) == [LetGo(CallId("c1"), owed=True)]
        assert desk.call("c1").callback == CallbackId("cb1")
        assert isinstance(desk.call("c1").state, Ending)
    else:
        assert desk.waiting("other") == ["c1"]


def test_when_the_last_agent_goes_home():
    desk = desk_with(OverflowRule("no_agents", (OTHER,)))
    for agent in ("a", "b"):
        desk.ready(agent)
        desk.give(f.AgentPaused(AgentId(agent), "lunch"))
    desk.arrive("c1", "+71")
    desk.arrive("c2", "+72")
    desk.give(f.AgentLoggedOut(AgentId("a")))
    assert desk.waiting() == ["c1", "c2"]
    desk.give(f.AgentLoggedOut(AgentId("b")))
    assert desk.waiting("other") == ["c1", "c2"]


def test_time_that_nobody_told_leaves_no_rule_of_it_to_be_due_in_the_past():
    later = Destination("announcement", "Ждите.")
    desk = desk_with(OverflowRule("waited", (later,), 50), OverflowRule("waited", (SORRY,), 20))
    desk.arrive("c1")
    desk.now += 70
    desk.give(f.TimePassed())
    assert [told.text for told in desk.of(Announce)] == ["Простите.", "Ждите."]
    due = desk.router.next_deadline()
    assert due is None or due > desk.now


def test_after_the_time_waited_by_several_rules():
    desk = desk_with(OverflowRule("waited", (SORRY,), 20), OverflowRule("waited", (OTHER,), 50))
    desk.arrive("c1")
    assert Announce(CallId("c1"), "Простите.") in desk.wait(20)
    assert desk.waiting() == ["c1"]
    desk.wait(30)
    assert desk.waiting("other") == ["c1"]
    assert desk.call("c1").queued_at == T0


def test_a_call_on_offer_overflows_when_the_offer_has_failed():
    desk = Desk(
        queue(overflow=(OverflowRule("waited", (OTHER,), 10),), offer_timeout_s=15),
        queue("other"),
    )
    desk.ready("a")
    desk.arrive("c1")
    desk.wait(12)
    assert desk.waiting("other") == []
    desk.wait(4)
    assert desk.waiting("other") == ["c1"]


def test_a_circle_ends():
    back = OverflowRule("no_agents", (Destination("queue", "main"),))
    desk = Desk(
        queue(overflow=(OverflowRule("no_agents", (OTHER,)),)), queue("other", overflow=(back,))
    )
    desk.arrive("c1")
    assert desk.waiting("other") == ["c1"]


def test_nothing_usable_keeps_the_caller_waiting():
    desk = desk_with(OverflowRule("closed", (OTHER, Destination("queue", "gone"), CALLBACK)))
    desk.give(f.QueueClosed(QueueId("main")))
    desk.give(f.QueueClosed(QueueId("other")))
    desk.arrive("c1", None)
    assert desk.waiting() == ["c1"]


def test_those_who_wait_are_served_after_closing():
    desk = desk_with(OverflowRule("closed", (CLOSE,)))
    desk.arrive("c1")
    desk.give(f.QueueClosed(QueueId("main")))
    desk.ready("a")
    assert desk.offers() == [("c1", "a")]


def test_closed_by_hand_until():
    desk = desk_with(OverflowRule("closed", (CLOSE,)))
    desk.give(f.QueueClosed(QueueId("main"), "boss", until=T0 + 100))
    assert not desk.router.doors[QueueId("main")].open
    desk.wait(100)
    assert desk.router.doors[QueueId("main")].open


def test_a_queue_that_is_gone_does_not_open_again():
    desk = Desk(queue("main"), queue("other"))
    desk.give(f.QueueClosed(QueueId("other"), "boss", until=T0 + 100))
    desk.give(f.QueuesConfigured((queue("main"),)))
    desk.wait(200)
    assert desk.router.next_deadline() is None
    desk.give(f.QueuesConfigured((queue("main"), queue("other"))))
    desk.wait(0)
    assert desk.router.doors[QueueId("other")].open


def test_forwarded():
    desk = desk_with(OverflowRule("no_agents", (OUT,)))
    desk.arrive("c1")
    assert desk.of(Forward) == [Forward(CallId("c1"), OUT.value)]
    desk.now += 7
    desk.give(f.ForwardAnswered(CallId("c1")))
    assert desk.call("c1").state == Forwarded(T0 + 7)
    desk.end("c1", "caller")
    assert desk.call("c1").outcome == "forwarded"
    assert not desk.router.callbacks


def test_a_failed_forward_tries_the_next_and_comes_back_at_last():
    desk = desk_with(OverflowRule("no_agents", (OUT, Destination("number", "+70"), SORRY)))
    desk.arrive("c1")
    desk.give(f.ForwardFailed(CallId("c1"), "busy"))
    assert desk.of(Forward) == [Forward(CallId("c1"), "+70")]
    assert isinstance(desk.call("c1").state, Forwarding)
    desk.now += 5
    desk.give(f.ForwardFailed(CallId("c1"), "no_answer"))
    assert desk.effects[:2] == [Announce(CallId("c1"), "Простите."), KeepWaiting(CallId("c1"))]
    assert desk.call("c1").state == Waiting(T0 + 5)
    assert desk.call("c1").queued_at == T0


def test_who_gives_up_while_being_forwarded_is_owed_a_callback():
    desk = desk_with(OverflowRule("no_agents", (OUT,)))
    desk.arrive("c1")
    desk.now += 9
    desk.end("c1", "caller")
    assert desk.call("c1").outcome == "abandoned_queue"
    assert CallbackId("cb1") in desk.router.callbacks
