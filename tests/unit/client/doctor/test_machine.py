"""The doctor on the machine: what is found, and what is said of it."""

from __future__ import annotations

import os

import pytest

from ekc_console.client.doctor import machine

GOOD = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("environment", "size", "encoding", "check", "state"),
    [
        (GOOD, (80, 24), "UTF-8", "terminal.size", "ok"),
        (GOOD, (79, 24), "UTF-8", "terminal.size", "warning"),
        (GOOD, (0, 0), "UTF-8", "terminal.size", "warning"),
        (GOOD, (80, 24), "UTF-8", "terminal.colours", "ok"),
        ({"TERM": "dumb"}, (80, 24), "UTF-8", "terminal.colours", "fault"),
        ({**GOOD, "NO_COLOR": "1"}, (80, 24), "UTF-8", "terminal.colours", "ok"),
        (GOOD, (80, 24), "ANSI_X3.4-1968", "terminal.encoding", "fault"),
        (GOOD, (80, 24), "utf8", "terminal.encoding", "ok"),
    ],
)
def test_the_terminal(
    environment: dict[str, str], size: tuple[int, int], encoding: str, check: str, state: str
) -> None:
    findings = machine.terminal(environment, os.terminal_size(size), encoding)
    finding = next(finding for finding in findings if finding.check == check)
    assert finding.state == state
    assert bool(finding.remedy) == (state != "ok")
