"""The child process against a small program that speaks as Asterisk's manager does."""

from __future__ import annotations

import sys
from pathlib import Path

from ekc_console.server.engine.asterisk.control.child import Child
from ekc_console.server.engine.asterisk.install.program import EngineProgram
from ekc_console.server.engine.asterisk.setup.settings import AsteriskSettings
from tests.support.net import fresh_host

_MANAGER = """
import configparser, pathlib, socket, sys

etc = pathlib.Path(sys.argv[sys.argv.index("-C") + 1]).parent
conf = configparser.ConfigParser(strict=False)
conf.read(etc / "manager.conf")
place = conf["general"]["bindaddr"], int(conf["general"]["port"])
server = socket.create_server(place)
conf.read(etc / "pjsip.conf")
host, _, port = conf["transport-udp"]["bind"].partition(":")
heard = socket.create_server((host, int(port))), socket.socket(type=socket.SOCK_DGRAM)
heard[1].bind((host, int(port)))
for number in range(3):
    link, _ = server.accept()
    link.sendall(b"Asterisk Call Manager/9.0\\r\\n")
    lines = link.makefile()
    fields = dict(line.rstrip().split(": ", 1) for line in iter(lines.readline, "\\n"))
    answer = f"Response: Success\\r\\nActionID: {fields['ActionID']}\\r\\n\\r\\n"
    booted = "Event: FullyBooted\\r\\n\\r\\n" if number else ""
    link.sendall((answer + booted).encode())
    if number:
        lines.read()
    lines.close()
    link.close()
"""


async def test_a_manager_that_closes_a_connection_while_it_starts_is_asked_again(
    tmp_path: Path,
) -> None:
    program = tmp_path / "asterisk.py"
    program.write_text(_MANAGER)
    settings = AsteriskSettings(
        directory=tmp_path / "engine",
        recordings=tmp_path / "recordings",
        host=fresh_host(),
        music_directory=tmp_path,
        fallback_prompt=None,
    )
    command = (sys.executable, str(program))
    child = Child(settings, EngineProgram(command, tmp_path, tmp_path, None, "22"))
    await child.start()
    await child.stop(grace_s=0)
