"""This user's folders of the program, after the XDG Base Directory Specification."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

DEMONSTRATION = "ekc-demo-"
"""How the folder of a demonstration is called, among the temporary ones; its process follows."""


def cache() -> Path:
    """What can be made again: the engine's program, synthesised speech (XDG_CACHE_HOME)."""
    return _of("XDG_CACHE_HOME", "~/.cache")


def config() -> Path:
    """What a person writes for the console: own keys (XDG_CONFIG_HOME)."""
    return _of("XDG_CONFIG_HOME", "~/.config")


def data() -> Path:
    """The server's store and recordings (XDG_DATA_HOME)."""
    return _of("XDG_DATA_HOME", "~/.local/share")


def state() -> Path:
    """A console's drafts, preferences and log (XDG_STATE_HOME)."""
    return _of("XDG_STATE_HOME", "~/.local/state")


def demonstration_states() -> list[Path]:
    """Where the consoles of this user's demonstrations keep their state, the newest first."""
    found = Path(tempfile.gettempdir()).glob(f"{DEMONSTRATION}*/state")
    mine = [(at.st_mtime, path) for path in found if (at := path.stat()).st_uid == os.getuid()]
    return [path / "ekc" for _at, path in sorted(mine, reverse=True)]


def _of(variable: str, default: str) -> Path:
    return Path(os.environ.get(variable) or default).expanduser() / "ekc"
