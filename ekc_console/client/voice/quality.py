"""How good the line sounds, from the softphone's statistics.

The E-model of ITU-T G.107 in the usual simplification (Cole and Rosenbluth, "Voice over IP
performance monitoring", 2001)::

    R   = 93.2 - Id - Ie_eff
    Id  = 0.024 d + 0.11 (d - 177.3) H(d - 177.3)      d: one-way delay, ms; H: step function
    Ie_eff = Ie + (95 - Ie) P / (P + Bpl)              P: lost packets, %
    MOS = 1 + 0.035 R + 7e-6 R (R - 60) (100 - R)

with Ie = 0 and Bpl = 25.1 for G.711 with concealment of losses (ITU-T G.113, appendix I).
"""

from __future__ import annotations

from dataclasses import dataclass

from ekc_console.i18n import _
from sip.link.protocol import Quality

G711_BPL = 25.1
CODEC_MS = 20.0
"""One packet of 20 ms is gathered before it is sent."""
BAD_MOS = 3.6
"""Below it "many users are dissatisfied" (ITU-T G.109: R < 70)."""
BAD_LOSS = 3.0
BAD_JITTER_MS = 60.0
LEAST_PACKETS = 50
"""A second of sound: fewer tell nothing."""


@dataclass(frozen=True, slots=True)
class LineQuality:
    """Of the last few seconds. ``loss`` in per cent, ``mos`` 1 … 4.4."""

    loss: float
    jitter_ms: float
    delay_ms: float
    mos: float

    @property
    def bad(self) -> bool:
        return self.mos < BAD_MOS or self.loss >= BAD_LOSS or self.jitter_ms >= BAD_JITTER_MS

    @property
    def words(self) -> str:
        """For people: what is wrong, or that nothing is."""
        if not self.bad:
            return _("связь хорошая")
        if self.loss >= BAD_LOSS:
            return _("связь плохая: теряется {n} % звука").format(n=round(self.loss))
        if self.jitter_ms >= BAD_JITTER_MS:
            return _("связь плохая: звук приходит рывками")
        return _("связь плохая: звук запаздывает")

    @property
    def figures(self) -> str:
        """What the words are made of."""
        return _("потери {loss} %, джиттер {jitter} мс, слышимость {mos} из 5").format(
            loss=f"{self.loss:.1f}".removesuffix(".0"),
            jitter=round(self.jitter_ms),
            mos=round(self.mos, 1),
        )


def between(before: Quality, after: Quality) -> LineQuality | None:
    """Quality of what came between two reports of one call; None while too little came."""
    received = after.packets_in - before.packets_in
    lost = max(0, after.lost_in - before.lost_in)
    if received < 0 or received + lost < LEAST_PACKETS:
        return None
    loss = 100.0 * lost / (received + lost)
    delay = after.round_trip_ms / 2 + CODEC_MS + 2 * after.jitter_ms
    return LineQuality(loss, after.jitter_ms, delay, mos(loss, delay))


def mos(loss: float, delay_ms: float) -> float:
    """Estimated mean opinion score of G.711; ``loss`` in per cent, ``delay_ms`` one way."""
    late = max(0.0, delay_ms - 177.3)
    r = 93.2 - 0.024 * delay_ms - 0.11 * late - 95.0 * loss / (loss + G711_BPL)
    if r <= 0:
        return 1.0
    return min(4.5, max(1.0, 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r)))
