"""What a party of tests heard, frame by frame: which tones were there without a gap, and clicks."""

from __future__ import annotations

import math

import numpy as np

from tests.support.sip_party import FRAME, RATE, tones_in

Tape = list[tuple[float, int, np.ndarray]]
"""When a frame came (by the loop's clock), its RTP timestamp, its samples."""


def part(tape: Tape, since: float, until: float) -> Tape:
    return [frame for frame in tape if since <= frame[0] <= until]


def gap_s(tape: Tape, tone: int) -> float:
    """The longest time without the tone by the sender's clock; frames that were never sent and
    frames without the tone are counted alike. A machine that is busy delays frames and loses none.
    """
    last, longest = tape[0][1] - FRAME, 0
    for _, stamp, samples in tape:
        if tone in tones_in(samples):
            longest, last = max(longest, stamp - last - FRAME), stamp
    return max(longest, tape[-1][1] - last) / RATE


def tones_of(tape: Tape) -> set[int]:
    """Every tone that any frame holds."""
    return set().union(*(tones_in(samples) for *_, samples in tape))


def click(tape: Tape, *tones: int) -> float:
    """The largest rest of a frame that is none of these tones, relative to their level: a click is
    spread over all frequencies, coding noise is about 0.02."""
    steps = np.arange(FRAME)
    waves = [wave(2 * math.pi * hz * steps / RATE) for hz in tones for wave in (np.sin, np.cos)]
    basis = np.stack(waves, axis=1)
    worst = 0.0
    for *_, samples in tape:
        heard = samples.astype(float)
        fit = basis @ np.linalg.lstsq(basis, heard, rcond=None)[0]
        level = max(float(np.std(fit)), 1.0)
        worst = max(worst, float(np.std(heard - fit)) / level)
    return worst


def longest_silence_s(tape: Tape) -> float:
    """By the sender's clock, as :func:`gap_s`: without any tone."""
    last, longest = tape[0][1] - FRAME, 0
    for _, stamp, samples in tape:
        if tones_in(samples):
            longest, last = max(longest, stamp - last - FRAME), stamp
    return longest / RATE
