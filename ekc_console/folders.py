"""This user's folders of the program, after the XDG Base Directory Specification."""

from __future__ import annotations

import os
from pathlib import Path


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


def _of(variable: str, default: str) -> Path:
    return Path(os.environ.get(variable) or default).expanduser() / "ekc"
