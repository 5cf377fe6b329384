"""Answers over HTTP: JSON; of what is not done, a code and words for people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware

from ekc_console.server.people.auth import AuthError
from ekc_console.server.store.base.errors import StoreError
from ekc_console.wire.login import HttpError
from ekc_console.wire.words import Words, words, words_of

log = structlog.get_logger(__name__)

Say = Callable[[Words], str]
"""In the language of the server."""
Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]

_STATUS = {"throttled": 429, "not_allowed": 403}
"""Of who does not get in; 401 otherwise."""


class Answers:
    def __init__(self, say: Say) -> None:
        self._say = say

    def error(self, status: int, code: str, why: Words) -> web.Response:
        return answer(HttpError(code=code, words=why, message=self._say(why)), status)

    def unauthorised(self, error: AuthError) -> web.Response:
        response = self.error(_STATUS.get(error.code, 401), error.code, words_of(error))
        if response.status == 401:
            response.headers["WWW-Authenticate"] = 'Bearer, Basic charset="UTF-8"'
        return response

    @property
    def middleware(self) -> Middleware:
        """No traceback leaves the server: errors are JSON with a word for people."""

        @web.middleware
        async def clear_errors(request: web.Request, handler: Handle) -> web.StreamResponse:
            try:
                return await handler(request)
            except web.HTTPNotFound:
                where = words("server.no_such_address", path=request.path)
                return self.error(404, "not_found", where)
            except web.HTTPMethodNotAllowed as error:
                how = words("server.no_such_method", method=request.method)
                response = self.error(405, "bad_request", how)
                response.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
                return response
            except web.HTTPRequestEntityTooLarge:
                return self.error(413, "bad_request", words("server.too_large"))
            except web.HTTPException as error:
                why = words("server.bad_request", why=error.reason)
                return self.error(error.status, "bad_request", why)
            except StoreError as error:
                log.error("request not done, the store is in trouble", error=error.message)
                return self.error(503, "server_busy", words("server.store_busy"))
            except Exception:
                log.exception("request broke", path=request.path)
                return self.error(500, "internal", words("server.error"))

        return clear_errors


def answer(body: object, status: int = 200) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(body), status=status, content_type="application/json"
    )
