"""The level of the log: for a while, and what is never in it."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ekc_console import log
from ekc_console.server.services.log_level import LogLevel
from ekc_console.wire.admin.log_work import LogState, SetLogLevel
from tests.support.simulated_centre import Centre, run


def test_lines_are_written_from_the_level_in_force_on(tmp_path: Path) -> None:
    file = tmp_path / "server.log"
    code = (
        "import pathlib, structlog\n"
        "from ekc_console import log\n"
        f"log.set_up(pathlib.Path({str(file)!r}))\n"
        "each = structlog.get_logger()\n"
        "each.debug('one'); each.info('two')\n"
        "log.take_level('debug'); each.debug('three')\n"
        "log.take_level('warning'); each.info('four'); each.warning('five'); each.critical('six')\n"
        "log.take_level('error'); each.warning('seven')\n"
        "try:\n"
        "    1 / 0\n"
        "except ZeroDivisionError:\n"
        "    each.exception('eight')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
    text = file.read_text()
    for written in ("two", "three", "five", "six", "eight"):
        assert written in text
    for left_out in ("one", "four", "seven"):
        assert left_out not in text


def test_a_change_is_told_with_both_levels_also_to_errors_only_and_back(tmp_path: Path) -> None:
    file = tmp_path / "server.log"
    code = (
        "import asyncio, pathlib\n"
        "from ekc_console import log\n"
        "from ekc_console.server.services.log_level import LogLevel\n"
        f"log.set_up(pathlib.Path({str(file)!r}))\n"
        "async def tale():\n"
        "    level = LogLevel()\n"
        "    level.set('error', 60)\n"
        "    level.close()\n"
        "asyncio.run(tale())\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
    told = [line for line in file.read_text().splitlines() if "log level" in line]
    assert [re.findall(r"(?:now|was)=\w+", line) for line in told] == [
        ["now=error", "was=info"], ["now=info", "was=error"]
    ]  # fmt: skip


def test_it_goes_back_by_itself_and_a_second_order_takes_the_place_of_the_first(
    tmp_path: Path,
) -> None:
    async def tale(centre: Centre) -> None:
        root = await centre.operator("root", role="admin")
        state: LogState = await root.done(SetLogLevel(level="debug", for_s=60, why="поиск сбоя"))
        assert state.level == "debug"
        assert state.until is not None
        assert log._least == 10
        await root.done(SetLogLevel(level="warning", for_s=600))
        await asyncio.sleep(100)
        assert log._least == 30
        await asyncio.sleep(501)
        assert log._least == 20
        assert centre.server.door.log_level.left_s is None
        nina = await centre.operator("nina", role="supervisor")
        assert (await nina.refused(SetLogLevel(level="debug"))).code == "not_allowed"
        for span in (0, -5, 1e9):
            refused = await root.refused(SetLogLevel(level="debug", for_s=span))
            assert "не больше 24 ч" in refused.message
        await root.done(SetLogLevel(level="debug"))

    run(tmp_path, tale)
    assert log._least == 20, "the end of the server is the end of the order"


@pytest.mark.long
def test_nobody_is_named_at_the_lowest_level(tmp_path: Path) -> None:
    """A whole call, its lines as they would be written."""
    file = tmp_path / "server.log"
    code = f"""
import pathlib
from ekc_console import log
log.set_up(pathlib.Path({str(file)!r}))
log.take_level("debug")
from tests.support.simulated_centre import run
async def tale(centre):
    anna = await centre.ready()
    call = await centre.in_queue("+79000000123")
    await anna.takes()
    await anna.save_card()
    centre.engine.caller_hangs_up(call)
    await centre.ended(call)
run(pathlib.Path({str(tmp_path)!r}), tale)
"""
    root = Path(__file__).parents[4]
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, cwd=root)
    text = file.read_text()
    for told in ("CallArrived", "engine event", "command done", "SaveCard"):
        assert told in text
    for secret in ("9000000123", "Оператор anna", "Садовая"):
        assert secret not in text


async def test_the_usual_level_has_no_end() -> None:
    level = LogLevel()
    level.set("debug", 5)
    level.set("info", 5)
    assert (level.level, level.left_s) == ("info", None)
