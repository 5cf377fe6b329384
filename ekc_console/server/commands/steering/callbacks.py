"""Who is owed a call, for those who answer for it."""

from __future__ import annotations

from ekc_console.server.commands.handler import Handler
from ekc_console.server.live.views import Views
from ekc_console.server.people.person import Person
from ekc_console.wire import steering


class CallbackOrders:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self.handlers: dict[type, Handler] = {steering.GetCallbacks: self._all}

    async def _all(self, person: Person, body: steering.GetCallbacks) -> steering.Callbacks:
        return steering.Callbacks(callbacks=self._views.owed(person))
