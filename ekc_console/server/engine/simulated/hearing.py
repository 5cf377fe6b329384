"""Who hears what at the simulated engine, and the recordings of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ekc_console.domain.terms.ids import ListenMode
from ekc_console.server.engine.simulated.leg import Leg
from ekc_console.server.engine.simulated.sound import (
    MUSIC_HZ,
    RATE,
    RING_BACK_HZ,
    Heard,
    Samples,
    tones,
)

Legs = Mapping[str, Leg]


def heard(leg: Leg, legs: Legs, now: float) -> Heard:
    """Its prompt, else its music or tone, else the others in its bridge; whoever whispers to it
    besides. Of one who listens: what the other says and hears."""
    if leg.listens_to is not None:
        return _overheard(leg, legs, now)
    if leg.playing:
        return Heard(file=leg.playing[0].file_at(now))
    if leg.music:
        return Heard(music=True)
    if leg.ring_back:
        return Heard(tones=frozenset((RING_BACK_HZ,)))
    return Heard(tones=_voices(leg, legs) | _said_to(leg, legs, "whisper", "barge"))


def _overheard(leg: Leg, legs: Legs, now: float) -> Heard:
    other = legs.get(leg.listens_to or "")
    if other is None:
        return Heard()
    there = heard(other, legs, now)
    if there.file or there.music:
        return there
    return Heard(tones=(there.tones | {other.tone}) - {leg.tone, 0})


def _voices(leg: Leg, legs: Legs) -> frozenset[int]:
    """Of the others in its bridge, and of who is heard through them."""
    others = (one for one in legs.values() if leg.bridge and one.bridge == leg.bridge)
    talking = [one for one in others if one is not leg and not one.playing]
    tones = frozenset(one.tone for one in talking if one.tone)
    return tones.union(*(_said_to(one, legs, "barge") for one in talking))


def _said_to(leg: Leg, legs: Legs, *modes: ListenMode) -> frozenset[int]:
    """By those who listen to it in these modes."""
    ears = (one for one in legs.values() if one.listens_to == leg.id and one.ear_mode in modes)
    return frozenset(one.tone for one in ears if one.tone)


def write_down(legs: Legs, now: float) -> None:
    """What every recorded leg has said and heard until now."""
    for leg in legs.values():
        if leg.recorder:
            start, count = leg.recorder.missing(now)
            said = tones([leg.tone], start, count)
            leg.recorder.write(said, _samples(leg, legs, now, start, count))


def _samples(leg: Leg, legs: Legs, now: float, start: int, count: int) -> Samples:
    if leg.playing:
        playing = leg.playing[0]
        end = round((now - playing.began) * RATE)
        part = playing.samples[max(0, end - count) : end]
        return np.pad(part, (0, count - len(part)))
    sounds = heard(leg, legs, now)
    return tones([MUSIC_HZ] if sounds.music else sounds.tones, start, count)
