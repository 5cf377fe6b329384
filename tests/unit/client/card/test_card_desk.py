"""The card of a call: scenario, note, disposition, drafts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import pytest

from ekc_console.client.card.call_card import CallCard
from ekc_console.client.card.card_desk import CardDesk
from ekc_console.client.card.draft_sender import DraftSender, save_draft
from ekc_console.client.card.drafts import Draft, Drafts
from ekc_console.client.link.errors import Kept, Offline, Refused
from ekc_console.client.link.timing import Backoff, Timing
from ekc_console.client.words.saying import parts
from ekc_console.domain.scenario import (
    FieldError,
    Session,
    SessionError,
    SessionState,
    scenario_from_document,
)
from ekc_console.errors import EkcError
from ekc_console.wire.entities import CallStateName
from ekc_console.wire.messages import (
    Command,
    GetScenario,
    MyCall,
    OpenCard,
    Result,
    SaveCard,
    SaveDraft,
)
from tests.support.wire_server import Refusal, Watch
from tests.support.zones import MOSCOW
from tests.unit.client.centre import NOW, Centre, new_card
from tests.unit.client.scenarios import APPOINTMENT, SCENARIOS

CARD = "card-c1"


class Bench(Watch):
    def __init__(self, directory: Path) -> None:
        super().__init__()
        self.centre = Centre(new_card(CARD), new_card("card-c2", "appointment"))
        self.answer: Callable[[Command], Result | None] = self.centre
        self.online = True
        self.asked: list[Command] = []
        self.troubles: list[str] = []
        self.directory = directory
        self.drafts = Drafts(directory, Draft)
        self.begin()

    def begin(self) -> None:
        timing = Timing(backoff=Backoff(0.001, 0.002))
        self.sender = DraftSender(
            self.drafts, self.request, save_draft, self.troubles.append, timing
        )
        self.desk = CardDesk(self.request, self.changed, lambda: NOW + 10, lambda: MOSCOW)
        self.desk.begin(self.sender)

    async def request(self, body: Command) -> Result | None:
        await asyncio.sleep(0)
        self.asked.append(body)
        asyncio.get_running_loop().call_soon(self.changed)
        if not self.online:
            raise Offline("Нет связи с сервером.")
        try:
            return self.answer(body)
        except Refusal as refusal:
            raise Refused(refusal.code, *parts(refusal.words)) from None

    async def settled(self) -> None:
        async with asyncio.timeout(5):
            await self.sender.settled()

    async def taken_up_again(self) -> CardDesk:
        """The card in a new console on the same disk, as after a killed one."""
        await self.sender.stop()
        self.begin()
        self.sender.start()
        await self.desk.open(CARD)
        return self.desk

    @property
    def stored(self) -> SessionState:
        """What the server has of the open card."""
        return msgspec.convert(self.centre.cards[CARD].session, SessionState)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(tmp_path / "drafts")
    bench.sender.start()
    yield bench
    bench.desk.close()
    await bench.sender.stop()


def at(bench: Bench) -> str:
    assert bench.desk.step is not None
    return bench.desk.step.id


async def to_the_matter(bench: Bench) -> CardDesk:
    desk = bench.desk
    await desk.open(CARD)
    desk.proceed()
    desk.answer("иванова анна")
    desk.answer("12.03.1985")
    return desk


async def test_an_opened_card_stands_at_its_step(bench: Bench) -> None:
    await bench.desk.open(CARD)
    assert bench.desk.card_id == CARD
    assert at(bench) == "greeting"
    assert bench.desk.scenario == SCENARIOS["general"]
    assert bench.desk.dispositions == {"answered": "Дана справка", "dropped": "Звонок сорвался"}
    assert not bench.desk.unsaved
    assert bench.desk.error == ""
    assert bench.drafts.all() == [], "a card nobody touched leaves no file"


async def test_every_step_is_on_disk_at_once_and_at_the_server_soon(bench: Bench) -> None:
    desk = await to_the_matter(bench)
    kept = bench.drafts.get(CARD)
    assert kept is not None
    assert kept.revision == desk.revision == 3
    assert kept.session["fields"]["born"] == "1985-03-12"
    assert desk.unsaved
    await bench.settled()
    assert bench.centre.cards[CARD].revision == 3
    assert bench.stored.fields["person"] == "Иванова Анна"
    assert bench.stored.step == "matter"


async def test_an_end_proposes_its_disposition(bench: Bench) -> None:
    desk = await to_the_matter(bench)
    desk.answer("1")
    assert desk.disposition == "answered"
    desk.back()
    desk.set_disposition("dropped")
    desk.answer("1")
    assert desk.disposition == "dropped", "never over the operator's choice"
    desk.set_disposition("")
    assert desk.disposition == ""


async def test_a_proposal_goes_with_the_end_that_made_it(bench: Bench) -> None:
    """Back, a jump and another answer take it away: what was not reached is not said."""
    desk = await to_the_matter(bench)
    desk.answer("1")
    desk.back()
    assert desk.disposition == ""
    desk.answer("1")
    assert desk.disposition == "answered"
    desk.jump("name")
    assert desk.disposition == ""
    desk.jump("done")
    assert desk.disposition == "answered"
    desk.back()
    desk.answer("2")
    await bench.until(lambda: at(bench) == "doctor")
    desk.answer("Терапевт")
    desk.answer("1")
    assert desk.disposition == "booked"
    desk.back()
    with pytest.raises(EkcError, match="Не выбран итог"):
        await desk.save()
    desk.answer("2")
    assert (await desk.save()).disposition == "no_slots"


async def test_a_proposal_does_not_follow_into_another_scenario(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = {**APPOINTMENT["dispositions"], "answered": "Дана справка"}
    document = {**APPOINTMENT, "dispositions": offered}
    monkeypatch.setitem(SCENARIOS, "appointment", scenario_from_document(document))
    desk = await to_the_matter(bench)
    desk.answer("1")
    await desk.choose_scenario("appointment")
    assert desk.disposition == "", "no end of this scenario has said it"
    desk.set_disposition("answered")
    await desk.choose_scenario("general")
    assert desk.disposition == "", "what was chosen there says nothing of how it ends here"


@pytest.mark.parametrize("saved", [False, True], ids=["draft", "saved"])
async def test_an_outcome_chosen_before_the_call_went_away_is_not_chosen_when_it_comes_back(
    bench: Bench, saved: bool
) -> None:
    calls: list[MyCall | None] = [None]
    call = CallCard(bench.desk, lambda: calls[0], lambda _text: None)

    async def show(state: CallStateName | None) -> None:
        calls[0] = None if state is None else my_call(state)
        call.follow()
        await bench.until(lambda: state is None or bench.desk.card_id == CARD)

    desk = bench.desk
    await show(None)
    for state in ("offered", "talking"):
        await show(state)
    desk.set_disposition("dropped")
    if saved:
        await desk.save()
    await show("wrap_up")
    assert desk.disposition == "dropped"
    await show(None)
    await show("talking")
    assert desk.disposition == ""
    await bench.settled()
    assert bench.centre.cards[CARD].disposition == ""
    desk.set_disposition("dropped")
    await show("held")
    await show("talking")
    assert desk.disposition == "dropped"
    await call.stop()


def my_call(state: CallStateName) -> MyCall:
    return MyCall(id="c1", card=CARD, number="", topic="general", state=state, direction="in")


async def test_to_pick_what_the_end_proposes_is_no_choice_of_ones_own(bench: Bench) -> None:
    desk = await to_the_matter(bench)
    desk.answer("1")
    desk.set_disposition("dropped")
    desk.set_disposition("answered")
    desk.back()
    assert desk.disposition == ""


@pytest.mark.parametrize("sent", [True, False], ids=["from-the-server", "from-this-machine"])
async def test_a_draft_taken_up_again_knows_what_was_only_proposed(
    bench: Bench, sent: bool
) -> None:
    desk = await to_the_matter(bench)
    await bench.settled()
    if not sent:
        bench.centre.refuse[SaveDraft] = ("server_busy", "server.store_busy")
    desk.answer("1")
    if sent:
        await bench.settled()
    desk = await bench.taken_up_again()
    assert (at(bench), desk.disposition) == ("done", "answered")
    assert (bench.centre.cards[CARD].disposition == "answered") == sent
    desk.back()
    if sent:
        await bench.settled()
    desk = await bench.taken_up_again()
    assert (at(bench), desk.disposition) == ("matter", "")
    desk.answer("2")
    await bench.until(lambda: at(bench) == "doctor")
    desk.answer("Терапевт")
    desk.answer("2")
    assert (await desk.save()).disposition == "no_slots"


async def test_a_draft_taken_up_again_keeps_the_operators_own_choice(bench: Bench) -> None:
    desk = await to_the_matter(bench)
    desk.set_disposition("answered")
    desk.answer("1")
    await bench.settled()
    desk = await bench.taken_up_again()
    assert (at(bench), desk.disposition) == ("done", "answered")
    desk.back()
    assert desk.disposition == "answered", "chosen before the end agreed with it"
    desk.set_disposition("dropped")
    desk = await bench.taken_up_again()
    desk.answer("1")
    assert desk.disposition == "dropped"


async def test_a_draft_that_does_not_tell_whose_disposition_it_is(bench: Bench) -> None:
    """Of an earlier console: at the end that proposes it, it is the proposal."""
    desk = await to_the_matter(bench)
    desk.answer("1")
    await bench.settled()
    card = bench.centre.cards[CARD]
    session = {name: part for name, part in card.session.items() if name != "own_disposition"}
    bench.centre.cards[CARD] = msgspec.structs.replace(card, session=session)
    desk = await bench.taken_up_again()
    assert desk.disposition == "answered"
    desk.back()
    assert desk.disposition == ""


async def test_a_bad_answer_changes_nothing(bench: Bench) -> None:
    desk = bench.desk
    await desk.open(CARD)
    desk.proceed()
    before = (desk.revision, at(bench))
    with pytest.raises(FieldError):
        desk.answer("")
    with pytest.raises(SessionError):
        desk.proceed()
    with pytest.raises(FieldError):
        desk.set_field("born", "32.13.1985")
    with pytest.raises(SessionError):
        desk.set_field("nothing", "1")
    with pytest.raises(EkcError, match="Дана справка, Звонок сорвался"):
        desk.set_disposition("booked")
    assert (desk.revision, at(bench)) == before


async def test_moving_about_keeps_the_answers(bench: Bench) -> None:
    desk = await to_the_matter(bench)
    desk.jump("name")
    desk.answer("Петров Пётр")
    desk.set_field("born", "01.02.1990")
    assert at(bench) == "birth"
    assert desk.session is not None
    assert desk.session.fields["born"] == "1990-02-01"


async def test_a_note_is_a_change_only_when_it_differs(bench: Bench) -> None:
    desk = bench.desk
    await desk.open(CARD)
    desk.set_note("Плохо слышит")
    desk.set_note("Плохо слышит")
    assert desk.revision == 1
    await bench.settled()
    assert bench.centre.cards[CARD].note == "Плохо слышит"


async def test_a_do_leads_over_to_another_scenario_with_the_fields(bench: Bench) -> None:
    desk = await to_the_matter(bench)
    await bench.until(lambda: GetScenario(scenario="appointment") in bench.asked)
    await bench.settled()
    desk.answer("2")
    assert at(bench) == "doctor", "it was fetched before it was needed"
    assert desk.scenario == SCENARIOS["appointment"]
    assert desk.session is not None
    assert desk.session.fields["person"] == "Иванова Анна"
    assert desk.session.text("operator") == "Иванова Анна, к какому врачу?"
    assert desk.dispositions == APPOINTMENT["dispositions"]
    await bench.settled()
    assert bench.stored.scenario == "appointment"
    desk.answer("Терапевт")
    desk.answer("2")
    assert desk.disposition == "no_slots"


async def test_the_way_back_from_another_scenario_finds_the_answers_again(bench: Bench) -> None:
    """Also at the server: the console may be another one by then."""
    await to_the_matter(bench)
    await bench.desk.choose_scenario("appointment")
    await bench.settled()
    assert bench.stored.kept == {"born": "1985-03-12"}
    desk = await bench.taken_up_again()
    assert desk.session is not None
    assert "born" not in desk.session.fields
    desk.answer("Терапевт")
    await desk.choose_scenario("general")
    assert desk.session.fields["born"] == "1985-03-12"
    await bench.settled()
    assert bench.stored.fields["born"] == "1985-03-12"
    assert bench.stored.kept == {"doctor": "Терапевт"}


async def test_a_step_back_from_the_first_step_returns_to_the_scenario_that_led_here(
    bench: Bench,
) -> None:
    """A wrong digit has led away: its question is asked again, all answers before it stand."""
    desk = await to_the_matter(bench)
    await bench.until(lambda: GetScenario(scenario="appointment") in bench.asked)
    desk.answer("2")
    assert at(bench) == "doctor"
    desk.back()
    await bench.until(lambda: at(bench) == "matter")
    assert desk.scenario == SCENARIOS["general"]
    assert desk.session is not None
    assert desk.session.fields["person"] == "Иванова Анна"
    desk.back()
    assert at(bench) == "birth"
    await bench.settled()
    assert bench.stored.scenario == "general"
    await bench.taken_up_again()
    assert at(bench) == "birth"


async def test_the_scenario_that_is_open_goes_on_when_it_is_chosen_again(bench: Bench) -> None:
    desk = await to_the_matter(bench)
    await desk.choose_scenario("general")
    assert at(bench) == "matter"


async def test_leading_over_waits_for_the_link(bench: Bench) -> None:
    desk = bench.desk
    bench.centre.refuse[GetScenario] = ("server_busy", "server.store_busy")
    saved = SCENARIOS["general"]
    desk.scenarios._kept["general", saved.version, False] = saved
    await to_the_matter(bench)
    bench.online = False
    desk.answer("2")
    await bench.until(lambda: desk.error)
    assert at(bench) == "to_appointment"
    assert "Нет связи" in desk.error
    bench.online = True
    del bench.centre.refuse[GetScenario]
    desk.link_up()
    await bench.until(lambda: at(bench) == "doctor")
    assert desk.error == ""


async def test_the_operator_chooses_another_scenario(bench: Bench) -> None:
    desk = await to_the_matter(bench)
    desk.set_disposition("dropped")
    await desk.choose_scenario("appointment")
    assert at(bench) == "doctor"
    assert desk.disposition == "", "that disposition is not of this scenario"
    with pytest.raises(Refused, match="больше нет"):
        await desk.choose_scenario("nothing")
    assert at(bench) == "doctor"


async def test_saving(bench: Bench) -> None:
    desk = await to_the_matter(bench)
    with pytest.raises(EkcError, match="Не выбран итог"):
        await desk.save()
    desk.answer("1")
    saved = await desk.save()
    assert (saved.state, saved.disposition) == ("saved", "answered")
    assert desk.card == saved
    assert not desk.unsaved
    await bench.settled()
    assert bench.centre.cards[CARD].state == "saved"
    assert bench.centre.cards[CARD].revision == desk.revision
    assert bench.drafts.all() == []


async def test_a_refused_save_keeps_everything(bench: Bench) -> None:
    desk = await to_the_matter(bench)
    desk.answer("1")
    bench.centre.refuse[SaveCard] = ("bad_value", "server.value_refused")
    with pytest.raises(Refused, match="Значение не принято"):
        await desk.save()
    bench.online = False
    with pytest.raises(Offline):
        await desk.save()
    assert desk.unsaved
    assert bench.drafts.get(CARD) is not None
    bench.online = True
    bench.centre.refuse.clear()
    await desk.save()
    assert bench.drafts.all() == []


async def test_a_card_that_the_server_cannot_write_now_is_saved_later_by_itself(
    bench: Bench,
) -> None:
    """The operator goes on with the next call meanwhile."""
    desk = await to_the_matter(bench)
    desk.answer("1")
    desk.set_note("Слова абонента")
    await bench.settled()
    busy = ("server_busy", "server.store_busy")
    bench.centre.refuse.update({SaveCard: busy, SaveDraft: busy})
    with pytest.raises(Kept, match="сохранена на этом компьютере"):
        await desk.save()
    assert not desk.unsaved
    kept = bench.drafts.get(CARD)
    assert kept is not None
    assert (kept.finished, kept.disposition, kept.note) == (True, "answered", "Слова абонента")
    desk.close()
    assert bench.drafts.get(CARD) == kept

    bench.centre.refuse.clear()
    await bench.settled()
    card = bench.centre.cards[CARD]
    assert (card.state, card.disposition, card.note) == ("saved", "answered", "Слова абонента")
    assert bench.drafts.all() == []


async def test_a_kept_card_that_is_still_open_is_shown_as_saved(bench: Bench) -> None:
    desk = await to_the_matter(bench)
    desk.answer("1")
    bench.centre.refuse[SaveCard] = ("server_busy", "server.store_busy")
    with pytest.raises(Kept):
        await desk.save()
    bench.centre.refuse.clear()
    await bench.settled()
    assert desk.card is not None
    assert desk.card.state == "saved"


async def test_a_refused_draft_that_others_have_overtaken_is_not_lost(bench: Bench) -> None:
    desk = await to_the_matter(bench)
    bench.centre.refuse[SaveDraft] = ("conflict", "card.changed")
    desk.set_note("Слова абонента")
    await bench.settled()
    desk.close()
    theirs = bench.centre.cards[CARD]
    bench.centre.cards[CARD] = msgspec.structs.replace(theirs, revision=99, edits=1, note="Иное")
    await desk.open(CARD)
    assert desk.note == "Иное"
    (kept,) = bench.directory.glob("*.refused")
    assert "Слова абонента" in kept.read_text()
    assert str(kept) in bench.troubles[-1]


async def test_what_is_typed_while_saving_stays_unsaved(bench: Bench) -> None:
    desk = await to_the_matter(bench)
    desk.answer("1")
    saving = asyncio.create_task(desk.save())
    await asyncio.sleep(0)
    desk.set_note("И ещё вот что")
    await saving
    assert desk.unsaved
    assert desk.note == "И ещё вот что"
    await bench.settled()
    assert bench.drafts.get(CARD) is not None


async def test_a_newer_draft_on_this_machine_wins(bench: Bench) -> None:
    script = SCENARIOS["general"]
    session = Session.start(script, NOW, zone=MOSCOW)
    session.proceed(NOW)
    draft = Draft(
        card=CARD,
        revision=9,
        scenario="general",
        version=script.version,
        session=msgspec.to_builtins(session.state),
        note="Не успели отправить",
    )
    bench.drafts.put(draft)
    await bench.desk.open(CARD)
    assert bench.desk.note == "Не успели отправить"
    assert at(bench) == "name"
    assert bench.desk.unsaved
    bench.desk.answer("Петров")
    await bench.settled()
    assert bench.centre.cards[CARD].revision == 10


async def test_a_draft_sent_while_the_card_is_fetched_is_not_lost(bench: Bench) -> None:
    script = SCENARIOS["general"]
    session = msgspec.to_builtins(Session.start(script, NOW, zone=MOSCOW).state)
    stale = bench.centre.cards[CARD]
    bench.sender.put(
        Draft(
            card=CARD,
            revision=4,
            scenario="general",
            version=script.version,
            session=session,
            note="В пути",
        )
    )

    def slow(command: Command) -> Result | None:
        return stale if isinstance(command, OpenCard) else bench.centre(command)

    bench.answer = slow
    opening = asyncio.create_task(bench.desk.open(CARD))
    await bench.settled()
    await opening
    assert (bench.desk.note, bench.desk.revision) == ("В пути", 4)


async def test_an_older_draft_on_this_machine_gives_way(bench: Bench) -> None:
    bench.drafts.put(
        Draft(card=CARD, revision=2, scenario="x", version="y", session={}, note="старое")
    )
    card = bench.centre.cards[CARD]
    bench.centre.cards[CARD] = msgspec.structs.replace(card, revision=5, note="новое")
    await bench.desk.open(CARD)
    assert bench.desk.note == "новое"
    assert bench.desk.unsaved
    assert bench.drafts.all() == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scenario": "gone"}, "нет"),
        ({"version": "000000000000"}, "нет"),
        ({"session": {"nonsense": 1}}, "не читается"),
        ({"session": {}}, "не читается"),
    ],
)
async def test_a_scenario_that_cannot_run_leaves_the_rest(
    bench: Bench, change: dict[str, object], message: str
) -> None:
    card = bench.centre.cards[CARD]
    bench.centre.cards[CARD] = msgspec.structs.replace(card, disposition="booked", **change)
    desk = bench.desk
    await desk.open(CARD)
    assert message in desk.error
    assert desk.session is None
    desk.set_note("Слышно плохо")
    with pytest.raises(EkcError, match="не запущен"):
        desk.answer("1")
    await desk.choose_scenario("appointment")
    assert at(bench) == "doctor"
    assert desk.error == ""
    assert desk.disposition == ""
    assert desk.note == "Слышно плохо"


async def test_opening_another_card_puts_the_first_away(bench: Bench) -> None:
    await to_the_matter(bench)
    await bench.desk.open("card-c2")
    assert bench.desk.card_id == "card-c2"
    assert at(bench) == "doctor"
    await bench.settled()
    assert bench.stored.step == "matter", "the first card's draft was sent"
    assert bench.drafts.all() == []


async def test_nothing_works_without_a_card(bench: Bench) -> None:
    desk = bench.desk
    for act in (desk.proceed, desk.back, lambda: desk.set_note("x"), lambda: desk.answer("1")):
        with pytest.raises(EkcError, match="Карточка не открыта"):
            act()
    with pytest.raises(EkcError, match="Карточка не открыта"):
        await desk.save()
    with pytest.raises(Refused, match="Такой карточки нет"):
        await desk.open("card-none")
    bench.online = False
    with pytest.raises(Offline):
        await desk.open(CARD)
    assert desk.card is None


async def test_what_became_of_the_call_is_proposed_before_an_end_and_never_over_a_choice(
    bench: Bench,
) -> None:
    desk = await to_the_matter(bench)
    desk.propose("emergency_103")
    assert desk.disposition == "", "this scenario has no such outcome"
    desk.propose("dropped")
    assert desk.disposition == "dropped"
    desk.answer("1")
    assert desk.disposition == "dropped", "an end does not take it away"
    desk.set_disposition("answered")
    desk.propose("dropped")
    assert desk.disposition == "answered"
