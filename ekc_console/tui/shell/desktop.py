"""A notice of the desktop for an offered call, by what this terminal understands."""

from __future__ import annotations

import shutil
from collections.abc import Mapping


def is_remote(environment: Mapping[str, str]) -> bool:
    """The console is shown over SSH: slow painting is seen, and no local desktop is there."""
    return bool(environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))


def notify_command(environment: Mapping[str, str], title: str, text: str) -> list[str]:
    """The program that shows the notice on this machine's desktop; empty: there is none."""
    desktop = environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY")
    if is_remote(environment) or not desktop:
        return []
    program = shutil.which("notify-send", path=environment.get("PATH"))
    return [program, "--app-name=EKC", "--urgency=critical", title, text] if program else []


def notify_sequence(environment: Mapping[str, str], title: str, text: str) -> str:
    """The terminal's own notice: OSC 777 for VTE, foot and urxvt, OSC 9 for the others. Empty in
    the Linux text console and inside tmux and screen, which do not pass it on."""
    term = environment.get("TERM", "")
    if term == "linux" or term.startswith(("screen", "tmux")) or environment.get("TMUX"):
        return ""
    if environment.get("VTE_VERSION") or term.startswith(("foot", "rxvt")):
        return f"\x1b]777;notify;{title};{text}\x07"
    return f"\x1b]9;{title}: {text}\x07"
