import pytest

from ekc_console.domain.state import agent, call, callback
from ekc_console.domain.state.agent import AGENT_TABLE
from ekc_console.domain.state.call_table import CALL_TABLE
from ekc_console.domain.state.callback import CALLBACK_TABLE
from ekc_console.domain.terms.state_table import IGNORED, START, STAY, IllegalFact, Rule, StateTable


class A:
    pass


class B:
    pass


TABLE = StateTable(
    "T",
    (
        Rule(START, "made", (A,)),
        Rule((A,), "go", (B,)),
        Rule((B,), "go", IGNORED),
        Rule((B,), "touch", STAY),
    ),
)


def test_acts_ignores_or_refuses():
    assert TABLE.acts_on(A(), "go", "thing 1")
    assert not TABLE.acts_on(B(), "go", "thing 1")
    with pytest.raises(IllegalFact, match=r"touch: thing 1 is in state A") as e:
        TABLE.acts_on(A(), "touch", "thing 1")
    assert e.value.reason == "wrong_state"


def test_verify_holds_changes_against_the_table():
    TABLE.verify(None, "made", A())
    TABLE.verify(A(), "go", B())
    TABLE.verify(B(), "touch", B())
    for old, event, new in ((A(), "go", A()), (B(), "go", B()), (None, "go", A())):
        with pytest.raises(AssertionError):
            TABLE.verify(old, event, new)


def test_two_rules_for_one_pair_are_a_fault():
    with pytest.raises(ValueError, match="two rules for A and go"):
        StateTable("T", (Rule((A,), "go", (B,)), Rule((A,), "go", (A,))))


@pytest.mark.parametrize(
    ("table", "union"),
    [
        (CALL_TABLE, call.CallState),
        (AGENT_TABLE, agent.AgentState),
        (CALLBACK_TABLE, callback.CallbackState),
    ],
)
def test_every_state_can_be_reached(table, union):
    reached = {type(None)}
    while True:
        more = {t for state, _, to in table if state in reached for t in to} - reached
        if not more:
            break
        reached |= more
    assert reached - {type(None)} == set(union.__args__)
