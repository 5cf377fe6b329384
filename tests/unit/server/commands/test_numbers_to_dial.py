"""Which numbers a person may have dialled, by every way there is; which the machine never dials."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ekc_console.config import Calls
from ekc_console.domain.state import callback as cb
from ekc_console.domain.terms.dialling import KINDS, NumberKind, kind_of
from ekc_console.domain.terms.numbers import canonical
from ekc_console.server.live.welcome import WelcomeWords
from ekc_console.wire import messages
from tests.support.simulated_centre import Centre, Operator, run

ABROAD = "+5351234567"
OWN = "+78005550122"
CALLS = Calls(own_numbers=(OWN,))


async def lost(centre: Centre, number: str) -> str:
    """Somebody with that number rings, waits and gives up; the callback's id."""
    caller = await centre.in_queue(number)
    centre.engine.caller_hangs_up(caller)
    await centre.ended(caller)
    return next(
        c.id for c in centre.server.core.router.callbacks.values() if c.number == canonical(number)
    )


def row(centre: Centre, who: Operator, callback: str) -> messages.CallbackInfo:
    return next(c for c in centre.server.live.views.callbacks(who.person) if c.id == callback)


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (ABROAD, "not_allowed", "зарубежный"),
        ("+77011234567", "not_allowed", "зарубежный"),
        ("+78091234567", "not_allowed", "платный"),
        ("+881612345678", "not_allowed", "спутниковый"),
        (OWN, "not_allowed", "номер самого центра"),
        ("1234567", "bad_value", "не полный номер"),
    ],
)
def test_no_way_leads_to_a_number_that_the_role_may_not_dial(
    tmp_path: Path, number: str, code: str, words: str
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        refusals = [await anna.refused(messages.Dial(number=number))]
        refusals.append(await anna.refused(messages.CallMyPhone(number=number)))
        refusals.append(await anna.refused(messages.StandBy(number=number)))
        call = await centre.in_queue()
        await anna.takes()
        for body in (
            messages.TransferCall(call=call, kind="number", target=number),
            messages.StartConsult(call=call, kind="number", target=number),
        ):
            refusals.append(await anna.refused(body))
        for refusal in refusals:
            assert (refusal.code, words in refusal.message) == (code, True), refusal
        assert anna.call is not None
        assert anna.call.state == "talking"

    run(tmp_path, story, calls=CALLS)


def test_a_local_number_without_its_code_is_one_of_the_centres_area(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        caller = await centre.in_queue("1234567")
        centre.engine.caller_hangs_up(caller)
        await centre.ended(caller)
        (callback,) = centre.server.core.router.callbacks.values()
        assert callback.number == "+74951234567"
        anna = await centre.ready("anna")
        centre.engine.outside_party("+74957654321", "answer", tone=1500)
        await anna.done(messages.Dial(number="765-43-21"))
        await anna.until_call("talking")

    run(tmp_path, story, calls=Calls(area_code="495"))


def test_a_console_knows_the_centres_own_numbers_and_asks_before_them(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        chief = await centre.ready("chief", role="supervisor")
        core = centre.server.core
        words = WelcomeWords(
            router=core.router, clock=core.clock, topics={}, scripts={}, pbx_authorities=""
        )
        welcome = words.to(chief.person, "e")
        assert welcome.own_numbers == (OWN,)
        assert welcome.area_code == "495"
        assert "own" in welcome.asked_kinds
        assert welcome.refused_kinds == ()
        anna = await centre.ready("anna")
        told = words.to(anna.person, "e")
        assert (told.asked_kinds, told.refused_kinds) == ((), welcome.asked_kinds)
        assert "foreign" in told.refused_kinds
        assert told.dial_roles == ("supervisor", "admin")

    run(tmp_path, story, calls=Calls(own_numbers=(OWN,), area_code="495"))


def test_a_supervisor_may_dial_it(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        chief = await centre.ready("chief", role="supervisor")
        centre.engine.outside_party(ABROAD, "answer", tone=1500)
        await chief.done(messages.Dial(number=ABROAD))
        await chief.until_call("talking")

    run(tmp_path, story)


def test_who_may_dial_the_rest_is_in_the_settings(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        chief = await centre.ready("chief", role="supervisor")
        refusal = await chief.refused(messages.Dial(number=ABROAD))
        assert "может администратор" in refusal.message
        anna = await centre.ready("anna")
        centre.engine.outside_party(OWN, "answer", tone=1500)
        await anna.done(messages.Dial(number=OWN))

    run(tmp_path, story, calls=Calls(other_kinds_by=("admin",)))


@pytest.mark.parametrize("role", ["operator", "volunteer", "supervisor"])
@pytest.mark.parametrize("number", ["103", "112", "101"])
def test_the_hand_over_to_an_emergency_service_is_never_refused(
    tmp_path: Path, role: messages.Role, number: str
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna", role=role)
        call = await centre.in_queue()
        await anna.takes()
        centre.engine.outside_party(number, "answer", tone=1500)
        await anna.done(messages.TransferCall(call=call, kind="number", target=number))
        await centre.until(lambda: centre.engine.heard(call).tones == {1500}, "103")

    run(tmp_path, story, calls=Calls(kinds=(), other_kinds_by=(), own_numbers=("103", "112")))


def test_the_emergency_number_of_the_settings_is_one_whatever_it_looks_like(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        centre.engine.outside_party(ABROAD, "answer", tone=1500)
        await anna.done(messages.Dial(number=ABROAD))

    run(tmp_path, story, calls=Calls(emergency=ABROAD))


def test_nobodys_telephone_is_the_ambulance(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        assert (await anna.refused(messages.CallMyPhone(number="103"))).code == "bad_value"

    run(tmp_path, story)


def test_a_callback_to_another_kind_says_so_and_waits_for_who_may_decide(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        owed = await lost(centre, ABROAD)
        usual = await lost(centre, "+79000000777")
        anna = await centre.operator("anna")
        await anna.come()
        await anna.open_line()
        chief = await centre.operator("chief", role="supervisor")
        await chief.come()
        await chief.open_line()
        assert (row(centre, anna, owed).held, row(centre, anna, owed).may_dial) == (
            "foreign",
            False,
        )
        assert row(centre, chief, owed).may_dial
        assert (row(centre, anna, usual).held, row(centre, anna, usual).may_dial) == ("", True)
        refusal = await anna.refused(messages.DialCallback(callback=owed))
        assert "руководитель или администратор" in refusal.message
        assert isinstance(centre.server.core.router.callbacks[owed].state, cb.Open)  # type: ignore[index]
        centre.engine.outside_party(ABROAD, "answer", tone=1500)
        await chief.done(messages.DialCallback(callback=owed))
        await chief.until_call("talking")
        assert owed not in centre.server.core.router.callbacks

    run(tmp_path, story)


def test_an_operator_may_close_what_the_role_may_not_dial(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        owed = await lost(centre, ABROAD)
        anna = await (await centre.operator("anna")).come()
        await anna.done(messages.CloseCallback(callback=owed, result="cancelled"))
        assert owed not in centre.server.core.router.callbacks

    run(tmp_path, story)


# -- a hundred callers who gave up ----------------------------------------------------


def numbers_of(kind: NumberKind, chance: random.Random) -> list[str]:
    """Ten of that kind, as a trunk may write them."""
    tails = [f"{tail:07}" for tail in chance.sample(range(10**7), 10)]
    return {
        "mobile": [f"{chance.choice(('8', '+7', '7', ''))}916{tail}" for tail in tails],
        "fixed": [f"{chance.choice(('8495', '+7812', '7343'))}{tail}" for tail in tails],
        "toll_free": [f"8{chance.choice(('800', '804'))}{tail}" for tail in tails],
        "emergency": ["01", "02", "03", "04", "101", "102", "103", "104", "112", "911"],
        "short": [str(1000 + int(tail) % 100_000) for tail in tails],
        "premium": [f"{chance.choice(('8809', '8803', '+1900'))}{tail}" for tail in tails],
        "satellite": [f"{chance.choice(('+8816', '+8707', '+8821'))}{tail}" for tail in tails],
        "foreign": [f"{chance.choice(('+7701', '99890', '+1876', '810535'))}{t}" for t in tails],
        "malformed": [chance.choice(("*21*7916{}", "{}", "0000{}0")).format(t) for t in tails],
        "own": [f"+7499{tail}" for tail in tails],
    }[kind]


@pytest.mark.long
def test_of_a_hundred_callers_the_machine_dials_those_it_may(tmp_path: Path) -> None:
    chance = random.Random(11)
    sent = {kind: numbers_of(kind, chance) for kind in KINDS}
    kinds = {canonical(n) or "": kind for kind, numbers in sent.items() for n in numbers}
    own = tuple(sent["own"])
    assert len(kinds) == 100
    assert {number: kind_of(number, own) for number in kinds} == kinds
    allowed = {n for n, kind in kinds.items() if kind in ("mobile", "fixed", "toll_free")}

    async def story(centre: Centre) -> None:
        dialled: list[str] = []
        dial = centre.engine.dial

        async def noted(leg: str, number: str, **how: Any) -> None:
            dialled.append(number)
            await dial(leg, number, **how)

        centre.engine.dial = noted  # type: ignore[method-assign]
        for number in kinds:
            centre.engine.outside_party(number, "answer", tone=1500)
        callers = [number for numbers in sent.values() for number in numbers]
        for number in chance.sample(callers, len(callers)):
            await lost(centre, number)
        assert dialled == []

        anna = await centre.ready("anna")
        for _ in allowed:
            call = await anna.takes()
            await anna.done(messages.HangUpCall(call=call.id))
        began = centre.server.core.clock.now()
        await centre.until(lambda: centre.server.core.clock.now() > began + 100, "more time")
        assert Counter(dialled) == Counter(allowed)

        left = centre.server.live.views.callbacks(anna.person)
        router = centre.server.core.router
        why = {router.callbacks[c.id].number: c.held for c in left}  # type: ignore[index]
        assert why == {n: kind for n, kind in kinds.items() if n not in allowed}
        assert {c.held for c in left if c.may_dial} == {"emergency", "short"}

    run(tmp_path, story, calls=Calls(own_numbers=own))


def test_who_does_not_respond_is_told_to_be_ready_first(tmp_path: Path) -> None:
    """There is no call to finish."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await centre.in_queue()
        await anna.until_me("not_responding")
        refusal = await anna.refused(messages.Dial(number="+79000000002"))
        assert refusal.message.startswith("Сначала скажите, что вы готовы")

    run(tmp_path, story)
