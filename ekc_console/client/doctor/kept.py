"""The last check of this workplace, kept beside the console's preferences."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import msgspec
import structlog

from ekc_console.client.finding import Finding, State, worst
from ekc_console.json_faults import NOT_JSON

log = structlog.get_logger(__name__)

FILE = "doctor.json"


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    at: float = 0.0
    """Seconds since the epoch; 0: never."""
    state: State | Literal[""] = ""
    checks: str = ""
    """Names of those that were not in order, with spaces between."""


def keep(state_dir: Path, findings: list[Finding], at: float) -> None:
    """A disk that cannot be written is logged."""
    faulty = " ".join(one.check for one in findings if one.state != "ok")
    checked = Checked(at=at, state=worst(findings), checks=faulty)
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(state_dir / FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(msgspec.json.encode(checked))
    except OSError as error:
        log.warning("check of the workplace not kept", error=type(error).__name__)


def last(state_dir: Path) -> Checked:
    """An empty one when there is none, or it cannot be read."""
    try:
        return msgspec.json.decode((state_dir / FILE).read_bytes(), type=Checked)
    except FileNotFoundError:
        return Checked()
    except (OSError, *NOT_JSON) as error:
        log.warning("check of the workplace unreadable", error=type(error).__name__)
        return Checked()
