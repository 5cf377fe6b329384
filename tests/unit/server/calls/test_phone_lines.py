"""The operator's voice on a telephone that the server calls."""

from __future__ import annotations

from pathlib import Path

from ekc_console.server.calls.operator_lines import phone_agent
from ekc_console.wire import messages
from tests.support.simulated_centre import Centre, Operator, run

DESK_PHONE = "+79000000303"


async def with_phone(centre: Centre, role: messages.Role = "operator") -> Operator:
    anna = await (await centre.operator()).come()
    await anna.done(messages.CallMyPhone(number=DESK_PHONE))
    return anna


def phone_leg(centre: Centre) -> str:
    return next(leg for leg in centre.engine.legs if phone_agent(leg))


def test_a_telephone_that_answers_is_the_line(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(DESK_PHONE, "answer", tone=1100)
        anna = await with_phone(centre)
        await centre.until(lambda: anna.me.line_up, "the telephone is up")
        await anna.done(messages.GoReady())
        caller = await centre.in_queue()
        await anna.takes()
        assert centre.engine.heard(caller).tones == {1100}
        await anna.done(messages.CallMyPhone(number=DESK_PHONE))  # again: nothing changes
        leg = phone_leg(centre)
        centre.engine.caller_hangs_up(leg)
        await centre.until(lambda: not anna.me.line_up, "the telephone is down")
        call = centre.server.core.router.calls
        assert caller in call, "the caller waits for another operator"

    run(tmp_path, story)


def test_a_telephone_that_does_not_answer_and_one_that_is_hung_up_at_the_end(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(DESK_PHONE, "busy")
        anna = await with_phone(centre)
        await centre.until(lambda: not any(map(phone_agent, centre.engine.legs)), "it is over")
        assert not anna.me.line_up
        centre.engine.outside_party(DESK_PHONE, "answer")
        await anna.done(messages.CallMyPhone(number=DESK_PHONE))
        await centre.until(lambda: anna.me.line_up, "the telephone is up")
        await anna.done(messages.LogOut())
        await centre.until(lambda: not any(map(phone_agent, centre.engine.legs)), "hung up")

    run(tmp_path, story)


def test_what_is_refused(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await (await centre.operator()).come()
        assert (await anna.refused(messages.CallMyPhone(number="звони"))).code == "bad_value"

    run(tmp_path, story)


def test_the_agent_in_a_legs_name() -> None:
    assert phone_agent("phone-anna-k-0123abcd") == "anna-k"
    assert phone_agent("out-0123abcd") is None
    assert phone_agent("phone-") is None
