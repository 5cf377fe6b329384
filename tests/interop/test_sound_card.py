"""Real sound devices: what is said into the microphone and what the loudspeaker says, measured."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ekc_console import folders
from ekc_console.client.desk import Desk
from ekc_console.client.voice.sound import SoundSetup
from sip.link.client import Softphone
from sip.link.protocol import Heard, Listen, SoundState, Start, Tone, UseDevices
from tests.interop.pulseaudio import PulseAudio
from tests.support.centre import PASSWORD, Centre
from tests.support.net import fresh_host
from tests.support.softphone import WAIT_S, Talk, connect

CACHE = folders.cache().parent
"""With Asterisk; the devices' server moves the home folder."""
HEADSET_HZ = 700.0
BUILT_IN_HZ = 1500.0
FAR_HZ = 1000.0
HEADSET = "PulseAudio:Headset"
PITCH = 0.01
"""While the clock of a device is caught up with, pitch is off by up to 1/160."""


@pytest.fixture
async def cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PulseAudio]:
    """A headset and, as the system's own choice, what is built into the machine; different tones
    are said into their microphones."""
    cards = PulseAudio(tmp_path / "pulse")
    for name, value in cards.env.items():
        monkeypatch.setenv(name, value)
    await cards.start()
    try:
        for name, hz in (("BuiltIn", BUILT_IN_HZ), ("Headset", HEADSET_HZ)):
            await cards.plug_in(name)
            await cards.speak(name, hz)
        await cards.make_default("BuiltIn")
        yield cards
    finally:
        await cards.stop()


@pytest.fixture
async def talk(cards: PulseAudio) -> AsyncIterator[Talk]:
    """The operator with sound devices, the other one with tones only."""
    operator = await Softphone.spawn(Start(host=fresh_host(), sound="device"))
    other = await Softphone.spawn(Start(host=fresh_host(), sound="null"))
    try:
        talk = await connect(operator, other)
        other.send(Tone(call=talk.inc, hz=FAR_HZ))
        other.send(Listen(call=talk.inc, tones_hz=[HEADSET_HZ, BUILT_IN_HZ]))
        yield talk
    finally:
        await operator.stop()
        await other.stop()


async def use_headset(talk: Talk) -> None:
    talk.caller.send(UseDevices(microphone=HEADSET, speaker=HEADSET))
    for side in ("microphone", "speaker"):
        await talk.caller.wait_for(SoundState, WAIT_S, side=side, state="chosen", device=HEADSET)
    await hears(talk, HEADSET_HZ)


async def hears(talk: Talk, hz: float) -> None:
    await talk.callee.wait_for(Heard, WAIT_S, call=talk.inc, tones_hz=[hz])


async def test_the_chosen_headset_carries_the_talk(talk: Talk, cards: PulseAudio) -> None:
    await use_headset(talk)
    heard = await cards.hear("Headset", 2.0)
    assert heard.hz == pytest.approx(FAR_HZ, rel=PITCH)
    assert heard.snr_db > 20


async def test_a_headset_lost_in_a_talk(talk: Talk, cards: PulseAudio) -> None:
    await use_headset(talk)
    await cards.unplug("Headset")
    for side in ("microphone", "speaker"):
        await talk.caller.wait_for(SoundState, WAIT_S, side=side, state="fallback")
    await hears(talk, BUILT_IN_HZ)
    assert (await cards.hear("BuiltIn", 1.0)).hz == pytest.approx(FAR_HZ, rel=PITCH)

    await cards.plug_in("Headset")
    await cards.speak("Headset", HEADSET_HZ)
    await use_headset(talk)
    assert talk.out in talk.caller.live_calls


async def test_the_operator_hears_themselves_through_the_server(
    cards: PulseAudio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Microphone, softphone, Asterisk's echo and back into the loudspeaker, before the shift."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(CACHE))
    centre = await Centre(tmp_path / "centre").open()
    desk = Desk(centre.server.url, tmp_path / "console", Softphone.spawn, sound="device")
    try:
        await centre.add_person("anna")
        await desk.log_in("anna", PASSWORD)
        desk.sound.use(SoundSetup(microphone=HEADSET, speaker=HEADSET))
        await desk.sound.open_check()
        await desk.sound.test_echo()
        assert desk.sound.echo.fault is None
        assert desk.sound.echo.state == "hearing"
        heard = await cards.hear("Headset", 2.0)
        desk.sound.end_echo()
    finally:
        await desk.close()
        await centre.close()
    assert heard.hz == pytest.approx(HEADSET_HZ, rel=PITCH)
    assert heard.snr_db > 10
