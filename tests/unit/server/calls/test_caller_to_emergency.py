"""Whose number an emergency service is told, and that nobody else is told it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ekc_console.config import Config, Overflow, Place
from ekc_console.wire import call_control, messages
from tests.support.simulated_centre import NUMBER, Centre, Operator, run

OUTSIDE = "+79000000202"


async def in_talk(centre: Centre, number: str | None = NUMBER) -> tuple[Operator, str]:
    anna = await centre.ready("anna")
    caller = await centre.in_queue(number)
    await anna.takes()
    return anna, caller


def told(centre: Centre) -> list[tuple[str, str]]:
    """From now on: numbers that are dialled, and the caller's number that goes with each."""
    found: list[tuple[str, str]] = []
    dial = centre.engine.dial

    async def noted(leg: str, number: str, **how: Any) -> None:
        found.append((number, how.get("for_caller", "")))
        await dial(leg, number, **how)

    centre.engine.dial = noted  # type: ignore[method-assign]
    return found


def test_the_callers_number_reaches_every_emergency_service_that_is_called(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        found = told(centre)
        centre.engine.outside_party("103", "busy")
        centre.engine.outside_party("112", "answer", tone=1500)
        await anna.done(call_control.CallEmergency(call=caller))
        await centre.until(lambda: len(found) == 2, "both are called")
        assert found == [("103", NUMBER), ("112", NUMBER)]

    run(tmp_path, story)


def test_a_service_that_is_asked_as_in_any_consultation_is_told_too(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        found = told(centre)
        centre.engine.outside_party("104", "answer", tone=1500)
        await anna.done(messages.StartConsult(call=caller, kind="number", target="104"))
        await centre.until(lambda: found == [("104", NUMBER)], "told")

    run(tmp_path, story)


def test_the_number_of_a_caller_who_has_hung_up_is_told_by_the_operator_s_own_call(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        centre.engine.caller_hangs_up(caller)
        await anna.until_me("wrap_up")
        found = told(centre)
        await anna.done(call_control.CallEmergency())
        await centre.until(lambda: found == [("103", NUMBER)], "told")

    run(tmp_path, story)


def test_a_caller_whom_the_queue_sends_on_to_112_is_told_of(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        found = told(centre)
        await centre.in_queue()
        await centre.until(lambda: found == [("112", NUMBER)], "told")

    first, *others = Config().queues
    to = (Place(number="112"),)
    rule = Overflow(when="no_agents", to=to)
    run(tmp_path, story, queues=(replace(first, overflow=(rule,)), *others))


@pytest.mark.parametrize(("number", "called"), [(None, "103"), (NUMBER, OUTSIDE)])
def test_a_withheld_number_is_told_to_nobody_and_none_to_others(
    tmp_path: Path, number: str | None, called: str
) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre, number)
        found = told(centre)
        centre.engine.outside_party(called, "answer", tone=1500)
        await anna.done(messages.StartConsult(call=caller, kind="number", target=called))
        await centre.until(lambda: found == [(called, "")], "dialled")

    run(tmp_path, story)
