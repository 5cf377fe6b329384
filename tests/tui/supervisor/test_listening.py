"""Keys in another one's talk: to listen, whisper, barge in, take over, leave; and the bottom bar
that says to whom, who hears one, and for how long."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from ekc_console.client.link.errors import Refused
from ekc_console.client.listening import JUST_OVER_S
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.supervisor.present import people
from ekc_console.wire import messages
from ekc_console.wire.listening import Listen, OwnListening, StopListening, TakeOver
from ekc_console.wire.supervision import PickCall
from tests.support.desk import NOW
from tests.support.supervisor import BOSS, HELP, PEOPLE, ScriptedSupervisor, person
from tests.tui.steps import log_in, press, settle, shown

SIZES = ((80, 24), (120, 40), (200, 50))


def listens(desk: ScriptedSupervisor, mode: Any, agent: str = "anna", since: float = NOW) -> None:
    """What the server says of it."""
    own = OwnListening(
        call="c-7", mode=mode, since=since, agent=agent, agent_name="Анна П." if agent else ""
    )
    me = msgspec.structs.replace(BOSS, state="break", line_up=True, listening=own)
    desk.view.apply(messages.Delta(seq=(desk.view.seq or 0) + 1, put=(me,)))
    desk.on_view()


def orders(desk: ScriptedSupervisor, kind: type) -> list[Any]:
    return [body for body in desk.commands if isinstance(body, kind)]


def bar(pilot: Pilot[Any]) -> str:
    return f"{shown(pilot, '#call-who')} {shown(pilot, '#call-about')}"


def question(pilot: Pilot[Any]) -> str:
    return str(pilot.app.screen.query_one("#confirm-question", Static).content)


@pytest.fixture(autouse=True)
def line_is_up(monkeypatch: pytest.MonkeyPatch, desk: ScriptedSupervisor) -> None:
    async def up() -> None:
        pass

    monkeypatch.setattr(desk.voice, "bring_line_up", up)


@pytest.mark.long
@pytest.mark.parametrize(
    ("keys", "order"),
    [
        (("tab", "l"), Listen(agent="anna", mode="listen")),
        (("tab", "д"), Listen(agent="anna", mode="listen")),
        (("tab", "w"), Listen(agent="anna", mode="whisper")),
        (("tab", "b", "right", "enter"), Listen(call="c-7", mode="barge")),
        (("tab", "enter", "l"), Listen(agent="anna", mode="listen")),
    ],
    ids=["L", "L on the Russian layout", "W", "B", "L on the person's screen"],
)
async def test_a_key_on_a_person_listens_to_their_talk(
    app: EkcApp, desk: ScriptedSupervisor, keys: tuple[str, ...], order: Listen
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, *keys)
        assert orders(desk, Listen) == [order]


async def test_a_request_for_help_is_one_key_from_listening(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        desk.view.apply(messages.Delta(seq=(desk.view.seq or 0) + 1, put=(HELP,)))
        desk.on_view()
        await settle(pilot)
        await press(pilot, "shift+tab", "shift+tab", "home", "l")
        assert orders(desk, Listen) == [Listen(agent="anna", mode="listen")]


@pytest.mark.long
async def test_the_bottom_bar_says_to_whom_who_hears_one_and_for_how_long(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        for mode, words in (
            ("listen", "СЛУШАЮ 1:05   Анна П. · вас не слышат"),
            ("whisper", "ПОДСКАЗЫВАЮ 1:05   Анна П. · вас слышит только оператор"),
            ("barge", "В РАЗГОВОРЕ 1:05   Анна П. · вас слышат все"),
        ):
            listens(desk, mode, since=NOW - 65)
            await settle(pilot)
            assert words in bar(pilot)
        listens(desk, "listen", agent="")
        await settle(pilot)
        assert "оператора сейчас нет, разговор ждёт" in bar(pilot)


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES)
async def test_the_bar_and_its_keys_have_room_at_every_size(
    app: EkcApp, desk: ScriptedSupervisor, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await log_in(pilot)
        listens(desk, "listen")
        await settle(pilot)
        assert "вас не слышат" in bar(pilot)
        assert "W подсказать  B войти  T взять  L выйти" in bar(pilot)


async def test_keys_switch_the_mode_of_the_talk_one_is_in(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        for before, key, mode in (
            ("listen", "w", "whisper"),
            ("whisper", "b", "barge"),
            ("barge", "l", "listen"),
        ):
            listens(desk, before)
            await settle(pilot)
            await press(pilot, key)
            assert orders(desk, Listen)[-1] == Listen(call="c-7", mode=mode)


def is_over(desk: ScriptedSupervisor) -> None:
    """The talk that was listened to."""
    me = msgspec.structs.replace(BOSS, state="break", line_up=True)
    desk.view.apply(messages.Delta(seq=(desk.view.seq or 0) + 1, put=(me,)))
    desk.on_view()
    desk.notify("warning", "Разговор закончен: вы больше не слушаете.")


async def listened_to_its_end(
    pilot: Pilot[Any], desk: ScriptedSupervisor, mode: str, *keys: str
) -> None:
    """``keys``: pressed before it is over."""
    listens(desk, mode)
    await settle(pilot)
    await press(pilot, *keys)
    is_over(desk)
    await settle(pilot)


@pytest.mark.parametrize(
    "key",
    ["w", pytest.param("b", marks=pytest.mark.long), pytest.param("t", marks=pytest.mark.long)],
)
async def test_a_key_meant_for_a_talk_that_has_just_ended_speaks_in_no_other(
    app: EkcApp, desk: ScriptedSupervisor, key: str
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await listened_to_its_end(pilot, desk, "whisper", "tab")
        desk.time += JUST_OVER_S - 0.1
        await press(pilot, key, "right", "enter")
        assert orders(desk, Listen) == orders(desk, TakeOver) == []
        assert "Разговор, который вы слушали, закончен" in shown(pilot, "#message")


@pytest.mark.long
async def test_soon_after_a_talk_has_ended_the_next_is_spoken_in(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await listened_to_its_end(pilot, desk, "whisper", "tab")
        desk.time += JUST_OVER_S
        await press(pilot, "w")
        assert orders(desk, Listen) == [Listen(agent="anna", mode="whisper")]


@pytest.mark.long
async def test_who_leaves_a_talk_speaks_in_another_at_once(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await listened_to_its_end(pilot, desk, "listen", "tab", "l")
        await press(pilot, "w")
        assert orders(desk, Listen) == [Listen(agent="anna", mode="whisper")]


@pytest.mark.parametrize("to", [("tab",), ("tab", "tab", "end")], ids=["a person", "their call"])
async def test_to_barge_in_where_one_does_not_listen_asks_first(
    app: EkcApp, desk: ScriptedSupervisor, to: tuple[str, ...]
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, *to, "b")
        assert "Войти в разговор: Анна П.?" in question(pilot)
        await press(pilot, "enter")
        assert orders(desk, Listen) == [], "the safe answer comes first"
        await press(pilot, "b", "right", "enter")
        assert orders(desk, Listen) == [Listen(call="c-7", mode="barge")]


async def test_the_word_that_a_talk_has_ended_is_gone_in_the_next(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        listens(desk, "listen")
        await settle(pilot)
        is_over(desk)
        await settle(pilot)
        assert "Разговор закончен" in shown(pilot, "#message")
        listens(desk, "listen")
        await settle(pilot)
        assert not pilot.app.screen.query_one("#message").display


@pytest.mark.long
async def test_to_barge_in_on_who_has_no_talk_is_refused_and_not_asked(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        desk.change(person("anna", "Анна П.", "ready", 1))
        await settle(pilot)
        await press(pilot, "tab", "home", "b")
        assert orders(desk, Listen) == []
        assert "Разговора нет: слушать нечего." in shown(pilot, "#message")


@pytest.mark.long
@pytest.mark.parametrize("key", ["l", "escape"])
async def test_l_again_and_escape_leave(app: EkcApp, desk: ScriptedSupervisor, key: str) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        listens(desk, "listen")
        await settle(pilot)
        await press(pilot, key)
        assert orders(desk, StopListening) == [StopListening()]


async def test_taking_over_asks_first(app: EkcApp, desk: ScriptedSupervisor) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "t")  # nobody is listened to
        listens(desk, "barge")
        await settle(pilot)
        await press(pilot, "t", "escape")
        assert orders(desk, TakeOver) == []
        await press(pilot, "t", "right", "enter")
        assert orders(desk, TakeOver) == [TakeOver()]


async def test_the_question_goes_with_the_talk_it_is_about(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await listened_to_its_end(pilot, desk, "listen", "t")
        assert not app.screen.query("#confirm-question")
        assert orders(desk, TakeOver) == []
        said = [entry.text for entry in app.messages.entries]
        assert "Разговор кончился, вопрос снят: «Взять вызов: Анна П.?»." in said


async def test_the_waiting_call_under_the_cursor_is_taken_by_the_same_key(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "tab", "tab", "home")
        assert "T Взять" in shown(pilot, "#keys")
        await press(pilot, "t")
        (taken,) = orders(desk, PickCall)
        assert desk.watched.calls[taken.call].state == "waiting"


async def test_a_refusal_is_said_and_nothing_is_listened_to(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    desk.refuse[Listen] = Refused("wrong_state", "Этот разговор уже слушает Глеб.")
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "tab", "l")
        assert "Этот разговор уже слушает Глеб." in shown(pilot, "#message")


async def test_the_keys_of_a_talk_are_offered_only_at_one(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    """A queue, somebody who waits for calls, a call that waits have none."""
    async with app.run_test(size=(200, 50)) as pilot:
        await log_in(pilot)
        assert "Слушать" not in shown(pilot, "#keys")
        await press(pilot, "tab")
        assert "L Слушать" in shown(pilot, "#keys")
        desk.change(msgspec.structs.replace(PEOPLE[0], state="ready", call=""))
        await settle(pilot)
        assert "Слушать" not in shown(pilot, "#keys")
        await press(pilot, "tab", "home")
        assert "Назначить" in shown(pilot, "#keys")
        assert "Подсказать" not in shown(pilot, "#keys")


@pytest.mark.long
async def test_without_anybody_under_the_cursor_the_key_says_where_to_go(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "l")  # on a queue
        assert "Поставьте курсор на человека или вызов" in shown(pilot, "#message")


def test_who_listens_is_named_with_whose_talk_and_is_not_away() -> None:
    boss = person("boss", "Воля Н.", "listening", 5, listens_to="Анна П.", listens_how="listen")
    late = person("late", "Лена Т.", "not_ready", 60)
    now = NOW + 0.0
    _mark, _name, state, since, _goal, doing, *_rest = people.row(boss, now).cells
    assert (state, since, doing) == ("слушает", "0:05", "слушает: Анна П.")
    assert people.row(late, now).cells[2] == "не готов"
    assert people.heading([boss, late], 60) == "отошли 1"


async def test_the_warning_of_a_line_goes_with_the_line(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await log_in(pilot)
        desk.line.set("failed", "Сервер телефонии недоступен.")
        await settle(pilot)
        assert "линия не поднята" in shown(pilot, "#message")
        desk.line.set("off")
        await settle(pilot)
        assert not app.screen.query_one("#message").display
