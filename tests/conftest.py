"""For the whole suite."""

from __future__ import annotations

import gc

import pytest

gc.set_threshold(20_000, 20, 20)  # by default the collector takes a fifth of the suite's time


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is loaded stays: it need not be walked over again."""
    gc.collect()
    gc.freeze()
