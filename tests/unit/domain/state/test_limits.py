from dataclasses import replace

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.effects import RefuseCall
from ekc_console.domain.router import Router
from ekc_console.domain.terms.ids import CallId, QueueId
from ekc_console.domain.terms.settings import USUAL_CENTRE
from ekc_console.domain.terms.state_table import IllegalFact
from tests.unit.domain.desk import MENU_NUMBER, T0, Desk, queue


def test_a_blocked_number_is_refused_until_its_time_is_over():
    desk = Desk()
    desk.give(f.NumberBlocked(MENU_NUMBER, T0 + 50, "boss", "спам"))
    desk.menu("c1")
    assert desk.of(RefuseCall) == [RefuseCall(CallId("c1"), "blocked")]
    desk.end("c1", "system")
    assert desk.call("c1").outcome == "refused"
    assert not desk.router.callbacks
    desk.now += 50
    desk.menu("c2")
    assert desk.of(RefuseCall) == []


def test_an_unblocked_number_is_taken_again():
    desk = Desk()
    desk.give(f.NumberBlocked(MENU_NUMBER, None, "boss"))
    desk.give(f.NumberUnblocked(MENU_NUMBER, "boss"))
    desk.menu("c1")
    assert desk.of(RefuseCall) == []


def test_calls_of_one_number_at_a_time():
    desk = Desk()
    centre = replace(USUAL_CENTRE, calls_per_number=2)
    desk.give(f.QueuesConfigured((queue(),), centre))
    for call in ("c1", "c2", "c3", "c4"):
        desk.menu(call)
    assert desk.of(RefuseCall) == [RefuseCall(CallId("c4"), "too_many")]
    desk.end("c1")
    desk.menu("c5")
    assert desk.of(RefuseCall) == []
    desk.menu("c6", None)
    assert desk.of(RefuseCall) == []


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (f.QueueClosed(QueueId("ghost")), "unknown_queue"),
        (f.QueueClosed(QueueId("main"), until=T0), "bad_time"),
        (f.NumberBlocked("+7", T0 - 1, "boss"), "bad_time"),
    ],
)
def test_illegal_orders(fact, reason):
    desk = Desk()
    with pytest.raises(IllegalFact) as e:
        desk.give(fact)
    assert e.value.reason == reason


def test_orders_outlive_a_restart():
    desk = Desk()
    desk.give(f.NumberBlocked(MENU_NUMBER, None, "boss"))
    desk.give(f.QueueClosed(QueueId("main"), "boss", "авария", T0 + 9))
    desk.give(f.AnnouncementSet("Нет воды.", "boss"))
    again = Router.load(desk.router.dump())
    assert again.state_hash() == desk.router.state_hash()
    assert again.next_deadline() == T0 + 9
    assert (again.announcement, list(again.blocked)) == ("Нет воды.", [MENU_NUMBER])
