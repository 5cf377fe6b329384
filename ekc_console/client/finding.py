"""What a check of a workplace found, and what to do."""

from __future__ import annotations

from typing import Literal

import msgspec

State = Literal["ok", "warning", "fault"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One check's outcome. ``check`` is stable, the words are for people."""

    check: str
    title: str
    state: State
    found: str
    remedy: str = ""


def worst(findings: list[Finding]) -> State:
    order: tuple[State, ...] = ("ok", "warning", "fault")
    return max((finding.state for finding in findings), key=order.index, default="ok")
