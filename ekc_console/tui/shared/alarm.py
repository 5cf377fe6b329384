"""How an offered call is made noticed: bell, flashing bar, the terminal's title."""

from __future__ import annotations

from collections.abc import Callable

from ekc_console.i18n import _

BELL_EVERY_S = 4.0
"""The bell is repeated, sparingly, while the offer stands."""


class Alarm:
    """``watch`` once a second and at every change. ``bell`` and ``set_title`` do it."""

    def __init__(
        self,
        bell: Callable[[], None],
        set_title: Callable[[str], None],
        offered: Callable[[], None] = lambda: None,
    ) -> None:
        """``offered`` is called once for each offer."""
        self._offered = offered
        self._bell = bell
        self._set_title = set_title
        self._offer = ""
        self._rung_at = float("-inf")
        self._began_at = 0.0
        self._title = ""
        self.flash = False
        """The bar is inverted in this second."""

    def watch(self, offer: str, now: float) -> None:
        """``offer``: id of the open offer, empty when there is none."""
        if offer and offer != self._offer:
            self._began_at, self._rung_at = now, float("-inf")
            self._offered()
        self._offer = offer
        self.flash = bool(offer) and int(now - self._began_at) % 2 == 0
        if offer and now - self._rung_at >= BELL_EVERY_S:
            self._rung_at = now
            self._bell()
        self._show(_("ЕКЦ") if not self.flash else "● " + _("ВЫЗОВ"))

    def _show(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self._set_title(title)
