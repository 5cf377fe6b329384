"""All snoops of a leg share one decoder, which goes with the last of them: a new one is made when
Asterisk has told that all are gone."""

from __future__ import annotations

import asyncio
from typing import Any

from ekc_console.server.engine.asterisk.calls.ears import Ears
from tests.support import virtual_time


class Node:
    """ARI of a node whose snoops, once dropped, are gone when the test says so."""

    def __init__(self) -> None:
        self.snoops: set[str] = set()
        self.dropped: list[str] = []
        self.made_beside: list[set[str]] = []
        """Those that were there when one was made."""

    async def post(self, path: str, **_fields: Any) -> None:
        if "/snoop/" in path:
            self.made_beside.append(set(self.snoops))
            self.snoops.add(path.rpartition("/")[2])

    async def delete(self, path: str) -> bool:
        name = path.rpartition("/")[2]
        if name in self.snoops:
            self.dropped.append(name)
        return name in self.snoops


async def whispered_to(node: Node) -> tuple[Ears, set[str]]:
    """Ears whose company has just changed, and the snoops at the leg."""
    ari: Any = node
    ears = Ears(lambda: ari, lambda _leg: False)
    await ears.open("vera", "anna")
    heard = set(node.snoops)
    await ears.speak("vera", "whisper")
    said, told = [one for one in node.snoops if one not in heard], heard
    assert len(said) == 2
    node.made_beside.clear()
    ears.company_changed({"anna"})
    await asyncio.sleep(0.1)
    at_leg = set(node.dropped)
    assert len(at_leg) == 2
    assert told < at_leg
    return ears, at_leg


def test_none_is_made_while_one_is_there() -> None:
    async def trial() -> None:
        node = Node()
        ears, at_leg = await whispered_to(node)
        assert node.made_beside == []
        first, last = sorted(at_leg)
        node.snoops.discard(first)
        ears.destroyed(first)
        await asyncio.sleep(0.1)
        assert node.made_beside == []
        node.snoops.discard(last)
        ears.destroyed(last)
        await asyncio.sleep(0.1)
        assert len(node.made_beside) == 2
        assert not node.made_beside[0] & at_leg
        await ears.end()

    virtual_time.run(trial)


def test_one_that_is_not_told_gone_is_not_waited_for_long() -> None:
    async def trial() -> None:
        node = Node()
        ears, _at_leg = await whispered_to(node)
        await asyncio.sleep(1.0)
        assert len(node.made_beside) == 2
        await ears.end()

    virtual_time.run(trial)


def test_one_that_is_gone_already_is_not_waited_for() -> None:
    async def trial() -> None:
        node = Node()
        ari: Any = node
        ears = Ears(lambda: ari, lambda _leg: False)
        await ears.open("vera", "anna")
        node.snoops.clear()
        node.made_beside.clear()
        ears.company_changed({"anna"})
        await asyncio.sleep(0.01)
        assert len(node.made_beside) == 1
        await ears.end()

    virtual_time.run(trial)
