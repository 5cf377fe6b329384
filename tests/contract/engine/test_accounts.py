"""Operators' accounts: only who has the password of a live account comes in."""

from __future__ import annotations

import pytest

from ekc_console.server.engine.protocol import Account, LegEnded, OperatorArrived
from tests.support.engine import World, put_operator

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_operator_calls_in_with_its_account(world: World) -> None:
    await world.engine.put_account(Account("op-vera", "s3cret; with = odd [signs]"))
    party = await world.operator("op-vera", "s3cret; with = odd [signs]")
    assert party is not None
    assert world.events.of(OperatorArrived) == [OperatorArrived(party.leg, "op-vera")]


async def test_a_wrong_password_is_refused(world: World) -> None:
    await world.engine.put_account(Account("op-vera", "right"))
    assert await world.operator("op-vera", "wrong") is None
    assert world.events.of(OperatorArrived) == []


async def test_an_unknown_account_is_refused(world: World) -> None:
    assert await world.operator("op-nobody", "any") is None


async def test_a_replaced_password_is_valid_alone(world: World) -> None:
    await world.engine.put_account(Account("op-vera", "old"))
    await world.engine.put_account(Account("op-vera", "new"))
    assert await world.operator("op-vera", "old") is None
    assert await world.operator("op-vera", "new") is not None


async def test_a_dropped_account_is_refused_and_its_live_leg_stays(world: World) -> None:
    operator = await put_operator(world, "op-vera")
    await world.engine.drop_account("op-vera")
    await world.engine.drop_account("op-vera")
    assert await world.operator("op-vera", "correct horse") is None
    await world.engine.start_music(operator.leg)
    await operator.until_hears({350})
    assert world.events.of(LegEnded) == []
