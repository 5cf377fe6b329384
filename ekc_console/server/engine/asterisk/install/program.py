"""The Asterisk program: where its parts are and how it is called."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ekc_console.server.engine.asterisk.install.modules import MODULES

OLDEST_VERSION = 20
_DOCUMENTATION = Path("documentation/core-en_US.xml")
_SYSTEM_ROOTS = (Path("/usr"), Path("/usr/local"))


@dataclass(frozen=True, slots=True)
class EngineProgram:
    """``command`` starts it (a loader of its own may stand in front)."""

    command: tuple[str, ...]
    modules: Path
    data: Path
    """Holds ``documentation/``, without which Asterisk refuses most of its settings."""
    music: Path | None
    version: str


def find_installed() -> EngineProgram | None:
    """The machine's own Asterisk, when it is new enough and has every module that we load."""
    path = shutil.which("asterisk") or shutil.which("asterisk", path="/usr/sbin:/usr/local/sbin")
    if path is None:
        return None
    version = version_of((path,))
    if version is None or int(version.split(".")[0]) < OLDEST_VERSION:
        return None
    modules = next((where for where in _module_directories() if missing_modules(where) == ()), None)
    data = next(
        (where for where in _data_directories() if (where / _DOCUMENTATION).is_file()), None
    )
    if modules is None or data is None:
        return None
    music = data / "moh"
    has_music = music.is_dir() and any(music.iterdir())
    return EngineProgram((path,), modules, data, music if has_music else None, version)


def version_of(command: tuple[str, ...]) -> str | None:
    """``22.10.1`` as the program itself says; None when it cannot be run."""
    try:
        done = subprocess.run(
            [*command, "-V"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"Asterisk\s+(?:certified[/-])?(\d+(?:\.\d+)*)", done.stdout)
    return found.group(1) if found else None


def missing_modules(directory: Path) -> tuple[str, ...]:
    return tuple(name for name in MODULES if not (directory / f"{name}.so").is_file())


def _module_directories() -> list[Path]:
    return [
        directory
        for root in _SYSTEM_ROOTS
        for pattern in ("lib/*/asterisk/modules", "lib64/asterisk/modules", "lib/asterisk/modules")
        for directory in sorted(root.glob(pattern))
    ]


def _data_directories() -> list[Path]:
    return [
        Path("/usr/share/asterisk"),
        Path("/var/lib/asterisk"),
        Path("/usr/local/share/asterisk"),
    ]
