"""The wall clock of a server and of its Asterisk, set while they run (``clock.c``, built here). The
machine's own clock stays as it is."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_SOURCE = Path(__file__).with_name("clock.c")


class StepClock:
    """``environment`` goes to the process; ``step`` is seen by it at once. The monotonic clock
    runs on undisturbed, as when a clock is corrected. Needs a compiler: see ``why_not``."""

    def __init__(self, folder: Path) -> None:
        self._file, self._library = folder / "clock", folder / "clock.so"
        self.offset_s = 0
        self._file.write_bytes(_seconds(0))
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O2", "-o", self._library, _SOURCE], check=True, timeout=60
        )

    @staticmethod
    def why_not() -> str:
        """What is missing for it; empty: nothing."""
        return "" if shutil.which("cc") else "no C compiler: cc"

    @property
    def environment(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self._library), "EKC_BENCH_CLOCK": str(self._file)}

    def step(self, seconds: int) -> None:
        self.offset_s += seconds
        with self._file.open("r+b", buffering=0) as file:  # in place: the page is shared
            file.write(_seconds(self.offset_s))


def _seconds(count: int) -> bytes:
    return count.to_bytes(8, "little", signed=True)
