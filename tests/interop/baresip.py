"""baresip as one person with a telephone: it is driven over its control connection (netstrings of
JSON), sends a tone and writes down what it hears."""

from __future__ import annotations

import asyncio
import contextlib
import json
import wave
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from tests.interop.processes import Process, program, true_within
from tests.support.net import free_port

START_S = 10.0
PERSON_HZ = 700
RATE_HZ = 8000
_LOOK_MS = 50
_LIBRARIES = "/usr/lib/baresip/modules"


class Baresip:
    """``start``; then ``dial`` or ``answer``, ``event``, ``press``, ``hang_up``; ``stop``."""

    def __init__(
        self,
        folder: Path,
        host: str,
        user: str,
        port: int = 0,
        *,
        hz: int = PERSON_HZ,
        authorities: Path | None = None,
    ) -> None:
        """``hz``: the tone that is this person's voice. ``authorities``: sound by SRTP only, and
        a server over TLS must have a certificate of theirs."""
        self._hz = hz
        self._authorities = authorities
        self.folder = folder
        self.host = host
        self.user = user
        self.sip_port = port or free_port(host)
        self._control_port = free_port(host)
        self._process: Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def start(self) -> Baresip:
        await asyncio.to_thread(self._write_files)
        self._process = await Process.start(
            program("baresip"), "-f", str(self.folder), log=self.folder / "baresip.log"
        )
        await self._process.says("baresip is ready", START_S)
        reader, self._writer = await asyncio.open_connection(self.host, self._control_port)
        self._reader = asyncio.create_task(self._read(reader))
        return self

    async def stop(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(ConnectionError):
                await self._writer.wait_closed()
        if self._process is not None:
            await self._process.stop()

    # -- what the person does ------------------------------------------------------

    async def dial(self, uri: str) -> None:
        await self._command("dial", uri)

    async def answer(self) -> None:
        await self._command("accept")

    async def press(self, key: str) -> None:
        await self._command("sndcode", key)

    async def hang_up(self) -> None:
        await self._command("hangup")

    async def event(self, kind: str, limit_s: float = 15.0) -> dict[str, Any]:
        """The next event of this type, others are passed over. Raises AssertionError."""
        passed = []
        try:
            async with asyncio.timeout(limit_s):
                while True:
                    found = await self._events.get()
                    if found["type"] == kind:
                        return found
                    passed.append(found["type"])
        except TimeoutError:
            raise AssertionError(f"no {kind} but {passed}; {self.text[-2000:]}") from None

    @property
    def text(self) -> str:
        return self._process.text if self._process else ""

    async def listens(self, seconds: float, limit_s: float = 10.0) -> None:
        """Wait until so much more sound has come in."""
        wanted = self._heard_bytes() + seconds * RATE_HZ * 2
        await true_within(limit_s, lambda: self._heard_bytes() >= wanted, lambda: self.text[-2000:])

    def heard(self) -> Counter[int]:
        """Milliseconds of every tone that was clearly the strongest sound, by its frequency
        rounded to 50 Hz, all calls together. After ``stop``."""
        found: Counter[int] = Counter()
        for file in self.folder.glob("dump-*-dec.wav"):
            found.update(tones(file))
        return found

    def _heard_bytes(self) -> int:
        return sum(file.stat().st_size for file in self.folder.glob("dump-*-dec.wav"))

    # -- how -------------------------------------------------------------------------

    def _write_files(self) -> None:
        self.folder.mkdir(parents=True)
        modules = ["g711", "sndfile", "ausine", "aubridge"]
        encryption = account = ""
        if self._authorities is not None:
            modules.append("srtp")
            encryption = f"sip_cafile {self._authorities}\nsip_verify_server yes\n"
            account = ";mediaenc=srtp-mand"
        applications = ("menu", "ctrl_tcp")
        (self.folder / "config").write_text(
            f"""poll_method epoll
sip_listen {self.host}:{self.sip_port}
net_interface {self.host}
call_local_timeout 60
call_max_calls 2
audio_source ausine,{self._hz}
audio_player aubridge,ear
audio_alert aubridge,bell
ausrc_srate 48000
ausrc_channels 2
auplay_srate {RATE_HZ}
ausrc_format s16
auplay_format s16
auenc_format s16
audec_format s16
audio_buffer 20-160
jitter_buffer_delay 1-5
snd_path {self.folder}
ctrl_tcp_listen {self.host}:{self._control_port}
module_path {_LIBRARIES}
"""
            + encryption
            + "".join(f"module {name}.so\n" for name in modules)
            + "module_tmp account.so\n"
            + "".join(f"module_app {name}.so\n" for name in applications)
        )
        (self.folder / "accounts").write_text(
            f"<sip:{self.user}@{self.host}:{self.sip_port}>;regint=0;audio_codecs=PCMA/8000/1{account}\n"
        )
        (self.folder / "contacts").write_text("")

    async def _command(self, command: str, params: str = "") -> None:
        assert self._writer is not None
        text = json.dumps({"command": command, "params": params, "token": command}).encode()
        self._writer.write(b"%d:%s," % (len(text), text))
        await self._writer.drain()
        async with asyncio.timeout(5):
            answer = await self._answers.get()
        assert answer["ok"], f"{command} refused: {answer}; {self.text[-2000:]}"

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            length = int((await reader.readuntil(b":"))[:-1])
            message = json.loads((await reader.readexactly(length + 1))[:-1])
            if message.get("event"):
                self._events.put_nowait(message)
            else:
                self._answers.put_nowait(message)


def tones(file: Path) -> Counter[int]:
    """Milliseconds of each dominating tone in a WAV, by frequency rounded to 50 Hz."""
    with wave.open(str(file), "rb") as wav:
        rate = wav.getframerate()
        samples = np.frombuffer(wav.readframes(wav.getnframes()), dtype="<i2") / 32767
    size = rate * _LOOK_MS // 1000
    found: Counter[int] = Counter()
    for start in range(0, len(samples) - size, size):
        part = samples[start : start + size]
        power = np.abs(np.fft.rfft(part * np.hanning(size))) ** 2
        peak = int(power[1:].argmax()) + 1
        alone = power[peak - 1 : peak + 2].sum() > 0.8 * power.sum()
        if alone and np.sqrt((part**2).mean()) > 0.01:
            found[50 * round(peak * rate / size / 50)] += _LOOK_MS
    return found
