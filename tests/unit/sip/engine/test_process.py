"""The softphone process from outside: what it does with bad input, signals, and death."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sip.link import client
from sip.link.client import Softphone, SoftphoneError
from sip.link.json_lines import LineSplitter, decode_event, encode
from sip.link.protocol import (
    Call,
    CallState,
    Command,
    Event,
    Failed,
    HangUp,
    Incoming,
    ListDevices,
    Quit,
    SoundState,
    Start,
    Started,
    Stopped,
)
from tests.support.net import fresh_host
from tests.support.softphone import WAIT_S, connect

EXIT_S = 20.0
"""More than a start and an end take on a busy machine."""


class RawProcess:
    """The process and its socket, with nothing in between."""

    def __init__(self) -> None:
        self.socket, theirs = socket.socketpair()
        self.socket.settimeout(EXIT_S)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sip.engine.process", str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        self._splitter = LineSplitter()
        self._events: list[Event] = []

    def write(self, *what: Command | bytes) -> None:
        lines = [item if isinstance(item, bytes) else encode(item) for item in what]
        self.socket.sendall(b"".join(lines))

    def read(self) -> Event:
        while not self._events:
            data = self.socket.recv(65536)
            assert data, "the process has closed its socket"
            self._events += [decode_event(line) for line in self._splitter.feed(data) if line]
        return self._events.pop(0)

    def close(self) -> None:
        self.socket.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


@pytest.fixture
def raw() -> Iterator[RawProcess]:
    process = RawProcess()
    yield process
    process.close()


def test_bad_lines_are_answered_and_the_process_goes_on(raw: RawProcess) -> None:
    raw.write(
        b"garbage\n",
        b"\xff\xfe\n",
        b'{"type": "Nonsense", "seq": 2}\n',
        b'{"type": "Call", "seq": 3, "call": 5}\n',
        b"x" * 200000 + b"\n",
        HangUp(seq=4, call="c"),
        Start(seq=5, host=fresh_host()),
        HangUp(seq=6, call="c"),
    )
    answers = [raw.read() for _ in range(8)]
    assert [
        (answer.seq, answer.code) if isinstance(answer, Failed) else type(answer)
        for answer in answers
    ] == [
        (0, "bad_value"),
        (0, "bad_value"),
        (2, "bad_value"),
        (3, "bad_value"),
        (0, "bad_value"),
        (4, "bad_value"),
        Started,
        (6, "unknown_call"),
    ]
    raw.write(Quit())
    assert isinstance(raw.read(), Stopped)
    assert raw.process.wait(EXIT_S) == 0


def test_nothing_is_written_to_the_terminal(raw: RawProcess) -> None:
    raw.write(b"garbage\n", Start(host=fresh_host(), log_file=""), Quit())
    while not isinstance(raw.read(), Stopped):
        pass
    assert raw.process.communicate(timeout=EXIT_S)[0] == b""


@pytest.mark.parametrize("started", [False, True])
def test_the_process_ends_when_its_socket_closes(raw: RawProcess, started: bool) -> None:
    if started:
        raw.write(Start(host=fresh_host()))
        assert isinstance(raw.read(), Started)
    raw.socket.close()
    assert raw.process.wait(EXIT_S) == 0


def test_a_failed_start_ends_the_process(raw: RawProcess) -> None:
    raw.write(Start(seq=1, host="203.0.113.1"))
    failed = raw.read()
    assert isinstance(failed, Failed)
    assert failed.code == "bad_value"
    assert "203.0.113.1" in failed.detail
    assert raw.process.wait(EXIT_S) == 1


def test_ctrl_c_is_ignored_and_terminate_ends_in_order(raw: RawProcess) -> None:
    raw.write(Start(host=fresh_host()))
    assert isinstance(raw.read(), Started)
    for number in (signal.SIGINT, signal.SIGHUP):
        raw.process.send_signal(number)
        raw.write(HangUp(seq=9, call="none"))
        assert isinstance(raw.read(), Failed)
    raw.process.send_signal(signal.SIGTERM)
    assert isinstance(raw.read(), Stopped)
    assert raw.process.wait(EXIT_S) == 0


PARENT = """
import asyncio, sys
from sip.link.client import Softphone
from sip.link.protocol import Start

async def main():
    phone = await Softphone.spawn(Start(host=sys.argv[1]))
    print(phone.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def test_a_killed_console_leaves_no_softphone() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, fresh_host()], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = os.pidfd_open(int(parent.stdout.readline()))
    try:
        parent.kill()
        parent.wait(EXIT_S)
        assert select.select([child], [], [], EXIT_S)[0], "the softphone outlived its console"
    finally:
        os.close(child)
        parent.stdout.close()


async def test_a_killed_softphone_is_reported() -> None:
    seen: list[Event] = []
    phone = await Softphone.spawn(Start(host=fresh_host()), on_event=seen.append)
    other = await Softphone.spawn(Start(host=fresh_host(), auto_answer=True))
    await phone.call(other.uri, WAIT_S)
    os.kill(phone.pid, signal.SIGKILL)
    await phone.wait_for(Stopped, WAIT_S)
    assert phone.exit_code == -signal.SIGKILL
    assert [
        (event.call, event.reason)
        for event in seen
        if isinstance(event, CallState) and event.state == "ended"
    ] == [("out1", "failed")]
    assert isinstance(seen[-1], Stopped)
    assert phone.live_calls == frozenset()
    phone.send(HangUp(call="out1"))
    with pytest.raises(SoftphoneError):
        await phone.call(other.uri, WAIT_S)
    await phone.stop()
    await other.stop()
    assert other.exit_code == 0


async def test_a_peer_that_is_gone_does_not_keep_the_call() -> None:
    phone, other = await asyncio.gather(
        Softphone.spawn(Start(host=fresh_host())), Softphone.spawn(Start(host=fresh_host()))
    )
    talk = await connect(phone, other)
    os.kill(other.pid, signal.SIGKILL)
    await other.wait_for(Stopped, WAIT_S)
    await phone.hang_up(talk.out)
    ended = await phone.wait_for(CallState, WAIT_S, call=talk.out, state="ended")
    assert (ended.code, ended.reason) == (200, "normal")
    await phone.stop()
    await other.stop()
    assert phone.exit_code == 0


async def test_a_stuck_softphone_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "QUIT_LIMIT_S", 0.1)
    monkeypatch.setattr(client, "TERMINATE_LIMIT_S", 0.1)
    phone = await Softphone.spawn(Start(host=fresh_host()))
    os.kill(phone.pid, signal.SIGSTOP)
    await phone.stop()
    assert phone.exit_code == -signal.SIGKILL


async def test_a_start_that_takes_too_long_leaves_nothing_behind() -> None:
    with pytest.raises(SoftphoneError) as error:
        await Softphone.spawn(Start(host=fresh_host()), timeout=0.001)
    assert error.value.code == "timeout"


async def test_a_log_names_nobody(tmp_path: Path) -> None:
    log = tmp_path / "phone.log"
    phone, other = await asyncio.gather(
        Softphone.spawn(
            Start(host=fresh_host(), display_name="Петрова", user="79001112233", log_file=str(log))
        ),
        Softphone.spawn(Start(host=fresh_host(), user="84951234567", auto_answer=True)),
    )
    name = await phone.call(other.uri, WAIT_S)
    await phone.hang_up(name)
    other.send(Call(call="back", uri=phone.uri, from_user="79998887766"))
    await phone.wait_for(Incoming, WAIT_S)
    await phone.stop()
    await other.stop()
    text = log.read_text()
    assert "pjsua version" in text
    assert text.count("INVITE sip") == 0
    assert text.count("INVITE …") >= 2
    for secret in ("79001112233", "84951234567", "79998887766", "Петрова"):
        assert secret not in text


async def test_without_a_sound_device_the_phone_goes_on() -> None:
    phone = await Softphone.spawn(Start(host=fresh_host(), sound="device"))
    assert phone.started is not None
    if phone.started.sound == "null":
        assert (await phone.wait_for(SoundState, WAIT_S, side="speaker")).state == "none"
    phone.send(ListDevices())
    await phone.stop()
    assert phone.exit_code == 0
