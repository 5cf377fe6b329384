"""What is not in order beside the calls, which go on: an old certificate, faulty scenario files.

Whoever finds something reports it under a key of its own and clears it when it is over. It stands
in the log when it begins and ends, in ``/health``, and on the screens of those who supervise for
as long as it lasts.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from ekc_console.wire.words import Words

log = structlog.get_logger(__name__)


class Conditions:
    """``watch`` when there is somebody to tell."""

    def __init__(self) -> None:
        self._words: dict[str, Words] = {}
        self._watchers: list[Callable[[], None]] = []

    def watch(self, changed: Callable[[], None]) -> None:
        """``changed`` is told after every change."""
        self._watchers.append(changed)

    def report(self, key: str, words: Words, detail: str = "") -> None:
        """``words``: for people, without personal data and paths; ``detail``: for the log
        alone."""
        if self._words.get(key) == words:
            return
        self._words[key] = words
        log.error("not in order", what=key, why=words.key, values=words.values, detail=detail)
        self._tell()

    def clear(self, key: str) -> None:
        if self._words.pop(key, None) is not None:
            log.info("in order again", what=key)
            self._tell()

    def _tell(self) -> None:
        for changed in self._watchers:
            changed()

    @property
    def words(self) -> dict[str, Words]:
        """By key, in the order they began."""
        return dict(self._words)

    def __contains__(self, key: str) -> bool:
        return key in self._words
