"""What an order of rows is: a key, the least first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

Order = Callable[[T], tuple[Any, ...]]
