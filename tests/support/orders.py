"""Orders by command, as a supervisor gives them at a terminal of the own."""

from __future__ import annotations

import asyncio

from click.testing import CliRunner

from ekc_console.cli import main
from tests.support.centre import PASSWORD, Centre


async def ordered(centre: Centre, *words: str) -> str:
    """What ``ekc …`` by the chief prints when it is carried out."""
    return await _printed(centre, words, 0)


async def refused(centre: Centre, *words: str) -> str:
    """What is said of an order that is not."""
    return await _printed(centre, words, 1)


async def _printed(centre: Centre, words: tuple[str, ...], exit_code: int) -> str:
    env = {"EKC_SERVER": centre.server.url, "EKC_LOGIN": "chief", "EKC_PASSWORD": PASSWORD}
    result = await asyncio.to_thread(CliRunner().invoke, main, [*words], env=env)
    assert result.exit_code == exit_code, result.output
    return result.output
