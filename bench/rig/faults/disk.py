"""A small disk of its own for a data folder: it can be filled, and it can hang."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

SIZE_MB = 192
BUSY_S = 10.0
_BALLAST = "ballast"


class SmallDisk:
    """A context: a file system in a file, mounted at ``folder``. Needs root: see ``why_not``."""

    def __init__(self) -> None:
        self._place = Path(tempfile.mkdtemp(prefix="ekc-bench-disk-"))
        self._image = self._place / "image"
        self.folder = self._place / "disk"
        self._frozen = False

    @staticmethod
    def why_not() -> str:
        """What is missing for it; empty: nothing."""
        if os.geteuid() != 0:
            return "no root, so no disk of its own to fill and to freeze"
        missing = [p for p in ("mkfs.ext4", "mount", "fsfreeze") if not shutil.which(p)]
        return f"{', '.join(missing)} not found" if missing else ""

    def __enter__(self) -> Self:
        self.folder.mkdir()
        with self._image.open("wb") as image:
            image.truncate(SIZE_MB * 2**20)
        try:
            _run("mkfs.ext4", "-q", "-m", "0", self._image)
            _run("mount", "-o", "loop", self._image, self.folder)
        except BaseException:
            shutil.rmtree(self._place, ignore_errors=True)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.thaw()
        self._unmount()
        shutil.rmtree(self._place, ignore_errors=True)

    def _unmount(self) -> None:
        """A process that was killed just now may still hold a file."""
        deadline = time.monotonic() + BUSY_S
        while subprocess.run(["umount", self.folder], capture_output=True, check=False).returncode:
            if time.monotonic() > deadline:
                _run("umount", "--lazy", self.folder)
                return
            time.sleep(0.2)

    def fill(self) -> None:
        """Not a block is left."""
        with (self.folder / _BALLAST).open("wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(b"\0" * 65536)
            except OSError:
                pass  # full, as wanted

    def free(self) -> None:
        (self.folder / _BALLAST).unlink(missing_ok=True)

    def freeze(self) -> None:
        """Every write hangs until ``thaw``."""
        _run("fsfreeze", "-f", self.folder)
        self._frozen = True

    def thaw(self) -> None:
        if self._frozen:
            _run("fsfreeze", "-u", self.folder)
            self._frozen = False


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, timeout=30, stdin=subprocess.DEVNULL)
