"""Tests of what goes by dates and times of day run on machines of several zones: the centre's own
zone decides, wherever the server and the consoles stand."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ekc_console.domain.terms.localtime import zone_named

MOSCOW = zone_named("Europe/Moscow")
HOSTS = ("UTC", "Asia/Vladivostok")
CENTRES = ("Europe/Moscow", "Asia/Novosibirsk")


@contextmanager
def host_in(zone: str) -> Iterator[None]:
    """This process believes itself in a zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()
