"""What scripts keep for a medic (``only: medic``), cell by cell: who is sent its words, and whose
card may go through it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ekc_console.client.card.scenario_shelf import scenario_of
from ekc_console.domain.scenario.graph import targets
from ekc_console.domain.terms.ids import Role
from ekc_console.domain.terms.rights import ROLES, may
from ekc_console.wire import messages
from tests.support.cards import card_in_hand, draft, saving, without_address
from tests.support.simulated_centre import NUMBER, Centre, Operator, run

SCRIPT = "med_info"
KEY = "4"
"""Of the menu, for the queue whose topic goes by it."""
WORDS = ("Я медицинский работник", "По инструкции к препарату", "О лечении, дозе")
SERVING = [role for role in ROLES if may(role, "serve")]


def step(name: str, value: str = "") -> dict[str, Any]:
    return {"step": name, "at": 2.0, "value": value, "left_by": ""}


def walked(card: messages.Card, *path: dict[str, Any]) -> dict[str, Any]:
    whole = [*card.session["path"], *path]
    at = {"step": path[-1]["step"], "position": len(whole) - 1}
    return {**card.session, **at, "path": whole}


BY_A_MEDIC = {
    "the answer": (step("solved", "3"),),
    "the answer by its label": (step("solved", "О лечении, дозе, самочувствии: отвечаю сам"),),
    "the answer and on": (step("solved", "3"), step("advice"), step("answer")),
    "behind another answer": (step("solved", "1"), step("advice")),
    "behind none": (step("advice"),),
}
BY_ALL = {
    "on the way": (step("details", "спина"), step("solved")),
    "another answer": (step("solved", "1"), step("answer", "сказали")),
}


async def script_of(who: Operator, name: str = SCRIPT) -> messages.ScenarioText:
    found: messages.ScenarioText = await who.done(messages.GetScenario(scenario=name, version=""))
    return found


@pytest.mark.parametrize("role", ROLES)
def test_words_of_a_medic_are_sent_to_a_medic(tmp_path: Path, role: Role) -> None:
    async def story(centre: Centre) -> None:
        who = await centre.operator("somebody", role=role)
        text = await script_of(who)
        sent = str(text)
        assert [word in sent for word in WORDS] == [may(role, "medical")] * len(WORDS)
        # Whole all the same: what is walked by it fits the script of everybody else.
        script = scenario_of(text)
        whole = scenario_of(await script_of(await centre.operator("mila", role="medic")))
        assert script.version == whole.version
        assert [targets(s) for s in script.steps.values()] == [
            targets(s) for s in whole.steps.values()
        ]

    run(tmp_path, story)


async def in_hand(centre: Centre, who: Operator) -> messages.Card:
    await centre.in_queue(NUMBER, key=KEY)
    await who.takes()
    card = await card_in_hand(centre, who)
    assert card.scenario == SCRIPT
    return card


@pytest.mark.parametrize("role", SERVING)
def test_what_a_medic_decides_is_taken_from_a_medic(tmp_path: Path, role: Role) -> None:
    async def story(centre: Centre) -> None:
        who = await centre.ready("somebody", role=role)
        card = await in_hand(centre, who)
        cells = [*((p, True) for p in BY_ALL.values()), *((p, False) for p in BY_A_MEDIC.values())]
        for revision, (path, everybodys) in enumerate(cells, 1):
            session = walked(card, *path)
            earlier = {name: card.session[name] for name in ("scenario", "version")}
            before = {**card.session, "earlier": [{**earlier, "path": session["path"]}]}
            for sent in (session, before):
                reply = await who.do(draft(card, session=sent, revision=card.revision + revision))
                assert reply.ok == (everybodys or may(role, "medical")), (path, reply.words)
                if not reply.ok:
                    assert reply.code == "not_allowed"
                    finished = saving(card, session=sent, disposition="informed", revision=99)
                    refusal = await who.refused(finished)
                    assert (refusal.code, "медик" in refusal.message) == ("not_allowed", True)
                    kept = await who.done(messages.OpenCard(card=card.id))
                    assert not {"advice", "3"} & {s["step"] for s in kept.session["path"]}

    run(tmp_path, story)


def test_what_a_medic_has_decided_goes_on_with_the_card(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        mila = await centre.ready("mila", role="medic")
        card = await in_hand(centre, mila)
        session = walked(card, *BY_A_MEDIC["the answer and on"])
        await mila.done(draft(card, session=session))
        vera = await centre.ready("vera", role="volunteer")
        assert mila.call is not None
        await mila.done(messages.TransferCall(call=mila.call.id, kind="agent", target="vera"))
        await vera.takes()
        mine = await card_in_hand(centre, vera)
        mine = replace(mine, session=without_address(mine))
        saved = await vera.done(saving(mine, disposition="informed", note="передал"))
        assert saved.session["path"] == session["path"]
        # The same again, at another moment, is another decision.
        again = {**session, "path": [{**one, "at": one["at"] + 1} for one in session["path"]]}
        assert (await vera.refused(draft(saved, session=again))).code == "not_allowed"

    run(tmp_path, story)
