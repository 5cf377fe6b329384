"""The console of a clinic's desk: what makes it one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from textual.content import Content

from ekc_console.client.clinic_lists import ClinicLists
from ekc_console.client.desk import Desk
from ekc_console.i18n import N_, _
from ekc_console.tui.clinic import present
from ekc_console.tui.clinic.panes import VisitsPane
from ekc_console.tui.clinic.screen import ClinicScreen
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.keys.conditions import Situation
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import Menu, Prompt
from ekc_console.tui.shared.widgets.role_title import role_title


class ClinicFace:
    workplace = N_("Клиника: вызовы врача и обращения")

    def __init__(self, desk: Desk) -> None:
        self._lists = ClinicLists(desk)

    def desk(self, active: str) -> ClinicScreen:
        return ClinicScreen(self._lists, active)

    def title(self, host: Host, width: int, now: float) -> Content:
        return role_title(_("Клиника"), host, width, now)

    def sentences(self, host: Host) -> Mapping[str, str]:
        online = host.desk.link.state == "online"
        link = _("Связь есть.") if online else _("Нет связи с сервером.")
        return {"link": link, **present.sentences(self._lists, host.desk.now())}

    def news(self, host: Host) -> str:
        if not (count := self._lists.take_news()):
            return ""
        text = _("Новых вызовов врача: {n}.").format(n=count)
        host.tell("info", text)
        return text

    def commands(self, host: Host) -> Mapping[str, Callable[[], None]]:
        return {
            "clinic.find": lambda: self._find(host),
            "clinic.clinic": lambda: self._choose(host),
            "clinic.refresh": lambda: _reload(host),
        }

    def situated(self, host: Host, situation: Situation) -> Situation:
        here = isinstance(host.screen, ClinicScreen) and not host.panel_open
        return replace(
            situation,
            desk="clinic",
            panel=host.panel_open,
            at_clinic=here,
            several_clinics=self._lists.several,
        )

    def _choose(self, host: Host) -> None:
        """Whose rows are shown, of several clinics."""
        lists = self._lists

        def picked(clinic: str) -> None:
            host.work("clinic.find", lambda: lists.choose(clinic))

        choices = [Choice("", _("все клиники"), "0", not lists.clinic)]
        choices += [
            Choice(one, one, str(n) if n < 10 else "", one == lists.clinic)
            for n, one in enumerate(lists.clinics, start=1)
        ]
        host.show_panel(Menu(_("Чьи вызовы и обращения показать"), choices, picked))

    def _find(self, host: Host) -> None:
        screen = host.screen
        if not isinstance(screen, ClinicScreen):
            return
        pane = screen.current

        def typed(text: str) -> None:
            wanted = " ".join(text.split())
            if isinstance(pane, VisitsPane):
                pane.narrow(wanted)
            else:
                host.work("clinic.find", lambda: self._lists.find(wanted))

        host.show_panel(
            Prompt(
                _(pane.find_title),
                typed,
                value=pane.wanted,
                hint=_("Имя, адрес или номер. Пусто — показать все."),
            )
        )


def _reload(host: Host) -> None:
    if isinstance(host.screen, ClinicScreen):
        host.screen.reload()
