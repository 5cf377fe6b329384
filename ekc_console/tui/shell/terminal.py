"""The application's dealings with its terminal: few bytes, title, signals, its loss."""

from __future__ import annotations

import asyncio
import asyncio.subprocess
import contextlib
import os
import signal
from collections.abc import Callable
from typing import IO, Any, cast

from rich.color import ColorSystem
from rich.console import RenderableType
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen

from ekc_console.tui.shared.cells import Cells, Written
from ekc_console.tui.shared.colourless import WithoutColours
from ekc_console.tui.shell import desktop

_SAVE_TITLE = "\x1b[22;2t"
_RESTORE_TITLE = "\x1b[23;2t"


class _Leftover:
    """A file whose terminal may be gone."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            return self._file.write(text)
        return 0

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._file.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class TerminalDriver(LinuxDriver):
    """A write that fails would end the writing thread, and whoever writes after it would wait for
    room in its queue for ever."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._file = cast("Any", _Leftover(cast("IO[str]", self._file)))

    @property
    def lost(self) -> bool:
        """The terminal is closed; the program may not have been told by SIGHUP."""
        return self.input_tty and not os.isatty(self.fileno)


class TerminalApp(App[None], inherit_bindings=False):
    """Writes the cells that have changed and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        if self.no_color:
            self._filters = [WithoutColours()]
        self._cells = Cells()
        self._told_of_focus = False
        """The terminal reports when its window gets or loses the focus."""

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _app: self._cells.forget(), immediate=True)

    def get_driver_class(self) -> type[Driver]:
        found = super().get_driver_class()
        return TerminalDriver if found is LinuxDriver else found

    @property
    def terminal_lost(self) -> bool:
        """It was closed while the console ran."""
        return isinstance(self._driver, TerminalDriver) and self._driver.lost

    @property
    def has_terminal(self) -> bool:
        return self._driver is not None and not self.is_headless and not self.is_inline

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Textual's way to the terminal; an update that changes no cell writes nothing."""
        painting = self._running and not self._closed and not self._batch_count
        if not (isinstance(renderable, ChopsUpdate | LayoutUpdate) and self.has_terminal):
            super()._display(screen, renderable)
        elif painting:
            colours = self.console._color_system or ColorSystem.TRUECOLOR
            written = self._cells.difference(renderable, screen.outer_size, colours)
            if written or self.cursor_position != self._previous_cursor_position:
                super()._display(screen, Written(written))  # type: ignore[arg-type] # as Textual's own
            else:
                self.post_display_hook()

    def repaint_terminal(self) -> None:
        """Paint every cell anew, after something else has written to the terminal."""
        self._cells.forget()
        self.screen.refresh(layout=True)

    def on_signals(self, leave: Callable[[], None]) -> None:
        """A closed terminal or a stopping machine ends the shift in order."""
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, leave)

    def set_terminal_title(self, title: str, *, save: bool = False) -> None:
        """``save`` keeps the old title on the terminal's stack until the end."""
        self._write((_SAVE_TITLE if save else "") + f"\x1b]2;{title}\x07")

    def on_app_focus(self) -> None:
        self._told_of_focus = True

    def on_app_blur(self) -> None:
        self._told_of_focus = True

    def notify_desktop(self, title: str, text: str) -> None:
        """A notice of the desktop, unless the terminal is known to have the focus."""
        if not self.has_terminal or (self._told_of_focus and self.app_focus):
            return
        if command := desktop.notify_command(os.environ, title, text):
            self.run_worker(_run_quietly(command), group="notice", exit_on_error=False)
        else:
            self._write(desktop.notify_sequence(os.environ, title, text))

    def on_unmount(self) -> None:
        self._write(_RESTORE_TITLE)

    def _write(self, sequence: str) -> None:
        """The Linux text console knows none of these and would ring instead."""
        if self.has_terminal and self._driver and os.environ.get("TERM") != "linux":
            self._driver.write(sequence)


async def _run_quietly(command: list[str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await process.wait()
