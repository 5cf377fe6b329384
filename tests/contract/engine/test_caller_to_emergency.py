"""Asterisk alone: what an emergency service is told of the caller, as each trunk wants it told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from ekc_console.server.engine.asterisk.engine import AsteriskEngine
from ekc_console.server.engine.asterisk.setup.settings import Trunk
from ekc_console.server.engine.protocol import LegAnswered
from tests.support.engine import AsteriskWorld, asterisk_program
from tests.support.net import fresh_host
from tests.support.sip_party import SipParty

pytestmark = pytest.mark.asyncio(loop_scope="session")

CALLER = "+79161110050"
HEADERS = ("p-asserted-identity", "diversion", "remote-party-id")
NO_WAY = 503
"""A trunk that answers so is passed over."""

Providers = dict[str, SipParty]


@pytest_asyncio.fixture(scope="module", loop_scope="session", name="region")
async def _region(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[AsteriskWorld, Providers]]:
    """Four providers: each is asked after the one before, which has no way."""
    world = AsteriskWorld(tmp_path_factory.mktemp("region"), asterisk_program())
    providers = {
        name: await SipParty(fresh_host(), name).open()
        for name in ("asserted", "diverted", "shown", "none")
    }

    def outbound(name: str) -> str:
        return f"{providers[name].host}:5060"

    world.settings = replace(
        world.settings,
        trunks=(
            Trunk(
                "asserted",
                mode="register",
                registrar=outbound("asserted"),
                user="4950000122",
                password="secret",
                caller_to_emergency="P-Asserted-Identity",
            ),
            Trunk(
                "diverted",
                outbound=outbound("diverted"),
                caller_id="122",
                number_format="ru8",
                caller_to_emergency="Diversion",
            ),
            Trunk(
                "shown",
                outbound=outbound("shown"),
                caller_id="122",
                number_format="e164",
                caller_to_emergency="From",
            ),
            Trunk("none", outbound=outbound("none"), caller_id="122"),
        ),
    )
    world.engine = AsteriskEngine(world.settings, world.program)
    yield await world.open(), providers
    await world.close()
    for provider in providers.values():
        await provider.close()


async def call(region: tuple[AsteriskWorld, Providers], for_caller: str, answers: str) -> None:
    """To 103, through all of them up to the one that ``answers``."""
    world, providers = region
    for name, provider in providers.items():
        provider.state, provider.behaviour = "idle", "answer" if name == answers else NO_WAY
    leg = f"out-{answers}"
    await world.engine.dial(leg, "103", caller_id="122", timeout_s=10, for_caller=for_caller)
    await world.events.get(LegAnswered, leg=leg)
    await world.engine.hang_up(leg)
    await providers[answers].until("ended")


def told(provider: SipParty) -> dict[str, str]:
    found = {name: provider.invitation.get(name) for name in HEADERS}
    return {name: value for name, value in found.items() if value}


async def test_of_a_caller_who_withholds_the_number_103_is_told_nothing(
    region: tuple[AsteriskWorld, Providers],
) -> None:
    await call(region, "", answers="asserted")
    assert told(region[1]["asserted"]) == {}


async def test_the_callers_number_reaches_103_as_each_trunk_wants_it(
    region: tuple[AsteriskWorld, Providers],
) -> None:
    await call(region, CALLER, answers="none")
    providers = region[1]
    host = {name: provider.host for name, provider in providers.items()}
    assert {name: told(provider) for name, provider in providers.items()} == {
        "asserted": {"p-asserted-identity": f"<sip:{CALLER}@{host['asserted']}>"},
        "diverted": {"diversion": f"<sip:89161110050@{host['diverted']}>;reason=unconditional"},
        "shown": {},
        "none": {},
    }
    assert {name: provider.shown for name, provider in providers.items()} == {
        "asserted": "4950000122",
        "diverted": "122",
        "shown": "79161110050",
        "none": "122",
    }
