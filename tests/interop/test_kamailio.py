"""A provider at which the engine registers; calls in and out through it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from ekc_console.client.desk import Desk
from sip.link.client import Softphone
from sip.link.protocol import Listen
from tests.interop import sipp
from tests.interop.baresip import PERSON_HZ, Baresip
from tests.interop.centre import OPERATOR_HZ, Centre
from tests.interop.kamailio import Kamailio
from tests.interop.operators import QuickOperator
from tests.interop.sipp import Callers
from tests.interop.test_baresip import finish
from tests.interop.test_sipp import check, served, strongest
from tests.support.centre import hears, in_state
from tests.support.net import free_port, fresh_host

USER = "78005550122"
SECRET = "Kx7(provider)=%"
PERSON = "+79000000555"


@pytest.fixture
async def provider(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kamailio]:
    """Parameter: name of the account, when it is not ``USER``."""
    network = fresh_host()
    kamailio = Kamailio(
        tmp_path / "kamailio",
        fresh_host(),
        user=getattr(request, "param", USER),
        password=SECRET,
        number="122",
        network=f"{network}:{free_port(network)}",
    )
    try:
        yield await kamailio.start()
    finally:
        await kamailio.stop()


def trunk(provider: Kamailio, **changes: Any) -> dict[str, Any]:
    return {
        "name": "provider",
        "mode": "register",
        "registrar": provider.address,
        "user": provider.user,
        "password": SECRET,
        **changes,
    }


@pytest.mark.parametrize(
    ("provider", "transport", "called"),
    [(USER, "udp", USER), (USER, "tcp", USER), ("ekc-north", "udp", "")],
    indirect=["provider"],
)
async def test_calls_in_from_sipp(
    open_centre: Any, provider: Kamailio, tmp_path: Path, transport: str, called: str
) -> None:
    centre: Centre = await open_centre([trunk(provider, transport=transport)])
    await provider.says(f"registered {provider.user} by {transport}")
    await centre.logs("trunk registered")
    operators = [QuickOperator(await centre.operator(f"operator{n}"), 1.5) for n in range(2)]
    callers = Callers(
        host=fresh_host(), target=provider.address, calls=4, per_s=2, together=4, keys="12"
    )
    result = await served(operators, callers, tmp_path / "sipp")
    assert (result.placed, result.successful, result.failed) == (4, 4, 0), result.text
    check(await centre.settled(4), 4, ended_by="agent", called=called)


async def test_a_person_calls_in_and_is_called_back(
    open_centre: Any, provider: Kamailio, tmp_path: Path
) -> None:
    host, _, port = provider.network.rpartition(":")
    person = await Baresip(tmp_path / "baresip", host, PERSON, int(port)).start()
    try:
        centre: Centre = await open_centre([trunk(provider)])
        await provider.says(f"registered {USER}")
        desk = await centre.operator("anna")
        await person.dial(f"sip:122@{provider.address}")
        await person.event("CALL_ESTABLISHED")
        await person.press("4")
        call = await in_state(desk, "offered")
        assert (call.number, call.topic) == ("+7 900 000-05-55", "med_info")
        await desk.accept()
        await talk(desk, person)
        await person.hang_up()
        await in_state(desk, "wrap_up")
        await finish(desk)

        await desk.dial(PERSON)
        await person.event("CALL_INCOMING")
        await person.answer()
        await talk(desk, person)
        await desk.hang_up()
        await person.event("CALL_CLOSED")
        await in_state(desk, "wrap_up")
        await finish(desk)
        incoming, outgoing = await centre.settled(2)
        assert (incoming.direction, incoming.outcome) == ("in", "answered")
        assert (outgoing.direction, outgoing.number) == ("out", PERSON)
        assert strongest(outgoing.recording) == pytest.approx((PERSON_HZ, OPERATOR_HZ), abs=10)
    finally:
        await person.stop()
    assert person.heard()[int(OPERATOR_HZ)] > 500


async def test_call_out_to_sipp(open_centre: Any, provider: Kamailio, tmp_path: Path) -> None:
    host, _, port = provider.network.rpartition(":")
    phone = await sipp.answering(tmp_path / "sipp", host, int(port))
    try:
        centre: Centre = await open_centre([trunk(provider, transport="tcp")])
        desk = await centre.operator("anna")
        await desk.dial(PERSON)
        await in_state(desk, "talking")
        await desk.hang_up()
        assert await phone.ends(10) == 0, phone.text
        await provider.says(f"call out to {PERSON}")
    finally:
        await phone.stop()


async def test_a_wrong_password_is_told_and_tried_again(
    open_centre: Any, provider: Kamailio
) -> None:
    centre: Centre = await open_centre([trunk(provider, password="not this one")])
    await provider.says(f"refused {USER}")
    await centre.logs("trunk not registered")
    await centre.operator("anna")  # the centre works without this trunk
    await provider.stop()
    provider.password = "not this one"
    await provider.start()
    await provider.says(f"registered {USER}", limit_s=40)
    await centre.logs("trunk registered")


async def talk(desk: Desk, person: Baresip) -> None:
    """Both hear the other."""
    phone, leg = desk.line.phone, desk.line.leg
    assert isinstance(phone, Softphone)
    await in_state(desk, "talking")
    phone.send(Listen(call=leg, tones_hz=[PERSON_HZ, OPERATOR_HZ]))
    await hears(phone, leg, PERSON_HZ)
    await person.listens(1.0)
    phone.send(Listen(call=leg, tones_hz=[]))
