"""What a server is built from, read and made while nobody calls."""

from __future__ import annotations

from collections.abc import Callable

from ekc_console.config import Config
from ekc_console.domain.terms.localtime import day_of
from ekc_console.server.build.given import Given
from ekc_console.server.core import scenario_source
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.core.restore import restore
from ekc_console.server.core.scenarios_in_force import Scenarios
from ekc_console.server.engine.protocol import TelephonyEngine
from ekc_console.server.engine.timely import timely
from ekc_console.server.knowledge import KnowledgeBase
from ekc_console.server.start import start_progress, startup
from ekc_console.server.start.tls_in_force import TlsInForce
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import last_good
from ekc_console.wire.words import Words


async def gathered(
    config: Config,
    conditions: Conditions,
    tls: TlsInForce,
    database: Database,
    progress: Callable[[str], None],
    engine: TelephonyEngine | None,
    say: Callable[[Words], str],
) -> Given:
    """``progress`` is told in the user's language what is being done. Raises EkcError with the
    remedy."""
    scenarios = Scenarios(await scenario_source.load_or_last_good(config, database, conditions))
    progress("Подсказки и музыка")
    prompts = await startup.prepare_prompts(config, scenarios, conditions)
    served = await database.read(last_good.has_served)
    trunks = startup.trunks_in_reach(config, conditions, patient=served)
    engine = engine or startup.configured_engine(config, prompts, tls.certificate, trunks)
    router, last_seq = await restore(database, start_progress.replayed)
    clock = Clock(not_before=router.latest)
    knowledge = await KnowledgeBase.build(
        startup.load_knowledge(config, conditions),
        scenarios.of_kind("script").values(),
        {topic.code: topic.title for topic in config.topics},
        lambda: day_of(clock.now(), router.centre.zone),
    )
    return Given(
        config=config,
        conditions=conditions,
        tls=tls,
        database=database,
        served=served,
        scenarios=scenarios,
        prompts=prompts,
        engine=engine,
        timely=timely(engine),
        router=router,
        last_seq=last_seq,
        clock=clock,
        knowledge=knowledge,
        say=say,
    )
