"""The wall clock of a server and of its Asterisk, set while they run (libfaketime, Debian's
package ``libfaketime``). The machine's own clock stays as it is."""

from __future__ import annotations

from pathlib import Path

_LIBRARIES = Path("/usr/lib")


class StepClock:
    """``environment`` goes to the process; ``step`` is seen by it at once. The monotonic clock
    runs on undisturbed, as when a clock is corrected."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.offset_s = 0.0
        self._write()

    @staticmethod
    def library() -> Path | None:
        found = sorted(_LIBRARIES.glob("*/faketime/libfaketimeMT.so.1"))
        return found[0] if found else None

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(self.library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def step(self, seconds: float) -> None:
        self.offset_s += seconds
        self._write()

    def _write(self) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{self.offset_s:+.0f}s\n")
        fresh.replace(self._file)
