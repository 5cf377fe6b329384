"""Asterisk alone: the child process, its death, its hang, its adoption, its end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from ekc_console.server.engine.asterisk import link
from ekc_console.server.engine.asterisk.check import check
from ekc_console.server.engine.asterisk.control import child
from ekc_console.server.engine.asterisk.control.ami import Ami
from ekc_console.server.engine.asterisk.control.child import run_directory
from ekc_console.server.engine.asterisk.engine import AsteriskEngine
from ekc_console.server.engine.asterisk.install.program import EngineProgram
from ekc_console.server.engine.asterisk.setup.dialplan import APPLICATION, dialplan_for_node
from ekc_console.server.engine.asterisk.setup.settings import (
    AsteriskSettings,
    ExternalNode,
    host_port,
)
from ekc_console.server.engine.protocol import (
    EngineDown,
    EngineError,
    EngineUp,
    LegEnded,
    PlaybackEnded,
)
from tests.support.engine import (
    MUSIC,
    AsteriskWorld,
    Events,
    asterisk_program,
    put_caller,
    put_operator,
    until,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session", name="world")
async def _world(tmp_path: Path) -> AsyncIterator[AsteriskWorld]:
    world = AsteriskWorld(tmp_path, asterisk_program())
    yield await world.open()
    await world.hang_up_phones()
    if world.is_running:
        # Killed, for how it stops is tested below and takes most of a second.
        pid = pid_of(world)
        await world.engine.stop(hang_up=False)
        kill(pid)


def pid_of(world: AsteriskWorld) -> int:
    state = json.loads((world.settings.directory / "engine.json").read_text())
    return int(state["pid"])


def node_of(world: AsteriskWorld) -> ExternalNode:
    """Its running Asterisk as a server sees one that it does not own."""
    state = json.loads((world.settings.directory / "engine.json").read_text())
    host, secret = world.settings.host, state["secret"]
    return ExternalNode(
        ari=f"http://{host}:{state['http_port']}",
        user="ekc",
        password=secret,
        ami=f"{host}:{state['ami_port']}",
        ami_user="ekc",
        ami_password=secret,
        sip=f"{host}:5060",
        trunks=world.settings.trunks,
    )


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def alive(pid: int) -> bool:
    """A zombie that its new parent has not buried yet is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def listening_hosts(pid: int) -> set[str]:
    links = [os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()]
    inodes = {link[8:-1] for link in links if link.startswith("socket:")}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    addresses = {row[1].split(":")[0] for row in rows if row[9] in inodes and row[3] == "0A"}
    return {socket.inet_ntoa(bytes.fromhex(address)[::-1]) for address in addresses}


async def test_stopping_hangs_up_and_leaves_nothing(world: AsteriskWorld) -> None:
    caller = await put_caller(world)
    pid = pid_of(world)
    await world.engine.stop()
    await caller.until_over()
    assert not alive(pid)
    assert not (world.settings.directory / "engine.json").exists()
    assert not run_directory(world.settings.directory).exists()
    await world.engine.start(world.events)


async def test_secrets_are_for_the_owner_alone(world: AsteriskWorld) -> None:
    directory = world.settings.directory
    for path in (directory / "engine.json", *(directory / "etc").iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path
    assert directory.stat().st_mode & 0o077 == 0


async def test_only_sip_and_loopback_ports_listen(world: AsteriskWorld) -> None:
    assert listening_hosts(pid_of(world)) == {world.settings.host}


async def test_a_hung_engine_is_killed_and_started_anew(world: AsteriskWorld) -> None:
    pid = pid_of(world)
    os.kill(pid, signal.SIGSTOP)
    await until(lambda: bool(world.events.of(EngineDown)), "EngineDown", 15)
    await until(lambda: len(world.events.of(EngineUp)) == 2, "EngineUp")
    assert pid_of(world) != pid
    assert not alive(pid)
    caller = await put_caller(world)
    await world.engine.start_music(caller.leg)
    await caller.until_hears({MUSIC})


async def test_commands_while_the_engine_is_away_are_errors(world: AsteriskWorld) -> None:
    await world.kill_engine()
    with pytest.raises(EngineError):
        await world.engine.make_bridge("away")
    await until(lambda: len(world.events.of(EngineUp)) == 2, "EngineUp")
    await world.engine.make_bridge("back")


async def test_a_lost_event_stream_is_resumed_with_what_was_missed(world: AsteriskWorld) -> None:
    stays, leaves = await put_caller(world), await put_caller(world)
    playback = await world.engine.play(stays.leg, [world.prompt(500, 0.3)])
    await stays.until_hears({500})
    stream = world.engine._link.ari._stream
    assert stream is not None
    stream._reader.feed_eof()  # nothing more is read from it
    leaves.hang_up()
    await stays.until_hears(set())
    await world.events.get(LegEnded, leg=leaves.leg)
    await world.events.get(PlaybackEnded, playback=playback)
    assert world.events.of(EngineDown) == []
    again = await put_caller(world)
    again.hang_up()
    await world.events.get(LegEnded, leg=again.leg)
    assert len(world.events.of(PlaybackEnded)) == 1
    assert len(world.events.of(LegEnded)) == 2


async def test_an_event_stream_that_stands_open_and_brings_nothing_is_opened_anew(
    world: AsteriskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "BEAT_S", 0.1)
    stays, leaves = await put_caller(world), await put_caller(world)
    playback = await world.engine.play(stays.leg, [world.prompt(500, 0.3)])
    await stays.until_hears({500})
    kinds = ("ChannelDestroyed", "StasisEnd", "PlaybackFinished", "ChannelUserevent")
    await world.engine._link.ari.put(
        f"/applications/{APPLICATION}/eventFilter", {"disallowed": [{"type": k} for k in kinds]}
    )
    leaves.hang_up()
    await world.events.get(LegEnded, leg=leaves.leg)
    await world.events.get(PlaybackEnded, playback=playback)
    assert world.events.of(EngineDown) == []


async def test_a_second_server_takes_over_and_the_first_stands_down(world: AsteriskWorld) -> None:
    caller = await put_caller(world)
    first, first_events = world.engine, world.events
    world.engine, world.events = AsteriskEngine(world.settings, world.program), Events()
    await world.engine.start(world.events)
    await first_events.get(EngineDown)
    assert [info.leg for info in world.events.of(EngineUp)[0].legs] == [caller.leg]
    await first.stop(hang_up=False)
    await world.engine.start_music(caller.leg)
    await caller.until_hears({MUSIC})
    assert len(first_events.of(EngineUp)) == 1


async def test_a_node_that_somebody_else_runs_is_driven_and_left_running(
    world: AsteriskWorld,
) -> None:
    node = node_of(world)
    await world.engine.stop(hang_up=False)
    own, world.engine = world.engine, AsteriskEngine(node)
    await world.engine.start(world.events)
    caller, operator = await put_caller(world), await put_operator(world)
    await world.engine.make_bridge("node")
    await world.engine.join("node", operator.leg)
    await world.engine.join("node", caller.leg)
    await operator.until_hears({700})
    await world.engine.start_recording(caller.leg, world.settings.recordings / "node")
    await world.engine.stop()
    await caller.until_over()
    assert alive(pid_of(world))
    world.engine = own
    await world.open()


async def test_a_node_with_our_dialplan_keeps_the_callers_whom_no_server_saw(
    world: AsteriskWorld,
) -> None:
    """The node is an Asterisk of ours with the dialplan that is printed for others."""
    callers = world.settings.directory.parent / "shared" / "callers"
    node = replace(node_of(world), callers=callers)
    await world.engine.stop(hang_up=False)
    (world.settings.directory / "etc/ekc-node.conf").write_text(dialplan_for_node(callers))
    (world.settings.directory / "etc/extensions.conf").write_text('#include "ekc-node.conf"\n')
    manager = await Ami.connect(*host_port(node.ami), node.ami_user, node.ami_password)
    await manager.action("Reload", Module="pbx_config.so")
    await manager.close()
    own, world.engine = world.engine, AsteriskEngine(node)
    await world.engine.start(world.events)
    await put_caller(world)
    await world.engine.stop()

    phone = await world.phone("79001112233", tone=700)
    phone.call("122", f"{world.settings.host}:5060")
    await phone.until_hears({MUSIC})
    phone.hang_up()
    await phone.until("ended")
    world.engine, world.events = AsteriskEngine(node), Events()
    await world.engine.start(world.events)
    seen, missed = await world.engine.noted_callers()
    assert (seen.left_at, missed.number, missed.called) == (None, "79001112233", "122")
    assert missed.left_at is not None
    await world.engine.forget_callers([seen.leg, missed.leg])
    assert await world.engine.noted_callers() == ()
    await world.engine.stop()
    world.engine = own
    await world.open()


async def test_a_node_that_is_not_there_is_an_error() -> None:
    node = ExternalNode(
        "http://127.0.0.1:9", "ekc", "secret", "127.0.0.1:9", "ekc", "secret", "127.0.0.1:9"
    )
    with pytest.raises(EngineError):
        await AsteriskEngine(node).start(Events())


@pytest.mark.long
async def test_new_settings_wait_for_an_idle_engine(world: AsteriskWorld) -> None:
    caller = await put_caller(world)
    pid = pid_of(world)
    world.settings = replace(world.settings, rtp_last=29997)
    await world.restart_server()
    assert pid_of(world) == pid
    await world.engine.hang_up(caller.leg)
    await world.events.get(LegEnded)
    await world.restart_server()
    assert pid_of(world) != pid
    assert "29997" in (world.settings.directory / "etc/rtp.conf").read_text()


_SERVER = """
import asyncio, os, sys
from tests.contract.engine.test_asterisk_process import begin_and_die
asyncio.run(begin_and_die(sys.argv[1]))
"""


async def begin_and_die(directory: str) -> None:
    """A server that is killed: runs in a process of its own."""
    world = AsteriskWorld(Path(directory), asterisk_program())
    await world.engine.start(lambda event: None)
    outbound = [trunk.outbound for trunk in world.settings.trunks]
    print(json.dumps({"host": world.settings.host, "outbound": outbound}))
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)


async def test_a_killed_server_leaves_an_engine_that_the_next_one_adopts(tmp_path: Path) -> None:
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _SERVER, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await server.communicate()
    assert server.returncode == -signal.SIGKILL
    told = json.loads(output)
    (tmp_path / "music").rename(tmp_path / "music-before")
    world = AsteriskWorld(tmp_path, asterisk_program())
    trunks = tuple(
        replace(trunk, outbound=outbound)
        for trunk, outbound in zip(world.settings.trunks, told["outbound"], strict=True)
    )
    world.settings = replace(world.settings, host=told["host"], trunks=trunks)
    world.engine = AsteriskEngine(world.settings, world.program)
    pid = pid_of(world)
    await world.open()
    assert pid_of(world) == pid
    await put_caller(world)
    await world.close()
    assert not alive(pid)


@pytest.mark.long
async def test_an_engine_without_a_record_is_ended_first(world: AsteriskWorld) -> None:
    pid = pid_of(world)
    await world.engine.stop(hang_up=False)
    (world.settings.directory / "engine.json").unlink()
    world.engine, world.events = AsteriskEngine(world.settings, world.program), Events()
    await world.open()
    assert pid_of(world) != pid
    assert not alive(pid)


async def test_a_taken_port_is_named_with_its_setting(tmp_path: Path) -> None:
    world = AsteriskWorld(tmp_path, asterisk_program())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((world.settings.host, 5060))
        with pytest.raises(EngineError, match=r"(?s)5060.*UDP.*engine\.sip_port"):
            await world.open()
        findings = await check(world.program, world.settings)
        assert [finding.name for finding in findings if not finding.ok] == [
            f"Порт {world.settings.host}:5060"
        ]


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
async def test_a_port_that_is_taken_while_it_starts_leaves_no_deaf_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: socket.SocketKind
) -> None:
    world = AsteriskWorld(tmp_path, asterisk_program())
    with socket.socket(socket.AF_INET, kind) as other:

        def looked_too_early(settings: AsteriskSettings) -> None:
            if other.fileno() >= 0:
                other.bind((settings.host, settings.sip_port))
                if kind is socket.SOCK_STREAM:
                    other.listen()

        monkeypatch.setattr(child, "check_ports", looked_too_early)
        with pytest.raises(EngineError, match=r"(?s)5060.*занят.*engine\.sip_port"):
            await world.open()
        assert not (world.settings.directory / "engine.json").exists()
    await world.open()
    await put_caller(world)
    await world.close()


async def test_calls_of_two_runs_never_have_one_name(world: AsteriskWorld) -> None:
    """Asterisk counts the channels of a run from 0, behind the second in which each began."""
    first = await put_caller(world)
    await world.kill_engine()
    await until(lambda: len(world.events.of(EngineUp)) == 2, "EngineUp")
    second = await put_caller(world)
    assert first.leg.rpartition("-")[0] != second.leg.rpartition("-")[0]


async def test_a_program_that_dies_shows_the_end_of_its_log(tmp_path: Path) -> None:
    program = asterisk_program()
    broken = EngineProgram(program.command, tmp_path, program.data, None, program.version)
    world = AsteriskWorld(tmp_path, broken)
    with pytest.raises(EngineError, match=r"(?s)не запустился.*app_stasis"):
        await world.open()
    assert not (world.settings.directory / "engine.json").exists()


async def test_a_program_that_is_not_there_is_to_be_installed(tmp_path: Path) -> None:
    program = asterisk_program()
    absent = EngineProgram(("/nowhere/asterisk",), program.modules, program.data, None, "22")
    world = AsteriskWorld(tmp_path, absent)
    with pytest.raises(EngineError, match="ekc engine install"):
        await world.open()


@pytest.mark.long
async def test_a_long_directory_is_no_obstacle(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    world = await AsteriskWorld(deep, asterisk_program()).open()
    run = run_directory(world.settings.directory)
    assert (run / "asterisk.ctl").is_socket()
    assert not run.is_relative_to(deep)
    await world.close()
    assert not run.exists()


async def test_the_check_finds_all_well(tmp_path: Path) -> None:
    world = AsteriskWorld(tmp_path, asterisk_program())
    findings = await check(world.program, world.settings)
    assert [finding for finding in findings if not finding.ok] == []
    assert len(findings) == 6


async def test_the_check_of_nothing_says_what_to_do() -> None:
    (finding,) = await check(None)
    assert not finding.ok
    assert "ekc engine install" in finding.remedy
