"""The operator's console: the desk with the call, the script and the lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from textual.content import Content

from ekc_console.domain.terms.rights import of_clinics
from ekc_console.i18n import N_
from ekc_console.tui.operator.present import status
from ekc_console.tui.operator.screens.operator import OperatorScreen
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.keys.conditions import Situation
from ekc_console.tui.shell import bars


class OperatorFace:
    workplace = N_("Рабочее место оператора")

    def desk(self, active: str) -> OperatorScreen:
        return OperatorScreen(active)

    def title(self, host: Host, width: int, now: float) -> Content:
        return bars.title_bar(host.desk, width, now, host.link_since)

    def sentences(self, host: Host) -> Mapping[str, str]:
        return status.sentences(host.desk)

    def news(self, host: Host) -> str:
        """Calls are told of for all roles alike."""
        return ""

    def commands(self, host: Host) -> Mapping[str, Callable[[], None]]:
        return {}

    def situated(self, host: Host, situation: Situation) -> Situation:
        """Who has become a clinic's desk brings to its end what is in hand, as the least of those
        who have calls."""
        return replace(situation, role="volunteer") if of_clinics(situation.role) else situation
