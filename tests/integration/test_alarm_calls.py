"""An alarm told by telephone over real SIP and RTP: spoken, and taken by a key."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ekc_console.config.alarms import Alarms, Deputies, Limit, QueueLimits
from ekc_console.server.services.loudness import loudest_dbfs
from ekc_console.server.services.wav import read_wav
from sip.link.protocol import Answer, CallState, Incoming, Record, SendKeys
from sip.link.uris import user_of
from tests.support.centre import WAIT_S, Centre, into_queue

SONYA, BORIS = "+79000000301", "+79000000302"
ALARMS = Alarms(
    every_queue=QueueLimits(wait_s=Limit(second=1.0)),
    deputies=Deputies(
        people=("sonya", "boris"), after_s=5.0, telephones={"sonya": SONYA, "boris": BORIS}
    ),
)
UNWATCHED_S = 40.0
"""Until the first telephone rings."""


@pytest.mark.long
async def test_one_refuses_and_the_next_hears_it_and_takes_it_by_key_1(tmp_path: Path) -> None:
    heard = tmp_path / "heard.wav"
    centre = await Centre(tmp_path, alarms=ALARMS).open()
    try:
        for login in ("sonya", "boris"):
            await centre.add_person(login)
        phone = await centre.caller("outside", port=centre.outside_port, auto_answer=False)
        await into_queue(centre, "+79000000101")
        rings = await phone.wait_for(Incoming, UNWATCHED_S)
        assert user_of(rings.to_uri) == SONYA
        phone.send(Answer(call=rings.call, code=486))
        rings = await phone.wait_for(Incoming, WAIT_S)
        assert user_of(rings.to_uri) == BORIS
        phone.send(Answer(call=rings.call))
        await phone.wait_for(CallState, WAIT_S, call=rings.call, state="connected")
        phone.send(Record(call=rings.call, file=str(heard)))
        await asyncio.sleep(2.0)
        phone.send(SendKeys(call=rings.call, keys="1"))
        await phone.wait_for(CallState, WAIT_S, call=rings.call, state="ended")
        (alarm,) = centre.server.live.alarms.book.standing
        assert loudest_dbfs(read_wav(heard).samples) > -30
        assert (alarm.seen_by, alarm.called) == ("boris", ("sonya",))
    finally:
        await centre.close()
