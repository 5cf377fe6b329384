"""What the console remembers between shifts: login name, look, sound, account at a PBX without its
password. Nothing secret."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ekc_console import state_files
from ekc_console.client.voice.sound import SoundSetup
from ekc_console.wire.voice import PbxAccount

FILE = "console.json"


class Prefs(msgspec.Struct, frozen=True, kw_only=True):
    login: str = ""
    theme: str = ""
    sound: SoundSetup = SoundSetup()
    compact: bool = False
    """Spacing: fewer empty lines and frames."""
    language: str = ""
    """Empty: that of the environment."""
    bell: bool = True
    notice: bool = True
    """A notice on the desktop at an offered call."""
    pbx: PbxAccount | None = None
    reports_folder: str = ""
    """Empty: the home of the user."""


def load(state_dir: Path) -> Prefs:
    """Defaults when there is no file or it is damaged."""
    return state_files.load(state_dir / FILE, Prefs)


def save(state_dir: Path, prefs: Prefs) -> None:
    state_files.save(state_dir / FILE, prefs)
