"""What the console remembers between shifts: login name, look, sound, account at a PBX without its
password. Nothing secret."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import structlog

from ekc_console.client.voice.sound import SoundSetup
from ekc_console.json_faults import NOT_JSON
from ekc_console.wire.voice import PbxAccount

log = structlog.get_logger(__name__)

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
    """Defaults when there is no file or it is damaged: nothing in it is worth stopping for."""
    try:
        return msgspec.json.decode((state_dir / FILE).read_bytes(), type=Prefs)
    except FileNotFoundError:
        return Prefs()
    except (OSError, *NOT_JSON) as error:
        log.warning("preferences unreadable", file=FILE, error=type(error).__name__)
        return Prefs()


def save(state_dir: Path, prefs: Prefs) -> None:
    """A disk that cannot be written is logged: the shift goes on."""
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(state_dir / FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(msgspec.json.encode(prefs))
    except OSError as error:
        log.warning("preferences not saved", file=FILE, error=type(error).__name__)
