"""What a persona says to an operator, from the matter to the farewell."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass

from ekc_console.demo.people.pace import Pace
from ekc_console.demo.people.personas import Persona
from ekc_console.demo.people.talking import Talk
from ekc_console.demo.people.texts import ACKNOWLEDGEMENTS, CALLER_FAREWELL
from ekc_console.demo.people.voices import Voices


@dataclass(frozen=True, slots=True)
class Speech:
    persona: Persona
    voices: Voices
    pace: Pace
    source: random.Random

    async def tell(self, talk: Talk, limit_s: float) -> None:
        """Tell the matter, wait for the operator's work, say goodbye after ``limit_s``."""
        pace, loop = self.pace, asyncio.get_running_loop()
        deadline = loop.time() + limit_s
        for text in (self.persona.matter.opening, *self.persona.matter.answers):
            await self.say(talk, text)
            await talk.their_turn(pace.turn, pace.reply_within)
        while loop.time() < deadline:
            await self.say(talk, self.source.choice(ACKNOWLEDGEMENTS))
            await talk.their_turn(pace.turn, 2 * pace.reply_within)
        await self.say(talk, CALLER_FAREWELL)

    async def say(self, talk: Talk, text: str) -> None:
        await talk.say(await self.voices.say(self.persona.voice, text))
