"""What is counted today, and that what is kept about calls does not grow for ever."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.core.extras import CallExtras
from ekc_console.server.live import notifier
from ekc_console.wire import messages
from tests.support import shown
from tests.support.simulated_centre import Centre, Operator, run


async def one_talk(centre: Centre, operator: Operator) -> str:
    caller = await centre.in_queue()
    await operator.takes()
    started = centre.server.core.clock.now()
    await centre.until(
        lambda: centre.server.core.clock.now() > started + 30, "half a minute of talk"
    )
    centre.engine.caller_hangs_up(caller)
    await centre.ended(caller)
    await operator.save_card()
    await operator.done(messages.FinishWrapUp())
    return caller


def day_of(centre: Centre, operator: Operator, queue: str) -> messages.QueueInfo:
    centre.server.live.views.refresh()
    return next(q for q in shown.queues(centre.server.live.views, operator.person) if q.id == queue)


def test_the_day_is_counted_and_survives_a_restart(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await one_talk(centre, anna)
        lost = await centre.in_queue("+79000000303", key="4")
        await anna.until_call("offered")
        centre.engine.caller_hangs_up(lost)
        await centre.ended(lost)

        def counted() -> tuple[int, ...]:
            first, second = (day_of(centre, anna, q) for q in ("appointments", "med_info"))
            return (
                first.offered_today, first.answered_today, first.abandoned_today,
                second.offered_today, second.answered_today, second.abandoned_today,
            )  # fmt: skip

        assert counted() == (1, 1, 0, 1, 0, 1)
        assert anna.me.calls_today == 1
        assert anna.me.talk_s_today == pytest.approx(30, abs=2)

    run(tmp_path, story)


@pytest.mark.parametrize("by", ["caller", "agent"])
def test_who_talks_is_told_that_the_caller_has_hung_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """And not that of what one has done oneself."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        told: list[tuple[str, list[AgentId]]] = []
        hub = centre.server.live.hub
        really = hub.notice

        def notice(message: messages.Notice, logins: Any) -> None:
            told.append((message.words.key, list(logins)))
            really(message, logins)

        monkeypatch.setattr(hub, "notice", notice)
        caller = await centre.in_queue()
        await anna.takes()
        if by == "caller":
            centre.engine.caller_hangs_up(caller)
        else:
            await anna.done(messages.HangUpCall(call=caller))
        await centre.ended(caller)
        expected = [("call.caller_hung_up", [AgentId("anna")])] if by == "caller" else []
        assert [each for each in told if each[0].startswith("call.")] == expected

    run(tmp_path, story)


@pytest.mark.usefixtures("days_pass")
def test_a_wrap_up_after_a_restart_counts_its_call_once(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        await anna.takes()
        centre.engine.caller_hangs_up(caller)
        await centre.ended(caller)
        await centre.start_again()
        before = centre.server.core.extras.agents.get(anna.person.login)
        answered = before.answered if before else 0
        await anna.come()
        await anna.save_card()
        await anna.done(messages.FinishWrapUp())
        await centre.server.core.runtime.settled()
        after = centre.server.core.extras.agents.get(anna.person.login)
        assert (after.answered if after else 0) == answered

    run(tmp_path, story)


def test_what_is_known_of_old_calls_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier, "EXTRAS_KEPT", 3)

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        known = centre.server.core.extras.calls
        for number in range(5):
            known[f"gone{number}"] = CallExtras()  # type: ignore[index]
        caller = await centre.in_queue()
        await anna.until_call("offered")
        await centre.until(lambda: caller in centre.server.core.extras.calls, "known")
        assert set(centre.server.core.extras.calls) == {caller}

    run(tmp_path, story)


def test_midnight_begins_a_new_count(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await one_talk(centre, anna)
        centre.server.core.clock._loop = Later()  # type: ignore[attr-defined]
        lost = await centre.in_queue(key="4")
        centre.engine.caller_hangs_up(lost)
        await centre.ended(lost)
        assert day_of(centre, anna, "appointments").offered_today == 0
        assert day_of(centre, anna, "med_info").offered_today == 1

    run(tmp_path, story)


class Later:
    """The loop's time, a day on."""

    def time(self) -> float:
        import asyncio

        return asyncio.get_event_loop().time() + 24 * 3600
