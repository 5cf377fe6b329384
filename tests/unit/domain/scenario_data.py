"""Scenarios of ``tests/data/scripts`` and of ``scripts`` for the tests of the language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from ekc_console.domain.scenario import Scenario
from ekc_console.scenario_files import load_folder

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data" / "scripts"
SHIPPED = ROOT / "scripts"
QUEUES = frozenset(
    {"appointments", "home_visit", "vaccination", "med_info", "feedback", "other", "general"}
)
TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 9, tzinfo=UTC).timestamp()
"""Noon of ``TODAY`` in Moscow."""


@cache
def scenarios(folder: Path = DATA) -> dict[str, Scenario]:
    return load_folder(folder, QUEUES, TODAY)


def line() -> Scenario:
    return scenarios()["line"]


def reception() -> Scenario:
    return scenarios()["reception"]
