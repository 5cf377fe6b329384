"""The commands of ``docs/api.md`` as they stand there, by a real curl."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

import pytest

from tests.interop.processes import program
from tests.support.centre import PASSWORD
from tests.support.simulated_centre import Centre
from tests.unit.server.test_api import add, centre

__all__ = ["centre"]

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
COMMANDS = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("number", range(len(COMMANDS)))
async def test_what_the_page_shows_works(centre: Centre, tmp_path: Path, number: int) -> None:
    program("curl")
    await add(centre, "root", role="admin")
    for caller in range(3):
        await centre.in_queue(f"+7900000020{caller}")
    await centre.server.core.runtime.settled()
    shell = await asyncio.create_subprocess_exec(
        "bash", "-euo", "pipefail", "-c", COMMANDS[number], cwd=tmp_path,
        env={**os.environ, "EKC": centre.server.url, "WHO": f"root:{PASSWORD}"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await shell.communicate()
    text = said.decode()
    assert shell.returncode == 0, text
    assert '"ok":false' not in text
    assert '"items"' in text or '"ok":true' in text
