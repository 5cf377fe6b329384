"""People who are called back, on real SIP calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from ekc_console.demo.people.called import CalledPeople
from ekc_console.demo.people.pace import BRISK
from ekc_console.demo.people.personas import Directory, Persona
from ekc_console.demo.people.talking import Talk
from ekc_console.demo.people.voices import Voices
from ekc_console.errors import EkcError
from ekc_console.server.services.speech import Voice
from sip.link.client import Softphone
from sip.link.protocol import CallState, Start
from tests.support.net import fresh_host

PACE = replace(
    BRISK, pick_up=(0.1, 0.2), turn=0.2, reply_within=0.2, called_talk_limit=0.5
)  # fmt: skip
LIMIT_S = 20.0


class Book:
    """Notes which numbers were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._directory = Directory(1)

    def at(self, number: str) -> Persona:
        self.asked.append(number)
        return self._directory.at(number)


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
async def people(book: Book, tmp_path: Path) -> AsyncIterator[CalledPeople]:
    people = CalledPeople(
        fresh_host(), book.at, voices=Voices(tmp_path / "speech"), work_dir=tmp_path, pace=PACE
    )
    await people.start()
    yield people
    await people.stop()


@pytest.fixture
async def phone() -> AsyncIterator[Softphone]:
    phone = await Softphone.spawn(Start(host=fresh_host()))
    yield phone
    await phone.stop()


@pytest.mark.long
async def test_a_person_picks_up_talks_and_hangs_up(
    people: CalledPeople, phone: Softphone, book: Book, tmp_path: Path
) -> None:
    call = await phone.call(f"sip:79000000002@{people.address}", LIMIT_S)
    talk = Talk(phone.send, call, tmp_path / "heard.wav")
    talk.begin()
    assert await talk.their_turn(0.2, LIMIT_S)
    assert book.asked == ["79000000002"]
    ended = await phone.wait_for(CallState, LIMIT_S, call=call, state="ended")
    assert ended.reason == "normal"
    talk.end()


async def test_one_who_is_hung_up_on_can_be_called_again(
    people: CalledPeople, phone: Softphone, book: Book
) -> None:
    for _time in range(2):
        call = await phone.call(f"sip:+73452000001@{people.address}", LIMIT_S)
        await phone.hang_up(call)
    assert book.asked == ["+73452000001"] * 2


async def test_an_address_of_another_machine_is_told(book: Book, tmp_path: Path) -> None:
    people = CalledPeople("192.0.2.1", book.at, voices=Voices(tmp_path), work_dir=tmp_path)
    with pytest.raises(EkcError, match="Имитация абонентов не запустилась"):
        await people.start()
    await people.stop()


@pytest.mark.long
async def test_at_103_a_dispatcher_answers_and_speaks(
    people: CalledPeople, phone: Softphone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    say = Voices.say

    async def noted(self: Voices, voice: Voice, text: str) -> Path:
        said.append(text)
        return await say(self, voice, text)

    monkeypatch.setattr(Voices, "say", noted)
    call = await phone.call(f"sip:103@{people.address}", LIMIT_S)
    talk = Talk(phone.send, call, tmp_path / "heard.wav")
    talk.begin()
    assert await talk.their_turn(0.2, LIMIT_S)
    assert said[0].startswith("Скорая помощь")
    talk.end()
