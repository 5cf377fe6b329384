"""Another language at once: the screens are made anew, with what was typed and chosen on them.

The call, the card with its note and the script's answers live in the desk and are not touched.
"""

from __future__ import annotations

from ekc_console import i18n
from ekc_console.tui.shell.settings import SettingsScreen
from ekc_console.tui.shell.stage import StageApp


def relabel(stage: StageApp, language: str, chosen: str) -> None:
    """Take the texts in ``language``. Back to the settings, at the one named ``chosen``."""
    i18n.use(language)
    stage.renew_desk()
    stage.open_above(SettingsScreen(chosen))
