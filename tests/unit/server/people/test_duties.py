from dataclasses import replace

import pytest

from ekc_console.domain import scenario as sc
from ekc_console.domain.facts import AgentLoggedIn
from ekc_console.domain.state.strategy import SettingsError
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.server.people.duties import login_fact, nobody_for, queue_and_tier, unmet_demands
from ekc_console.server.store.people.accounts import User

MAIN = QueueId("main")


def test_a_queue_and_its_tier():
    assert queue_and_tier("main") == (MAIN, 1)
    assert queue_and_tier("main=3") == (MAIN, 3)


@pytest.mark.parametrize("text", ["main=", "main=0", "main=11", "main=x", "main=²"])
def test_a_bad_tier_is_refused(text):
    with pytest.raises(SettingsError, match="main=2"):
        queue_and_tier(text)


def test_what_cannot_be_read_keeps_nobody_from_work():
    fact = login_fact(
        AgentId("anna"), ("main=2", "gone", "other=x"), ("medic", "a>=2"), (MAIN, QueueId("other"))
    )
    assert fact == AgentLoggedIn(
        AgentId("anna"),
        (MAIN, QueueId("other")),
        ("medic",),
        ((MAIN, 2), (QueueId("other"), 1)),
    )


def test_a_skill_that_nobody_has_is_found():
    scenario = sc.scenario_from_document(
        {
            "id": "m",
            "title": "М",
            "kind": "menu",
            "owner": "О",
            "approved": "2026-01-01",
            "review_by": "2027-01-01",
            "start": "q",
            "steps": {
                "q": {
                    "do": {"queue": "main", "topic": "t", "skills": ["medic>=3", "tatar", "rare?"]}
                }
            },
        }
    )
    people = [
        User("a", "А", "operator", "", (), ("medic=2",)),
        User("b", "Б", "operator", "", (), ("tatar",), disabled=True),
    ]
    assert list(unmet_demands([scenario], people)) == [("m: steps.q.do.skills", "tatar")]
    assert list(nobody_for([scenario], [MAIN, QueueId("spare")], people)) == [
        "m.yaml: steps.q.do.skills: навыка «tatar» ни у кого нет. "
        "Дайте его: ekc user add … --skill, или поставьте после него «?».",
        "queues.main: её никто не обслуживает. Дайте её: ekc user add … --queue.",
        "queues.spare: её никто не обслуживает. Дайте её: ekc user add … --queue.",
    ]
    served = [replace(people[0], queues=("main=2",)), replace(people[1], disabled=False)]
    assert list(nobody_for([scenario], [MAIN], served)) == []
    assert list(nobody_for([scenario], [MAIN], [])) == []
