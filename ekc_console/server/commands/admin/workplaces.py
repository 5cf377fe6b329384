"""Consoles tell of their workplaces; who keeps accounts asks what there are."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from ekc_console import __version__
from ekc_console.domain.router import Router
from ekc_console.domain.terms.localtime import day_of
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.clock import Clock
from ekc_console.server.people.person import Person
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import workplaces
from ekc_console.wire.admin import workplace_work as wire


class WorkplaceOrders:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(self, database: Database, router: Router, clock: Clock) -> None:
        self._database = database
        self._router = router
        self._clock = clock
        self.handlers: dict[type, Handler] = {
            wire.TellWorkplace: self._told,
            wire.ListWorkplaces: self._list,
        }

    def _day(self, ago: int) -> str:
        today = day_of(self._clock.now(), self._router.centre.zone)
        return (today - timedelta(days=ago)).isoformat()

    async def _told(self, person: Person, body: wire.TellWorkplace) -> None:
        await self._database.write(
            partial(
                workplaces.told,
                place=body,
                login=person.login,
                at=self._clock.now(),
                day=self._day(0),
                oldest=self._day(wire.KEPT_DAYS - 1),
            )
        )

    async def _list(self, person: Person, body: wire.ListWorkplaces) -> wire.Workplaces:
        read = partial(workplaces.everywhere, since=self._day(body.days - 1), newest=__version__)
        return wire.Workplaces(server=__version__, workplaces=await self._database.read(read))
