"""``GET /metrics``: for whoever shows a key of ``ekc server metrics add``.

A key is asked of this machine too: behind a proxy everybody comes from there. Keys that were good
are good while the store is in trouble, when the measurements are wanted most.
"""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from ekc_console.server.metrics.lateness import Lateness
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.people import monitors
from ekc_console.server.store.people.sessions import hashed

log = structlog.get_logger(__name__)

PATH = "/metrics"
FRESH_S = 1.0
"""So long an answer is given again: whoever asks more often costs nothing."""
NO_KEY = (
    "A key is needed: ekc server metrics add NAME > ekc.key, "
    'then curl -H "Authorization: Bearer $(cat ekc.key)"\n'
)
KEYS_WITHIN_S = 2.0
"""For the store to say which keys are good; then those of before are."""


class MetricsDoor:
    """``open`` puts it into an application, with which it begins and ends."""

    def __init__(self, database: Database, registry: CollectorRegistry, lateness: Lateness) -> None:
        self._database = database
        self._registry = registry
        self._lateness = lateness
        self._keys: frozenset[str] = frozenset()
        self._answer = b""
        self._answered_at = -FRESH_S

    def open(self, app: web.Application) -> None:
        app.router.add_get(PATH, self._get)
        app.on_startup.append(self._begin)
        app.on_cleanup.append(self._end)

    async def _begin(self, _app: web.Application) -> None:
        self._lateness.start()

    async def _end(self, _app: web.Application) -> None:
        self._lateness.stop()

    async def _get(self, request: web.Request) -> web.Response:
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not await self._is_good(token):
            return web.Response(status=401, text=NO_KEY, headers={"WWW-Authenticate": "Bearer"})
        headers = {"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
        return web.Response(body=self._measured(), headers=headers)

    async def _is_good(self, token: str) -> bool:
        await self._read_keys()
        return hashed(token) in self._keys

    async def _read_keys(self) -> None:
        try:
            self._keys = await self._database.read(monitors.hashes, limit_s=KEYS_WITHIN_S)
        except StoreError as error:
            log.error("keys of monitors not read", error=error.message)

    def _measured(self) -> bytes:
        now = asyncio.get_running_loop().time()
        if now - self._answered_at >= FRESH_S:
            self._answer = generate_latest(self._registry)
            self._answered_at = now
        return self._answer
