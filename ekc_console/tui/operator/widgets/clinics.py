"""A clinic of the directory, found by a word of its name or address."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ekc_console.i18n import _
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import FilterMenu
from ekc_console.wire.side_work import ClinicInfo


class ClinicMenu(FilterMenu):
    """``picked`` gets its title."""

    def __init__(
        self, heading: str, clinics: Sequence[ClinicInfo], picked: Callable[[str], None]
    ) -> None:
        self.placeholder = _("Поликлиника, улица или район; Enter — выбрать")
        choices = [
            Choice(one.title, one.title, note=one.address, words=" ".join(one.words))
            for one in clinics
        ]
        super().__init__(heading, choices, picked)
