"""Callers by sipp at a constant rate."""

from __future__ import annotations

import asyncio
import itertools
import subprocess

from rig.people import sipp
from rig.server.centre import Centre

_TAIL_S = 40.0
"""For the last calls to end, after the last one was placed."""


class Callers:
    """Places calls to a centre, each from a number of its own."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._first = itertools.count()

    async def place(self, rate: float, count: int) -> sipp.Sipp:
        """Returns, with the lines it has written, when the last call is over."""
        first = next(self._first) * 10_000
        caller = sipp.Sipp(
            sipp.CALLER,
            self._centre.callers_host,
            remote=self._centre.sip,
            rows=sipp.numbers(count, first),
            rate=rate,
        )
        with caller:
            try:
                await asyncio.to_thread(caller.process.wait, count / rate + _TAIL_S)
            except subprocess.TimeoutExpired:
                print("   sipp was still waiting and was ended")
        return caller
