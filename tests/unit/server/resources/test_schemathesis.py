"""The document tried by schemathesis at a server with calls: what is answered is what it says,
whatever is asked."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import aiohttp
import pytest

from ekc_console.wire import messages
from tests.support.centre import PASSWORD
from tests.support.simulated_centre import Centre
from tests.unit.server.test_api import add, centre

__all__ = ["centre"]

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,negative_data_rejection,unsupported_method"
)


async def tried(centre: Centre, folder: Path, examples: int, *only: str) -> str:
    """What schemathesis says; it must have found nothing."""
    await add(centre, "root", role="admin")
    url = centre.server.url
    login = {"login": "root", "password": PASSWORD, "protocol": messages.PROTOCOL}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{url}/api/login", json=login) as answer,
    ):
        token = (await answer.json())["token"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "schemathesis.cli", "run", f"{url}/api/openapi.json",
        "--header", f"Authorization: Bearer {token}", "--checks", CHECKS,
        "--max-examples", str(examples), "--seed", "122", "--no-color", *only,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=folder,
    )  # fmt: skip
    said, _ = await process.communicate()
    text = said.decode()
    assert process.returncode == 0, text[-8000:]
    return text


@pytest.mark.long  # schemathesis alone takes seconds to begin
async def test_reading_is_as_the_document_says(centre: Centre, tmp_path: Path) -> None:
    await centre.in_queue()
    paths = "^/api/v1/(calls|people|audit)"
    await tried(centre, tmp_path, 1, "--include-path-regex", paths, "--phases", "fuzzing")


@pytest.mark.long
async def test_everything_is_as_the_document_says(centre: Centre, tmp_path: Path) -> None:
    await centre.in_queue()
    await tried(centre, tmp_path, 60, "--include-path-regex", "^/api/v1/")


@pytest.mark.long
async def test_whatever_is_posted_is_answered_as_the_document_says(
    centre: Centre, tmp_path: Path
) -> None:
    await tried(centre, tmp_path, 60, "--include-path-regex", "^/api/(command|login)")
