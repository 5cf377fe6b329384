"""All that happens at the telephony engine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ekc_console.domain.terms.ids import CallId
from ekc_console.server.archive.free_space import FreeSpace
from ekc_console.server.build.core import Core
from ekc_console.server.build.given import Given
from ekc_console.server.calls.calling_out import CallingOut
from ekc_console.server.calls.listening.ears import Ears
from ekc_console.server.calls.menus.last_operator import LastOperators
from ekc_console.server.calls.menus.menu import Menus
from ekc_console.server.calls.menus.menu_results import MenuResults
from ekc_console.server.calls.missed import MissedCallers
from ekc_console.server.calls.opening_hours import Opening
from ekc_console.server.calls.operator_lines import LineAccess, OperatorLines
from ekc_console.server.calls.recorder import Recorder
from ekc_console.server.calls.switch import Switch
from ekc_console.server.calls.telephony import Beside, Telephony
from ekc_console.server.calls.transfers import Transfers
from ekc_console.server.calls.unheard import Unheard
from ekc_console.server.core import in_force
from ekc_console.server.engine.engine_health import EngineHealth
from ekc_console.server.live.alerts import Alerts
from ekc_console.server.live.notifier import Notifier
from ekc_console.server.services.call_prompts import CallPrompts
from ekc_console.server.start.engine_start import EngineStart


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    recorder: Recorder
    out: CallingOut
    lines: OperatorLines
    switch: Switch
    call_prompts: CallPrompts
    menus: Menus
    transfers: Transfers
    ears: Ears
    telephony: Telephony
    engine_start: EngineStart
    missed: MissedCallers
    opening: Opening


def calling_out(given: Given) -> CallingOut:
    caller_id = next((t.caller_id for t in given.config.trunks if t.caller_id), "")
    return CallingOut(given.timely, given.router, caller_id)


def build_calls(
    given: Given,
    core: Core,
    *,
    access: LineAccess,
    menu_results: MenuResults,
    free_space: FreeSpace,
    alerts: Alerts,
    notifier: Notifier,
    out: CallingOut,
    beside: Beside,
    on_call_gone: Callable[[CallId], Awaitable[None]],
) -> Calls:
    config, database, runtime = given.config, given.database, core.runtime
    engine = given.timely
    recorder = _recorder(given, core, free_space=free_space, alerts=alerts, notifier=notifier)
    lines = OperatorLines(
        engine, runtime, access, place=out.place_to_operator, tell=alerts.operator
    )
    switch = Switch(
        engine,
        runtime,
        lines,
        place=out.place,
        record=recorder.begin,
        tell=alerts.operator,
        prompts=given.prompts,
    )
    call_prompts = CallPrompts(config.data_dir / "tmp" / "prompts", given.prompts)
    menus = Menus(
        engine,
        runtime,
        switch,
        results=menu_results,
        clock=core.clock,
        scenarios=given.scenarios,
        make=call_prompts.make,
        last_operators=LastOperators(database, core.router),
    )
    transfers = Transfers(engine, runtime, lines, switch, menus)
    ears = Ears(engine, runtime, lines, switch)

    def on_engine(health: EngineHealth, why: str) -> None:
        alerts.engine(health, why)
        if health == "up":
            ears.again()

    telephony = Telephony(
        engine,
        runtime,
        lines,
        switch,
        transfers,
        menus,
        config.server.main_menu,
        Unheard(core.router, alerts.operator, config.calls.silence_notice_s),
        on_engine=on_engine,
        on_trunk=alerts.trunk,
        on_call_gone=on_call_gone,
        beside=beside,
    )
    return Calls(
        recorder=recorder,
        out=out,
        lines=lines,
        switch=switch,
        call_prompts=call_prompts,
        menus=menus,
        transfers=transfers,
        ears=ears,
        telephony=telephony,
        engine_start=EngineStart(
            given.engine,
            telephony.on_event,
            given.conditions,
            lambda why: alerts.engine("down", why),
        ),
        missed=MissedCallers(engine, runtime, database),
        opening=Opening(runtime, core.clock),
    )


def _recorder(
    given: Given, core: Core, *, free_space: FreeSpace, alerts: Alerts, notifier: Notifier
) -> Recorder:
    router = core.router
    return Recorder(
        given.recordings,
        given.database,
        core.clock,
        given.timely,
        on=lambda: in_force.call_handling(router).recording,
        zone=lambda: router.centre.zone,
        has_room=lambda: free_space.may_record,
        live=lambda: router.calls,
        on_begun=notifier.recording_began,
        on_ended=notifier.recording_ended,
        on_trouble=alerts.recording,
        on_lost=alerts.recording_lost,
    )
