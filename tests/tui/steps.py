"""What an operator and a server do in the tests of the screens."""

from __future__ import annotations

import asyncio
import itertools
import unicodedata
from collections.abc import Callable
from typing import Any

import msgspec
from textual import events
from textual.app import App
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen

from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import messages
from tests.support.desk import CALL, CALLBACKS, ME, NOW, QUEUES, ScriptedDesk, waiting

LIMIT_S = 30.0
CALM_ROUNDS = 3
"""All queues empty so often in a row: one message may lead to another."""

BRISK_TURNS = 50
"""So many turns of the loop are looked at one by one."""

replace = msgspec.structs.replace
READY = replace(ME, state="ready", reason="", since=NOW - 192, line_up=True)
TALK = replace(
    CALL,
    state="talking",
    answered_at=NOW - 7,
    offer="",
    offer_expires_at=None,
    recording=True,
)


def app_of(pilot: Pilot[Any]) -> EkcApp:
    app = pilot.app
    assert isinstance(app, EkcApp)
    return app


def desk_of(pilot: Pilot[Any]) -> ScriptedDesk:
    desk = app_of(pilot).desk
    assert isinstance(desk, ScriptedDesk)
    return desk


async def at_rest(app: App[Any]) -> None:
    """Until every widget on the screen waits for its next message."""
    for turn in itertools.count():
        await asyncio.sleep(0 if turn < BRISK_TURNS else 0.002)
        pumps = (app, *app.screen.walk_children(with_self=True))
        if app._exit or all(map(_waits, pumps)):
            return


def _waits(pump: MessagePump) -> bool:
    """Textual tells of a message that is handled only by another one behind it."""
    queue = pump._message_queue
    return queue.empty() and bool(queue.ready_event._waiters)


def _has_to_paint(screen: Screen[Any]) -> bool:
    """Or to lay out, or to tell who waits until it has."""
    return bool(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._dirty_widgets
        or screen._callbacks
    )


async def settle(pilot: Pilot[Any]) -> None:
    """Until nothing is to be painted, no command is under way and no fault was hidden; a console
    that is ending has nothing to settle."""
    app = app_of(pilot)
    async with asyncio.timeout(LIMIT_S):
        calm = 0
        while calm < CALM_ROUNDS and not app._exit:
            await at_rest(app)
            owing = _has_to_paint(app.screen)
            app.screen._on_timer_update()  # lays out and paints now, not at the next frame
            busy = (
                owing or app._keys.under_way or app._repainter.waiting or app.pending or app.workers
            )
            calm = 0 if busy else calm + 1
            await asyncio.sleep(0.002 if busy else 0)
    faults = [entry.text for entry in app.messages.entries if "Непредвиденная" in entry.text]
    assert not faults


async def until(pilot: Pilot[Any], true: Callable[[], bool]) -> None:
    """Turn by turn, where ``settle`` would not end: something is under way, or a fault is meant."""
    async with asyncio.timeout(LIMIT_S):
        while not true():
            await pilot._wait_for_screen()


async def resize(pilot: Pilot[Any], width: int, height: int) -> None:
    """Until the screen is laid out for the new size, some frames later."""
    await pilot.resize_terminal(width, height)
    app = app_of(pilot)
    async with asyncio.timeout(LIMIT_S):
        while app.screen.query_one("#keys").region[1:3] != (height - 1, width):
            await at_rest(app)
            app.screen._on_timer_update()
            await asyncio.sleep(0.002)
    await settle(pilot)


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Keys one after another; a text of several letters goes into the focused field at once."""
    for key in keys:
        named = len(key) == 1 or "+" in key or (key[0] == "f" and key[1:].isdigit())
        if named or key in KEYS:
            _send(pilot.app, key)
        elif (field := pilot.app.focused) is not None:
            field.post_message(events.Paste(key))
        await settle(pilot)


def _send(app: App[Any], key: str) -> None:
    """As ``Pilot.press`` does, whose pauses go by the clock and by the processor's use."""
    if len(key) == 1 and not key.isalnum():
        key = _character_to_key(key)
    name = _get_unicode_name_from_key(REPLACED_KEYS.get(key, key))
    try:
        character = unicodedata.lookup(name)
    except KeyError:
        character = key if len(key) == 1 else None
    event = events.Key(key, character)
    event.set_sender(app)
    assert app._driver is not None
    app._driver.send_message(event)


KEYS = {
    "enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "delete", "home", "end",
    "pageup", "pagedown", "space", "backspace",
}  # fmt: skip


async def log_in(pilot: Pilot[Any]) -> None:
    """Without the keys: those are the login screen's tests."""
    await settle(pilot)
    app_of(pilot).log_in("ivanova", "verysecret")
    await settle(pilot)


async def be_ready(pilot: Pilot[Any], *, calls: int = 0, callbacks: bool = False) -> None:
    """Logged in and ready, with so many calls in the queues."""
    await log_in(pilot)
    await press(pilot, "f2")
    desk = desk_of(pilot)
    queue = replace(QUEUES[0], waiting=calls, longest_since=NOW - 13.0 * calls if calls else None)
    desk.put(READY, queue, *waiting(calls), *(CALLBACKS if callbacks else ()))
    await settle(pilot)


async def be_offered(pilot: Pilot[Any], *, calls: int = 3) -> None:
    await be_ready(pilot, calls=calls)
    desk_of(pilot).put(replace(READY, state="offered", since=NOW - 3, until=NOW + 12), CALL)
    await settle(pilot)


async def talk(pilot: Pilot[Any], *, calls: int = 3, **changes: Any) -> None:
    """An offer is answered with F5; the server joins the call."""
    await be_offered(pilot, calls=calls)
    await press(pilot, "f5")
    show_call(pilot, "talking", replace(TALK, **changes))
    await settle(pilot)


def show_call(pilot: Pilot[Any], state: messages.AgentState, call: messages.MyCall) -> None:
    desk_of(pilot).put(replace(READY, state=state, since=NOW - 7), call)


async def wrap_up(pilot: Pilot[Any]) -> None:
    await talk(pilot)
    await press(pilot, "1", "иванова анна", "enter")
    end_call(pilot)
    await settle(pilot)


def end_call(pilot: Pilot[Any]) -> None:
    desk_of(pilot).put(
        replace(READY, state="wrap_up", since=NOW - 10, until=NOW + 50),
        replace(TALK, state="wrap_up", ended_at=NOW - 10, recording=False),
    )


def commands(pilot: Pilot[Any], kind: type) -> list[Any]:
    """What was asked of the server, by type."""
    return [command for command in desk_of(pilot).commands if isinstance(command, kind)]


def shown(pilot: Pilot[Any], selector: str) -> str:
    """The text of a painted widget on the present screen."""
    from ekc_console.tui.shared.widgets.painted import Painted

    return pilot.app.screen.query_one(selector, Painted).shown.plain


def focused(pilot: Pilot[Any]) -> str:
    """Id of the widget that has the focus."""
    widget = pilot.app.focused
    return (widget.id or type(widget).__name__) if widget else ""
