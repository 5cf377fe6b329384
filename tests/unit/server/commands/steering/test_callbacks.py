"""Who is owed a call, as a supervisor sees it on a shift or not, and closes it with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.wire import messages, steering
from tests.support.cards import owed
from tests.support.simulated_centre import Centre, run
from tests.unit.server.commands.steering.test_calls import TEAMS
from tests.unit.server.commands.steering.test_duty import heard, journalled


def test_a_supervisor_on_no_shift_lists_callbacks_and_closes_one_with_a_reason(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        callback = await owed(centre)
        nina = await centre.operator("nina", role="supervisor", queues=())
        (one,) = (await nina.done(steering.GetCallbacks())).callbacks
        assert (one.id, one.number) == (callback, "+7 900 000-01-01")
        close = messages.CloseCallback(callback=callback, result="cancelled", why="дубль")
        await nina.done(close)
        assert (await nina.done(steering.GetCallbacks())).callbacks == ()
        (fact,) = await journalled(centre, "CallbackClosed")
        assert (fact.by, fact.why) == ("nina", "дубль")
        assert (await nina.refused(close)).message == "Этого обратного вызова уже нет в списке."

    run(tmp_path, story)


def test_callbacks_of_other_teams_are_not_listed(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        callback = await owed(centre, key="1")
        nina = await centre.operator("nina", role="supervisor", queues=())
        oleg = await centre.operator("oleg", role="supervisor", queues=())
        assert [c.id for c in (await nina.done(steering.GetCallbacks())).callbacks] == [callback]
        assert (await oleg.done(steering.GetCallbacks())).callbacks == ()

    run(tmp_path, story, teams=TEAMS)


def test_a_callback_is_given_to_a_person_of_the_own_team_who_is_told(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        callback = await owed(centre, key="1")
        nina = await centre.operator("nina", role="supervisor", queues=())
        oleg = await centre.operator("oleg", role="supervisor", queues=())
        anna = await centre.ready("anna", queues=("general",))
        assert centre.server.live.views.callbacks(anna.person) == []
        await centre.ready("boris", queues=("general",))
        told = heard(centre)
        give = steering.AssignCallback(callback=callback, agent="anna", why="знакомы")
        assert (await oleg.refused(give)).code == "not_allowed"
        other = steering.AssignCallback(callback=callback, agent="boris")
        assert "не из ваших команд" in (await nina.refused(other)).message
        await nina.done(give)
        (one,) = (await nina.done(steering.GetCallbacks())).callbacks
        assert one.assigned == "Оператор anna"
        unseen = steering.AssignCallback(callback=callback, agent="", seen="")
        late = await nina.refused(unseen)
        assert "уже поручен другим: перезвонит Оператор anna." in late.message
        assert told == [("Оператор nina поручает вам обратный вызов: знакомы.", ["anna"])]
        (fact,) = await journalled(centre, "CallbackAssigned")
        assert (fact.agent, fact.by, fact.why) == ("anna", "nina", "знакомы")
        assert [c.id for c in centre.server.live.views.callbacks(anna.person)] == [callback]
        await anna.done(messages.CloseCallback(callback=callback, result="cancelled"))
        assert "уже нет в списке" in (await nina.refused(give)).message

    run(tmp_path, story, teams=TEAMS)


def test_a_callback_is_put_off_until_a_time_and_brought_back(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        callback = await owed(centre, key="1")
        nina = await centre.operator("nina", role="supervisor", queues=())
        oleg = await centre.operator("oleg", role="supervisor", queues=())
        now = centre.server.core.clock.now()
        put_off = steering.PostponeCallback(callback=callback, until=now + 3600, why="просил")
        assert (await oleg.refused(put_off)).code == "not_allowed"
        for wrong in (now - 1, now + 31 * 86_400):
            body = steering.PostponeCallback(callback=callback, until=wrong)
            assert "Отложить можно" in (await nina.refused(body)).message
        await nina.done(put_off)
        (one,) = (await nina.done(steering.GetCallbacks())).callbacks
        assert one.postponed
        assert one.not_before >= now + 3600
        (fact,) = await journalled(centre, "CallbackPostponed")
        assert (fact.by, fact.why) == ("nina", "просил")
        await nina.done(steering.PostponeCallback(callback=callback, until=None))
        (one,) = (await nina.done(steering.GetCallbacks())).callbacks
        assert not one.postponed
        await nina.done(messages.CloseCallback(callback=callback, result="cancelled"))
        assert "уже нет в списке" in (await nina.refused(put_off)).message

    run(tmp_path, story, teams=TEAMS)


def test_a_later_time_of_another_supervisor_is_not_taken_back(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        callback = await owed(centre, key="1")
        nina = await centre.operator("nina", role="supervisor", queues=())
        chief = await centre.operator("chief", role="admin", queues=())
        at = centre.server.core.clock.now() + 3600
        await nina.done(steering.PostponeCallback(callback=callback, until=at))
        back = steering.PostponeCallback(callback=callback, until=None, instead_of=at)
        later = steering.PostponeCallback(callback=callback, until=at + 86_400)
        await chief.done(later)
        refusal = await nina.refused(back)
        assert refusal.code == "conflict"
        assert "другой распорядился иначе" in refusal.message
        (one,) = (await nina.done(steering.GetCallbacks())).callbacks
        assert one.not_before >= at + 86_400
        await chief.done(steering.PostponeCallback(callback=callback, until=at))
        await nina.done(back)
        (one,) = (await nina.done(steering.GetCallbacks())).callbacks
        assert not one.postponed

    run(tmp_path, story, teams=TEAMS)


@pytest.mark.parametrize(
    ("number", "refusal"),
    [("+4930123456", ""), ("+88312345678", ""), ("1234", "Поручите его человеку"),
     ("112", "Поручите его человеку")],
)  # fmt: skip
def test_a_number_that_is_held_back_is_released_but_never_a_short_or_emergency_one(
    tmp_path: Path, number: str, refusal: str
) -> None:
    async def story(centre: Centre) -> None:
        callback = await owed(centre, number=number)
        nina = await centre.operator("nina", role="supervisor", queues=())
        anna = await centre.ready("anna", queues=("home_visit",))
        release = steering.ReleaseCallback(callback=callback, why="наш пациент")
        assert (await anna.refused(release)).code == "not_allowed"
        if refusal:
            assert refusal in (await nina.refused(release)).message
            return
        (before,) = centre.server.live.views.callbacks(anna.person)
        assert before.held
        assert not before.may_dial
        await nina.done(release)
        (after,) = (await nina.done(steering.GetCallbacks())).callbacks
        assert (after.held, after.released, after.may_dial) == ("", True, True)
        (fact,) = await journalled(centre, "CallbackReleased")
        assert (fact.by, fact.why) == ("nina", "наш пациент")
        assert "решать нечего" in (await nina.refused(release)).message

    run(tmp_path, story)
