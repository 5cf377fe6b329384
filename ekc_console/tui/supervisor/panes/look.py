"""How a table is looked at: words that its rows must hold, and the order of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ekc_console.i18n import _
from ekc_console.tui.shared.keys.search import holds


class Look:
    """``heading``: of what is looked at. ``orders``: name to Russian title, the first is the usual
    one; empty: there is one order. ``changed`` shows the table anew."""

    def __init__(
        self, heading: str, orders: Mapping[str, str], changed: Callable[[], None]
    ) -> None:
        self.heading = heading
        self.wanted = ""
        self.order = next(iter(orders), "")
        self._orders = orders
        self._changed = changed
        self._found: tuple[str, ...] = ()

    def find(self, text: str) -> None:
        self.wanted = " ".join(text.split())
        self._changed()

    def found(self, shown: int, of: int) -> None:
        """So many rows are shown of so many."""
        self._found = (_("{n} из {all}").format(n=shown, all=of),)

    def holds(self, text: str) -> bool:
        """Whether a row of this text is shown."""
        return holds(text, self.wanted)

    def next_order(self) -> str:
        """Its title, or that there is no other."""
        names = list(self._orders)
        if not names:
            return _("здесь он один")
        self.order = names[(names.index(self.order) + 1) % len(names)]
        self._changed()
        return _(self._orders[self.order])

    @property
    def said(self) -> str:
        """Where it is not the usual way."""
        parts = [f"/ {self.wanted}", *self._found] if self.wanted else []
        if self.order != next(iter(self._orders), ""):
            parts.append(_(self._orders[self.order]))
        return " · ".join(parts)

    def empty(self, usual: str) -> str:
        """What stands in a table without rows."""
        return _("Ничего не подходит: / и пустая строка — показать все.") if self.wanted else usual
