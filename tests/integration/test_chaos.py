"""A short, seeded run of the chaos program: every caller is accounted for."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

PROGRAM = Path(__file__).parents[2] / "bench/chaos.py"
LIMIT_S = 180.0


async def test_five_kills_lose_no_caller() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), "--faults", "5", "--only", "kill router",
        "kill engine", "kill console", "kill softphone", "--seed", "7", "--patience", "6",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(LIMIT_S):
            output, _ = await process.communicate()
    except TimeoutError:
        process.terminate()  # it ends all that it has started
        await process.wait()
        raise
    text = output.decode()
    assert process.returncode == 0, text
    placed = next(line for line in text.splitlines() if line.startswith("calls placed"))
    assert int(placed.split()[-1]) >= 5, text
