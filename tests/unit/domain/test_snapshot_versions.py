"""Snapshots of every earlier version are read."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

import tests
from ekc_console.domain.router import SNAPSHOT_VERSION, Router
from ekc_console.domain.snapshot import digest_of
from ekc_console.domain.snapshot_versions import (
    FIRST,
    STEPS,
    UnknownVersion,
    migrated,
    records,
)

FOLDER = Path(tests.__file__).parent / "data" / "journal"


def written_by(version: int) -> dict[str, Any]:
    """``kinds``: of all records in ``snapshots``, each with its ``hash`` and ``dump``."""
    text = lzma.decompress((FOLDER / f"snapshots_{version}.json.xz").read_bytes())
    return json.loads(text)  # type: ignore[no-any-return]


def test_a_step_leads_from_every_version_to_the_next() -> None:
    assert sorted(STEPS) == list(range(FIRST, SNAPSHOT_VERSION))


@pytest.mark.parametrize("version", range(FIRST, SNAPSHOT_VERSION + 1))
def test_what_a_version_wrote_is_read(version: int) -> None:
    """Of every kind of record there was; what was whole then goes on."""
    written = written_by(version)
    for snapshot in written["snapshots"]:
        assert digest_of(snapshot["dump"]) == snapshot["hash"]
        router = Router.load(snapshot["dump"])
        assert len(router.calls) == len(snapshot["dump"]["calls"])
        assert len(router.callbacks) == len(snapshot["dump"]["callbacks"])
        assert Router.load(json.loads(json.dumps(router.dump()))).state_hash() == (
            router.state_hash()
        )
    assert set(written["kinds"]) == {
        record["is"] for snapshot in written["snapshots"] for record in everything(snapshot["dump"])
    }


def test_what_this_version_wrote_is_the_same_state_with_the_same_hash() -> None:
    """Where it is not, a snapshot holds something else than before: another version."""
    for snapshot in written_by(SNAPSHOT_VERSION)["snapshots"]:
        assert Router.load(snapshot["dump"]).state_hash() == snapshot["hash"]


def everything(plain: Any) -> list[dict[str, Any]]:
    parts = list(plain.values()) if isinstance(plain, dict) else plain
    found = [plain] if isinstance(plain, dict) and "is" in plain else []
    if isinstance(parts, list):
        for part in parts:
            found += everything(part)
    return found


def test_steps_follow_one_another_on_a_copy() -> None:
    """A kind gets another name, then a field; the snapshot in hand stays as it was."""

    def rename(plain: dict[str, Any]) -> None:
        for record in records(plain, "call.Old"):
            record["is"] = "call.New"

    def give_depth(plain: dict[str, Any]) -> None:
        for record in records(plain, "call.New"):
            record["depth"] = plain["counter"]

    old = {"version": FIRST, "counter": 7, "calls": [{"is": "call.X", "state": {"is": "call.Old"}}]}
    before = json.dumps(old)
    new = migrated(old, FIRST + 2, {FIRST: rename, FIRST + 1: give_depth})
    assert new["version"] == FIRST + 2
    assert new["calls"] == [{"is": "call.X", "state": {"is": "call.New", "depth": 7}}]
    assert json.dumps(old) == before


@pytest.mark.parametrize("version", [None, "3", FIRST - 1, FIRST + 5])
def test_a_version_to_which_no_steps_lead_is_refused(version: object) -> None:
    with pytest.raises(UnknownVersion, match="version"):
        migrated({"version": version}, FIRST + 1, {FIRST: lambda plain: None})


def test_a_step_that_finds_something_else_refuses_the_snapshot() -> None:
    def step(plain: dict[str, Any]) -> None:
        plain["doors"].clear()

    with pytest.raises(ValueError, match=f"not of version {FIRST}: KeyError"):
        migrated({"version": FIRST}, FIRST + 1, {FIRST: step})
