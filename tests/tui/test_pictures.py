"""How the screens look. After a change that is meant: look at the report, then
``pytest tests/tui/test_pictures.py --snapshot-update``."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex
from textual.pilot import Pilot

from ekc_console import i18n
from ekc_console.client.voice.echo import EchoResult, findings
from ekc_console.client.voice.sound import EchoState, SoundSetup
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import call_control
from sip.fake.softphone import FakePhone
from sip.fake.sound import HEADSET
from sip.link.protocol import Device, Levels, Start, WatchLevels
from tests.support.desk import NOW, STAFF_WORDS, ScriptedDesk
from tests.support.sweep import sweep
from tests.tui.steps import (
    TALK,
    app_of,
    be_offered,
    be_ready,
    desk_of,
    log_in,
    press,
    replace,
    resize,
    settle,
    show_call,
    talk,
    wrap_up,
)
from tests.tui.test_emergency import emergency
from tests.tui.test_last_call import last_call
from tests.tui.test_registers import SUPERVISED, VISITS, open_record, open_visits, serve
from tests.tui.test_transfer import consult, open_targets
from tests.tui.test_typed_sign import type_a_sign
from tests.tui.test_unfinished_cards import leave_unfinished

Steps = Callable[[Pilot[Any]], Awaitable[None]]
SMALL, LARGE = (80, 24), (120, 40)


def test_the_pictures_were_made_with_these_versions() -> None:
    """Another Textual or Python draws other pixels: make the pictures anew then."""
    versions = tuple(importlib.metadata.version(name) for name in ("textual", "rich"))
    assert versions == ("8.2.8", "15.0.0")
    assert sys.version_info[:2] in ((3, 11), (3, 12))


async def _login(pilot: Pilot[Any]) -> None:
    await settle(pilot)


async def _visits(pilot: Pilot[Any]) -> None:
    serve(desk_of(pilot), VISITS)
    await open_visits(pilot)


async def _no_visits(pilot: Pilot[Any]) -> None:
    serve(desk_of(pilot), ())
    await open_visits(pilot)


async def _person(pilot: Pilot[Any]) -> None:
    await open_record(pilot, desk_of(pilot), SUPERVISED)


async def _merge(pilot: Pilot[Any]) -> None:
    await _person(pilot)
    await press(pilot, "enter", "5")


async def _login_error(pilot: Pilot[Any]) -> None:
    await press(pilot, "ivanova", "enter", "wrong", "enter")


async def _empty_queue(pilot: Pilot[Any]) -> None:
    await be_ready(pilot)


async def _queue(pilot: Pilot[Any]) -> None:
    await be_ready(pilot, calls=8, callbacks=True)


async def _callbacks(pilot: Pilot[Any]) -> None:
    await be_ready(pilot, callbacks=True)
    await press(pilot, "ctrl+n")


async def _offered(pilot: Pilot[Any]) -> None:
    await be_offered(pilot)


async def _last_call_lists(pilot: Pilot[Any]) -> None:
    """Given away: it may come back."""
    await last_call(pilot, "ready")


async def _last_call_wrap_up(pilot: Pilot[Any]) -> None:
    await last_call(pilot, "wrap_up")
    await press(pilot, "f2")


async def _choose(pilot: Pilot[Any]) -> None:
    await talk(pilot)


async def _ask(pilot: Pilot[Any]) -> None:
    await talk(pilot)
    await press(pilot, "1", "иванова1", "enter")


async def _held(pilot: Pilot[Any]) -> None:
    await talk(pilot)
    await press(pilot, "1", "иванова анна", "enter", "120385", "enter", "enter", "f7")
    show_call(pilot, "talking", replace(TALK, state="held", held_since=NOW - 9))
    await settle(pilot)


async def _caller(pilot: Pilot[Any]) -> None:
    await talk(pilot)
    await press(pilot, "ctrl+n")


async def _wrap_up(pilot: Pilot[Any]) -> None:
    await wrap_up(pilot)
    await press(pilot, "f9")


async def _found(pilot: Pilot[Any]) -> None:
    await be_ready(pilot)
    await press(pilot, "f3", "0017", "enter")


async def _card(pilot: Pilot[Any]) -> None:
    await _found(pilot)
    await press(pilot, "enter")


async def _unfinished(pilot: Pilot[Any]) -> None:
    """Told between calls; first in the list."""
    leave_unfinished(desk_of(pilot))
    await be_ready(pilot)
    await press(pilot, "f3", "down")


async def _help(pilot: Pilot[Any]) -> None:
    await be_ready(pilot)
    await press(pilot, "f1")


async def _commands(pilot: Pilot[Any]) -> None:
    await be_ready(pilot)
    await press(pilot, "ctrl+o")


async def _link_lost(pilot: Pilot[Any]) -> None:
    await talk(pilot)
    desk = desk_of(pilot)
    desk.set_link("connecting", "нет ответа")
    await settle(pilot)
    desk.time += 12
    desk.changed("view")
    await settle(pilot)


async def _sound(pilot: Pilot[Any]) -> None:
    await be_ready(pilot)
    sound = desk_of(pilot).sound

    async def spawn(start: Start, *, on_event: Any) -> FakePhone:
        return await FakePhone.spawn(start, on_event=on_event)

    sound._phone_factory = spawn
    await press(pilot, "ctrl+a")
    await settle(pilot)
    assert isinstance(sound._own, FakePhone)
    sound._own.plug(HEADSET, DESK_SPEAKER)
    sound.use(SoundSetup(microphone=HEADSET.id, ring=DESK_SPEAKER.id, speaker_volume=1.2))
    await settle(pilot)
    # The meter as a voice of middle loudness leaves it; no more of them come.
    sound._own.send(WatchLevels(on=False))
    await settle(pilot)
    sound.on_event(Levels(microphone_dbfs=-21.0, speaker_dbfs=-70.0))
    way = EchoResult(sent=8, returned=8, round_trip_ms=412.0, loss=0.0, jitter_ms=3.0, codec="PCMA")
    found = findings(way, transport="tls", srtp=True)
    sound._set_echo(EchoState("hearing", tuple(found)))
    await settle(pilot)


async def _break_menu(pilot: Pilot[Any]) -> None:
    await be_ready(pilot)
    await press(pilot, "f12")


async def _dial(pilot: Pilot[Any]) -> None:
    await be_ready(pilot)
    await press(pilot, "f4", "12345", "enter")


async def _transfer(pilot: Pilot[Any]) -> None:
    await open_targets(pilot, "f4")


async def _consult(pilot: Pilot[Any]) -> None:
    await consult(pilot)


async def _emergency(pilot: Pilot[Any]) -> None:
    await talk(pilot)
    await press(pilot, "ctrl+z")


async def _emergency_rings(pilot: Pilot[Any]) -> None:
    await talk(pilot)
    await emergency(pilot, call_control.NotTaken(who="103", why="busy"), who="112")


async def _came_back(pilot: Pilot[Any]) -> None:
    await talk(pilot, not_taken=(call_control.NotTaken(who="103", why="no_answer"),))


async def _quit(pilot: Pilot[Any]) -> None:
    await talk(pilot)
    await press(pilot, "f10")


async def _knowledge(pilot: Pilot[Any]) -> None:
    await talk(pilot)
    await press(pilot, "ctrl+f", "прив", "enter")


async def _knowledge_empty(pilot: Pilot[Any]) -> None:
    await talk(pilot)
    await press(pilot, "ctrl+f")


async def _messages(pilot: Pilot[Any]) -> None:
    await be_ready(pilot)
    desk_of(pilot).put(*STAFF_WORDS)
    await press(pilot, "ctrl+k")


async def _suggestions(pilot: Pilot[Any]) -> None:
    await be_ready(pilot)
    app_of(pilot).perform("suggestion.list")
    await settle(pilot)
    await press(pilot, "down")


async def _suggestion(pilot: Pilot[Any]) -> None:
    await talk(pilot)
    await press(pilot, "ctrl+r", "Сообщать в меню, сколько ждать")


async def _help_asked(pilot: Pilot[Any]) -> None:
    await talk(pilot)
    await press(pilot, "ctrl+e", "Абонент кричит")


async def _completion(pilot: Pilot[Any]) -> None:
    await talk(pilot)
    await press(pilot, "1", "сид", "down")


DESK_SPEAKER = Device(id="fake:Колонка", name="Колонка", inputs=0, outputs=1)


async def _settings(pilot: Pilot[Any]) -> None:
    await be_ready(pilot)
    await press(pilot, "ctrl+o", "настройки", "enter")


async def _jump(pilot: Pilot[Any]) -> None:
    await be_ready(pilot, calls=3)
    await press(pilot, "ctrl+t")


async def _log(pilot: Pilot[Any]) -> None:
    await be_ready(pilot)
    await press(pilot, "ctrl+l")


STATES: dict[str, Steps] = {
    "knowledge": _knowledge,
    "knowledge_empty": _knowledge_empty,
    "messages": _messages,
    "suggestions": _suggestions,
    "suggestion": _suggestion,
    "help_asked": _help_asked,
    "completion": _completion,
    "login": _login,
    "login_error": _login_error,
    "not_ready": log_in,
    "empty_queue": _empty_queue,
    "queue": _queue,
    "callbacks": _callbacks,
    "offered": _offered,
    "choose": _choose,
    "ask": _ask,
    "typed_sign": type_a_sign,
    "held": _held,
    "transfer": _transfer,
    "consult": _consult,
    "emergency": _emergency,
    "emergency_rings": _emergency_rings,
    "came_back": _came_back,
    "sound": _sound,
    "caller": _caller,
    "wrap_up": _wrap_up,
    "found": _found,
    "card": _card,
    "visits": _visits,
    "no_visits": _no_visits,
    "person": _person,
    "merge": _merge,
    "unfinished": _unfinished,
    "help": _help,
    "commands": _commands,
    "link_lost": _link_lost,
    "break_menu": _break_menu,
    "dial": _dial,
    "quit": _quit,
    "settings": _settings,
    "jump": _jump,
    "log": _log,
    "last_call": last_call,
    "last_call_lists": _last_call_lists,
    "last_call_wrap_up": _last_call_wrap_up,
}


ALONE = frozenset({"quit", "jump", "caller"})
"""Made anew for each size: a question stays where it was asked, the jump ends with another size,
and a pane that scrolls to its list does so when one comes to it."""


class Pictures(SVGImageExtension):
    """One file a picture, named by the state, the size and the spacing."""

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:
        return f"{test_location.methodname}[{index}]"


@pytest.mark.parametrize("name", sweep(STATES, every=6))
async def test_picture(name: str, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    """One console comes to the state on the small terminal, then it is made denser and larger: a
    start for each picture would take three times as long."""
    pictures = snapshot.use_extension(Pictures)
    sizes = [[SMALL], [LARGE]] if name in ALONE else [[SMALL, LARGE]]
    for first, *others in sizes:
        app = EkcApp(ScriptedDesk(tmp_path), server="http://127.0.0.1:8122", state_dir=tmp_path)
        app.set_prefs(compact=False)
        async with app.run_test(size=first) as pilot:
            await STATES[name](pilot)
            await settle(pilot)
            for size in (first, *others):
                if size != first:
                    await resize(pilot, *size)
                for spacing in ("standard", "compact"):
                    app.set_prefs(compact=spacing == "compact")
                    await settle(pilot)
                    picture = f"{name}-{size[0]}-{spacing}"
                    shown = app.export_screenshot(simplify=True)
                    (tmp_path / f"{picture}.svg").write_text(shown, encoding="utf-8")
                    assert pictures(name=picture) == shown, f"look at {tmp_path}/{picture}.svg"


async def _news(pilot: Pilot[Any]) -> None:
    await _queue(pilot)
    desk_of(pilot).put(*STAFF_WORDS)
    await press(pilot, "ctrl+t", "w")


@pytest.mark.parametrize(
    "steps", sweep([_held, _news, _offered, _wrap_up], every=4), ids=lambda s: s.__name__[1:]
)
def test_the_room_of_a_large_terminal_is_used(app: EkcApp, steps: Steps, snap_compare: Any) -> None:
    assert snap_compare(app, run_before=steps, terminal_size=(200, 50))


@pytest.mark.parametrize("theme", ["ekc-light", "ekc-contrast", "ansi-dark"])
def test_looks(theme: str, tmp_path: Path, snap_compare: Any) -> None:
    app = EkcApp(ScriptedDesk(tmp_path), server="127.0.0.1", state_dir=tmp_path, theme=theme)
    assert snap_compare(app, run_before=_offered, terminal_size=SMALL)


def test_in_english(app: EkcApp, snap_compare: Any) -> None:
    i18n.use("en")
    assert snap_compare(app, run_before=_offered, terminal_size=SMALL)


def test_without_colours(
    tmp_path: Path, snap_compare: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = EkcApp(ScriptedDesk(tmp_path), server="127.0.0.1", state_dir=tmp_path)
    assert snap_compare(app, run_before=_queue, terminal_size=SMALL)
