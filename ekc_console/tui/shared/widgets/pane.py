"""What all parts of a desk share."""

from __future__ import annotations

from typing import ClassVar

from textual.containers import Vertical
from textual.widget import Widget

from ekc_console.i18n import _
from ekc_console.tui.shared import focus
from ekc_console.tui.shared.host import Host, host_of
from ekc_console.tui.shared.repaint import EVERYTHING
from ekc_console.tui.shared.widgets.painted import Painted


class Pane(Vertical):
    """``paint`` shows what has changed; :attr:`first` gets the keys when one comes here."""

    slug: ClassVar[str]
    heading: ClassVar[str]
    """Russian; shown in the border or on the tab."""
    about: ClassVar[str] = ""
    """Russian; what F1 says of this pane: what it shows and what the keys do here."""

    def __init__(self) -> None:
        super().__init__(id=f"pane-{self.slug}", classes="pane")
        self.border_title = _(self.heading)

    @property
    def ekc(self) -> Host:
        return host_of(self)

    @property
    def count(self) -> int:
        """Shown behind the title when not 0."""
        return 0

    @property
    def reachable(self) -> bool:
        """Whether there is something in it that takes the focus."""
        return True

    def on_resize(self) -> None:
        """Texts are wrapped to the width, which is known only now."""
        self._paint_anew()

    def on_painted_rewrapped(self, event: Painted.Rewrapped) -> None:
        """A part may become wider or narrower while the pane does not: by spacing or scrollbar."""
        event.stop()
        self._paint_anew()

    def _paint_anew(self) -> None:
        self.paint(EVERYTHING)
        self.call_after_refresh(self._keep_in_sight)

    def _keep_in_sight(self) -> None:
        """What has the focus, when a pane that scrolls has become smaller."""
        focused = self.screen.focused if self.is_attached else None
        if focused is not None and self in focused.ancestors:
            focus.show(focused)

    def paint(self, names: frozenset[str]) -> None:
        raise NotImplementedError

    @property
    def first(self) -> Widget | None:
        """None: nothing here takes the keys now, and they stay where they are."""
        raise NotImplementedError

    def show_count(self) -> None:
        """Textual paints the whole pane anew whenever its title is set."""
        self.set_title(_(self.heading) + (f" · {self.count}" if self.count else ""))

    def set_title(self, title: str) -> None:
        if title != self.border_title:
            self.border_title = title
