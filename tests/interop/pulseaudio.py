"""A PulseAudio of the test's own: sound devices that can be spoken into, heard and unplugged."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

from tests.interop.processes import Process, program
from tests.support.audio import Measured, measure, write_tones

START_S = 15.0
_REPEATED_S = 20.0


class PulseAudio:
    """Order: ``start``, the rest, ``stop``. The server, these methods and every program that shall
    use it need the variables of ``env``: put them into the test's own environment."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._socket = folder / "native"
        self.env = {
            "PULSE_SERVER": f"unix:{self._socket}",
            "XDG_RUNTIME_DIR": str(folder),
            "HOME": str(folder),
        }
        self._modules: dict[str, list[str]] = {}
        self._voices: dict[str, Process] = {}

    async def start(self) -> PulseAudio:
        script = self._folder / "start.pa"
        script.write_text(f"load-module module-native-protocol-unix socket={self._socket}\n")
        self._server = await Process.start(
            program("pulseaudio"),
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--use-pid-file=no",
            f"--file={script}",
            "-vv",
            log=self._folder / "log",
        )
        await self._server.says("Daemon startup complete", START_S)
        return self

    async def stop(self) -> None:
        await asyncio.gather(*(voice.stop() for voice in self._voices.values()))
        await self._server.stop()

    async def plug_in(self, name: str) -> None:
        """A headset: whatever is said to ``name`` comes out of its microphone."""
        about = f"device.description={name}"
        modules = [
            ["module-null-sink", f"sink_name={name}", f"sink_properties={about}"],
            ["module-null-sink", f"sink_name={name}_mouth"],
            [
                "module-remap-source",
                f"source_name={name}_mic",
                f"master={name}_mouth.monitor",
                f"source_properties={about}",
            ],
        ]
        self._modules[name] = [await self._control("load-module", *words) for words in modules]

    async def unplug(self, name: str) -> None:
        # The server would move what is said into it to another device.
        await self._voices.pop(name).stop()
        for module in reversed(self._modules.pop(name)):
            await self._control("unload-module", module)

    async def make_default(self, name: str) -> None:
        await self._control("set-default-sink", name)
        await self._control("set-default-source", f"{name}_mic")

    async def speak(self, name: str, hz: float) -> None:
        """A tone into the microphone of ``name``, for longer than a test lasts."""
        file = write_tones(self._folder / f"{name}-{hz:g}.wav", hz, seconds=_REPEATED_S)
        self._voices[name] = await Process.start(
            program("paplay"),
            f"--device={name}_mouth",
            str(file),
            log=self._folder / f"{name}-paplay.log",
        )

    async def hear(self, name: str, seconds: float) -> Measured:
        """What comes out of the speaker of ``name``."""
        rate = 8000
        child = await asyncio.create_subprocess_exec(
            program("parec"),
            f"--device={name}.monitor",
            f"--rate={rate}",
            "--channels=1",
            "--format=s16le",
            "--latency-msec=50",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert child.stdout is not None
        try:
            async with asyncio.timeout(seconds + START_S):
                data = await child.stdout.readexactly(2 * round(seconds * rate))
        finally:
            child.kill()
            await child.wait()
        file = self._folder / "heard.wav"
        with wave.open(str(file), "wb") as heard:
            heard.setnchannels(1)
            heard.setsampwidth(2)
            heard.setframerate(rate)
            heard.writeframes(data)
        return measure(file)

    async def _control(self, *words: str) -> str:
        child = await asyncio.create_subprocess_exec(
            program("pactl"), *words, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await child.communicate()
        assert child.returncode == 0, words
        return output.decode().strip()
