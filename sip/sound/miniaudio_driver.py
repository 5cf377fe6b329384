"""Sound devices through miniaudio. Every call may block: they belong on helper threads."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any

from sip.link.protocol import SYSTEM, Device
from sip.sound.audio import RATE_HZ
from sip.sound.devices import Direction, NoSound, named

PERIOD_MS = 20
PERIODS = 2
APP_NAME = "EKC softphone"


class MiniaudioDriver:
    """Implements :class:`sip.sound.devices.Driver`."""

    def devices(self) -> list[Device]:
        import miniaudio

        try:
            with _Context() as context:
                outputs = named(context.found("playback"))
                inputs = named(context.found("capture"))
                backend = context.backend
        except miniaudio.MiniaudioError:
            return []
        return [
            Device(
                id=f"{backend}:{name}",
                name=name,
                inputs=int(name in inputs),
                outputs=int(name in outputs),
                default_input=inputs.get(name, False),
                default_output=outputs.get(name, False),
            )
            for name in sorted({*outputs, *inputs})
        ]

    def open_input(self, device: str, take: Callable[[bytes], None]) -> Any:
        import miniaudio

        form = {"input_format": miniaudio.SampleFormat.SIGNED16}
        return _Stream(
            miniaudio.CaptureDevice, {**form, **_common(device, "capture")}, _taking(take)
        )

    def open_output(self, device: str, give: Callable[[int], bytes]) -> Any:
        import miniaudio

        form = {"output_format": miniaudio.SampleFormat.SIGNED16}
        return _Stream(
            miniaudio.PlaybackDevice, {**form, **_common(device, "playback")}, _giving(give)
        )


class _Context:
    """miniaudio's own list opens every device to learn its formats, which fails for one that is in
    use; this one asks for names only."""

    def __enter__(self) -> _Context:
        import miniaudio

        self._lib, self._ffi = miniaudio.lib, miniaudio.ffi
        backends = _real_backends()
        config = self._lib.ma_context_config_init()
        wanted = self._ffi.new("ma_backend[]", [backend.value for backend in backends])
        self.context = self._ffi.new("ma_context*")
        result = self._lib.ma_context_init(
            wanted, len(backends), self._ffi.addressof(config), self.context
        )
        if result != self._lib.MA_SUCCESS:
            raise miniaudio.MiniaudioError("cannot init context", result)
        return self

    def __exit__(self, *_: object) -> None:
        self._lib.ma_context_uninit(self.context)

    @property
    def backend(self) -> str:
        name = self._lib.ma_get_backend_name(self.context[0].backend)
        return str(self._ffi.string(name).decode())

    def found(self, direction: Direction) -> list[tuple[str, bool]]:
        """Name of each device, and whether it is the system's own choice."""
        return [
            (self._ffi.string(info.name).decode(errors="replace"), bool(info.isDefault))
            for info in self._infos(direction)
        ]

    def identifier(self, direction: Direction, name: str) -> Any:
        """The device's id as miniaudio wants it. Raises :class:`NoSound`."""
        for known, info in zip(named(self.found(direction)), self._infos(direction), strict=True):
            if known == name:
                return self._ffi.new("ma_device_id *", info.id)
        raise NoSound(f"no device {name!r}")

    def _infos(self, direction: Direction) -> Iterator[Any]:
        import miniaudio

        infos, count = self._ffi.new("ma_device_info**"), self._ffi.new("ma_uint32*")
        none = self._ffi.NULL
        playback = (infos, count, none, none)
        capture = (none, none, infos, count)
        result = self._lib.ma_context_get_devices(
            self.context, *(playback if direction == "playback" else capture)
        )
        if result != self._lib.MA_SUCCESS:
            raise miniaudio.MiniaudioError("cannot get device infos", result)
        return (infos[0][index] for index in range(count[0]))


class _Stream:
    """One running device. miniaudio's own objects never free their context, which is a connection
    and a thread at a sound server: here it goes with the device."""

    def __init__(
        self, kind: Any, settings: dict[str, Any], generator: Generator[Any, Any, None]
    ) -> None:
        self._device = kind.__new__(kind)
        try:
            self._device.__init__(**settings)
            if self._device.backend.lower() == "null":
                raise NoSound("there is no sound device")
            next(generator)
            self._device.start(generator)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        import miniaudio

        self._device.close()
        context = self._device.__dict__.pop("_context", None)
        if context is not None:
            miniaudio.lib.ma_context_uninit(context)


def _real_backends() -> list[Any]:
    """miniaudio falls back to a silent null backend when there is no card: never offer it."""
    import miniaudio

    unreal = ("NULL", "CUSTOM")
    return [backend for backend in miniaudio.Backend if backend.name not in unreal]


def _common(device: str, direction: Direction) -> dict[str, Any]:
    identifier = None
    if device != SYSTEM:
        with _Context() as context:
            identifier = context.identifier(direction, device.partition(":")[2])
    return {
        "nchannels": 1,
        "sample_rate": RATE_HZ,
        "buffersize_msec": PERIOD_MS,
        "callback_periods": PERIODS,
        "device_id": identifier,
        "backends": _real_backends(),
        "app_name": APP_NAME,
    }


def _taking(take: Callable[[bytes], None]) -> Generator[None, bytes, None]:
    """Called by miniaudio with what the microphone took."""
    while True:
        take((yield))


def _giving(give: Callable[[int], bytes]) -> Generator[bytes, int, None]:
    """Called by miniaudio with the number of samples that the speaker wants."""
    count = yield b""
    while True:
        count = yield give(count)
