"""``ekc config apply``, ``diff`` and ``undo`` against a running server."""

from __future__ import annotations

import asyncio
import functools
from pathlib import Path

from ekc_console.config import shipped_scripts
from ekc_console.domain.terms.ids import QueueId
from ekc_console.server.live.sync import Outbox
from ekc_console.server.store.calls import last_good
from ekc_console.server.store.people import accounts
from ekc_console.wire import codec, messages, way_in
from tests.support import shown
from tests.support.centre import PASSWORD_HASH
from tests.support.simulated_centre import QUEUES, Centre
from tests.unit.commands.shared.test_remote import ekc, opened

MENU = (shipped_scripts() / "main_menu.yaml").read_text(encoding="utf-8")


def settings(centre: Centre, path: Path, other: str = "", gone: str = "", more: str = "") -> Path:
    queues = [
        f"{{id: {q}, title: {q}{other if q == 'other' else ''}}}" for q in QUEUES if q != gone
    ]
    server = centre.server.config.server
    path.write_text(
        f"server: {{host: {server.host}, port: {server.port},"
        f' data_dir: "{server.data_dir}", session_hours: 12}}\n'
        f"trunks: [{{name: test, mode: address, outbound: '{server.host}:5060'}}]\n"
        f"queues: [{', '.join(queues)}]\n{more}",
        encoding="utf-8",
    )
    return path


async def admins(tmp_path: Path, menu: str = "") -> Centre:
    centre = await opened(tmp_path, menu)
    root = accounts.User("root", "Админ", "admin", PASSWORD_HASH, QUEUES)
    await centre.server.database.write(lambda conn: accounts.add(conn, root))
    return centre


async def said(centre: Centre, *arguments: str, code: int = 0) -> str:
    """``ekc config …`` by the administrator."""
    result = await asyncio.to_thread(ekc, "config", *arguments, url=centre.server.url, login="root")
    assert result.exit_code == code, result.output
    return result.output


async def test_settings_are_changed_and_taken_back(tmp_path: Path) -> None:
    centre = await admins(tmp_path)
    try:
        router, say = centre.server.core.router, functools.partial(said, centre)
        assert "возвращать нечего" in await say("undo", code=1)
        first = settings(centre, tmp_path / "a.yaml")
        await say("apply", str(first))
        file = str(
            settings(
                centre,
                tmp_path / "b.yaml",
                ", wrap_up_s: 30, overflow: [{when: closed, to: [{callback: true}]}]",
                more="limits: {calls_per_number: 2}\nvoice: {words_per_minute: 170}\n"
                'callbacks: {hours: "09:00-20:00"}\n',
            )
        )
        for command in ("diff", "apply"):
            told = await say(command, file)
            assert "queues.other.wrap_up_s: 60 → 30" in told
            assert "queues.other.overflow: [] → [closed: callback]" in told
            assert "limits.calls_per_number: 0 → 2" in told
            assert "callbacks.hours: 08:00-21:00 → 09:00-20:00" in told
            assert "после перезапуска сервера: voice.words_per_minute." in told
        assert router.queues[QueueId("other")].wrap_up_s == 30
        assert "уже такие" in await say("apply", file)
        told = await say("history")
        assert told.count(" · root") == 2
        newest, _, _ = told.partition("\n")
        assert "  queues.other.wrap_up_s: 60 → 30" in told
        number = newest.split(" · ")[0]
        assert "wrap_up_s: 30 → 60" in await say("undo", "--change", number, "--why", "ошибка")
        assert "root · ошибка" in (await say("history")).partition("\n")[0]
        await say("undo", "--change", number, code=1)
        assert router.queues[QueueId("other")].wrap_up_s == 60
        assert router.centre.calls_per_number == 0
    finally:
        await centre.close()


WORDS = """
topics: [{code: appointment, title: К врачу, script: appointment},
         {code: med_info, title: Справки, script: SCRIPT}]
breaks: [{code: lunch, title: Обед, limit_minutes: 30, paid: false}, {code: smoke, title: Пауза}]
schedules: {day: {mon-sun: "08:00-20:00", exceptions: {2026-12-31: closed}}}
"""


async def test_topics_and_breaks_are_new_at_once_and_taken_back(tmp_path: Path) -> None:
    """At every console that is connected, without another login."""
    centre = await admins(tmp_path)
    try:
        server, say = centre.server, functools.partial(said, centre)
        await say("apply", str(settings(centre, tmp_path / "a.yaml")))
        anna = await centre.ready("anna")
        await anna.done(messages.GoBreak(reason="rest"))
        call = await centre.in_queue()
        heard = Outbox()
        server.live.hub.stream(anna.person).attach(heard, None)
        server.api.welcome_again()
        first = await welcome(heard)
        assert first.break_reasons[0].code == "rest"
        file = settings(centre, tmp_path / "b.yaml", more=WORDS.replace("SCRIPT", "med_info"))
        told = await say("apply", str(file))
        for line in (
            "schedules.day: добавлено",
            "topics.appointment.title: Запись к врачу → К врачу",
            "topics.vaccination: убрано",
            "breaks.rest: убрано",
            "breaks.lunch.limit_minutes: 45 → 30",
            "breaks.smoke: добавлено",
        ):
            assert line in told
        assert "перезапуска" not in told
        assert [
            (w.topics["appointment"], [b.code for b in w.break_reasons])
            for w in [await welcome(heard)]
        ] == [("К врачу", ["lunch", "smoke"])]
        (waiting,) = shown.waiting(server.live.views, anna.person)
        assert (waiting.id, waiting.topic_title) == (call, "К врачу")
        assert (await anna.refused(messages.GoBreak(reason="rest"))).code == "bad_value"
        await anna.done(messages.GoBreak(reason="smoke"))

        told = await say("undo", "--why", "ошибка")
        assert "breaks.rest: добавлено" in told
        assert "schedules.day: убрано" in told
        again = await welcome(heard)
        assert (again.topics, again.break_reasons) == (first.topics, first.break_reasons)
        await anna.done(messages.GoBreak(reason="lunch"))
        assert "breaks.smoke: добавлено" in await say("undo")
    finally:
        await centre.close()


HANDLING = """
calls: {recording: false, dial_timeout_s: 25, prefix: "9", emergency: "112"}
targets: {calls: 60, handle_minutes: 4, break_minutes: 45}
"""


async def test_call_handling_and_targets_are_new_at_once_and_taken_back(tmp_path: Path) -> None:
    centre = await admins(tmp_path)
    try:
        server, say = centre.server, functools.partial(said, centre)
        await say("apply", str(settings(centre, tmp_path / "a.yaml")))
        anna = await centre.ready("anna")
        heard = Outbox()
        server.live.hub.stream(anna.person).attach(heard, None)

        async def in_force() -> tuple[object, ...]:
            targets = await anna.done(messages.GetTargets())
            assert isinstance(targets, messages.Targets)
            recording = server.calls.recorder.state
            return targets.emergency, server.calls.out.dialled("+74951234567"), recording

        assert await in_force() == ("103", "+74951234567", "on")
        told = await say("apply", str(settings(centre, tmp_path / "b.yaml", more=HANDLING)))
        for line in (
            "calls.recording: true → false",
            "calls.dial_timeout_s: 40 → 25",
            'calls.prefix: "" → 9',
            "calls.emergency: 103 → 112",
            "targets.calls: 0 → 60",
            "targets.handle_minutes: 0 → 4",
        ):
            assert line in told
        assert "перезапуска" not in told
        targets = (await welcome(heard)).targets
        assert (targets.calls, targets.handle_s, targets.break_s) == (60, 240, 2700)
        assert await in_force() == ("112", "974951234567", "off")

        assert "calls.recording: false → true" in await say("undo", "--why", "ошибка")
        assert (await welcome(heard)).targets.calls == 0
        assert await in_force() == ("103", "+74951234567", "on")
    finally:
        await centre.close()


async def welcome(heard: Outbox) -> messages.Welcome:
    """The next one that a console is sent."""
    async with asyncio.timeout(10.0):
        while True:
            message = codec.decode_server(await heard.get())
            if isinstance(message, messages.Welcome):
                return message


async def test_a_topic_needs_a_script_that_the_server_has(tmp_path: Path) -> None:
    centre = await admins(tmp_path)
    try:
        before = centre.server.core.router.centre
        file = settings(centre, tmp_path / "a.yaml", more=WORDS.replace("SCRIPT", "nothing"))
        result = await asyncio.to_thread(
            ekc, "config", "apply", str(file), url=centre.server.url, login="root"
        )
        assert result.exit_code == 1
        assert "topics.med_info.script: сценария «nothing» нет" in result.output
        assert centre.server.core.router.centre is before
    finally:
        await centre.close()


NEW_QUEUE = "}, {id: army, title: Военная служба"


def edited_menu(centre: Centre) -> None:
    """Key 6 leads to a queue of its own."""
    assert centre.scripts is not None
    text = MENU.replace("do: {queue: other, topic: other", "do: {queue: army, topic: other")
    assert text != MENU
    (centre.scripts / "main_menu.yaml").write_text(text, encoding="utf-8")


async def test_settings_and_scenarios_go_into_force_together(tmp_path: Path) -> None:
    centre = await admins(tmp_path, menu=MENU)
    try:
        router, say = centre.server.core.router, functools.partial(said, centre)
        await say("apply", str(settings(centre, tmp_path / "a.yaml")))
        edited_menu(centre)
        alone = settings(centre, tmp_path / "alone.yaml")
        for command in ("diff", "apply"):
            assert "army" in await say(command, str(alone), code=1)
        assert (
            centre.server.calls.menus.scenarios["main_menu"].steps["to_other"].action.queue
            == "other"
        )

        file = str(settings(centre, tmp_path / "b.yaml", NEW_QUEUE))
        told = await say("diff", file)
        assert "queues.army: добавлена" in told
        assert "scenarios.main_menu: изменён" in told
        assert QueueId("army") not in router.queues
        await say("apply", file)
        call = await centre.in_queue(key="6")
        assert centre.record(call).queue == "army"
        assert "уже такие" in await say("apply", file)

        told = await say("undo", code=1)
        assert "main_menu: steps.to_other ведёт в очередь «army», которой не будет" in told
        assert QueueId("army") in router.queues
    finally:
        await centre.close()


async def test_scenarios_alone_go_into_force_and_are_the_next_starts_last_good_ones(
    tmp_path: Path,
) -> None:
    centre = await admins(tmp_path, menu=MENU)
    try:
        say = functools.partial(said, centre)
        file = str(settings(centre, tmp_path / "a.yaml"))
        await say("apply", file)
        assert centre.scripts is not None
        script = centre.scripts / "general.yaml"
        text = script.read_text(encoding="utf-8")
        script.write_text(text.replace("title: ", "title: Новая ", 1), encoding="utf-8")
        anna = await centre.ready("anna")
        heard = Outbox()
        centre.server.live.hub.stream(anna.person).attach(heard, None)
        assert "scenarios.general: изменён" in await say("apply", file)
        assert (await welcome(heard)).scripts["general"].startswith("Новая")
        kept = await centre.server.database.read(lambda conn: last_good.get(conn, "scenarios"))
        assert kept is not None
        (general,) = [one for one in kept.documents if one["id"] == "general"]
        assert general["title"].startswith("Новая")

        script.write_text("id: [", encoding="utf-8")
        assert "general.yaml" in await say("apply", file, code=1)
    finally:
        await centre.close()


async def test_a_queue_that_goes_keeps_its_callers(tmp_path: Path) -> None:
    centre = await admins(tmp_path)
    try:
        extra = settings(centre, tmp_path / "a.yaml", "}, {id: spare, title: Запас")
        url, router = centre.server.url, centre.server.core.router

        async def say(*arguments: str) -> str:
            result = await asyncio.to_thread(ekc, *arguments, url=url, login="root")
            assert result.exit_code == 0, result.output
            return result.output

        told = await say("config", "apply", str(extra))
        assert "queues.spare: добавлена" in told
        assert "queues.spare: её никто не обслуживает." in told
        call = await centre.in_queue()
        await say("call", "move", call, "spare")
        without = settings(centre, tmp_path / "b.yaml")
        assert "queues.spare: убрана" in await say("config", "apply", str(without))
        assert centre.record(call).queue == "spare"
        assert QueueId("spare") in router.queues
        anna = await centre.ready("anna", queues=("general",))
        await say("call", "move", call, "general")
        assert (await anna.until_call("offered")).id == call
    finally:
        await centre.close()


async def test_nothing_changes_when_something_is_wrong(tmp_path: Path) -> None:
    centre = await admins(tmp_path)
    try:
        before = dict(centre.server.core.router.queues)
        bad = settings(centre, tmp_path / "bad.yaml", ", wrap_up_s: soon")
        gone = settings(centre, tmp_path / "gone.yaml", gone="home_visit")
        good = settings(centre, tmp_path / "good.yaml")
        for file, login, words in (
            (bad, "root", "queues[5].wrap_up_s"),
            (gone, "root", "home_visit"),
            (tmp_path / "none.yaml", "root", "Не читается"),
            (good, "chief", "только администратор"),
        ):
            result = await asyncio.to_thread(
                ekc, "config", "apply", str(file), url=centre.server.url, login=login
            )
            assert (result.exit_code, words in result.output) == (1, True), result.output
        assert centre.server.core.router.queues == before
    finally:
        await centre.close()


async def test_one_change_is_taken_back_and_not_what_another_changed_since(tmp_path: Path) -> None:
    centre = await admins(tmp_path)
    try:
        root = await centre.operator("chef", role="admin", queues=())

        async def apply(other: str) -> way_in.SettingsChange:
            text = settings(centre, tmp_path / "a.yaml", other).read_text(encoding="utf-8")
            change: way_in.SettingsChange = await root.done(
                way_in.ApplySettings(name="a.yaml", text=text)
            )
            return change

        await apply("")
        mine = await apply(", wrap_up_s: 30, weight: 1")
        assert mine.change
        assert (await apply(", wrap_up_s: 30, weight: 1")).change == 0
        await apply(", wrap_up_s: 30, weight: 5")
        back: way_in.SettingsChange = await root.done(way_in.UndoSettings(change=mine.change))
        assert back.changes == ("queues.other.wrap_up_s: 30 → 60",)
        assert centre.server.core.router.queues[QueueId("other")].weight == 5
        refusal = await root.refused(way_in.UndoSettings(change=mine.change))
        assert "тем временем изменили иначе" in refusal.message
        refusal = await root.refused(way_in.UndoSettings(change=1_000_000))
        assert "возвращать нечего" in refusal.message
    finally:
        await centre.close()
