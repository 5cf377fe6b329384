"""A request that is sent again under its id, by who has other rights by then."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from ekc_console.wire import messages
from tests.support.cards import visit_ordered
from tests.support.simulated_centre import Centre, run


def test_a_repeated_request_is_answered_by_the_reach_of_now(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        nina = await (await centre.operator("nina", "supervisor", queues=())).come()
        await visit_ordered(centre, anna)
        found = await nina.do(messages.FindContacts(text="Иванова"), "same")
        assert isinstance(found.result, messages.Contacts)
        assert found.result.contacts
        nina.person = dataclasses.replace(nina.person, role="trainee")
        again = await nina.do(messages.FindContacts(text="Иванова"), "same")
        assert again.result == messages.Contacts(contacts=())

    run(tmp_path, story)


def test_what_was_done_is_not_done_again_by_another_role(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        assert (await anna.do(messages.GoBreak(reason="lunch"), "same")).ok
        await anna.done(messages.GoReady())
        anna.person = dataclasses.replace(anna.person, role="volunteer")
        assert (await anna.do(messages.GoBreak(reason="lunch"), "same")).ok
        assert anna.me.state == "ready"

    run(tmp_path, story)
