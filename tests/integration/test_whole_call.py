"""One whole call over real SIP and RTP: menu, queue, operator, talk, card, recording."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from ekc_console.client.voice.line_state import Voice
from sip.link.protocol import HangUp, Listen
from tests.support.centre import (
    CALLER_HZ,
    OPERATOR_HZ,
    Centre,
    hears,
    in_state,
    into_queue,
    me_in_state,
    plain_outcome,
    recording_of,
    until,
)
from tests.support.sweep import sweep

NUMBER = "+79000000101"


@pytest.mark.parametrize("transport", sweep(["udp", "tcp"], every=2))
async def test_a_call_from_menu_to_saved_card(centre: Centre, transport: str) -> None:
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    phone, leg = desk.line.phone, desk.line.leg
    phone.send(Listen(call=leg, tones_hz=[CALLER_HZ, OPERATOR_HZ]))
    caller = await into_queue(centre, NUMBER, transport=transport)

    call = await in_state(desk, "offered")
    assert call.number == "+7 900 000-01-01"
    assert call.topic == "appointment"
    assert call.menu_path == ("Запись к врачу",)
    await desk.accept()
    await in_state(desk, "talking")
    await hears(caller, "c", OPERATOR_HZ)
    await hears(phone, leg, CALLER_HZ)

    await until(desk, lambda: desk.card_desk.card is not None)
    desk.card_desk.set_note("Проверочная запись")
    desk.card_desk.set_disposition(plain_outcome(desk.card_desk))
    caller.send(HangUp(call="c"))
    await in_state(desk, "wrap_up")
    card = await desk.card_desk.save()
    await desk.finish_wrap_up()
    await me_in_state(desk, "ready")

    assert card.state == "saved"
    (found,) = await desk.find("0101")
    assert (found.card, found.outcome) == (card.id, "answered")
    recording = await recording_of(centre, call.id)
    samples, rate = soundfile.read(recording.path)
    assert strongest(samples[:, 0], rate) == pytest.approx(CALLER_HZ, abs=10)
    assert strongest(samples[:, 1], rate) == pytest.approx(OPERATOR_HZ, abs=10)


async def test_hold_gives_music_and_comes_back(centre: Centre) -> None:
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    caller = await into_queue(centre, NUMBER)
    await in_state(desk, "offered")
    await desk.accept()
    await hears(caller, "c", OPERATOR_HZ)

    await desk.hold()
    await in_state(desk, "held")
    await hears_no(caller, OPERATOR_HZ)
    await desk.resume()
    await in_state(desk, "talking")
    await hears(caller, "c", OPERATOR_HZ)

    await desk.hang_up()
    await in_state(desk, "wrap_up")


async def hears_no(phone, hz: float) -> None:
    from sip.link.protocol import Heard

    while hz in (await phone.wait_for(Heard, 5.0, call="c")).tones_hz:
        pass


def strongest(side: np.ndarray, rate: int) -> float:
    """Frequency of the strongest tone, Hz."""
    spectrum = np.abs(np.fft.rfft(side * np.hanning(len(side))))
    return float(np.argmax(spectrum[1:]) + 1) * rate / len(side)
