"""From an address to a running console."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Literal

from ekc_console.client.desk import Desk, Way
from ekc_console.client.pbx_line import PbxAccess
from ekc_console.tui import keymap
from ekc_console.tui.app import EkcApp
from sip.client import Softphone


def run_operator(
    url: str,
    state_dir: Path,
    *,
    login: str = "",
    password: str = "",
    sound: Literal["device", "null"] = "device",
    theme: str = "",
    phone_number: str = "",
    way: Way = "standing",
    pbx: PbxAccess | None = None,
) -> None:
    """Show the operator's console until the shift ends. Logs must not go to the terminal.

    ``state_dir`` keeps drafts and preferences; ``login`` fills in the name, ``password`` logs in
    at once; ``theme`` empty takes the one used last. Raises EkcError for an unusable ``theme``.
    """
    desk = Desk(
        url,
        state_dir,
        Softphone.spawn,
        sound=sound,
        phone_number=phone_number,
        way=way,
        pbx=pbx,
    )
    app = EkcApp(
        desk,
        server=url,
        state_dir=state_dir,
        login=login,
        password=password,
        theme=theme,
        keymap=keymap.load(keymap.path()),
    )
    gc.freeze()  # the modules stay: a full collection over them would hold a key up for 50 ms
    app.run()
