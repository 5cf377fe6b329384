"""``/metrics`` on a real port: who gets it, what it tells, and what it never does."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from importlib.resources import files

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed

from ekc_console.server.engine.protocol import TrunkState
from ekc_console.server.metrics import door, lateness
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.people import boards, monitors, sessions
from tests.support.simulated_centre import NUMBER, Centre
from tests.unit.server.test_api import centre, until

__all__ = ["centre"]

Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "FRESH_S", 0.0)
    monkeypatch.setattr(lateness, "EVERY_S", 0.01)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as http:
        yield http


async def key(centre: Centre, name: str = "prometheus") -> str:
    token = sessions.new_token()
    await centre.server.database.write(lambda conn: monitors.add(conn, name, token, 1.0))
    return token


async def asked(centre: Centre, http: aiohttp.ClientSession, shown: str) -> tuple[int, str]:
    headers = {"Authorization": shown}
    async with http.get(f"{centre.server.url}/metrics", headers=headers) as answer:
        return answer.status, await answer.text()


async def measured(centre: Centre, http: aiohttp.ClientSession, token: str) -> Series:
    status, text = await asked(centre, http, f"Bearer {token}")
    assert status == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in parsed(text)
        for sample in family.samples
    }


def one(series: Series, name: str, **labels: str) -> float:
    return series[name, tuple(sorted(labels.items()))]


@pytest.mark.parametrize("shown", ["", "Bearer ", "Bearer wrong", "Basic {}", "{}", "bearer x {}"])
async def test_without_a_good_key_there_is_nothing_though_it_is_asked_on_the_same_machine(
    centre: Centre, http: aiohttp.ClientSession, shown: str
) -> None:
    token = await key(centre)
    status, said = await asked(centre, http, shown.format(token))
    assert status == 401
    assert "ekc server metrics add" in said
    assert "ekc_" not in said
    board = sessions.new_token()
    await centre.server.database.write(lambda conn: boards.add(conn, "hall", board, (), 1.0))
    assert (await asked(centre, http, f"Bearer {board}"))[0] == 401


async def test_a_key_that_is_withdrawn_opens_nothing(
    centre: Centre, http: aiohttp.ClientSession
) -> None:
    token = await key(centre)
    assert (await asked(centre, http, f"Bearer {token}"))[0] == 200
    await centre.server.database.write(lambda conn: monitors.remove(conn, "prometheus"))
    assert (await asked(centre, http, f"Bearer {token}"))[0] == 401


async def test_keys_that_were_good_are_good_while_the_store_is_in_trouble(
    centre: Centre, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await key(centre)
    await measured(centre, http, token)

    def broken(_conn: object) -> frozenset[str]:
        raise StoreError("no")

    monkeypatch.setattr(monitors, "hashes", broken)
    assert (await asked(centre, http, f"Bearer {token}"))[0] == 200
    assert (await asked(centre, http, "Bearer wrong"))[0] == 401


async def test_a_call_is_counted_where_it_is_and_nobody_is_named(
    centre: Centre, http: aiohttp.ClientSession
) -> None:
    token = await key(centre)
    before = await measured(centre, http, token)
    assert one(before, "ekc_queue_waiting", queue="appointments") == 0
    assert one(before, "ekc_trunk_up", trunk="test") == 1
    assert one(before, "ekc_engine_up") == 1
    first, second = await centre.in_queue(), await centre.in_queue("+79000000102")
    waiting = await measured(centre, http, token)
    assert one(waiting, "ekc_queue_waiting", queue="appointments") == 2
    assert one(waiting, "ekc_calls", stage="waiting") == 2
    anna = await centre.ready("boris")
    await anna.takes()
    talking = await measured(centre, http, token)
    assert one(talking, "ekc_people", state="talking") == 1
    assert one(talking, "ekc_calls", stage="talking") == 1
    assert one(talking, "ekc_queue_people", queue="appointments", kind="busy") == 1
    assert one(talking, "ekc_queue_answered_total", queue="appointments") == 1
    centre.engine.caller_hangs_up(second)
    await centre.ended(second)
    after = await measured(centre, http, token)
    assert one(after, "ekc_queue_abandoned_total", queue="appointments") == 1
    assert one(after, "ekc_callbacks_owed", kind="lost") == 1
    assert one(after, "ekc_facts_total") > one(before, "ekc_facts_total")
    assert one(after, "ekc_journal_commit_seconds_count") > 0
    assert set(before) - set(after) == set()
    assert {name for name, _ in set(after) - set(before)} <= {
        "ekc_queue_service_level", "ekc_queue_expected_wait_seconds"
    }  # fmt: skip
    _status, text = await asked(centre, http, f"Bearer {token}")
    for secret in (NUMBER, NUMBER[1:], "boris", "Оператор", str(first), str(second), token):
        assert secret not in text


async def test_a_trunk_that_is_lost_is_told(centre: Centre, http: aiohttp.ClientSession) -> None:
    token = await key(centre)
    centre.server.live.alerts.trunk(TrunkState("test", registered=False, detail="401"))
    series = await measured(centre, http, token)
    assert one(series, "ekc_trunk_up", trunk="test") == 0
    assert one(series, "ekc_trunk_state", trunk="test", state="down") == 1


async def test_a_loop_that_was_held_up_is_measured(
    centre: Centre, http: aiohttp.ClientSession
) -> None:
    token = await key(centre)
    loop = {"le": "0.1"}
    await until(lambda: True)
    before = await measured(centre, http, token)
    time.sleep(0.15)  # noqa: ASYNC251 - that is what is measured
    after = await measured(centre, http, token)

    def late(series: Series) -> float:
        count = one(series, "ekc_event_loop_lag_seconds_count")
        return count - one(series, "ekc_event_loop_lag_seconds_bucket", **loop)

    assert late(after) > late(before)


async def test_who_asks_again_within_a_second_is_given_the_same(
    centre: Centre, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "FRESH_S", 60.0)
    token = await key(centre)
    _, first = await asked(centre, http, f"Bearer {token}")
    await centre.in_queue()
    assert (await asked(centre, http, f"Bearer {token}"))[1] == first


async def test_the_dashboard_and_the_rules_ask_for_nothing_that_is_not_measured(
    centre: Centre, http: aiohttp.ClientSession
) -> None:
    _status, text = await asked(centre, http, f"Bearer {await key(centre)}")
    # What has no figures at a new centre, certificate and expected waits, is told by its name.
    told = set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE))
    told |= {f"{name}_bucket" for name in told}
    shipped = files("ekc_console.server.metrics") / "files"
    for name in ("ekc-dashboard.json", "ekc-alerts.yml"):
        asked_for = set(re.findall(r"\b(?:ekc|process)_\w+", (shipped / name).read_text("utf-8")))
        assert len(asked_for) > 10
        assert asked_for - told == set()


async def test_who_shows_no_key_costs_the_store_nothing(
    centre: Centre, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    real = monitors.hashes
    monkeypatch.setattr(monitors, "hashes", lambda conn: [read.append(conn), real(conn)][1])
    async with http.get(f"{centre.server.url}/metrics") as answer:
        assert answer.status == 401
    assert (await asked(centre, http, "Basic bmluYTp4"))[0] == 401
    assert (await asked(centre, http, "Bearer x"))[0] == 401
    assert len(read) == 1
