"""Settings looked at, rehearsed, put in force and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from ekc_console.client import account_table
from ekc_console.client.admin_desk import AdminDesk, SettingsFile
from ekc_console.errors import EkcError, quoted
from ekc_console.i18n import _
from ekc_console.tui.admin.screens.history import HistoryScreen
from ekc_console.tui.admin.screens.rehearsal import RehearsalScreen
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.repaint import EVERYTHING
from ekc_console.tui.shared.widgets.panels import Prompt
from ekc_console.wire.centre.rehearsal import PEOPLE, Rehearsal
from ekc_console.wire.way_in import SettingsChange, SettingsHistory, SettingsStep

MINUTES, SEEDS = 60, 20


class SettingsActions:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.by_id: dict[str, Callable[[], None]] = {
            "settings.open": self.open,
            "settings.rehearse": self.rehearse,
            "settings.rehearse_people": self.rehearse_with_others,
            "settings.stop": self.stop,
            "settings.apply": self.apply,
            "settings.undo": self.undo,
            "settings.history": self.history,
        }

    @property
    def _desk(self) -> AdminDesk:
        return cast("AdminDesk", self._host.desk)

    def open(self) -> None:
        def typed(text: str) -> None:
            if not text.strip():
                self._host.work("settings", self._desk.close_file, self._compared)
                return
            file = SettingsFile.read(account_table.place(text))
            self._host.work("settings", lambda: self._desk.compare(file), self._compared)

        hint = _("Файл YAML на этой машине: сначала видно, что он изменит. Пусто — что действует.")
        self._host.show_panel(Prompt(_("Настройки: файл"), typed, hint=hint))

    def _compared(self, _done: object) -> None:
        self._host.paint(EVERYTHING)

    def rehearse(self) -> None:
        self._rehearse(0)

    def rehearse_with_others(self) -> None:
        least, most = 1, PEOPLE[1]

        def typed(text: str) -> None:
            if not text.strip().isdecimal() or not least <= int(text) <= most:
                how = _("Напишите число от {least} до {most}.").format(least=least, most=most)
                raise EkcError(_("«{text}» — не число людей.").format(text=quoted(text)), how)
            self._rehearse(int(text))

        hint = _("Кто на смене сейчас, те и есть; лишние — такие же, недостающих нет.")
        self._host.show_panel(Prompt(_("Репетиция: людей на смене"), typed, hint=hint))

    def _rehearse(self, people: int) -> None:
        self._host.work(
            "rehearsal", lambda: self._desk.rehearse(MINUTES, SEEDS, people), self._rehearsed
        )

    def _rehearsed(self, told: object) -> None:
        assert isinstance(told, Rehearsal)
        self._host.paint(EVERYTHING)
        if told.state == "failed" or not told.done:
            self._host.tell("error", _("Репетиция не удалась; причина — в журнале сервера."))
            return
        self._host.open_above(RehearsalScreen(told))

    def stop(self) -> None:
        self._host.work("rehearsal.stop", self._desk.stop_rehearsal)

    def apply(self) -> None:
        file, change = self._desk.file, self._desk.change
        if file is None or change is None or not change.changes:
            return
        self._host.confirm(
            _("Ввести настройки из {file}?").format(file=file.name),
            "\n".join(
                [
                    _("Изменений: {n}. Действуют сразу.").format(n=len(change.changes)),
                    *change.warnings,
                ]
            ),
            no=_("Не надо"),
            yes=_("Ввести"),
            then=lambda: self._host.work("settings", self._desk.apply, self._applied),
        )

    def _applied(self, change: object) -> None:
        assert isinstance(change, SettingsChange)
        self._host.tell("info", _("Введено, изменений: {n}.").format(n=len(change.changes)))
        self._host.paint(EVERYTHING)

    def history(self) -> None:
        def read(told: object) -> None:
            assert isinstance(told, SettingsHistory)
            known = dict(self._desk.known.queues) if self._desk.known else {}
            self._host.open_above(HistoryScreen(told.steps, known, self._take_back))

        self._host.work("settings.history", self._desk.load_history, read)

    def _take_back(self, step: SettingsStep) -> None:
        def taken_back(change: object) -> None:
            assert isinstance(change, SettingsChange)
            if isinstance(self._host.screen, HistoryScreen):
                self._host.screen.dismiss()
            self._host.tell("info", _("Возвращено, изменений: {n}.").format(n=len(change.changes)))
            self._host.paint(EVERYTHING)

        self._host.confirm(
            _("Вернуть, как было до этого изменения?"),
            "\n".join([*step.changes[:8], _("Что потом изменили иначе, останется как есть.")]),
            no=_("Не надо"),
            yes=_("Вернуть"),
            then=lambda: self._host.work(
                "settings", lambda: self._desk.take_back_step(step.change), taken_back
            ),
        )

    def undo(self) -> None:
        def taken_back(change: object) -> None:
            assert isinstance(change, SettingsChange)
            self._host.tell("info", _("Возвращено, изменений: {n}.").format(n=len(change.changes)))
            self._host.paint(EVERYTHING)

        self._host.work("settings", self._desk.take_back, taken_back)
