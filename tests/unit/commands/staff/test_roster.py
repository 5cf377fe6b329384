"""``ekc staff roster`` against a running server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from ekc_console.domain.terms.localtime import local, zone_named
from ekc_console.server.store.audit import entries
from ekc_console.server.store.people import accounts
from tests.support.centre import PASSWORD_HASH
from tests.support.simulated_centre import QUEUES, Centre
from tests.unit.commands.shared.test_remote import ekc, opened

ZONE = zone_named("Europe/Moscow")


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[Centre]:
    centre = await opened(tmp_path)
    for login, role in (("anna", "operator"), ("vera", "volunteer")):
        user = accounts.User(login, login.title(), role, PASSWORD_HASH, QUEUES)  # type: ignore[arg-type]
        await centre.server.database.write(lambda conn, user=user: accounts.add(conn, user))
    yield centre
    await centre.close()


async def say(centre: Centre, *arguments: str, login: str = "chief", ok: bool = True) -> str:
    result = await asyncio.to_thread(
        ekc, "staff", "roster", *arguments, url=centre.server.url, login=login
    )
    assert (result.exit_code == 0) == ok, result.output
    return "\n".join(line for line in result.output.splitlines() if "[info" not in line)


def day(centre: Centre, ahead: int) -> str:
    now = local(centre.server.core.clock.now(), ZONE)
    return f"{now + timedelta(days=ahead):%d.%m.%Y}"


async def test_a_volunteer_offers_and_the_supervisor_plans(centre: Centre, tmp_path: Path) -> None:
    first, last = day(centre, 1), day(centre, 3)
    days = f"{first}..{last}"
    assert "Добавлено: 3" in await say(centre, "offer", days, "18:00-22:00", login="vera")
    assert "уже было: 3" in await say(centre, "offer", days, "18:00-22:00", login="vera")
    assert "Пересекается с" in await say(
        centre, "offer", first, "21:00-23:00", login="vera", ok=False
    )
    assert "Смены планирует руководитель" in await say(
        centre, "plan", "vera", first, "18:00-22:00", login="vera", ok=False
    )
    assert "только свои" in await say(centre, "plan", "anna", first, "9:00-18:00", login="vera",
                                      ok=False)  # fmt: skip
    dry = await say(centre, "plan", "anna", days, "22:00-06:00", "--dry-run")
    assert "Добавлено: 3" in dry
    assert "это проверка" in dry
    assert "anna" not in await say(centre, "list", days)
    await say(centre, "plan", "anna", days, "22:00-06:00")
    listed = json.loads(await say(centre, "list", days, "--json"))
    assert [(one["login"], one["kind"]) for one in listed] == [
        ("vera", "offered"), ("anna", "planned"),
    ] * 3  # fmt: skip
    night = listed[1]
    assert night["until"] - night["since"] == 8 * 3600
    assert local(night["since"], ZONE).hour == 22
    assert "anna" not in await say(centre, "list", days, login="vera")  # only the own ones
    # exported, changed in a spreadsheet, taken back
    file = tmp_path / "график.csv"
    await say(centre, "export", days, "-o", str(file))
    text = file.read_text(encoding="utf-8-sig").replace("22:00;06:00", "20:00;04:00")
    file.write_text(text, encoding="utf-8")
    refused = await say(centre, "import", str(file), ok=False)
    assert "ошибок 3, ничего не изменено" in refused
    assert "строка 3: Пересекается с" in refused
    done = await say(centre, "import", str(file), "--replace")
    assert "Добавлено: 3, убрано: 3, уже было: 3." in done
    again = json.loads(await say(centre, "list", days, "--agent", "anna", "--json"))
    assert {local(one["since"], ZONE).hour for one in again} == {20}
    assert "убрано: 1" in await say(centre, "remove", str(again[0]["id"]))
    assert "нет" in await say(centre, "remove", str(again[0]["id"]), ok=False)
    kept = await centre.server.database.read(
        lambda conn: entries.of(conn, entries.Wanted(about="roster"))
    )
    assert ("chief", "+3 -3") in {(one.who, one.reason) for one in kept}
    assert ("vera", "+3 -0") in {(one.who, one.reason) for one in kept}


async def test_who_came_is_held_against_the_plan(centre: Centre) -> None:
    now = local(centre.server.core.clock.now(), ZONE)
    hours = f"{now:%H:%M}-{now + timedelta(hours=2):%H:%M}"
    await say(centre, "plan", "anna", day(centre, 0), hours)
    await say(centre, "plan", "boris", day(centre, 0), hours, ok=False)
    await centre.ready("boris")
    assert "впереди" in await say(centre, "attendance")
    found = json.loads(await say(centre, "attendance", "--json"))
    assert {one["login"]: one["verdict"] for one in found} == {
        "anna": "ahead", "boris": "unplanned",
    }  # fmt: skip
    boris = next(one for one in found if one["login"] == "boris")
    assert boris["until"] <= centre.server.core.clock.now()  # who is there still has stayed so far
    assert "boris" not in await say(centre, "attendance", login="vera")


async def test_what_cannot_be_planned_is_told(centre: Centre) -> None:
    for arguments, words in (
        (("plan", "nobody", "завтра", "9:00-18:00"), "Логина «nobody» нет"),
        (("plan", "anna", "завтра", "весь день"), "не часы"),
        (("plan", "anna", "завтра", "9:00-25:00"), "«25:00» — не время"),
        (("plan", "anna", "31.02.2026", "9:00-18:00"), "такого дня в календаре нет"),
        (("list", "2020..2026"), "длиннее 62 дней"),
        (("remove", "777"), "Смены № 777 у вас нет"),
    ):
        assert words in await say(centre, *arguments, ok=False)


@pytest.mark.parametrize("number", ["0", "99999999999999999999"])
def test_a_number_that_no_shift_has_is_refused_here_with_what_may_be_written(number: str) -> None:
    result = ekc("staff", "roster", "remove", number, url="http://127.0.0.1:1", login="chief")
    assert result.exit_code == 2
    assert f"{number}" in result.output
    assert "9223372036854775807" in result.output
