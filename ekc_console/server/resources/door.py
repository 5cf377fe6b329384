"""``GET /api/v1/…``: who asks, what for, and the answer as this person may see it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from ekc_console.server.commands.dispatch import Commands
from ekc_console.server.http.answers import Answers, answer
from ekc_console.server.http.callers import Callers
from ekc_console.server.people.auth import AuthError
from ekc_console.server.people.person import Person
from ekc_console.server.resources import asked, pages
from ekc_console.server.resources.openapi import PATH, encoded
from ekc_console.server.resources.table import PREFIX, RESOURCES, Many, One, Resource
from ekc_console.server.rights.outgoing import seen_by
from ekc_console.wire.messages import Reply
from ekc_console.wire.words import words, words_of

AT_ONCE = 8
"""Of all programs together; further ones wait their turn: consoles go before."""
_STATUS = {
    "not_allowed": 403,
    "unknown": 404,
    "bad_value": 400,
    "wrong_state": 409,
    "conflict": 409,
    "server_busy": 503,
    "engine_down": 503,
}
"""Of HTTP, by the code of the refusal."""


class ResourceDoor:
    """``open`` puts it into an application."""

    def __init__(self, callers: Callers, answers: Answers, commands: Commands) -> None:
        self._callers = callers
        self._answers = answers
        self._commands = commands
        self._slots = asyncio.Semaphore(AT_ONCE)

    def open(self, app: web.Application) -> None:
        for resource in RESOURCES:
            app.router.add_get(PREFIX + resource.path, self._handler(resource))
        app.router.add_get(PATH, self._document)

    async def _document(self, _request: web.Request) -> web.Response:
        body = await asyncio.to_thread(encoded)  # takes a while the first time
        return web.Response(body=body, content_type="application/json")

    def _handler(
        self, resource: Resource
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                async with self._slots:
                    person = await self._callers.person(request)
                    return await self._answer(resource, person, request)
            except AuthError as error:
                return self._answers.unauthorised(error)
            except (asked.BadAsked, pages.BadCursor) as error:
                return self._answers.error(400, "bad_value", words_of(error))

        return handle

    async def _answer(
        self, resource: Resource, person: Person, request: web.Request
    ) -> web.Response:
        given = asked.read(resource.asked, request.match_info, _query(request))
        if isinstance(resource, Many):
            reply = await self._commands.read(person, pages.command(resource, given))
            if not reply.ok:
                return self._refused(reply)
            return answer(pages.page(resource, given, seen_by(reply, person).result))
        assert isinstance(resource, One)
        reply = await self._commands.read(person, resource.command(given))
        if not reply.ok:
            return self._refused(reply)
        found = resource.pick(seen_by(reply, person).result, given)
        if found is None:
            return self._answers.error(404, "unknown", words("api.no_such_thing"))
        return answer(found)

    def _refused(self, reply: Reply) -> web.Response:
        code = reply.code or "server_busy"
        why = reply.words or words("server.error")
        return self._answers.error(_STATUS.get(code, 400), code, why)


def _query(request: web.Request) -> dict[str, str]:
    """Raises BadAsked for a parameter that is given twice, and for one of the path."""
    query = request.query
    for name in query:
        if name in request.match_info or len(query.getall(name)) > 1:
            raise asked.BadAsked("api.given_twice", name=name[:40])
    return dict(query)
