"""Another language at once: the screens are made anew, with what was typed and chosen on them.

The call, the card with its note and the script's answers live in the desk and are not touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ekc_console import i18n
from ekc_console.tui.operator.screens.operator import OperatorScreen
from ekc_console.tui.shell.settings import SettingsScreen

if TYPE_CHECKING:
    from ekc_console.tui.shell.app import EkcApp


async def relabel(app: EkcApp, language: str, chosen: str) -> None:
    """Take the texts in ``language``. Back to the settings, at the one named ``chosen``."""
    i18n.use(language)
    while len(app.screen_stack) > 1 and not isinstance(app.screen, OperatorScreen):
        await app.pop_screen()
    old = app.screen
    if isinstance(old, OperatorScreen):
        new = OperatorScreen(old.active)
        typed = old.typed
        await app.switch_screen(new)
        new.typed = typed
    await app.push_screen(SettingsScreen(chosen))
