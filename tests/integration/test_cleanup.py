"""Nothing stays behind: no process, no port, no socket file, however a program ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest
import yaml

from tests.support.net import free_port, fresh_host
from tests.support.sweep import sweep

READY_S = 60.0
GONE_S = 15.0


class Program:
    """An ``ekc`` command as a process in a session of its own; ``errors`` is its stderr."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.errors = folder / "stderr"

    async def start(self, *arguments: str, **environment: str) -> Program:
        with self.errors.open("wb") as errors:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "ekc_console.cli",
                *arguments,
                env={**os.environ, **environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
        return self

    async def end(self) -> None:
        """Whatever the test did, leave nothing."""
        if self.process.returncode is None:
            self.process.terminate()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GONE_S):
                    await self.process.wait()
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


@pytest.fixture
async def program(tmp_path: Path) -> AsyncIterator[Program]:
    program = Program(tmp_path)
    yield program
    await program.end()


async def until(true: Callable[[], bool], what: str, limit_s: float) -> None:
    try:
        async with asyncio.timeout(limit_s):
            while not true():  # noqa: ASYNC110 - other processes have no event for us
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"did not come true: {what}") from None


async def healthy(url: str, program: Program) -> None:
    """Wait until the server takes calls."""
    async with aiohttp.ClientSession() as http, asyncio.timeout(READY_S):
        while True:
            assert program.process.returncode is None, program.errors.read_text()
            with contextlib.suppress(aiohttp.ClientError):
                async with http.get(f"{url}/health") as response:
                    if (await response.json())["engine"] == "up":
                        return
            await asyncio.sleep(0.05)


def state_of(pid: int) -> tuple[str, int] | None:
    """State letter and parent of a process; None when there is none (a zombie is none)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else (fields[0], int(fields[1]))


def descendants(root: int) -> set[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (state := state_of(int(entry.name))):
            parents[int(entry.name)] = state[1]
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {root}


def names(pids: set[int]) -> str:
    found = []
    for pid in pids:
        with contextlib.suppress(OSError):
            found.append(Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode())
    return "\n".join(found)


def is_free(host: str, port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind is socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                return False
    return True


@pytest.mark.parametrize("number", sweep([signal.SIGTERM, signal.SIGINT], every=2))
async def test_a_server_that_is_asked_to_end_leaves_nothing(
    tmp_path: Path, program: Program, number: signal.Signals
) -> None:
    host = fresh_host()
    http, sip = free_port(host), free_port(host)
    config = tmp_path / "ekc.yaml"
    config.write_text(
        f"server: {{host: {host}, port: {http}, data_dir: {tmp_path}/data}}\n"
        f"engine: {{host: {host}, sip_port: {sip}}}\n"
    )
    await program.start("server", "--config", str(config))
    await healthy(f"http://{host}:{http}", program)
    engine = tmp_path / "data" / "engine"
    record = json.loads((engine / "engine.json").read_text())
    assert state_of(record["pid"]) is not None
    assert not is_free(host, sip)

    program.process.send_signal(number)
    async with asyncio.timeout(GONE_S):
        assert await program.process.wait() == 0
    words = program.errors.read_text()
    assert "Останавливаюсь" in words
    assert "Traceback" not in words
    assert "KeyboardInterrupt" not in words
    assert state_of(record["pid"]) is None
    assert is_free(host, sip)
    assert is_free(host, http)
    assert is_free(host, record["http_port"])
    assert is_free(host, record["ami_port"])
    assert not (engine / "engine.json").exists()
    left = [path for path in engine.rglob("*") if path.suffix in (".pid", ".ctl")]
    assert left == []
    assert not list((tmp_path / "data").glob("ekc.db-*"))


@pytest.mark.long
async def test_a_demonstration_that_is_killed_takes_everything_with_it(
    tmp_path: Path, program: Program
) -> None:
    place = tmp_path / "tmp"
    place.mkdir()
    arguments = ("demo", "--headless", "--calls", "50", "--operators", "2")
    await program.start(*arguments, TMPDIR=str(place))
    await until(lambda: any(place.glob("ekc-demo-*/config.yaml")), "the stage", READY_S)
    (stage,) = place.glob("ekc-demo-*")
    config = yaml.safe_load((stage / "config.yaml").read_text())
    http, sip = config["server"]["port"], config["engine"]["sip_port"]
    await healthy(f"http://127.0.0.1:{http}", program)
    await until(
        lambda: names(descendants(program.process.pid)).count("sip.engine.process") >= 3,
        "softphones of operators and callers",
        READY_S,
    )
    family = descendants(program.process.pid)
    engine = json.loads((stage / "data" / "engine" / "engine.json").read_text())["pid"]
    family |= {engine}
    assert "ekc_console.cli server" in names(family)
    assert "asterisk" in names({engine})

    program.process.kill()
    await program.process.wait()
    await until(
        lambda: not any(state_of(pid) for pid in family), f"end of\n{names(family)}", GONE_S
    )
    assert is_free("127.0.0.1", http)
    assert is_free("127.0.0.1", sip)


@pytest.mark.long
async def test_a_demonstration_that_is_ended_deletes_its_data(
    tmp_path: Path, program: Program
) -> None:
    place = tmp_path / "tmp"
    place.mkdir()
    await program.start("demo", "--headless", "--calls", "50", TMPDIR=str(place))
    await until(lambda: any(place.glob("ekc-demo-*/config.yaml")), "the stage", READY_S)
    (stage,) = place.glob("ekc-demo-*")
    port = yaml.safe_load((stage / "config.yaml").read_text())["server"]["port"]
    await healthy(f"http://127.0.0.1:{port}", program)
    family = descendants(program.process.pid)
    program.process.terminate()
    async with asyncio.timeout(GONE_S):
        await program.process.wait()
    assert "Traceback" not in program.errors.read_text()
    await until(lambda: not any(state_of(pid) for pid in family), "end of all", GONE_S)
    assert not stage.exists()
    assert list(place.glob("ekc-*")) == []
