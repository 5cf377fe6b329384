"""espeak-ng, in a process of its own: it is C, and what it hangs in cannot be left otherwise.

    python -m ekc_console.server.services.espeak

Says ``{}`` when it is ready. Then a line of JSON in, with ``text``, ``voice``, ``words_per_minute``
and ``pitch``, and a line out: ``rate_hz`` and ``bytes``, behind which so many bytes of 16-bit mono
follow. In the place of every line out may stand a ``message`` with its ``remedy``. Ends with stdin,
and with the process that began it.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from typing import Any, BinaryIO

import espeakng_loader

# espeak-ng's speak_lib.h
_AUDIO_RETRIEVAL = 1
_CHARS_UTF8 = 1
_POSITION_CHARACTER = 1
_PARAMETER_RATE, _PARAMETER_PITCH = 1, 3
_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)
_PR_SET_PDEATHSIG = 1


class Refused(Exception):
    """With a message for people, and a remedy."""


class Espeak:
    """The library, loaded and initialised. Raises Refused."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(str(espeakng_loader.get_library_path()))
        data = str(espeakng_loader.get_data_path()).encode()
        self.rate_hz = int(self._library.espeak_Initialize(_AUDIO_RETRIEVAL, 0, data, 0))
        if self.rate_hz <= 0:
            raise Refused(
                "Синтез речи espeak-ng не запускается: нет его данных.",
                "Переустановите пакет espeakng-loader.",
            )
        self._sound = bytearray()
        self._callback = _CALLBACK(self._collect)
        self._library.espeak_SetSynthCallback(self._callback)

    def _collect(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _: object) -> int:
        if samples and count > 0:
            self._sound += ctypes.string_at(samples, count * 2)
        return 0

    def synthesise(self, text: str, voice: str, words_per_minute: int, pitch: int) -> bytes:
        """16-bit mono. Raises Refused."""
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise Refused(f"Голос «{voice}» не загружается.", "Укажите другой голос.")
        self._library.espeak_SetParameter(_PARAMETER_RATE, words_per_minute, 0)
        self._library.espeak_SetParameter(_PARAMETER_PITCH, pitch, 0)
        self._sound.clear()
        data = text.encode() + b"\0"
        failed = self._library.espeak_Synth(
            data, len(data), 0, _POSITION_CHARACTER, 0, _CHARS_UTF8, None, None
        )
        self._library.espeak_Synchronize()
        if failed:
            raise Refused("Текст не произносится.", "Измените текст.")
        return bytes(self._sound)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Until there are no more requests."""
    try:
        espeak = Espeak()
    except Refused as error:
        _say(answers, _refusal(error))
        return
    _say(answers, {})
    for line in requests:
        try:
            sound = espeak.synthesise(**json.loads(line))
        except Refused as error:
            _say(answers, _refusal(error))
        else:
            _say(answers, {"rate_hz": espeak.rate_hz, "bytes": len(sound)}, sound)


def _refusal(error: Refused) -> dict[str, Any]:
    message, remedy = error.args
    return {"message": message, "remedy": remedy}


def _say(answers: BinaryIO, head: dict[str, Any], body: bytes = b"") -> None:
    answers.write(json.dumps(head).encode() + b"\n" + body)
    answers.flush()


def main() -> None:
    """Only answers go to stdout, whatever the library prints."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
