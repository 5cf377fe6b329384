from dataclasses import replace

import pytest

from ekc_console.domain.state.agent import Agent, Ready
from ekc_console.domain.state.call import Call, InMenu, Waiting
from ekc_console.domain.state.opening import Opening
from ekc_console.domain.state.queue import CallIndex, check_settings, score
from ekc_console.domain.state.skills import needs
from ekc_console.domain.state.strategy import SettingsError
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.settings import QueueSettings

Q = QueueSettings(QueueId("main"), "Main", priority_step_s=60.0)


def call(seq: int, queued_at: float, *skills: str, **fields) -> Call:
    base = Call(CallId(f"c{seq}"), "in", None, "122", seq, queued_at, Waiting(queued_at))
    opening = Opening(needs=needs(skills, 0))
    return replace(base, queue=Q.id, queued_at=queued_at, opening=opening, **fields)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (call(1, 100.0), call(2, 101.0)),
        (call(1, 100.0), call(2, 100.0)),
        (call(9, 159.0, priority=1), call(1, 100.0)),
        (call(1, 100.0), call(9, 161.0, priority=1)),
        (call(1, 100.0), call(9, 30.0, priority=-2)),
        (call(9, 900.0, interrupted=True), call(1, 100.0, priority=9)),
        (call(8, 100.0, interrupted=True), call(9, 900.0, interrupted=True)),
    ],
)
def test_score(first, second):
    assert score(first, Q) < score(second, Q)


def test_a_call_that_was_never_queued_has_no_score():
    with pytest.raises(ValueError, match="c1"):
        score(Call(CallId("c1"), "in", None, "122", 1, 0.0, InMenu(0.0)), Q)


def filled() -> CallIndex:
    index = CallIndex()
    for c in (call(1, 3.0), call(2, 1.0, "medic"), call(3, 2.0), call(4, 0.0, "medic", "tatar")):
        index.add(c, Q)
    return index


def test_order_and_positions_run_over_all_skills():
    index = filled()
    assert list(index.in_order(Q.id)) == ["c4", "c2", "c3", "c1"]
    assert [index.position(CallId(f"c{i}")) for i in (4, 2, 3, 1)] == [1, 2, 3, 4]
    index.discard(CallId("c2"))
    index.discard(CallId("c2"))
    assert [index.position(CallId(f"c{i}")) for i in (4, 3, 1)] == [1, 2, 3]
    with pytest.raises(KeyError):
        index.position(CallId("c2"))
    assert list(index.in_order(QueueId("other"))) == []


@pytest.mark.parametrize(
    ("skills", "refused", "best"),
    [
        ((), (), "c3"),
        (("medic",), (), "c2"),
        (("medic", "tatar"), (), "c4"),
        (("medic", "tatar"), ("c4", "c2"), "c3"),
        ((), ("c3", "c1"), None),
    ],
)
def test_first_call_for_an_agent(skills, refused, best):
    agent = Agent(AgentId("a"), Ready(0.0), (QueueId("other"), Q.id), skills)
    assert filled().first_for(agent, lambda c: c not in refused, ()) == best


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"strategy": "best"}, ["«main»", "strategy", "«best»", "longest-idle"]),
        ({"offer_timeout_s": 0}, ["«main»", "offer_timeout_s", "0"]),
        ({"offer_timeout_s": float("nan")}, ["offer_timeout_s", "nan"]),
        ({"max_unanswered": 0}, ["max_unanswered", "не меньше 1"]),
        ({"retry_same_agent_s": -1}, ["retry_same_agent_s", "-1"]),
        ({"wrap_up_s": float("inf")}, ["wrap_up_s", "inf"]),
        ({"announce_every_s": 1e-9}, ["announce_every_s", "1e-09"]),
        ({"priority_step_s": -60}, ["priority_step_s"]),
    ],
)
def test_bad_settings_name_queue_field_and_remedy(fields, words):
    with pytest.raises(SettingsError) as e:
        check_settings([replace(Q, **fields)])
    assert all(word in str(e.value) for word in words)


def test_a_queue_twice_is_an_error():
    with pytest.raises(SettingsError, match="«main»"):
        check_settings([Q, Q])


def test_good_settings_pass():
    check_settings([Q, replace(Q, id=QueueId("b"), announce_every_s=0, retry_same_agent_s=0)])
