"""The demonstration without a screen: real calls over SIP and RTP, and the table at its end."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

CALLS = 4
LIMIT_S = 90.0


@pytest.mark.long
async def test_the_headless_demonstration_loses_nothing(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ekc_console.cli", "demo", "--headless"),
        *("--calls", str(CALLS), "--operators", "2"),
        env={**os.environ, "TMPDIR": str(tmp_path), "COLUMNS": "100"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(LIMIT_S):
            output, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    said = errors.decode()
    assert process.returncode == 0, said
    assert "Traceback" not in said
    figures = dict(re.findall(r"│ (\S[^│]*?) +│ +([^│]*?) │", output.decode()))
    assert figures["Вызовов"] == f"{CALLS} / {CALLS}"
    answered = int(figures["Отвечено"])
    assert answered > 0
    assert int(figures["Записей разговоров"]) == answered
    assert int(figures["Карточек"]) == answered
    assert figures["Перезвонили"] == str(CALLS - answered) != "0"
    assert figures["Ждут обратного вызова"] == "0"
    assert {"Поступило в очереди", "Потеряно в очереди", "Ждут обратного вызова"} <= figures.keys()
    assert [name for name in os.listdir(tmp_path) if name.startswith("ekc-")] == []
