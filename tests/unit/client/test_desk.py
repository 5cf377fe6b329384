"""The whole desk: a real WebSocket server, fake softphones, drafts on disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ekc_console.client.desk import Desk, Offline, Refused
from ekc_console.client.link.timing import Backoff, Timing
from ekc_console.client.voice.dial_in_line import DialInLine
from ekc_console.client.voice.line import Line
from ekc_console.client.voice.pbx_line import PbxLine
from ekc_console.client.voice.phone_line import PhoneLine
from ekc_console.client.voice.voice_way import WayChoice
from ekc_console.client.words.saying import said
from ekc_console.errors import EkcError
from ekc_console.wire.base import AgentState
from ekc_console.wire.card_work import ListEdits
from ekc_console.wire.messages import (
    AcceptOffer,
    Dial,
    EngineState,
    FinishWrapUp,
    GoBreak,
    Goodbye,
    GoReady,
    HangUpCall,
    LogOut,
    Me,
    MyCall,
    Notice,
    OpenCard,
    OpenLine,
    RejectOffer,
    SaveDraft,
)
from ekc_console.wire.voice import PbxAccount, VoiceSetting
from ekc_console.wire.words import words
from sip.fake.softphone import Behaviour, FakeNetwork, FakePhone
from sip.link.phone import EventSink, Phone
from sip.link.protocol import HangUp, Start
from tests.support.passwords import MemoryPasswords
from tests.support.wire_server import Refusal, Watch, WireServer
from tests.unit.client.centre import NOW, Centre, new_card

FAST = Timing(
    backoff=Backoff(0.001, 0.01),
    open_s=2.0,
    request_s=2.0,
    leg_s=0.5,
    leg_lost_s=0.01,
    log_in_s=2.0,
)
ME = Me(id="anna", name="Анна", role="operator", state="ready", since=1.0, line_up=True)
CALL = MyCall(
    id="c1",
    state="offered",
    direction="in",
    number="+7 900 000-00-12",
    offer="o1",
    offer_expires_at=NOW + 15,
)

BY_PHONE = VoiceSetting(way="phone", number="+79000000012")
BY_PBX = VoiceSetting(way="pbx", pbx=PbxAccount(user="1007", domain="127.0.0.1:5070"))


def call_state(state: str, card: str = "card-c1") -> MyCall:
    return msgspec.convert({**msgspec.to_builtins(CALL), "state": state, "card": card}, MyCall)


class Bench(Watch):
    def __init__(self, server: WireServer, state_dir: Path) -> None:
        super().__init__()
        self.server = server
        self.state_dir = state_dir
        self.centre = Centre(new_card("card-c1"), new_card("card-c2", "appointment"))
        server.handler = self.centre
        server.now = NOW
        self.network = FakeNetwork()
        self.phones: list[FakePhone] = []
        self.desks: list[Desk] = []
        self.seen: set[str] = set()

    async def spawn(self, start: Start, *, on_event: EventSink | None = None) -> Phone:
        phone = await FakePhone.spawn(start, self.network, on_event=on_event)
        self.phones.append(phone)
        return phone

    def desk(self, **more: Any) -> Desk:
        desk = Desk(
            self.server.url,
            self.state_dir,
            self.spawn,
            lambda: 1000.0,
            **{"sound": "null", "timing": FAST, **more},
        )
        self.desks.append(desk)
        desk.subscribe(self.on_change)
        return desk

    def on_change(self, names: set[str]) -> None:
        self.seen |= names
        self.changed()

    async def start_engine(self) -> FakePhone:
        start = Start(host="127.0.0.1", port=5060)
        return await FakePhone.spawn(start, self.network, on_incoming=Behaviour(((0.0, 200),)))

    async def asked(self, kind: type) -> None:
        await self.server.until(lambda: any(isinstance(c, kind) for c in self.server.executed))


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with WireServer() as server:
        bench = Bench(server, tmp_path)
        yield bench
        for desk in bench.desks:
            await desk.close()


@pytest.fixture
async def desk(bench: Bench) -> Desk:
    desk = bench.desk()
    await desk.log_in("anna", "secret")
    return desk


async def test_log_in_brings_the_view_and_the_servers_time(bench: Bench, desk: Desk) -> None:
    assert desk.link.state == "online"
    assert desk.view.me is not None
    assert desk.now() == NOW
    assert desk.session is not None
    assert desk.session.role == "operator"
    assert desk.welcome is not None
    assert desk.welcome.topics == {"general": "Общая линия"}
    assert {"link", "view"} <= bench.seen


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        (VoiceSetting(), Line),
        (VoiceSetting(way="dial-in"), DialInLine),
        (BY_PHONE, PhoneLine),
        (BY_PBX, PbxLine),
    ],
)
async def test_the_account_says_how_the_voice_goes(
    bench: Bench, setting: VoiceSetting, line: type
) -> None:
    bench.server.voice = setting
    desk = bench.desk(sound="device", passwords=MemoryPasswords("known"))
    await desk.log_in("anna", "secret")
    assert type(desk.line) is line
    assert desk.way == setting
    assert desk.sound.enabled == (setting.way != "phone")
    assert not desk.password_wanted
    assert not desk.notices


async def test_a_way_for_this_sitting_counts_before_and_is_said(bench: Bench) -> None:
    bench.server.voice = BY_PHONE
    desk = bench.desk(way=WayChoice("dial-in", given_by="EKC_VOICE"))
    await desk.log_in("anna", "secret")
    assert type(desk.line) is DialInLine
    said = desk.notices[-1].text
    for part in ("линия на каждый вызов", "EKC_VOICE", "внешний телефон +79000000012"):
        assert part in said


async def test_a_way_that_lacks_its_number_is_told_at_the_login(bench: Bench) -> None:
    desk = bench.desk(way=WayChoice("phone"))
    with pytest.raises(EkcError, match="номер не назван"):
        await desk.log_in("anna", "secret")
    assert desk.session is None


async def test_the_password_of_the_pbx_is_wanted_where_no_keyring_has_it(bench: Bench) -> None:
    bench.server.voice = BY_PBX
    passwords = MemoryPasswords(why_not_kept="Связки ключей нет.")
    desk = bench.desk(passwords=passwords)
    await desk.log_in("anna", "secret")
    assert desk.password_wanted == "1007@127.0.0.1:5070"
    await desk.give_password("typed")
    assert not desk.password_wanted
    assert desk.notices[-1].text == "Связки ключей нет."
    await desk.ready()
    await bench.until(lambda: bool(bench.phones))
    assert bench.phones[-1].start.password == "typed"


async def test_log_in_that_fails_can_be_tried_again(bench: Bench) -> None:
    desk = bench.desk()
    with pytest.raises(EkcError, match="Неверный логин"):
        await desk.log_in("anna", "nonsense")
    assert desk.link.state == "offline"
    with pytest.raises(Offline, match="Вход не выполнен"):
        await desk.ready()
    await desk.log_in("anna", "secret")
    assert desk.link.state == "online"


async def test_another_protocol_ends_the_log_in(bench: Bench) -> None:
    bench.server.protocol = 99
    with pytest.raises(EkcError, match="Версия протокола"):
        await bench.desk().log_in("anna", "secret")


async def test_ready_opens_the_line_and_does_not_wait_for_it(bench: Bench, desk: Desk) -> None:
    await desk.ready()
    assert GoReady() in bench.server.executed
    await bench.until(lambda: desk.line.state.state == "failed")
    await bench.start_engine()
    await bench.until(lambda: desk.line.state.state == "up")
    assert "line" in bench.seen
    assert desk.line.phone is bench.phones[-1]


@pytest.mark.parametrize("line_up", [False, True])
@pytest.mark.parametrize("state", ["ready", "wrap_up", "not_responding", "talking"])
async def test_a_console_started_anew_calls_in_by_itself(
    bench: Bench, desk: Desk, state: AgentState, line_up: bool
) -> None:
    """The console before it died, and the server kept the operator as she was: nobody says ready
    once more, and without a leg no call would ever come. The server may believe in the dead
    console's leg for half a minute yet."""
    await bench.server.put(msgspec.structs.replace(ME, state="break", line_up=False))
    await bench.until(lambda: desk.view.me and desk.view.me.state == "break")
    assert desk.line.state.state == "off"
    await bench.start_engine()
    await bench.server.put(msgspec.structs.replace(ME, state=state, line_up=line_up))
    await bench.until(lambda: desk.line.state.state == "up")
    assert OpenLine(reached=bench.server.host) in bench.server.executed
    assert GoReady() not in bench.server.executed


async def test_a_desk_that_is_left_does_not_call_in_again(bench: Bench, desk: Desk) -> None:
    await bench.start_engine()
    await desk.ready()
    await bench.until(lambda: desk.line.state.state == "up")
    leaving = asyncio.create_task(desk.close())
    await bench.server.put(msgspec.structs.replace(ME, line_up=False))
    await leaving
    desk.on_view()
    await asyncio.sleep(0)
    assert desk.line.state.state == "off"
    assert len(bench.phones) == 1


async def test_commands_reach_the_server(bench: Bench, desk: Desk) -> None:
    await bench.server.put(ME, CALL)
    await bench.until(lambda: desk.view.call)
    await desk.accept()
    await desk.reject()
    await desk.hang_up()
    await desk.hold()
    await desk.resume()
    await desk.pause("lunch")
    await desk.close_callback("cb1", "cancelled")
    await desk.dial_callback("cb2")
    await desk.dial("8 900 000-00-13")
    executed = bench.server.executed
    for command in (
        AcceptOffer(offer="o1"),
        RejectOffer(offer="o1"),
        HangUpCall(call="c1"),
        GoBreak(reason="lunch"),
        Dial(number="+79000000013"),
    ):
        assert command in executed
    (contact,) = await desk.find("9000000012")
    assert contact.number == "9000000012"
    assert (await desk.open_card("card-c2")).topic == "appointment"
    assert desk.card_desk.card is None, "a card opened for reading is not the call's"


async def test_commands_without_their_object_say_so(bench: Bench, desk: Desk) -> None:
    for act in (desk.accept, desk.reject):
        with pytest.raises(EkcError, match="нет предложенного вызова"):
            await act()
    for act in (desk.hang_up, desk.hold, desk.resume):
        with pytest.raises(EkcError, match="нет вызова"):
            await act()
    with pytest.raises(EkcError, match="набрать нельзя"):
        await desk.dial("8 900")
    assert not [body for body in bench.server.executed if not isinstance(body, ListEdits)]


async def test_a_refusal_and_a_lost_link(bench: Bench, desk: Desk) -> None:
    bench.centre.refuse[GoReady] = ("wrong_state", "shift.call_first")
    with pytest.raises(Refused, match="Сначала закончите вызов"):
        await desk.ready()
    await bench.server.stop()
    await bench.until(lambda: desk.link.state == "connecting")
    with pytest.raises(Offline, match="Нет связи"):
        await desk.pause("lunch")
    await bench.server.start()
    await bench.until(lambda: desk.link.state == "online")
    await desk.pause("lunch")


async def test_the_calls_card_opens_by_itself_and_goes_when_it_is_done(
    bench: Bench, desk: Desk
) -> None:
    await bench.server.put(call_state("talking"))
    await bench.until(lambda: desk.card_desk.card)
    assert desk.card_desk.card_id == "card-c1"
    desk.card_desk.proceed()
    await bench.server.put(call_state("wrap_up"))
    await bench.until(lambda: desk.view.call and desk.view.call.state == "wrap_up")
    assert desk.card_desk.card_id == "card-c1"
    desk.card_desk.set_disposition("dropped")
    await desk.card_desk.save()
    assert desk.card_desk.card_id == "card-c1", "it stays to the end of the wrap-up"
    await desk.finish_wrap_up()
    assert FinishWrapUp() in bench.server.executed
    await bench.server.put(gone=(("MyCall", "c1"),))
    await bench.until(lambda: desk.card_desk.card is None)


async def test_what_is_unsaved_when_the_call_goes_stays_until_it_is_saved(
    bench: Bench, desk: Desk
) -> None:
    await bench.server.put(call_state("wrap_up"))
    await bench.until(lambda: desk.card_desk.card)
    desk.card_desk.set_disposition("dropped")
    await bench.server.put(gone=(("MyCall", "c1"),))
    await bench.until(lambda: desk.view.call is None)
    assert desk.card_desk.card_id == "card-c1"
    await desk.card_desk.save()
    assert desk.card_desk.card is None


async def test_the_next_call_takes_the_desk(bench: Bench, desk: Desk) -> None:
    await bench.server.put(call_state("wrap_up"))
    await bench.until(lambda: desk.card_desk.card)
    desk.card_desk.set_note("не сохранено")
    following = msgspec.structs.replace(CALL, id="c2", card="card-c2")
    await bench.server.put(following, gone=(("MyCall", "c1"),))
    await bench.until(lambda: desk.card_desk.card_id == "card-c2")
    await bench.server.until(lambda: bench.centre.cards["card-c1"].note == "не сохранено")


async def test_a_card_that_cannot_be_opened_is_told_once(bench: Bench, desk: Desk) -> None:
    bench.centre.refuse[OpenCard] = ("unknown", "card.none")
    await bench.server.put(call_state("talking"))
    await bench.until(lambda: desk.notices)
    await bench.server.put(call_state("held"))
    await bench.until(lambda: desk.view.call and desk.view.call.state == "held")
    assert [notice.text for notice in desk.notices] == [said(words("card.none"))]
    assert desk.notices[0].level == "error"
    bench.centre.refuse.clear()
    bench.server.cut()
    await bench.until(lambda: desk.card_desk.card_id == "card-c1")


async def test_the_microphone_is_open_only_in_a_call(bench: Bench, desk: Desk) -> None:
    await bench.start_engine()
    await desk.ready()
    await bench.until(lambda: desk.line.state.state == "up")
    open_in = {}
    states = ("offered", "connecting", "talking", "held", "talking", "wrap_up")
    for state in states:
        await bench.server.put(call_state(state, card=""))
        await bench.until(lambda s=state: desk.view.call and desk.view.call.state == s)
        open_in[state] = desk.line.state.transmitting
    assert [state for state, is_open in open_in.items() if is_open] == ["connecting", "talking"]
    await bench.server.put(call_state("talking", card=""))
    await bench.until(lambda: desk.line.state.transmitting)
    desk.mute(True)
    assert not desk.line.state.transmitting
    desk.mute(False)
    await bench.server.put(gone=(("MyCall", "c1"),))
    await bench.until(lambda: not desk.line.state.transmitting)


async def test_the_line_is_dialled_again_when_the_engine_lost_it(bench: Bench, desk: Desk) -> None:
    engine = await bench.start_engine()
    await desk.ready()
    await bench.until(lambda: desk.line.state.state == "up")
    await bench.server.put(ME)
    await bench.until(lambda: desk.view.me and desk.view.me.line_up)
    first = desk.line.leg
    engine.die()
    gone = msgspec.structs.replace(ME, line_up=False)
    await bench.server.put(gone, EngineState(up=False, detail=words("engine.ended")))
    await bench.until(lambda: not desk.view.engine.up)
    assert desk.line.leg == first, "no use while the engine is down"
    await bench.start_engine()
    await bench.server.put(EngineState(up=True))
    await bench.until(lambda: desk.line.state.state == "up" and desk.line.leg != first)


async def test_a_lost_server_in_mid_call_costs_nothing(bench: Bench, desk: Desk) -> None:
    await bench.start_engine()
    await desk.ready()
    await bench.until(lambda: desk.line.state.state == "up")
    await bench.server.put(call_state("talking"))
    await bench.until(lambda: desk.card_desk.card and desk.line.state.transmitting)
    await bench.server.stop()
    await bench.until(lambda: desk.link.state == "connecting")
    desk.card_desk.proceed()
    desk.card_desk.answer("Иванова Анна")
    desk.card_desk.set_note("Связи нет, разговор идёт")
    assert desk.line.state.state == "up"
    assert desk.line.state.transmitting
    assert desk.view.call is not None
    await bench.server.start()
    await bench.until(lambda: desk.link.state == "online")
    await bench.server.until(lambda: bench.centre.cards["card-c1"].revision == 3)
    assert bench.centre.cards["card-c1"].note == "Связи нет, разговор идёт"
    assert bench.server.hellos[-1].seq == desk.view.seq
    assert len(bench.phones) == 1


async def test_drafts_survive_a_killed_console(bench: Bench, desk: Desk) -> None:
    await bench.server.put(call_state("talking"))
    await bench.until(lambda: desk.card_desk.card)
    await bench.server.stop()
    await bench.until(lambda: desk.link.state == "connecting")
    desk.card_desk.proceed()
    desk.card_desk.set_note("Напечатано без связи")
    # The console is killed here: nothing of the first desk runs on, its files stay.
    await desk.close()
    bench.server.put_silently(call_state("wrap_up"))
    await bench.server.start()
    again = bench.desk()
    await again.log_in("anna", "secret")
    await bench.until(lambda: again.card_desk.card)
    assert again.card_desk.note == "Напечатано без связи"
    assert again.card_desk.step is not None
    assert again.card_desk.step.id == "name"
    await bench.server.until(lambda: bench.centre.cards["card-c1"].revision == 2)
    assert again.card_desk.unsaved


async def test_the_card_of_a_call_that_was_given_away_is_put_away(bench: Bench, desk: Desk) -> None:
    await bench.server.put(call_state("talking"))
    await bench.until(lambda: desk.card_desk.card)
    desk.card_desk.proceed()
    await bench.asked(SaveDraft)
    assert desk.card_desk.unsaved
    await bench.server.put(call_state("wrap_up", card=""))
    await bench.until(lambda: desk.card_desk.card is None)
    assert not desk.card_desk.unsaved
    assert "ушла вместе с вызовом" in desk.notices[-1].text
    assert bench.centre.cards["card-c1"].revision == 1


async def test_a_leftover_draft_is_sent_without_its_call(bench: Bench, desk: Desk) -> None:
    await bench.server.put(call_state("wrap_up"))
    await bench.until(lambda: desk.card_desk.card)
    await bench.server.stop()
    await bench.until(lambda: desk.link.state == "connecting")
    desk.card_desk.set_note("Осталось на диске")
    await desk.close()
    bench.server.entities.pop((MyCall, "c1"))
    await bench.server.start()
    again = bench.desk()
    await again.log_in("anna", "secret")
    await bench.asked(SaveDraft)
    assert bench.centre.cards["card-c1"].note == "Осталось на диске"
    await again.log_out()
    assert not (bench.state_dir / "drafts" / "anna" / "card-c1.json").exists()


async def test_an_ended_session_loses_nothing(bench: Bench, desk: Desk) -> None:
    await bench.start_engine()
    await desk.ready()
    await bench.server.put(call_state("talking"))
    await bench.until(lambda: desk.card_desk.card and desk.line.state.transmitting)
    goodbye = Goodbye(code="session_expired", words=words("session.expired"), reconnect=False)
    await bench.server.say_goodbye(goodbye)
    await bench.until(lambda: desk.link.state == "offline")
    assert desk.link.detail == "Сеанс окончен. Войдите заново."
    desk.card_desk.set_note("Разговор идёт")
    assert desk.line.state.transmitting
    with pytest.raises(Offline, match="Сеанс окончен"):
        await desk.hang_up()
    await desk.log_in("anna", "secret")
    await bench.asked(SaveDraft)
    assert bench.centre.cards["card-c1"].note == "Разговор идёт"
    assert desk.card_desk.card_id == "card-c1"
    assert len(bench.phones) == 1
    await desk.hang_up()


async def test_a_desk_that_was_replaced_does_not_fight_for_the_line(
    bench: Bench, desk: Desk
) -> None:
    engine = await bench.start_engine()
    await desk.ready()
    await bench.until(lambda: desk.line.state.state == "up")
    goodbye = Goodbye(code="replaced", words=words("session.replaced"), reconnect=False)
    await bench.server.say_goodbye(goodbye)
    await bench.until(lambda: desk.link.state == "offline")
    assert desk.line.state.state == "up", "a talk would go on"
    engine.send(HangUp(call=next(iter(engine.live_calls))))
    await bench.until(lambda: desk.line.state.state == "failed")
    assert desk.line.state.detail == "Сеанс окончен: линия восстановится после входа."
    assert not engine.live_calls
    await desk.log_in("anna", "secret")
    await bench.until(lambda: desk.line.state.state == "up")


async def test_another_person_gets_a_clean_desk(bench: Bench, desk: Desk) -> None:
    bench.server.accounts["boris"] = "secret"
    await bench.server.put(call_state("talking"))
    await bench.until(lambda: desk.card_desk.card)
    desk.card_desk.set_note("Анна")
    bench.server.entities.pop((MyCall, "c1"))
    bench.server.restart_numbers("e2")
    await desk.log_in("boris", "secret")
    assert desk.card_desk.card is None
    assert desk.line.state.state == "off"
    assert desk.view.call is None


async def test_log_out_sends_the_last_draft_first(bench: Bench, desk: Desk) -> None:
    await bench.start_engine()
    await desk.ready()
    await bench.server.put(call_state("wrap_up"))
    await bench.until(lambda: desk.card_desk.card and desk.line.state.state == "up")
    desk.card_desk.set_note("Последнее")
    await desk.log_out()
    kinds = [type(command) for command in bench.server.executed]
    assert kinds.index(SaveDraft) < kinds.index(LogOut)
    assert bench.phones[0].exit_code == 0
    assert desk.link.state == "offline"
    await desk.close()


async def test_a_log_out_that_is_refused_changes_nothing(bench: Bench, desk: Desk) -> None:
    bench.centre.refuse[LogOut] = ("wrong_state", "shift.call_first")
    with pytest.raises(Refused, match="Сначала закончите"):
        await desk.log_out()
    assert desk.link.state == "online"


async def test_notices_come_with_their_time(bench: Bench, desk: Desk) -> None:
    await bench.server.send(Notice(level="warning", words=words("shift.break_too_long")))
    await bench.until(lambda: desk.notices)
    notice = desk.notices[-1]
    assert (notice.at, notice.level, notice.text) == (
        NOW,
        "warning",
        "Перерыв длится дольше положенного.",
    )
    assert "notice" in bench.seen


async def test_a_subscriber_that_raises_costs_the_others_nothing(bench: Bench, desk: Desk) -> None:
    def broken(names: set[str]) -> None:
        raise RuntimeError("broken screen")

    unsubscribe = desk.subscribe(broken)
    await bench.server.send(Notice(level="info", words=words("alert.journal_again")))
    await bench.until(lambda: len(desk.notices) == 1)
    unsubscribe()
    bench.centre.refuse[GoReady] = ("wrong_state", "shift.over")
    with pytest.raises(Refused):
        await desk.request(GoReady())


async def test_the_servers_handler_may_refuse_with_its_own_words(bench: Bench, desk: Desk) -> None:
    def refuse(command: object) -> None:
        raise Refusal("unknown", "person.none")

    bench.server.handler = refuse
    with pytest.raises(Refused) as caught:
        async with asyncio.timeout(5):
            await desk.find("9000000012")
    assert caught.value.code == "unknown"
    assert caught.value.message == "Такого человека в картотеке нет."
    assert caught.value.remedy == "Найдите его заново."


async def test_numbers_dialled_are_remembered_the_latest_first(bench: Bench, desk: Desk) -> None:
    for number in ("8 912 000-00-17", "103", "+7 912 000 00 17"):
        await desk.dial(number)
    assert list(desk.dialled) == ["+79120000017", "103"]
    with pytest.raises(EkcError):
        await desk.dial("12345")
    assert len(desk.dialled) == 2
