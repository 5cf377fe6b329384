"""A request that is sent again under its id, by who has other rights by then."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path
from typing import Any

import pytest

from ekc_console.server.people.person import Person
from ekc_console.wire import messages, side_work
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


def test_a_request_repeated_while_it_is_on_its_way_is_answered_by_the_reach_of_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        nina = await (await centre.operator("nina", "supervisor", queues=())).come()
        await visit_ordered(centre, anna)
        find, slow = centre.server.cards.find, asyncio.Event()

        async def slowly(person: Person, *asked: Any) -> messages.Contacts:
            found = await find(person, *asked)
            await slow.wait()
            return found

        monkeypatch.setattr(centre.server.cards, "find", slowly)
        body = messages.FindContacts(text="Иванова")
        first = asyncio.create_task(nina.do(body, "same"))
        await asyncio.sleep(0.1)
        nina.person = dataclasses.replace(nina.person, role="trainee")
        again = [asyncio.create_task(nina.do(body, "same")) for _ in range(2)]
        await asyncio.sleep(0.1)
        slow.set()
        assert (await first).result != messages.Contacts(contacts=())
        for task in again:
            assert (await task).result == messages.Contacts(contacts=())

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


def test_what_tells_its_result_is_not_done_again_by_other_rights_either(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        body = side_work.AddSuggestion(text="опечатка", source="caller")
        first = await anna.do(body, "same")
        for change in ({"name": "Анна Петровна"}, {"queues": ("other",)}):
            anna.person = dataclasses.replace(anna.person, **change)
            assert (await anna.do(body, "same")).result == first.result

    run(tmp_path, story)
