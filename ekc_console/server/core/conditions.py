"""What is not in order beside the calls, which go on: an old certificate, faulty scenario files.

Whoever finds something reports it under a key of its own and clears it when it is over. It stands
in the log when it begins and ends, in ``/health``, and on the screens of those who supervise for
as long as it lasts.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)


class Conditions:
    """``watch`` when there is somebody to tell."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._watchers: list[Callable[[], None]] = []

    def watch(self, changed: Callable[[], None]) -> None:
        """``changed`` is told after every change."""
        self._watchers.append(changed)

    def report(self, key: str, text: str, detail: str = "") -> None:
        """``text``: a sentence for people, in Russian, without personal data and paths;
        ``detail``: for the log alone."""
        if self._texts.get(key) == text:
            return
        self._texts[key] = text
        log.error("not in order", what=key, text=text, detail=detail)
        self._tell()

    def clear(self, key: str) -> None:
        if self._texts.pop(key, None) is not None:
            log.info("in order again", what=key)
            self._tell()

    def _tell(self) -> None:
        for changed in self._watchers:
            changed()

    @property
    def texts(self) -> dict[str, str]:
        """By key, in the order they began."""
        return dict(self._texts)

    def __contains__(self, key: str) -> bool:
        return key in self._texts
