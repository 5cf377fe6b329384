"""Many values of one behaviour: some at every run, all of them with ``pytest -m long``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def sweep(values: Iterable[Any], *, every: int) -> list[Any]:
    """For ``parametrize``: the first of each ``every`` values is for the quick suite."""
    return [value if index % every == 0 else _long(value) for index, value in enumerate(values)]


def _long(value: Any) -> Any:
    fields = value if isinstance(value, tuple) else (value,)
    return pytest.param(*fields, marks=pytest.mark.long)
