"""A part of the server or the engine tells nothing: the core's deadline brings the caller back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ekc_console.config import Overflow, Place, Queue
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.patience import CONNECT_S, DIAL_MARGIN_S, MENU_STEP_S
from ekc_console.domain.terms.ids import QueueId
from ekc_console.server.engine.protocol import EngineError
from ekc_console.wire import messages
from tests.support import simulated_centre
from tests.support.simulated_centre import QUEUES, Centre, run

OUTSIDE = "+79000000404"


def test_nothing_is_told_of_a_join(tmp_path: Path) -> None:
    """The next operator gets the caller, by the time of the caller's own."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        queued_at = centre.record(caller).queued_at
        offer = await anna.until_call("offered")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(centre.server.calls.switch, "_connect", nothing)
            await anna.done(messages.AcceptOffer(offer=offer.offer))
            began = centre.server.core.clock.now()
            await centre.until(
                lambda: isinstance(centre.record(caller).state, cl.Waiting), "the place again"
            )
        assert centre.server.core.clock.now() - began == pytest.approx(CONNECT_S, abs=0.1)
        assert centre.engine.heard(caller).music
        await anna.takes()
        assert centre.record(caller).queued_at == queued_at
        assert centre.engine.heard(caller).tones == {1100}

    run(tmp_path, story)


async def nothing(*_: Any) -> None:
    pass


def test_a_prompt_whose_end_is_never_told(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(simulated_centre, "PATIENCE_S", MENU_STEP_S + 60)

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        monkeypatch.setattr(centre.server.calls.menus, "playback_ended", lambda *_: None)
        caller = await centre.in_menu()
        await anna.until_call("offered")
        assert centre.record(caller).queue == QUEUES[-1]
        await anna.takes()
        centre.engine.caller_presses(caller, "1")
        assert centre.engine.heard(caller).tones == {1100}, "the menu touches the caller no more"

    run(tmp_path, story)


def test_an_outside_number_that_cannot_be_joined(tmp_path: Path) -> None:
    rule = Overflow(when="no_agents", to=(Place(number=OUTSIDE),))
    queues = tuple(Queue(QueueId(name), name, overflow=(rule,)) for name in QUEUES)

    async def story(centre: Centre) -> None:
        join = centre.engine.join

        async def refuses(bridge: str, leg: str) -> None:
            if bridge.startswith("fwd-"):
                raise EngineError("Мост не отвечает.")
            await join(bridge, leg)

        centre.engine.join = refuses  # type: ignore[method-assign]
        centre.engine.outside_party(OUTSIDE, "answer", tone=1500, ring_s=1)
        caller = await centre.in_queue()
        began = centre.server.core.clock.now()
        await centre.until(lambda: centre.engine.heard(caller).music, "music")
        await centre.until(
            lambda: isinstance(centre.record(caller).state, cl.Waiting), "the place again"
        )
        assert centre.server.core.clock.now() - began < 40 + DIAL_MARGIN_S + 1
        await centre.until(lambda: len(centre.engine.legs) == 1, "the outside line is ended")
        anna = await centre.ready()
        await anna.takes()
        assert centre.engine.heard(caller).tones == {1100}

    run(tmp_path, story, queues=queues)
