"""The E-model's figures, and their words."""

from __future__ import annotations

import pytest

from ekc_console.client.voice.quality import between, mos
from sip.link.protocol import Quality


def report(packets=0, lost=0, jitter=0.0, rtt=0.0):
    return Quality(
        call="line1",
        codec="PCMA",
        packets_in=packets,
        packets_out=0,
        lost_in=lost,
        jitter_ms=jitter,
        round_trip_ms=rtt,
    )


@pytest.mark.parametrize(
    ("loss", "delay_ms", "least", "most"),
    [
        (0, 20, 4.35, 4.45),
        (1, 20, 4.2, 4.4),
        (5, 50, 3.8, 4.1),
        (20, 50, 2.3, 3.0),
        (0, 500, 2.2, 3.0),
    ],
)
def test_the_estimate(loss, delay_ms, least, most):
    assert least <= mos(loss, delay_ms) <= most


def test_more_loss_and_more_delay_are_never_better():
    scores = [mos(loss, 20) for loss in range(0, 100, 5)]
    assert scores == sorted(scores, reverse=True)
    assert mos(100, 5000) == 1.0


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (report(500), "связь хорошая"),
        (report(460, 40), "связь плохая: теряется 8 % звука"),
        (report(500, 0, 80.0), "связь плохая: звук приходит рывками"),
        (report(500, 0, 0.0, 1000.0), "связь плохая: звук запаздывает"),
    ],
)
def test_words(after, words):
    quality = between(report(), after)
    assert quality is not None
    assert quality.words == words
    assert quality.bad == words.startswith("связь плохая")


def test_the_figures_behind_the_words():
    quality = between(report(), report(495, 5, 2.4))
    assert quality is not None
    assert quality.figures == "потери 1 %, джиттер 2 мс, слышимость 4.3 из 5"


def test_silence_and_a_new_call_tell_nothing():
    assert between(report(), report(10)) is None
    assert between(report(5000), report(100)) is None
