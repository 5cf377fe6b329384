"""Spoken phrases of simulated people as WAV files, made once and kept in a cache."""

from __future__ import annotations

from pathlib import Path

from ekc_console.server.services.prompts import PromptLibrary
from ekc_console.server.services.speech import Speaker, Voice


class Voices:
    """One prompt library a voice over the same folder."""

    def __init__(self, cache_dir: Path) -> None:
        self._cache_dir = cache_dir
        self._libraries: dict[Voice, PromptLibrary] = {}

    async def say(self, voice: Voice, text: str) -> Path:
        """The file of ``text`` in that voice. Raises SpeechError."""
        library = self._libraries.get(voice)
        if library is None:
            library = self._libraries[voice] = PromptLibrary(self._cache_dir, Speaker(voice))
        return await library.speak(text)
