"""What the operator may set: look, spacing, language, bell and notice; at once and for good."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from ekc_console import i18n
from ekc_console.i18n import N_, _
from ekc_console.tui.shared import themes
from ekc_console.tui.shared.prefs import Prefs
from ekc_console.tui.shared.repaint import EVERYTHING
from ekc_console.tui.shared.widgets.choices import Choice, Choices
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.frame import Frame


def _onoff(on: bool) -> str:
    return _("да") if on else _("нет")


@dataclass(frozen=True, slots=True)
class Setting:
    """``changes`` gives the preferences with the next value."""

    id: str
    title: str
    value: Callable[[Prefs], str]
    changes: Callable[[Prefs], dict[str, object]]


def _next_language(prefs: Prefs) -> str:
    names = list(i18n.languages())
    return names[(names.index(prefs.language or i18n.language()) + 1) % len(names)]


SETTINGS = (
    Setting(
        "theme",
        N_("Оформление"),
        lambda p: _(themes.THEMES[p.theme or themes.DEFAULT]),
        lambda p: {"theme": themes.after(p.theme or themes.DEFAULT)},
    ),
    Setting(
        "compact",
        N_("Плотность"),
        lambda p: _("тесно: больше строк") if p.compact else _("обычно"),
        lambda p: {"compact": not p.compact},
    ),
    Setting(
        "language",
        N_("Язык"),
        lambda p: i18n.NAMES[p.language or i18n.language()],
        lambda p: {"language": _next_language(p)},
    ),
    Setting(
        "bell",
        N_("Звонок терминала при вызове"),
        lambda p: _onoff(p.bell),
        lambda p: {"bell": not p.bell},
    ),
    Setting(
        "notice",
        N_("Уведомление на рабочем столе, когда окно не в фокусе"),
        lambda p: _onoff(p.notice),
        lambda p: {"notice": not p.notice},
    ),
)


class SettingsScreen(Frame):
    about = N_("Enter или цифра меняет настройку; она действует сразу и хранится на этом месте.")

    def __init__(self, chosen: str = "") -> None:
        """``chosen``: id of the setting under the cursor at first."""
        super().__init__()
        self._chosen = chosen

    def compose_body(self) -> Iterable[Widget]:
        yield Label(_("Настройки") + "   " + _("Esc — закрыть"), classes="screen-title")
        yield Choices(id="settings")
        yield Painted(id="settings-note")

    def on_mount(self) -> None:
        choices = self.query_one(Choices)
        self.paint_body(EVERYTHING)
        choices.highlighted = next(
            (place for place, s in enumerate(SETTINGS) if s.id == self._chosen), 0
        )
        self.query_one("#settings-note", Painted).paint(Content.styled(_(self.about), "$muted"))

    @property
    def first(self) -> Widget:
        return self.query_one(Choices)

    def paint_body(self, names: frozenset[str]) -> None:
        prefs = self.ekc.prefs
        self.query_one(Choices).show(
            [
                Choice(s.id, _(s.title), str(number), note=s.value(prefs))
                for number, s in enumerate(SETTINGS, start=1)
            ]
        )

    def on_choices_picked(self, event: Choices.Picked) -> None:
        event.stop()
        setting = next(s for s in SETTINGS if s.id == event.value)
        self.ekc.set_prefs(**setting.changes(self.ekc.prefs))
        if self.ekc.prefs.language not in ("", i18n.language()):
            self.ekc.use_language(self.ekc.prefs.language, setting.id)
