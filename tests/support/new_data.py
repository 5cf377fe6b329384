"""The data folder of a centre that has just been set up: migrating an empty store and composing
the music on hold take longer than the rest of a server's start."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
from pathlib import Path

from ekc_console.server.services.music import ensure_music
from ekc_console.server.store.base.database import Database


def set_up(data: Path) -> None:
    """What is there, damaged or not, stays."""
    shutil.copytree(_new_data() / "music", data / "music", dirs_exist_ok=True)
    if not os.path.lexists(data / "ekc.db"):
        shutil.copy(_new_data() / "ekc.db", data)


@functools.cache
def _new_data() -> Path:
    """The data folder of a centre that has just been set up, with an empty store and music on
    hold: made once for all centres of this process."""
    folder = Path(tempfile.mkdtemp(prefix="ekc-test-data-"))
    atexit.register(shutil.rmtree, folder)
    ensure_music(folder / "music")
    with Database.open(folder / "ekc.db"):
        pass
    return folder
