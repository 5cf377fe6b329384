"""Kept places, callbacks, overflow and refused calls at a whole server on the simulated engine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ekc_console.config import Config, Overflow, Place, Queue
from ekc_console.domain.facts import AnnouncementSet, NumberBlocked, QueueClosed
from ekc_console.domain.terms.ids import QueueId
from ekc_console.wire import messages
from tests.support import shown
from tests.support.simulated_centre import NUMBER, Centre, run

OUTSIDE = "+78005550122"


def queues(**changes: object) -> tuple[Queue, ...]:
    """The usual queues, with the first one changed."""
    first, *others = Config().queues
    return (replace(first, **changes), *others)


def test_a_place_is_kept_by_key_and_the_operator_dials(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(NUMBER, "answer", tone=1500, ring_s=2)
        caller = await centre.in_queue()
        queued_at = centre.record(caller).queued_at
        await centre.until(lambda: centre.engine.heard(caller).music, "music")
        centre.engine.caller_presses(caller, "1")
        await centre.until(lambda: centre.engine.heard(caller).file is not None, "the word")
        record = await centre.ended(caller)
        assert (record.outcome, record.state.by) == ("flowed_out", "system")

        anna = await centre.ready()
        offered = await anna.until_call("offered")
        assert (offered.direction, offered.callback) == ("out", "cb1")
        assert offered.queued_at == queued_at
        await anna.done(messages.AcceptOffer(offer=offered.offer))
        await anna.until_call("dialing")
        await anna.until_call("talking")
        assert centre.engine.heard(anna.leg).tones == {1500}
        assert not centre.server.core.router.callbacks

    run(tmp_path, story, queues=queues(keep_place_key="1"))


def test_a_withheld_number_keeps_waiting(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        caller = await centre.in_queue(None)
        await centre.until(lambda: centre.engine.heard(caller).music, "music")
        centre.engine.caller_presses(caller, "1")
        await centre.until(lambda: centre.engine.heard(caller).file is not None, "the word")
        await centre.until(lambda: centre.engine.heard(caller).music, "music again")

    run(tmp_path, story, queues=queues(keep_place_key="1"))


def test_who_gave_up_is_called_back(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(NUMBER, "ring")
        caller = await centre.in_queue()
        centre.engine.caller_hangs_up(caller)
        await centre.ended(caller)
        anna = await centre.ready()
        offered = await anna.until_call("offered")
        await anna.done(messages.AcceptOffer(offer=offered.offer))
        await anna.until_me("ready")
        assert (await centre.ended(offered.id)).outcome == "no_answer"
        (callback,) = centre.server.core.router.callbacks.values()
        assert callback.attempts == 1

    run(tmp_path, story, queues=queues(callback_after_s=5.0))


def test_forwarded_to_an_outside_number(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OUTSIDE, "answer", tone=1500, ring_s=2)
        caller = await centre.in_queue()
        await centre.until(lambda: centre.engine.heard(caller).tones == {1500}, "the talk")
        outside = next(leg for leg in centre.engine.legs if leg.startswith("fwd-"))
        centre.engine.caller_hangs_up(outside)
        assert (await centre.ended(caller)).outcome == "forwarded"

        caller = await centre.in_queue()
        await centre.until(lambda: centre.engine.heard(caller).tones == {1500}, "the talk")
        centre.engine.caller_hangs_up(caller)
        assert (await centre.ended(caller)).outcome == "forwarded"
        await centre.until(
            lambda: not any(leg.startswith("fwd-") for leg in centre.engine.legs), "both gone"
        )

    rule = Overflow(when="no_agents", to=(Place(number=OUTSIDE),))
    run(tmp_path, story, queues=queues(overflow=(rule,)))


def test_a_number_that_is_busy_leaves_the_caller_in_the_queue(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OUTSIDE, "busy")
        caller = await centre.in_queue()
        await centre.until(lambda: type(centre.record(caller).state).__name__ == "Waiting", "back")
        await centre.until(lambda: centre.engine.heard(caller).music, "music")

    rule = Overflow(when="no_agents", to=(Place(number=OUTSIDE),))
    run(tmp_path, story, queues=queues(overflow=(rule,)))


def test_a_closed_queue_says_so_and_lets_go(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.server.core.runtime.submit(QueueClosed(QueueId("appointments"), "boss"))
        caller = await centre.in_queue()
        record = await centre.ended(caller)
        assert (record.outcome, record.callback) == ("flowed_out", None)
        other = await centre.in_queue(key="2")
        assert centre.record(other).ended_at is None

    rule = Overflow(when="closed", to=(Place(announcement="Мы закрыты."), Place(close=True)))
    run(tmp_path, story, queues=queues(overflow=(rule,)))


def test_a_callback_by_overflow_and_a_move_to_another_queue(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        caller = await centre.in_queue()
        assert (await centre.ended(caller)).callback == "cb1"
        hidden = await centre.in_queue(None)
        assert centre.record(hidden).queue == "general"

    rule = Overflow(when="no_agents", to=(Place(callback=True), Place(queue="general")))
    run(tmp_path, story, queues=queues(overflow=(rule,)))


def test_a_blocked_number_is_refused(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.server.core.runtime.submit(NumberBlocked(NUMBER, None, "boss"))
        caller = centre.engine.caller_calls(NUMBER, tone=700)
        await centre.until(lambda: centre.record(caller) is not None, "the call")
        record = await centre.ended(caller)
        assert (record.outcome, record.queued_at) == ("refused", None)

    run(tmp_path, story)


def test_everybody_hears_the_announcement_first(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        library = centre.server.calls.switch._prompts
        emergency = await library.speak("Аварийное сообщение.")
        centre.server.core.runtime.submit(AnnouncementSet("Аварийное сообщение.", "boss"))
        caller = await centre.in_menu()
        assert centre.engine.heard(caller).file == emergency
        await centre.until(lambda: centre.engine.heard(caller).file != emergency, "the menu")

    run(tmp_path, story)


def test_the_engine_dies_and_kept_places_live(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        caller = await centre.in_queue()
        await centre.until(lambda: centre.engine.heard(caller).music, "music")
        centre.engine.caller_presses(caller, "1")
        await centre.ended(caller)
        centre.engine.crash()
        await centre.until(lambda: not centre.server.live.views.engine.up, "engine down")
        centre.engine.recover()
        await centre.until(lambda: centre.server.live.views.engine.up, "engine up")
        (call,) = centre.server.core.router.calls.values()
        assert call.virtual
        anna = await (await centre.operator("anna")).come()
        views = centre.server.live.views
        views.refresh()
        (waiting,) = shown.waiting(views, anna.person)
        assert waiting.virtual
        assert not waiting.wants_callback

    run(tmp_path, story, queues=queues(keep_place_key="1"))
