"""The audit trail on the screen: narrowed by who, what and time, read on, checked with progress."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from ekc_console.client import admin_desk
from ekc_console.client.words.zone import use_zone
from ekc_console.errors import EkcError
from ekc_console.tui.admin.present import audit
from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire.admin import audit_work
from tests.support.admin import PAGE, TRAIL, ScriptedAdmin
from tests.support.zones import MOSCOW
from tests.tui.steps import commands, log_in, press, settle, shown, until

SIZE = (120, 40)


async def begin(pilot: Pilot[Any], *keys: str) -> None:
    await log_in(pilot)
    await press(pilot, "tab", *keys)


def listed(app: EkcApp) -> list[str]:
    return [row.key for row in app.screen.query_one("#audit", LazyTable).rows]


def title(app: EkcApp) -> str:
    return str(app.screen.query_one("#pane-audit").border_title)


async def test_it_is_read_when_one_comes_to_it_and_not_before(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await log_in(pilot)
        assert not commands(pilot, audit_work.ReadAudit)
        await press(pilot, "tab")
        assert listed(app) == [str(entry.seq) for entry in TRAIL[:PAGE]]
        assert "выгрузка" in str(app.screen.query_one("#audit", LazyTable).rows[1])
        await press(pilot, "tab", "tab", "tab")
        assert len(commands(pilot, audit_work.ReadAudit)) == 1


async def test_all_of_an_entry_stands_below(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "down")
        below = shown(pilot, "#audit-detail")
        for part in ("№ 9", "sonya", "выгрузка", "calls", "показано: 214", "отчёт за неделю"):
            assert part in below


@pytest.mark.long
@pytest.mark.parametrize(
    ("keys", "asked"),
    [
        (("w", "sonya", "enter"), {"who": "sonya"}),
        (("d", "выгр", "enter"), {"action": "export"}),
        (("down", "down", "down", "a", "enter"), {"about": "card-8f21"}),
    ],
)
async def test_it_is_narrowed(app: EkcApp, keys: tuple[str, ...], asked: dict[str, Any]) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, *keys)
        assert commands(pilot, audit_work.ReadAudit)[-1] == audit_work.ReadAudit(**asked)
        assert str(app.screen.query_one("#pane-audit").border_subtitle)
        await press(pilot, "c")
        assert commands(pilot, audit_work.ReadAudit)[-1] == audit_work.ReadAudit()
        assert not app.screen.query_one("#pane-audit").border_subtitle


async def test_filters_add_up_and_days_are_those_of_the_centre(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "w", "anna", "enter", "t", "11.03.2026-12.03.2026", "enter")
        asked = commands(pilot, audit_work.ReadAudit)[-1]
        since = 1_773_176_400.0  # 2026-03-11 00:00 in Moscow
        assert (asked.who, asked.since, asked.until) == ("anna", since, since + 2 * 86_400)
        assert "11.03.2026–12.03.2026" in str(app.screen.query_one("#pane-audit").border_subtitle)
        await press(pilot, "t", "home", "ctrl+k", "вчера", "enter")
        assert "не день" in shown(pilot, "#prompt-note")


@pytest.mark.parametrize(
    ("typed", "days"),
    [("12.03.2026", 1), ("12.03.2026–14.03.2026", 3), (" 12.03.2026 - 12.03.2026 ", 1)],
)
def test_days(typed: str, days: int) -> None:
    use_zone(MOSCOW)
    since, until = audit.bounds(typed)
    assert since is not None
    assert until is not None
    assert until - since == days * 86_400


def test_sides_of_a_day_and_days_that_are_none() -> None:
    assert audit.bounds("  ") == (None, None)
    assert audit.bounds("12.03.2026-")[1] is None
    assert audit.bounds("-12.03.2026")[0] is None
    for text in ("12.03", "30.02.2026", "14.03.2026-12.03.2026", "x-12.03.2026", "1.1.99999"):
        with pytest.raises(EkcError):
            audit.bounds(text)


async def test_it_is_read_on(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        assert "8 и раньше" in title(app)
        await press(pilot, "m")
        assert listed(app) == [str(entry.seq) for entry in TRAIL]
        await press(pilot, "m")
        assert "ранних записей нет" in shown(pilot, "#message")


async def test_a_check_tells_how_far_it_is_and_how_it_ended(
    app: EkcApp, desk: ScriptedAdmin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_desk, "LOOK_S", 0.01)
    half = audit_work.AuditCheck(entries=100_000, total=200_000)
    desk.results[audit_work.StartAuditCheck] = half
    desk.results[audit_work.GetAuditCheck] = half
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        await pilot.press("v")
        await until(pilot, lambda: "проверка: 100000 из 200000" in title(app))
        desk.results[audit_work.GetAuditCheck] = audit_work.AuditCheck(
            entries=200_000, total=200_000, done=True, head=f"200000:{'a' * 64}"
        )
        async with asyncio.timeout(5):
            while desk.checking is not None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await settle(pilot)
        assert "цел, записей 200000" in shown(pilot, "#message")
        assert "проверка" not in title(app)


async def test_what_is_broken_is_an_error(app: EkcApp, desk: ScriptedAdmin) -> None:
    desk.results[audit_work.StartAuditCheck] = audit_work.AuditCheck(
        entries=2, total=9, done=True, fault="changed", seq=3
    )
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "v")
        assert "испорчен: запись 3: содержание не то" in shown(pilot, "#message")


async def test_keys_of_accounts_do_nothing_here(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "e", "n", "o")
        assert not app.panel_open
        assert "V Проверить" in shown(pilot, "#keys")
        assert "N Пригласить" not in shown(pilot, "#keys")


@pytest.mark.parametrize(
    ("action", "reason", "said"),
    [
        ("account", "invite: на месяц", "приглашение: на месяц"),
        ("account", "disable", "вход закрыт"),
        ("password", "reset", "код вместо пароля"),
        ("board", "add", "создание"),
        ("listen", "take_over: плохо слышно", "вызов забран: плохо слышно"),
        ("export", "import", "import"),
        ("account", "", ""),
    ],
)
def test_reasons_are_said_in_words(action: str, reason: str, said: str) -> None:
    entry = replace(TRAIL[0], action=action, reason=reason)
    assert audit.reason(entry) == said
    assert said in audit.detail(entry).plain
