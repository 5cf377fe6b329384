"""A callback that a supervisor gives to one agent."""

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.router import IllegalFact
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId
from ekc_console.domain.terms.settings import CentreSettings
from tests.unit.domain.desk import Desk, queue

NUMBER = "+79000000001"
A, CB = AgentId("a"), CallbackId("cb1")
ORDER = f.CallbackAssigned(CB, A, "chief", "knows him")


def owed() -> Desk:
    """A centre that calls at any hour, and one callback."""
    desk = Desk()
    centre = CentreSettings(callback_from_s=0, callback_until_s=0)
    desk.give(f.QueuesConfigured((queue(callback_auto=True, callback_after_s=0),), centre))
    desk.arrive("c1", NUMBER)
    desk.end("c1")
    return desk


def asked(desk: Desk) -> list[str]:
    return [agent for _, agent in desk.offers()]


def test_it_is_offered_to_that_agent_and_to_nobody_else():
    desk = owed()
    desk.ready("b")
    assert asked(desk) == ["b"]
    desk.ready("a")
    desk.give(ORDER)
    assert asked(desk) == ["a"]


def test_it_is_everybodys_again_when_the_agent_goes_home_and_by_order():
    desk = owed()
    desk.log_in("a")
    desk.give(ORDER)
    desk.ready("b")
    assert asked(desk) == ["b"]
    desk.ready("a")
    desk.give(ORDER)
    desk.give(f.AgentForced(A, "offline", "chief"))
    assert asked(desk) == ["b"]
    desk.give(f.CallbackAssigned(CB, None, "chief"))
    assert asked(desk) == ["b"]


@pytest.mark.parametrize("settled", [True, False])
def test_an_order_about_one_that_is_dialled_or_settled_comes_too_late(settled: bool):
    desk = owed()
    desk.log_in("a")
    late = f.CallbackClosed(CB, "cancelled") if settled else None
    desk.give(late or f.CallPlaced(CallId("out"), A, NUMBER, CB))
    before = desk.router.state_hash()
    with pytest.raises(IllegalFact):
        desk.give(ORDER)
    assert desk.router.state_hash() == before
