"""A leg of the simulated engine: who it is, where it stands and what is played to it."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from ekc_console.domain.terms.ids import ListenMode
from ekc_console.server.engine.protocol import LegInfo
from ekc_console.server.engine.simulated.sound import RATE, Recorder, Samples


@dataclass(slots=True)
class Playing:
    id: str
    parts: tuple[tuple[Path, Samples], ...]
    began: float = 0.0

    @property
    def samples(self) -> Samples:
        return np.concatenate([samples for _, samples in self.parts])

    @property
    def duration_s(self) -> float:
        return sum(len(samples) for _, samples in self.parts) / RATE

    def file_at(self, now: float) -> Path:
        left = (now - self.began) * RATE
        for file, samples in self.parts:
            left -= len(samples)
            if left < 0:
                return file
        return self.parts[-1][0]


@dataclass(eq=False, slots=True)
class Leg:
    id: str
    kind: Literal["caller", "operator", "outgoing"]
    tone: int = 0
    account: str | None = None
    number: str | None = None
    called: str | None = None
    trunk: str = ""
    since: float | None = None
    answered: bool = False
    bridge: str | None = None
    music: bool = False
    ring_back: bool = False
    """It hears the tone of a telephone that rings."""
    listens_to: str | None = None
    """The leg whose talk it listens to."""
    ear_mode: ListenMode = "listen"
    speaks: bool = False
    """It is heard though nobody has answered."""
    keys_sent: str = ""
    playing: deque[Playing] = field(default_factory=deque)
    timer: asyncio.TimerHandle | None = None
    """End of the present playback, or of the ringing."""
    recorder: Recorder | None = None

    def stop_timer(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def stop(self) -> None:
        """It is over."""
        self.stop_timer()
        if self.recorder:
            self.recorder.close()

    @property
    def asked_last(self) -> str:
        """The trunk of a call out that nobody has answered."""
        return self.trunk if self.kind == "outgoing" and not self.answered else ""

    def info(self) -> LegInfo:
        return LegInfo(
            self.id,
            self.kind,
            self.account,
            self.number,
            self.bridge,
            self.called,
            self.answered,
            self.since,
            self.trunk,
        )
