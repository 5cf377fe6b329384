"""``ekc line`` against a running server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from click.testing import Result

from ekc_console.server.engine.protocol import NO_ANSWER, TrunkCalls
from tests.support.simulated_centre import NUMBER
from tests.unit.commands.shared.test_remote import ekc, opened


async def test_the_way_in_is_closed_and_opened(tmp_path: Path) -> None:
    centre = await opened(tmp_path)
    try:
        url, router = centre.server.url, centre.server.core.router

        async def say(*arguments: str) -> str:
            result = await asyncio.to_thread(ekc, "line", *arguments, url=url)
            assert result.exit_code == 0, result.output
            return result.output

        assert "закрыта" not in await say("status")
        closed = await say("close", "other", "--yes", "--until", "2099-12-31", "--why", "ремонт")
        assert "закрыта до 31.12.2099" in closed
        assert "нет правила overflow" in closed
        (state,) = json.loads(await say("status", "--json"))
        other = next(q for q in state["queues"] if q["id"] == "other")
        assert (other["open"], other["by"], other["why"]) == (False, "chief", "ремонт")
        await say("open", "other")
        assert router.doors["other"].open

        await say("announce", "Регистратура не работает.")
        assert router.announcement == "Регистратура не работает."
        assert "Объявление: Регистратура" in await say("status")
        await say("announce", "--off")
        assert router.announcement == ""

        telephony = centre.server.calls.telephony
        telephony.on_event(TrunkCalls("north", False, NO_ANSWER))
        assert "«north»: исходящие вызовы не проходят" in await say("status")
        assert centre.server.live.views.engine.trunks_in_trouble == ("north",)
        telephony.on_event(TrunkCalls("north", True, ""))
        assert "«north»: работает" in await say("status")
        assert centre.server.live.views.engine.trunks_in_trouble == ()

        assert "закрыта до" in await say("close", "other", "--yes", "--for", "30m")
        door = router.doors["other"]
        assert (door.lasts, round(door.until - door.since)) == (True, 1800)
        await say("open", "other")
        assert "+79000000101" in await say("block", "8 900 000-01-01", "--for", "2h")
        assert router.blocked["+79000000101"].lasts
        await say("block", "101", "--why", "проверка")
        assert set(router.blocked) == {"+79000000101", "101"}
        assert "+79000000101" in await say("blocked")
        await say("unblock", "+79000000101")
        assert [b["number"] for b in json.loads(await say("blocked", "--json"))] == ["101"]
    finally:
        await centre.close()


async def test_who_is_owed_a_call_is_not_blocked_before_somebody_has_said_yes(
    tmp_path: Path,
) -> None:
    centre = await opened(tmp_path)
    try:
        router = centre.server.core.router
        lost = await centre.in_queue()
        centre.engine.caller_hangs_up(lost)
        await centre.ended(lost)
        assert NUMBER in router.owed

        async def block(*more: str, answer: str = "") -> Result:
            arguments = ("line", "block", NUMBER, "--why", "грозил", *more)
            return await asyncio.to_thread(ekc, *arguments, url=centre.server.url, typed=answer)

        asked = await block(answer="n\n")
        assert asked.exit_code == 1
        assert "должны перезвонить" in asked.output
        assert not router.blocked
        assert NUMBER in router.owed
        assert (await block(answer="y\n")).exit_code == 0
        assert (router.blocked[NUMBER].by, router.blocked[NUMBER].why) == ("chief", "грозил")
        assert NUMBER not in router.owed
    finally:
        await centre.close()


async def test_faults_in_words(tmp_path: Path) -> None:
    centre = await opened(tmp_path)
    try:
        for arguments, code, words in (
            (("close", "none", "--yes"), 1, "Нет очереди «none»"),
            (("close", "other"), 1, "Сейчас в ней ждут: 0"),
            (("close", "other", "--yes", "--until", "2020-01-01"), 1, "уже прошло"),
            (("close", "other", "--yes", "--until", "18:00", "--for", "2h"), 2, "что-то одно"),
            (("block", "abc"), 1, "не номер телефона"),
            (("block", "12345678"), 1, "не номер телефона"),
            (("block", "101", "--for", "2h", "--until", "18:00"), 2, "что-то одно"),
            (("unblock", "101"), 1, "не заблокирован"),
            (("announce",), 2, "--off"),
            (("announce", "…"), 1, "нет слов"),
            (("announce", "а" * 700), 1, "длиннее 600"),
        ):
            result = await asyncio.to_thread(ekc, "line", *arguments, url=centre.server.url)
            assert (result.exit_code, words in result.output) == (code, True), result.output
        assert not centre.server.core.router.doors
    finally:
        await centre.close()


async def test_only_for_supervisors(tmp_path: Path) -> None:
    from ekc_console.wire import way_in

    centre = await opened(tmp_path)
    try:
        anna = await centre.operator("anna")
        for body in (
            way_in.GetLine(),
            way_in.CloseQueue(queue="other"),
            way_in.OpenQueue(queue="other"),
            way_in.SetAnnouncement(text="Слова"),
            way_in.BlockNumber(number="101"),
            way_in.UnblockNumber(number="101"),
            way_in.GetBlocked(),
        ):
            assert (await anna.refused(body)).code == "not_allowed"
    finally:
        await centre.close()
