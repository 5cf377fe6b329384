"""The sound screen: choice, volumes, meters, checks, loss of a headset."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from ekc_console.client.voice.echo import EchoResult, findings
from ekc_console.client.voice.sound import EchoState
from ekc_console.tui.operator.screens.sound import SoundScreen
from ekc_console.tui.shared import prefs
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import messages
from sip.fake.softphone import FakePhone
from sip.fake.sound import HEADSET
from sip.link.protocol import (
    Device,
    HearYourself,
    Levels,
    Ring,
    SetVolume,
    Start,
    TestTone,
    UseDevices,
)
from tests.support.desk import STAFF_WORDS, ScriptedDesk
from tests.tui.steps import be_offered, be_ready, press, settle, talk

DESK_SPEAKER = Device(id="fake:Колонка", name="Колонка", inputs=0, outputs=1)


@pytest.fixture
def phones(desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> list[FakePhone]:
    """The softphones that the check brings up."""
    made: list[FakePhone] = []

    async def spawn(start: Start, *, on_event: Any) -> FakePhone:
        devices = (HEADSET, DESK_SPEAKER)
        phone = await FakePhone.spawn(start, on_event=on_event, devices=devices)
        made.append(phone)
        return phone

    monkeypatch.setattr(desk.sound, "_phone_factory", spawn)
    return made


async def open_sound(pilot: Pilot[Any]) -> None:
    await be_ready(pilot)
    await press(pilot, "ctrl+a")
    await settle(pilot)


def shown(app: EkcApp) -> str:
    rows = app.screen.query_one("#sound", LineTable).rows
    return "\n".join(" ".join(row.cells) for row in rows)


def sent(phone: FakePhone, kind: type) -> list[Any]:
    return [command for command in phone.commands if isinstance(command, kind)]


@pytest.mark.long
async def test_a_device_is_chosen_and_remembered(
    app: EkcApp, desk: ScriptedDesk, phones: list[FakePhone]
) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await open_sound(pilot)
        assert "как в системе: Headset" in shown(app)
        await press(pilot, "enter", "2")
        await settle(pilot)
        assert sent(phones[0], UseDevices)[-1].microphone == HEADSET.id
        assert prefs.load(app._state_dir).sound.microphone == HEADSET.id
        await press(pilot, "down", "right")
        await settle(pilot)
        assert sent(phones[0], SetVolume)[-1].microphone == pytest.approx(1.1)


async def test_checks(app: EkcApp, desk: ScriptedDesk, phones: list[FakePhone]) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await open_sound(pilot)
        await press(pilot, *["down"] * 6, "enter", "down", "enter", "down", "enter")
        await settle(pilot)
        tones = [command.side for command in sent(phones[0], TestTone)]
        assert tones == ["speaker", "ring"]
        assert sent(phones[0], HearYourself)[-1].on
        assert phones[0].sound is not None
        phones[0].sound.levels = (-20.0, -96.0)
        phones[0].forget_events()
        await phones[0].wait_for(Levels, 5, microphone_dbfs=-20.0)
        await settle(pilot)
        meters = app.screen.query_one("#sound-meters", Painted).shown.plain
        assert "хорошо слышно" in meters
        await press(pilot, "escape")
        await settle(pilot)
        assert not isinstance(app.screen, SoundScreen)
        assert not sent(phones[0], HearYourself)[-1].on
        assert phones[0].exit_code == 0


async def test_the_loss_and_return_of_a_headset_is_said(
    app: EkcApp, desk: ScriptedDesk, phones: list[FakePhone]
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await open_sound(pilot)
        phones[0].plug()
        await settle(pilot)
        texts = [entry.text for entry in app.messages.entries]
        assert any(text.startswith("Микрофона нет: вас не слышно") for text in texts)
        phones[0].plug(HEADSET)
        await settle(pilot)
        assert any("снова работает" in entry.text for entry in app.messages.entries)


async def test_an_offer_rings(app: EkcApp, desk: ScriptedDesk) -> None:
    phone = await FakePhone.spawn(Start(sound="device"))
    desk.line.phone = phone
    async with app.run_test(size=(80, 24)) as pilot:
        await be_offered(pilot)
        assert sent(phone, Ring)[-1].on
        desk.gone(type(desk.view.call), "c-1")
        await settle(pilot)
        assert not sent(phone, Ring)[-1].on
    await phone.stop()


def answer_echo(desk: ScriptedDesk) -> None:
    desk.results[messages.OpenEcho] = messages.Line(
        uri="sip:echo@127.0.0.9:5060",
        user="echo-ivanova",
        password="secret",
        domain="127.0.0.9",
        transport="tcp",
    )


FINDINGS = findings(
    EchoResult(sent=8, returned=8, round_trip_ms=412.0, loss=0.0, jitter_ms=3.0, codec="PCMA"),
    transport="tls",
    srtp=True,
)


@pytest.mark.long
async def test_the_way_through_the_server_is_tested(
    app: EkcApp, desk: ScriptedDesk, phones: list[FakePhone]
) -> None:
    """The softphone there has nobody to call: where the way is broken is said."""
    answer_echo(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_sound(pilot)
        await press(pilot, "end", "enter")
        await settle(pilot)
        assert messages.OpenEcho(reached="127.0.0.1") in desk.commands
        assert phones[-1].start.user == "echo-ivanova"
        said = app.screen.query_one("#sound-echo", Painted).shown.plain
        assert "Сервер телефонии недоступен." in said
        assert "порты SIP и RTP" in said
        assert "Enter — ещё раз" in shown(app)


@pytest.mark.long
async def test_what_was_measured_is_shown_and_enter_ends_the_hearing(
    app: EkcApp, desk: ScriptedDesk, phones: list[FakePhone]
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await open_sound(pilot)
        desk.sound._set_echo(EchoState("hearing", tuple(FINDINGS)))
        await settle(pilot)
        assert "вы слышите себя через сервер" in shown(app)
        said = app.screen.query_one("#sound-echo", Painted).shown.plain
        assert "✓ потери звука 0 %" in said
        assert "! Голос туда и обратно: за 412 мс. Голос запаздывает" in said
        await press(pilot, "end", "enter")
        await settle(pilot)
        assert desk.sound.echo.state == "off"
        assert "Enter — измерить связь" in shown(app)


BAD = findings(
    EchoResult(sent=8, returned=5, round_trip_ms=912.0, loss=7.0, jitter_ms=80.0, codec="PCMA"),
    transport="udp",
    srtp=False,
)


def screen_text(app: EkcApp) -> str:
    strips = app.screen._compositor.render_strips()
    return " ".join("\n".join(strip.text for strip in strips).split())


@pytest.mark.long
@pytest.mark.parametrize("with_call", [False, True])
async def test_all_that_is_bad_can_be_read_on_a_small_terminal(
    app: EkcApp, desk: ScriptedDesk, phones: list[FakePhone], with_call: bool
) -> None:
    assert sum(finding.state != "ok" for finding in BAD) >= 4
    async with app.run_test(size=(80, 24)) as pilot:
        if with_call:
            await talk(pilot)
            app.tell("warning", "Звукового устройства нет: линия работает без звука. " * 3)
            desk.put(*STAFF_WORDS)
            await press(pilot, "ctrl+a")
        else:
            await open_sound(pilot)
        await press(pilot, "end")
        desk.sound._set_echo(EchoState("failed", tuple(BAD)))
        await settle(pilot)
        first = screen_text(app)
        assert "Проверка через сервер" in first  # the cursor's row stays in sight
        pages = [first]
        for _ in range(6):
            await press(pilot, "pagedown")
            pages.append(screen_text(app))
        for finding in BAD:
            last_words = " ".join((finding.remedy or finding.found).split()[-2:])
            assert any(last_words in page for page in pages), finding.title
        if with_call:
            assert "PgDn — читать дальше" in first
            await press(pilot, *["pageup"] * 6)
            assert screen_text(app) == first
