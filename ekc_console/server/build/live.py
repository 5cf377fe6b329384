"""What the screens see, and what is said to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.server.build.core import Core
from ekc_console.server.build.given import Given
from ekc_console.server.calls.calling_out import CallingOut
from ekc_console.server.cards.cards import Cards
from ekc_console.server.core.read_models import ReadModels
from ekc_console.server.live.alarms.book import Alarm
from ekc_console.server.live.alarms.calls import DeputyCalls
from ekc_console.server.live.alarms.deputies import Deputies
from ekc_console.server.live.alarms.hook import WebHook
from ekc_console.server.live.alarms.keeper import AlarmKeeper
from ekc_console.server.live.alarms.room import AlarmRoom
from ekc_console.server.live.alarms.rows import AlarmRows
from ekc_console.server.live.alarms.telephone import AlarmTelephone
from ekc_console.server.live.alerts import Alerts
from ekc_console.server.live.listening import ListeningNews
from ekc_console.server.live.notifier import Notifier
from ekc_console.server.live.owed_people import OwedPeople
from ekc_console.server.live.party_news import PartyNews
from ekc_console.server.live.sync import Hub
from ekc_console.server.live.views import Views
from ekc_console.server.live.watch.room import WatchRoom
from ekc_console.server.live.watch.rows import WatchRows
from ekc_console.server.people.staff_messages import Staff
from ekc_console.server.store.calls.menu_results import MenuResult
from ekc_console.wire.words import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    views: Views
    hub: Hub
    alerts: Alerts
    notifier: Notifier
    owed_people: OwedPeople
    party_news: PartyNews
    listening_news: ListeningNews
    read_models: ReadModels
    watch: WatchRoom
    alarms: AlarmRoom
    alarm_rows: AlarmRows
    alarm_keeper: AlarmKeeper
    alarm_hook: WebHook
    deputies: Deputies
    alarm_telephone: AlarmTelephone

    async def close_alarms(self) -> None:
        self.alarms.close()
        await self.deputies.close()
        await self.alarm_hook.close()
        await self.alarm_keeper.close()


def build_live(
    given: Given,
    core: Core,
    *,
    staff: Staff,
    cards: Cards,
    out: CallingOut,
    menu_result: Callable[[CallId], MenuResult],
) -> Live:
    views = Views(core.router, core.extras, core.topics, staff.entities)
    hub = Hub(views, core.faults)
    alerts = Alerts(hub, views, given.conditions)
    rows = WatchRows(
        core.router,
        core.extras,
        core.topics,
        engine=lambda: views.engine,
        trunks=alerts.trunks,
        path=lambda call: tuple(menu_result(call).choices),
    )
    alarms = AlarmRoom(core.router, rows, core.clock, core.faults, core.extras.roles)
    alarm_rows = AlarmRows(core.router, core.extras.names)
    keeper = AlarmKeeper(given.database, core.clock, lambda: alarms.book)
    watch = WatchRoom(
        core.router,
        rows,
        hub,
        core.clock,
        core.faults,
        alarms=lambda: list(map(alarm_rows.alarm, alarms.book.standing)),
    )

    def owed_changed() -> None:
        hub.shared_changed()
        watch.owed_changed()

    hook = WebHook(lambda: alarms.settings, alarm_rows, given.conditions)

    def write(login: AgentId, alarm: Alarm) -> None:
        title = alarm_rows.title(alarm.about, alarm.thing)
        alerts.operator(login, words("alarm.nobody_watches", title=title, figure=alarm.figure))

    telephone = AlarmTelephone(given.timely, given.prompts, out.place)
    deputies = Deputies(
        alarms,
        core.clock,
        core.faults,
        watched=lambda alarm: watch.is_watched(alarm.about, alarm.thing),
        reachable=hub.reaches,
        write=write,
        calls=DeputyCalls(
            alarms,
            core.router,
            core.clock,
            telephone,
            lambda queue: alarm_rows.title("queue", queue),
        ),
    )
    alarms.listen(keeper.heard)
    alarms.listen(hook.heard)
    alarms.listen(deputies.heard)
    alarms.listen(lambda happened: watch.alarms_changed())
    return Live(
        views=views,
        hub=hub,
        alerts=alerts,
        notifier=Notifier(core.router, hub, cards, core.extras, core.clock, menu_result),
        owed_people=OwedPeople(core.router, core.extras, given.database, owed_changed),
        party_news=PartyNews(core.router, hub, core.extras, core.topics, staff.alarm),
        listening_news=ListeningNews(alerts.operator),
        read_models=ReadModels(given.database, alerts.stale),
        watch=watch,
        alarms=alarms,
        alarm_rows=alarm_rows,
        alarm_keeper=keeper,
        alarm_hook=hook,
        deputies=deputies,
        alarm_telephone=telephone,
    )
