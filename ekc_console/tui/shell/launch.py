"""From an address to a running console."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Literal

from ekc_console.client.desk import Desk
from ekc_console.client.voice.secret import Passwords
from ekc_console.client.voice.voice_way import WayChoice
from ekc_console.client.workplace.telling import WorkplaceTeller
from ekc_console.tui.shared import prefs
from ekc_console.tui.shared.keys import keymap
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.frame import Face
from sip.link.client import Softphone


def run_operator(
    url: str,
    state_dir: Path,
    *,
    login: str = "",
    password: str = "",
    sound: Literal["device", "null"] = "device",
    theme: str = "",
    way: WayChoice | None = None,
    passwords: Passwords | None = None,
) -> None:
    """Show the operator's console until the shift ends. Logs must not go to the terminal.

    ``state_dir`` keeps drafts and preferences; ``login`` fills in the name, ``password`` logs in
    at once; ``way`` of the voice counts before the account's; ``theme`` empty takes the one used
    last. Raises EkcError for an unusable ``theme``.
    """
    desk = Desk(
        url,
        state_dir,
        Softphone.spawn,
        sound=sound,
        way=way,
        pbx_before=prefs.load(state_dir).pbx,
        passwords=passwords,
    )
    _run(desk, url, state_dir, login, password, theme, None)


def run_supervisor(
    url: str, state_dir: Path, *, login: str = "", password: str = "", theme: str = ""
) -> None:
    """Show the supervisor's console until it is left; arguments as for the operator's."""
    from ekc_console.client.supervisor_desk import SupervisorDesk
    from ekc_console.tui.supervisor.face import SupervisorFace

    desk = SupervisorDesk(url, state_dir, Softphone.spawn)
    _run(desk, url, state_dir, login, password, theme, SupervisorFace())


def run_clinic(
    url: str, state_dir: Path, *, login: str = "", password: str = "", theme: str = ""
) -> None:
    """Show the console of a clinic's desk until it is left; arguments as for the operator's."""
    from ekc_console.tui.clinic.face import ClinicFace

    desk = Desk(url, state_dir, Softphone.spawn)
    desk.workplace = "clinic"
    _run(desk, url, state_dir, login, password, theme, ClinicFace(desk))


def run_admin(
    url: str, state_dir: Path, *, login: str = "", password: str = "", theme: str = ""
) -> None:
    """Show the administrator's console until it is left; arguments as for the operator's."""
    from ekc_console.client.admin_desk import AdminDesk
    from ekc_console.tui.admin.face import AdminFace

    desk = AdminDesk(url, state_dir, Softphone.spawn)
    _run(desk, url, state_dir, login, password, theme, AdminFace())


def _run(
    desk: Desk,
    url: str,
    state_dir: Path,
    login: str,
    password: str,
    theme: str,
    face: Face | None,
) -> None:
    app = EkcApp(
        desk,
        server=url,
        state_dir=state_dir,
        login=login,
        password=password,
        theme=theme,
        keymap=keymap.load(keymap.path()),
        face=face,
    )
    WorkplaceTeller(desk, state_dir, lambda: app.prefs.sound.microphone)
    gc.freeze()  # the modules stay: a full collection over them would hold a key up for 50 ms
    app.run()
