"""The last check of this workplace, kept beside the console's preferences."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from ekc_console import state_files
from ekc_console.client.finding import Finding, State, worst

FILE = "doctor.json"


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    at: float = 0.0
    """Seconds since the epoch; 0: never."""
    state: State | Literal[""] = ""
    checks: str = ""
    """Names of those that were not in order, with spaces between."""


def keep(state_dir: Path, findings: list[Finding], at: float) -> None:
    faulty = " ".join(one.check for one in findings if one.state != "ok")
    state_files.save(state_dir / FILE, Checked(at=at, state=worst(findings), checks=faulty))


def last(state_dir: Path) -> Checked:
    """An empty one when there is none, or it cannot be read."""
    return state_files.load(state_dir / FILE, Checked)
