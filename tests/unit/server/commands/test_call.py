"""Transfer, consultation and keys: what is done, what is refused and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.wire import messages
from tests.support.simulated_centre import Centre, Operator, run

OUTSIDE = "+79000000202"


async def in_talk(centre: Centre, **fields: object) -> tuple[Operator, str]:
    anna = await centre.ready("anna", **fields)
    caller = await centre.in_queue()
    await anna.takes()
    return anna, caller


async def heard(centre: Centre, leg: str, tones: set[int]) -> None:
    await centre.until(lambda: centre.engine.heard(leg).tones == tones, f"{leg} hears {tones}")


@pytest.mark.parametrize(
    "body",
    [
        messages.TransferCall(call="c9", kind="queue", target="general"),
        messages.StartConsult(call="c9", kind="agent", target="boris"),
        messages.SwitchConsult(call="c9", heard="all"),
        messages.CompleteConsult(call="c9"),
        messages.CancelConsult(call="c9"),
        messages.SendKeys(call="c9", keys="1"),
    ],
    ids=lambda body: type(body).__name__,
)
def test_without_the_call_nothing_is_done(tmp_path: Path, body: messages.Command) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        assert (await anna.refused(body)).code == "wrong_state"

    run(tmp_path, story)


@pytest.mark.parametrize("body", [messages.HoldCall, messages.ResumeCall, messages.HangUpCall])
def test_who_gave_the_call_away_cannot_touch_it_any_more(
    tmp_path: Path, body: type[messages.HoldCall]
) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        olga = await centre.ready("olga")
        await anna.done(messages.TransferCall(call=caller, kind="agent", target="olga"))
        await olga.takes()
        assert anna.me.state == "wrap_up"
        if body is messages.ResumeCall:
            await olga.done(messages.HoldCall(call=caller))
        before = centre.record(caller)
        assert (await anna.refused(body(call=caller))).code == "wrong_state"
        assert centre.record(caller) is before

    run(tmp_path, story)


def test_targets_that_do_not_exist_or_cannot_now(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        boris = await centre.ready("boris")
        await boris.done(messages.GoBreak(reason="lunch"))
        await (await centre.operator("vera")).come()

        def give(kind: str, target: str) -> messages.TransferCall:
            return messages.TransferCall(call=caller, kind=kind, target=target)  # type: ignore[arg-type]

        wrong = [
            (give("queue", "nothing"), "unknown", "Такой очереди нет."),
            (give("menu", "nothing"), "unknown", "Такого меню нет."),
            (give("agent", "nobody"), "unknown", "Такого оператора на смене нет."),
            (give("agent", "anna"), "unknown", "Такого оператора на смене нет."),
            (give("agent", "boris"), "wrong_state", "Оператор boris: на перерыве."),
            (give("number", "позвони"), "bad_value", "«позвони» — не номер телефона."),
            (
                messages.StartConsult(call=caller, kind="agent", target="boris"),
                "wrong_state",
                "Выберите другого оператора.",
            ),
            (messages.SendKeys(call=caller, keys="1x"), "bad_value", "до 32 штук"),
            (messages.SendKeys(call=caller, keys=""), "bad_value", "до 32 штук"),
            (messages.CompleteConsult(call=caller), "wrong_state", "Консультации уже нет."),
        ]
        for body, code, words in wrong:
            refusal = await anna.refused(body)
            assert (refusal.code, words in refusal.message) == (code, True), refusal
        assert anna.call is not None
        assert anna.call.state == "talking"

    run(tmp_path, story)


def test_whom_a_call_can_be_given_to(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna", role="volunteer")
        boris = await centre.ready("boris")
        await centre.ready("clara")
        await boris.done(messages.GoBreak(reason="lunch"))
        found: messages.Targets = await anna.done(messages.GetTargets())
        assert [(a.id, a.free) for a in found.agents] == [("clara", True), ("boris", False)]
        assert {q.id: q.ready for q in found.queues}["appointments"] == 2
        assert found.menus
        assert (found.emergency, found.outside) == ("103", False)
        assert (await boris.done(messages.GetTargets())).outside

    run(tmp_path, story)


def test_a_volunteer_calls_the_emergency_number_and_no_other(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        vera, caller = await in_talk(centre, role="volunteer")
        outside = messages.TransferCall(call=caller, kind="number", target=OUTSIDE)
        assert (await vera.refused(outside)).code == "not_allowed"
        consult = messages.StartConsult(call=caller, kind="number", target=OUTSIDE)
        assert (await vera.refused(consult)).code == "not_allowed"
        centre.engine.outside_party("103", "answer", tone=1500)
        await vera.done(messages.TransferCall(call=caller, kind="number", target="103"))
        await heard(centre, caller, {1500})

    run(tmp_path, story)


def test_keys_go_to_whom_one_talks_with(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        await anna.done(messages.SendKeys(call=caller, keys="12#"))
        assert centre.engine.keys_sent(caller) == "12#"
        await anna.done(messages.HoldCall(call=caller))
        refusal = await anna.refused(messages.SendKeys(call=caller, keys="1"))
        assert "только в разговоре" in refusal.message
        await anna.done(messages.ResumeCall(call=caller))

        centre.engine.outside_party(OUTSIDE, "answer", tone=1500, ring_s=2)
        await anna.done(messages.StartConsult(call=caller, kind="number", target=OUTSIDE))
        await centre.until(lambda: len(centre.engine.legs) == 3, "the other one rings")
        (party,) = centre.engine.legs.keys() - {caller, anna.leg}
        await anna.done(messages.SendKeys(call=caller, keys="4"))  # nobody hears it yet
        assert (centre.engine.keys_sent(caller), centre.engine.keys_sent(party)) == ("12#", "")
        await heard(centre, anna.leg, {1500})
        await anna.done(messages.SendKeys(call=caller, keys="5"))
        await anna.done(messages.SwitchConsult(call=caller, heard="all"))
        await heard(centre, anna.leg, {700, 1500})
        await anna.done(messages.SendKeys(call=caller, keys="6"))
        assert (centre.engine.keys_sent(caller), centre.engine.keys_sent(party)) == ("12#6", "56")

    run(tmp_path, story)


def test_while_the_other_one_rings_one_can_only_give_up(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        centre.engine.outside_party(OUTSIDE, "ring")
        await anna.done(messages.StartConsult(call=caller, kind="number", target=OUTSIDE))
        for body in (
            messages.CompleteConsult(call=caller),
            messages.SwitchConsult(call=caller, heard="all"),
        ):
            assert "ещё не ответил" in (await anna.refused(body)).message
        again = messages.TransferCall(call=caller, kind="queue", target="general")
        assert "закончите консультацию" in (await anna.refused(again)).message
        await anna.done(messages.CancelConsult(call=caller))
        await heard(centre, caller, {1100})

    run(tmp_path, story)
