"""Short, seeded runs of the chaos program: every caller is accounted for."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "bench/chaos.py"
LIMIT_S = 180.0
LONG_LIMIT_S = 600.0


async def test_a_few_faults_lose_no_caller() -> None:
    """Those that need neither root nor a compiler."""
    text = await _run(
        LIMIT_S, "--faults", "4", "--seed", "63", "--patience", "3", "--calm", "3",
        "--only", "kill router", "kill engine", "kill console", "hang router", "cut console",
    )  # fmt: skip
    assert _figure(text, "calls placed") >= 5, text


@pytest.mark.long
@pytest.mark.parametrize("node", ["own", "external"])
async def test_twenty_faults_of_all_kinds_lose_no_caller(node: str) -> None:
    text = await _run(LONG_LIMIT_S, "--faults", "20", "--seed", "1", "--node", node)
    assert _figure(text, "calls placed") >= 20, text


async def _run(limit_s: float, *options: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), *options,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(limit_s):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()  # it ends all that it has started
            await process.wait()
    text = output.decode()
    assert process.returncode == 0, text
    return text


def _figure(text: str, name: str) -> int:
    found = re.search(rf"(?m)^{name} +(\d+)", text)
    assert found, text
    return int(found[1])
