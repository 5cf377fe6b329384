"""Time that the machine gave to others is not counted."""

from __future__ import annotations

import subprocess
import sys

from tests.support.source import ROOT

TWO_ON_ONE_PROCESSOR = """
import os, time
from tests.support.own_time import OwnTime
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
other = os.fork()
taken, began = OwnTime(), time.monotonic()
while time.monotonic() - began < 0.4:
    pass
if other:
    print(taken.passed_s(), time.monotonic() - began)
    os.waitpid(other, 0)
"""


def test_time_without_a_processor_is_not_counted() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TWO_ON_ONE_PROCESSOR],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    own, passed = map(float, done.stdout.split())
    assert 0.0 < own < passed * 0.8
