"""The supervisor's console: what makes it one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from textual.content import Content

from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.keys.conditions import Situation
from ekc_console.tui.supervisor.actions.listening import ListeningActions, shows_talks
from ekc_console.tui.supervisor.actions.watching import WatchActions
from ekc_console.tui.supervisor.present import top
from ekc_console.tui.supervisor.screens.now import NowScreen


class SupervisorFace:
    def desk(self, active: str) -> NowScreen:
        return NowScreen(active)

    def title(self, host: Host, width: int, now: float) -> Content:
        return top.line(cast("SupervisorDesk", host.desk), width, now)

    def commands(self, host: Host) -> Mapping[str, Callable[[], None]]:
        return WatchActions(host).by_id | ListeningActions(host).by_id

    def situated(self, host: Host, situation: Situation) -> Situation:
        here = isinstance(host.screen, NowScreen) and not host.panel_open
        talks = shows_talks(host) and not host.panel_open
        me = host.desk.view.me
        listening = me is not None and me.listening is not None
        return replace(situation, watching=here, talks_in_sight=talks, listening=listening)
