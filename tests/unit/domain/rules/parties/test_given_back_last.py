"""A caller whom somebody gives away whose shift ends with that call: not taken by the other side,
the caller has the same person again as long as that one is there, else the head of the queue."""

from __future__ import annotations

import pytest

from ekc_console.domain import effects as ef
from ekc_console.domain import facts as f
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.ids import AgentId, CallId
from tests.unit.domain.desk import Desk, queue

CALL, PARTY = CallId("c1"), CallId("p1")
ANNA, OLGA = AgentId("anna"), AgentId("olga")


@pytest.fixture(params=["none", "mandatory"])
def desk(request):
    """Anna talks with c1, and her shift ends with that; each serves a queue alone."""
    desk = Desk(queue("main", wrap_up=request.param), queue("other"))
    desk.ready("anna", "main")
    desk.arrive("c1")
    desk.talk("anna")
    desk.wait(10.0)
    desk.ready("olga", "other")
    desk.give(f.AgentForced(ANNA, "offline", "system", finish=True))
    return desk


def to_olga(desk):
    desk.give(f.TransferredToAgent(CALL, ANNA, OLGA))


def to_103(desk):
    desk.give(f.TransferredOutside(CALL, ANNA, PARTY, "103"))


def olga_refuses(desk):
    desk.refuse("olga")


def busy(desk):
    desk.end("p1", "caller", "busy")


@pytest.mark.parametrize(
    ("gives", "fails"), [(to_olga, olga_refuses), (to_103, busy)], ids=["olga", "103"]
)
class TestNotTaken:
    def test_the_caller_is_offered_back_and_is_still_the_last_one(self, desk, gives, fails):
        gives(desk)
        assert not isinstance(desk.agent("anna").state, ag.Offline)
        fails(desk)
        assert desk.offers() == [("c1", "anna")]
        assert [lost.back for lost in desk.of(ef.PartyLost)] == [True]
        desk.talk("anna")
        assert isinstance(desk.call("c1").state, cl.Talking)
        desk.end("c1")
        desk.give(f.WrapUpFinished(ANNA))
        assert isinstance(desk.agent("anna").state, ag.Offline)

    def test_who_is_ready_meanwhile_has_the_caller_back_and_no_other(self, desk, gives, fails):
        gives(desk)
        desk.ready("anna")
        desk.arrive("c2", "+79000000077")
        assert isinstance(desk.agent("anna").state, ag.Ready)
        assert not desk.agent("anna").available
        fails(desk)
        assert desk.offers() == [("c1", "anna")]
        assert desk.waiting() == ["c2"]

    @pytest.mark.parametrize("how", ["refused", "unanswered", "leg", "console", "paused"])
    def test_not_taken_back_either_the_caller_waits_at_the_head(self, desk, gives, fails, how):
        desk.arrive("c0", "+79000000077")
        gives(desk)
        fails(desk)
        match how:
            case "refused":
                desk.refuse("anna")
            case "unanswered":
                desk.wait(60.0)
            case "leg":
                desk.give(f.AgentLegDown(ANNA))
            case "console":
                desk.give(f.AgentVanished(ANNA))
            case "paused":
                desk.give(f.AgentPaused(ANNA, "lunch"))
        assert isinstance(desk.agent("anna").state, ag.Offline)
        assert desk.waiting() == ["c1", "c0"]

    def test_who_has_gone_meanwhile_leaves_the_caller_at_the_head(self, desk, gives, fails):
        desk.arrive("c0", "+79000000077")
        gives(desk)
        desk.give(f.AgentLoggedOut(ANNA))
        fails(desk)
        assert desk.waiting() == ["c1", "c0"]
        assert [lost.back for lost in desk.of(ef.PartyLost)] == [False]

    def test_who_may_stay_after_all_is_free_for_others(self, desk, gives, fails):
        gives(desk)
        desk.ready("anna")
        desk.give(f.AgentForced(ANNA, "ready", "chief"))
        assert desk.agent("anna").available
        fails(desk)
        desk.refuse("anna")
        assert not isinstance(desk.agent("anna").state, ag.Offline)


@pytest.mark.parametrize("leaves_first", [True, False])
def test_once_the_other_side_has_the_caller_the_shift_is_over(desk, leaves_first):
    to_olga(desk)
    if leaves_first:
        desk.ready("anna")
    desk.talk("olga")
    desk.give(f.WrapUpFinished(ANNA))
    assert isinstance(desk.agent("anna").state, ag.Offline)


def test_a_caller_who_hangs_up_meanwhile_keeps_nobody_waiting(desk):
    to_103(desk)
    desk.ready("anna")
    desk.end("c1")
    assert isinstance(desk.agent("anna").state, ag.Offline)
    assert desk.of(ef.ShiftEnded) == [ef.ShiftEnded(ANNA)]


def test_who_lets_it_ring_has_not_taken_it(desk):
    to_olga(desk)
    desk.wait(60.0)
    assert ("c1", "anna") in desk.offers()


def test_who_asked_for_a_break_and_leaves_goes_once_the_caller_is_given_away(desk):
    """Such a caller would not come back to her."""
    desk.give(f.AgentPaused(ANNA, "lunch"))
    to_olga(desk)
    desk.give(f.WrapUpFinished(ANNA))
    assert isinstance(desk.agent("anna").state, ag.Offline)
    desk.refuse("olga")
    assert desk.waiting() == ["c1"]


@pytest.mark.parametrize("leaves", [True, False])
def test_for_a_caller_in_an_emergency_the_break_waits_too(leaves):
    desk = Desk(queue("main", wrap_up="mandatory"), queue("other"))
    desk.ready("anna", "main")
    desk.arrive("c1")
    desk.talk("anna")
    desk.ready("olga", "other")
    desk.give(f.EmergencyCalled(CALL, ANNA, ((PARTY, "103"),)))
    desk.end("p1", "caller", "busy")
    desk.give(f.AgentPaused(ANNA, "lunch"))
    if leaves:
        desk.give(f.AgentForced(ANNA, "offline", "chief"))
    to_olga(desk)
    desk.refuse("olga")
    assert desk.offers() == [("c1", "anna")]
    desk.refuse("anna")
    assert isinstance(desk.agent("anna").state, ag.Offline if leaves else ag.OnBreak)
