"""With a name server that answers nothing the engine and an operator's telephone start all the
same: both ask for the addresses of the machine's own name."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.processes import program, run
from tests.support.net import fresh_host

PORT = 53
LONGEST_S = 8.0
"""Two names are looked up, each twice for a second; as much again is the start of a loaded
machine. Without a limit of ours it is over 20 s."""


PHONE = """
import asyncio
from sip.link.client import Softphone
from sip.link.protocol import Start

async def main():
    phone = await Softphone.spawn(Start(host="127.0.0.1", user="op", silence_detection=False))
    await phone.stop()

asyncio.run(main())
"""


@pytest.fixture
def deaf() -> Iterator[socket.socket]:
    """A name server that says nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((fresh_host(), PORT))
        server.setblocking(False)
        yield server


async def without_names(command: str, folder: Path, server: socket.socket) -> str:
    """What the program says where only ``server`` could tell a name."""
    (folder / "resolv.conf").write_text(f"nameserver {server.getsockname()[0]}\n")
    (folder / "hosts").write_text("127.0.0.1 localhost\n")
    log = folder / "output"
    await run(
        program("unshare"), "--mount", "sh", "-ec",
        f"mount --bind {folder}/resolv.conf /etc/resolv.conf; "
        f"mount --bind {folder}/hosts /etc/hosts; exec {command}",
        log=log, limit_s=90.0,
    )  # fmt: skip
    assert server.recv(512), "no name was asked for: this tries nothing"
    return log.read_text()


async def test_the_engine_starts(tmp_path: Path, deaf: socket.socket) -> None:
    ekc = Path(sys.executable).with_name("ekc")
    found = await without_names(f"{ekc} engine check", tmp_path, deaf)
    ready = re.search(r"Готов за ([\d,.]+) с", found)
    assert ready, found
    assert float(ready[1].replace(",", ".")) < LONGEST_S


async def test_a_telephone_starts(tmp_path: Path, deaf: socket.socket) -> None:
    (tmp_path / "phone.py").write_text(PHONE)
    await without_names(f"env PYTHONPATH=. {sys.executable} {tmp_path}/phone.py", tmp_path, deaf)
