"""Each role × each command: allowed or refused as the table says; and the table's page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ekc_console.domain.terms.ids import Role
from ekc_console.domain.terms.rights import RIGHTS, ROLES, may
from ekc_console.server.commands.rights import ROWS, refused
from ekc_console.wire import codec, messages
from ekc_console.wire.words import Words, words_of
from tests.support.commands import made_up
from tests.support.rights_page import RIGHT_TITLES, page
from tests.support.simulated_centre import Centre, run
from tests.unit.server.test_api import Console, MakeConsole, add, centre, console

__all__ = ["centre", "console"]

PAGE = Path(__file__).parents[4] / "docs" / "rights.md"
LAST = messages.LogOut
"""Ends the session."""
KINDS = [*(kind for kind in ROWS if kind is not LAST), LAST]


def test_the_page_is_current() -> None:
    assert set(RIGHT_TITLES) == set(RIGHTS)
    written = PAGE.read_text(encoding="utf-8")
    assert written == page() + "\n", "run: python -m tests.support.rights_page > docs/rights.md"


def require_cell(role: Role, kind: type, reply: messages.Reply) -> None:
    """A made-up command is never done by chance: who has the right is told what else is wrong."""
    row = ROWS[kind]
    why: Words = words_of(refused(row))
    if row.right is None or may(role, row.right):
        assert (reply.code, reply.words) != ("not_allowed", why), (role, kind)
    else:
        assert (reply.ok, reply.code, reply.words) == (False, "not_allowed", why), (role, kind)
        assert reply.result is None


@pytest.mark.parametrize("role", ROLES)
def test_every_cell(tmp_path: Path, role: Role) -> None:
    async def story(centre: Centre) -> None:
        who = await centre.operator("somebody", role=role)
        if may(role, "serve"):
            await who.come()
        for kind in KINDS:
            require_cell(role, kind, await who.do(made_up(kind)))

    run(tmp_path, story)


async def over_the_socket(console: Console, kind: type) -> messages.Reply:
    request = messages.Request(id=f"ws-{kind.__name__}", body=made_up(kind))
    await console.send(request)
    while True:
        heard: Any = await console.hear()
        if isinstance(heard, messages.Reply) and heard.id == request.id:
            return heard


async def over_http(centre: Centre, http: aiohttp.ClientSession, token: str, kind: type) -> Any:
    request = messages.Request(id=f"http-{kind.__name__}", body=made_up(kind))
    async with http.post(
        f"{centre.server.url}/api/command",
        data=codec.encode(request),
        headers={"Authorization": f"Bearer {token}"},
    ) as answer:
        if answer.status == 401:
            return None
        return codec.decode_server(b'{"type":"Reply",' + (await answer.read())[1:])


async def through_both_doors(
    centre: Centre, make: MakeConsole, role: Role, kinds: list[type]
) -> None:
    await add(centre, "somebody", role=role)
    one = make()
    token = await one.log_in("somebody")
    await one.join(token)
    for kind in kinds:
        require_cell(role, kind, await over_the_socket(one, kind))
        if kind is not LAST:
            require_cell(role, kind, await over_http(centre, one.http, token, kind))
    if LAST in kinds:
        assert await over_http(centre, one.http, token, kinds[0]) is None


async def test_the_doors_ask_the_table(centre: Centre, console: MakeConsole) -> None:
    await through_both_doors(centre, console, "clinic", KINDS[::9])


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
async def test_every_cell_through_both_doors(
    centre: Centre, console: MakeConsole, role: Role
) -> None:
    await through_both_doors(centre, console, role, KINDS)
