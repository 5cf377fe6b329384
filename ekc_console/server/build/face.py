"""What is seen of the server from outside: HTTP, WebSocket, its health."""

from __future__ import annotations

from ekc_console.server.api import Api
from ekc_console.server.board.door import BoardDoor
from ekc_console.server.board.fanout import Fanout
from ekc_console.server.build.given import Given
from ekc_console.server.build.metrics import build_metrics
from ekc_console.server.build.rooms import Rooms
from ekc_console.server.commands.dispatch import Commands
from ekc_console.server.health import Health
from ekc_console.server.http.answers import Answers
from ekc_console.server.http.callers import Callers
from ekc_console.server.http.last_calls import LastCalls
from ekc_console.server.live.welcome import WelcomeWords
from ekc_console.server.resources.door import ResourceDoor
from ekc_console.server.start import startup


def build_health(given: Given, rooms: Rooms) -> Health:
    return Health(
        runtime=rooms.core.runtime,
        clock=given.clock,
        clock_keeper=rooms.core.clock_keeper,
        conditions=given.conditions,
        read_models=rooms.live.read_models,
        views=rooms.live.views,
        alerts=rooms.live.alerts,
        recorder=rooms.calls.recorder,
        free_space=rooms.archive.free_space,
    )


def build_api(given: Given, rooms: Rooms, *, commands: Commands, health: Health) -> Api:
    """Raises CertificateError."""
    words = WelcomeWords(
        router=given.router,
        clock=given.clock,
        topics=rooms.core.topics,
        scripts=given.scenarios.titles("script"),
        pbx_authorities=startup.pbx_authorities(given.config),
    )
    answers, callers = Answers(given.say), Callers(rooms.people.auth, given.clock)
    api = Api(
        auth=rooms.people.auth,
        callers=callers,
        answers=answers,
        attendance=rooms.people.attendance,
        sessions=rooms.people.sessions,
        last_calls=LastCalls(
            given.router,
            rooms.people.attendance,
            rooms.people.auth,
            rooms.live.hub,
            given.database,
            given.clock,
        ),
        hub=rooms.live.hub,
        commands=commands,
        clock=given.clock,
        words=words,
        health=health.report,
    )
    boards = Fanout(rooms.live.watch, rooms.live.alarms.level_of)
    BoardDoor(given.database, boards).open(api.app)
    ResourceDoor(callers, answers, commands).open(api.app)
    build_metrics(given, rooms, boards).open(api.app)
    return api
