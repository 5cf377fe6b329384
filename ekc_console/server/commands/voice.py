"""How each operator's voice gets here, for consoles and for checks of a workplace."""

from __future__ import annotations

from ekc_console.server.commands.handler import Handler
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import accounts
from ekc_console.wire.voice import GetVoice, VoiceSetting


class Voices:
    def __init__(self, database: Database) -> None:
        self._database = database
        self.handlers: dict[type, Handler] = {GetVoice: self._get}

    async def _get(self, person: Person, body: GetVoice) -> VoiceSetting:
        user = await self._database.read(lambda conn: accounts.get(conn, person.login))
        if user is None:
            raise Refusal("unknown", "line.no_account", login=person.login)
        return user.voice
