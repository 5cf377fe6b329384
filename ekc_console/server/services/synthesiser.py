"""The process of the synthesiser, seen from the server: begun when there is something to say, ended
when it does not answer in time."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence

import msgspec
import structlog

from ekc_console.errors import EkcError
from ekc_console.json_faults import NOT_JSON

log = structlog.get_logger(__name__)

START_S = 10.0
"""Longest wait for a process that begins."""
LIMIT_S, LIMIT_OF_CHARACTER_S = 3.0, 0.01
"""Longest wait for a text: thirty times as long as it takes on a machine that has time."""
HANGS, REST_S = 3, 60.0
"""After so many texts in turn that were not answered in time, none is tried for so long."""

ESPEAK = (sys.executable, "-m", "ekc_console.server.services.espeak")


class SpeechError(EkcError):
    """The text cannot be spoken or the voice is not there. The text is not named: it may be a
    caller's, and errors come into logs. Whoever speaks a text of the centre's own adds it."""


class _Request(msgspec.Struct, frozen=True):
    text: str
    voice: str
    words_per_minute: int
    pitch: int


class _Answer(msgspec.Struct, frozen=True):
    rate_hz: int = 0
    bytes: int = 0
    message: str = ""
    remedy: str = ""


class _Broken(Exception):
    """The process is gone, or says what nobody understands."""


def limit_s(text: str) -> float:
    return LIMIT_S + LIMIT_OF_CHARACTER_S * len(text)


class Synthesiser:
    """For one thread; ``close`` at the end."""

    def __init__(self, command: Sequence[str] = ESPEAK) -> None:
        self._command = command
        self._child: subprocess.Popen[bytes] | None = None
        self._hung = 0
        """Texts in turn."""
        self._rests_until = 0.0

    def patience_s(self, text: str) -> float:
        """How long it is worth waiting for a text, whatever is spoken before it. From any
        thread."""
        return limit_s(text) + (START_S if self._child is None else 0.0)

    def speak(self, text: str, voice: str, words_per_minute: int, pitch: int) -> tuple[bytes, int]:
        """16-bit mono and its rate in Hz. Blocks for ``limit_s`` at most, and at the beginning for
        ``START_S``. Raises SpeechError."""
        if time.monotonic() < self._rests_until:
            raise _silent()
        request = _Request(text, voice, words_per_minute, pitch)
        tries = 1 if self._child is None else 2  # it may have died while it had nothing to do
        for _ in range(tries):
            with contextlib.suppress(_Broken):
                return self._spoken(request)
        raise _silent()

    def close(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                with contextlib.suppress(OSError):
                    assert pipe is not None
                    pipe.close()

    def _spoken(self, request: _Request) -> tuple[bytes, int]:
        """Raises _Broken, SpeechError."""
        child = self._running()
        assert child.stdin is not None
        assert child.stdout is not None
        with self._within(child, limit_s(request.text)):
            child.stdin.write(msgspec.json.encode(request) + b"\n")
            child.stdin.flush()
            answer = _answer(child)
            sound = child.stdout.read(answer.bytes)
            if len(sound) < answer.bytes:
                raise _Broken
        self._hung = 0
        if answer.message:
            raise SpeechError(answer.message, answer.remedy)
        return sound, answer.rate_hz

    def _running(self) -> subprocess.Popen[bytes]:
        """Raises _Broken, SpeechError."""
        if self._child is not None:
            return self._child
        try:
            child = self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # what the terminal sends is for the server
            )
        except OSError as error:
            log.error("the synthesiser does not begin", error=error.strerror)
            raise _Broken from None
        with self._within(child, START_S):
            ready = _answer(child)
        if ready.message:
            self.close()
            raise SpeechError(ready.message, ready.remedy)
        return child

    @contextlib.contextmanager
    def _within(self, child: subprocess.Popen[bytes], seconds: float) -> Iterator[None]:
        """Raises _Broken; SpeechError when the child had to be ended."""
        over = threading.Event()

        def end() -> None:
            over.set()
            child.kill()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (_Broken, OSError, *NOT_JSON):
            self.close()
            if not over.is_set():
                raise _Broken from None
            self._note_hang(seconds)
            raise _silent() from None
        finally:
            timer.cancel()

    def _note_hang(self, seconds: float) -> None:
        self._hung += 1
        log.error("the synthesiser hung and was ended", limit_s=seconds, in_turn=self._hung)
        if self._hung >= HANGS:
            self._rests_until = time.monotonic() + REST_S


def _answer(child: subprocess.Popen[bytes]) -> _Answer:
    assert child.stdout is not None
    answer: _Answer = msgspec.json.decode(child.stdout.readline(), type=_Answer)
    return answer


def _silent() -> SpeechError:
    return SpeechError(
        "Синтезатор речи не отвечает.",
        "Подсказки, записанные голосом, он не заменит: voice.recorded_dir.",
    )
