from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.tui.shell.desktop import is_remote, notify_command, notify_sequence


@pytest.mark.parametrize(
    ("environment", "sequence"),
    [
        ({"TERM": "xterm-256color"}, "\x1b]9;ЕКЦ: Вызов\x07"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, "\x1b]777;notify;ЕКЦ;Вызов\x07"),
        ({"TERM": "foot"}, "\x1b]777;notify;ЕКЦ;Вызов\x07"),
        ({"TERM": "linux"}, ""),
        ({"TERM": "tmux-256color"}, ""),
        ({"TERM": "xterm", "TMUX": "/tmp/tmux"}, ""),
    ],
)
def test_the_sequence_is_the_terminals(environment: dict[str, str], sequence: str) -> None:
    assert notify_sequence(environment, "ЕКЦ", "Вызов") == sequence


def test_the_program_is_for_a_local_desktop_only(tmp_path: Path) -> None:
    program = tmp_path / "notify-send"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    local = {"DISPLAY": ":0", "PATH": str(tmp_path)}
    command = notify_command(local, "ЕКЦ", "Вызов")
    assert (command[0], command[-2:]) == (str(program), ["ЕКЦ", "Вызов"])
    assert notify_command({**local, "SSH_CONNECTION": "1"}, "ЕКЦ", "Вызов") == []
    assert notify_command({"PATH": str(tmp_path)}, "ЕКЦ", "Вызов") == []
    assert notify_command({**local, "PATH": ""}, "ЕКЦ", "Вызов") == []
    assert is_remote({"SSH_TTY": "/dev/pts/1"})
