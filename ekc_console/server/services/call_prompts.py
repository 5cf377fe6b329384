"""Prompts that hold what one caller has said: spoken for the call, gone with it."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import shutil
from pathlib import Path

import structlog

from ekc_console.server.services.prompts import Prompt, PromptError, PromptLibrary
from ekc_console.server.services.wav import Samples, write_wav

log = structlog.get_logger(__name__)


class CallPrompts:
    """``clear`` at the start, ``make`` during a call, ``forget`` when it is over."""

    def __init__(self, folder: Path, library: PromptLibrary) -> None:
        """``folder`` is ours alone; it is made when it is needed, closed to others."""
        self._folder = folder
        self._library = library
        self._files: dict[str, set[Path]] = {}
        """By call."""

    async def clear(self) -> None:
        """Remove what a server that died left behind."""
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    async def make(self, call: str, prompt: Prompt) -> Path:
        """The file of a prompt; a recording of that name is no caller's and is played itself.

        Raises SpeechError or PromptError, which do not tell the text.
        """
        if not prompt.personal:
            return await self._library.speak(prompt)
        if self._library.recording(prompt.name) is not None:
            return await self._library.speak(Prompt("", prompt.name))
        samples = await self._library.sound(prompt)
        path = self._folder / f"{secrets.token_hex(16)}.wav"
        self._files.setdefault(call, set()).add(path)
        await asyncio.to_thread(self._write, call, path, samples)
        return path

    async def forget(self, call: str) -> None:
        """The call is over, or is about to be."""
        if paths := self._files.pop(call, None):
            await asyncio.to_thread(_remove, paths)

    def _write(self, call: str, path: Path, samples: Samples) -> None:
        try:
            write_wav(path, samples)
        except OSError as error:
            raise PromptError(
                f"Подсказка вызова не сохраняется: {error.strerror}.", "Проверьте диск и права."
            ) from error
        if path not in self._files.get(call, ()):  # the caller hung up meanwhile
            _remove({path})


def _remove(paths: set[Path]) -> None:
    for path in paths:
        try:
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
        except OSError as error:
            log.error("prompt of a call not removed", error=error.strerror)
