"""Who asks over HTTP."""

from __future__ import annotations

import aiohttp
from aiohttp import web

from ekc_console.server.core.clock import Clock
from ekc_console.server.people.auth import Auth, AuthError
from ekc_console.server.people.person import Person


class Callers:
    def __init__(self, auth: Auth, clock: Clock) -> None:
        self._auth = auth
        self._clock = clock

    async def person(self, request: web.Request) -> Person:
        """Who asks, by the token of a session or by login and password. Raises AuthError."""
        now = self._clock.now()
        scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            if session := await self._auth.session(value, now):
                return Person.of(session)
            raise AuthError("session_expired", "login.session_expired")
        try:
            given = aiohttp.BasicAuth.decode(f"{scheme} {value}", encoding="utf-8")
        except ValueError:
            raise AuthError("wrong_password", "login.nothing_given") from None
        user = await self._auth.for_a_command(
            given.login, given.password, request.remote or "", now
        )
        return Person.of(user)
