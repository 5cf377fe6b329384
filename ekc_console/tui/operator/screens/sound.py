"""Choice and check of microphone, headphones and ring device."""

from __future__ import annotations

from typing import ClassVar, cast

import msgspec
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Label

from ekc_console.client.voice.sound import NAMES
from ekc_console.i18n import _
from ekc_console.tui.operator.present import sound as present
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.panels import Menu
from ekc_console.tui.shell.frame import Frame
from sip.link.protocol import Side

STEP = 0.1
MOST_TOLD = 3
"""Findings that a small terminal has room for beside the whole list."""


class SoundScreen(Frame):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", f"louder({-STEP})", show=False),
        Binding("right", f"louder({STEP})", show=False),
        Binding("pagedown", "scroll(1)", show=False, priority=True),
        Binding("pageup", "scroll(-1)", show=False, priority=True),
    ]

    def compose_body(self) -> ComposeResult:
        yield Label(_("Звук") + "   " + _("Esc — закрыть"), classes="screen-title")
        yield LineTable(present.columns(), "", id="sound", header=False)
        yield Painted(id="sound-hint")
        yield Painted(id="sound-meters")
        with VerticalScroll(id="sound-scroll", can_focus=False):
            yield Painted(id="sound-echo")

    @property
    def first(self) -> Widget:
        return self.query_one("#sound")

    def on_mount(self) -> None:
        scroll = self.query_one("#sound-scroll", VerticalScroll)
        self.watch(scroll, "show_vertical_scrollbar", self._paint_hint, init=False)
        self.ekc.work("sound.open", self.ekc.desk.sound.open_check)

    def on_unmount(self) -> None:
        self.ekc.end_sound_check()

    def paint_body(self, names: frozenset[str]) -> None:
        sound = self.ekc.desk.sound
        self.query_one("#sound", LineTable).show_rows(present.rows(sound))
        meters = present.meters(sound.levels, self.size.width)
        self.query_one("#sound-meters", Painted).paint(meters, same_size=True)
        told = present.echo(sound.echo, self.ekc.desk.line.state.quality)
        self.query_one("#sound-echo", Painted).paint(told)
        self.set_class(len(told.plain.splitlines()) > MOST_TOLD, "-told")
        self._paint_hint()

    def _paint_hint(self) -> None:
        more = self.query_one("#sound-scroll", VerticalScroll).show_vertical_scrollbar
        self.query_one("#sound-hint", Painted).paint(present.hint(more=more))

    def action_scroll(self, by: int) -> None:
        """What the check has found, where it has no room."""
        if self.tray.panel is None:
            scroll = self.query_one("#sound-scroll", VerticalScroll)
            scroll.scroll_relative(y=by * max(1, scroll.size.height - 1), animate=False)

    def action_louder(self, by: float) -> None:
        key = self.query_one("#sound", LineTable).selected_key or ""
        side = cast("Side", key.removesuffix("_volume"))
        if side in present.SIDES:
            self.ekc.use_sound(self.ekc.desk.sound.setup.louder(side, by))

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        sound = self.ekc.desk.sound
        match event.key:
            case "tone":
                sound.test_tone("speaker")
            case "ring_once":
                sound.test_tone("ring")
            case "hear":
                sound.hear_yourself(not sound.hearing_yourself)
            case "echo" if sound.echo.state == "hearing":
                sound.end_echo()
            case "echo":
                self.ekc.work("sound.echo", sound.test_echo)
            case "microphone" | "speaker" | "ring" as side:
                self._choose(side)
            case _:
                pass  # a volume: by the arrows

    def _choose(self, side: Side) -> None:
        sound = self.ekc.desk.sound

        def chosen(device: str) -> None:
            self.ekc.use_sound(msgspec.structs.replace(sound.setup, **{side: device}))

        title = _("Выбор: {side}").format(side=_(NAMES[side]).lower())
        wanted = sound.setup.device(side)
        self.ekc.show_panel(Menu(title, present.choices(sound.devices, side, wanted), chosen))
