"""Where an unexpected error arose, for the log."""

from __future__ import annotations

import traceback


def where(error: BaseException) -> str:
    """Type and places, innermost last, without messages and values: those may hold what a caller
    has said."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " > ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} at {places}"
