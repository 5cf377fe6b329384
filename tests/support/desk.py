"""A desk for tests of the screens: the real client state over a server that a test plays.

View, card, drafts and their rules are the real ones; only what would go over the network or into
the softphone is answered here, by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from ekc_console.client.desk import Desk
from ekc_console.client.link.connection import Link
from ekc_console.client.link.login import ChoosePassword
from ekc_console.client.voice.line_state import LineState
from ekc_console.client.voice.second_call import SecondCalls
from ekc_console.domain.scenario import Session, scenario_from_document
from ekc_console.errors import EkcError
from ekc_console.wire import card_work, messages, side_work
from ekc_console.wire.login import LoggedIn
from sip.link.phone import Phone
from tests.support.zones import MOSCOW

CODE = "K7QF-2MXD-9PAB"
"""One-time: leads to the choice of a password."""
NOW = 1_773_300_240.0
"""2026-03-12 10:24:00 in Moscow."""

SCENARIO: dict[str, Any] = {
    "id": "appointment",
    "title": "Запись к врачу",
    "kind": "script",
    "owner": "Отдел качества",
    "approved": "2026-01-10",
    "review_by": "2030-01-10",
    "start": "emergency",
    "dispositions": {
        "booked": "Записан к врачу",
        "waiting_list": "Внесён в лист ожидания",
        "caller_refused": "Абонент отказался",
        "emergency_103": "Передано в 103",
    },
    "fields": {
        "fio": {"type": "person", "label": "ФИО пациента", "required": True},
        "birth_date": {"type": "date", "label": "Дата рождения", "required": True},
        "clinic": {
            "type": "text",
            "label": "Поликлиника",
            "hint": "К которой пациент прикреплён",
        },
        "referral": {"type": "yes_no", "label": "Есть направление"},
    },
    "steps": {
        "emergency": {
            "title": "Признаки угрозы жизни",
            "choose": (
                "Здравствуйте! Запись к врачу, слушаю вас. Скажите, пожалуйста, нет ли сейчас "
                "сильной боли в груди, удушья, потери сознания, кровотечения?"
            ),
            "options": [
                {"key": "1", "label": "Таких признаков нет", "next": "fio"},
                {"key": "2", "label": "Есть признаки, нужна скорая", "next": "handed_over"},
            ],
        },
        "fio": {
            "ask": "fio",
            "text": "Назовите, пожалуйста, фамилию, имя и отчество пациента.",
            "next": "birth_date",
        },
        "birth_date": {"ask": "birth_date", "text": "Дата рождения?", "next": "clinic"},
        "clinic": {
            "ask": "clinic",
            "text": "К какой поликлинике прикреплён пациент?",
            "next": "referral",
        },
        "referral": {"ask": "referral", "text": "Направление есть?", "next": "goodbye"},
        "goodbye": {
            "title": "Прощание",
            "say": "{fio}, вы записаны. Всего доброго!",
            "next": "done",
        },
        "done": {"end": "booked", "card": "appointment"},
        "handed_over": {"end": "emergency_103", "card": "other"},
    },
}

OTHER_SCENARIO: dict[str, Any] = {
    **SCENARIO,
    "id": "general",
    "title": "Общая линия",
    "start": "done",
    "dispositions": {"answered": "Дана справка"},
    "fields": {"fio": SCENARIO["fields"]["fio"]},
    "steps": {"done": {"end": "answered", "card": "other"}},
}

ME = messages.Me(
    id="ivanova",
    name="Иванова Анна",
    role="operator",
    state="break",
    since=NOW - 65,
    reason="login",
    calls_today=14,
    talk_s_today=3725.0,
    break_s_today=900.0,
)
QUEUES = (
    messages.QueueInfo(
        id="med", title="Медицинская", waiting=0, longest_since=None, agents_ready=3,
        agents_busy=5, wait_first_s=20.0, wait_second_s=60.0, answered_today=212, abandoned_today=9,
    ),
    messages.QueueInfo(
        id="info", title="Справочная", waiting=0, longest_since=None, agents_ready=1,
        agents_busy=2, wait_first_s=30.0, wait_second_s=90.0, answered_today=98, abandoned_today=4,
    ),
)  # fmt: skip
HISTORY = (
    messages.Contact(
        call="c-old-1", at=NOW - 86400, direction="in", number="+79120000017",
        topic="Запись к врачу", outcome="answered", agent_name="Петрова Мария", talk_s=184.0,
        card="card-old-1", disposition="Внесён в лист ожидания",
    ),
    messages.Contact(
        call="c-old-2", at=NOW - 40 * 86400, direction="in", number="+79120000017",
        topic="Вакцинация", outcome="abandoned_queue",
    ),
)  # fmt: skip
CALL = messages.MyCall(
    id="c-1",
    state="offered",
    direction="in",
    number="+79120000017",
    region={"ru": "Свердловская обл., мобильный", "en": "Sverdlovsk Region, mobile"},
    queue="med",
    queue_title="Медицинская",
    topic="appointment",
    topic_title="Запись к врачу",
    menu_path=("Медицинская помощь", "Запись к врачу"),
    arrived_at=NOW - 95,
    queued_at=NOW - 48,
    offer="o-1",
    offer_expires_at=NOW + 12,
    history=HISTORY,
    card="card-1",
    caller=side_work.Caller(
        name="Сидорова Елена Павловна",
        calls_24h=3,
        callbacks=(side_work.OpenCallback(since=NOW - 3600, topic_title="Вакцинация"),),
        known=(
            side_work.KnownValue(type="person", value="Сидорова Елена Павловна"),
            side_work.KnownValue(type="address", value="Тюмень, Садовая, 5, кв. 12"),
        ),
    ),
)
CALLBACKS = (
    messages.CallbackInfo(
        id="cb1", number="+79120000031", people=("Сидорова Елена Павловна",),
        since=NOW - 3600, where="queue",
        queue_title="Медицинская", topic_title="Вызов врача на дом", calls=2,
    ),
    messages.CallbackInfo(
        id="cb2", number="+73452000045", since=NOW - 1200, where="menu", attempts=1,
        not_before=NOW + 600,
    ),
)  # fmt: skip


PERSONS = (
    side_work.PersonRecord(
        id=1, name="Сидорова Елена Павловна", birth_date="1985-03-12", snils="112-233-445 95",
        contacts=4, last_at=NOW - 86400,
    ),
    side_work.PersonRecord(id=2, name="Сидоров Пётр Ильич", birth_date="2019-05-01", contacts=1),
    side_work.PersonRecord(id=3, name="Иванова Анна", birth_date="1990-01-01"),
)  # fmt: skip


def _answer(name: str, title: str, text: str, **more: Any) -> side_work.KnowledgeItem:
    return side_work.KnowledgeItem(
        **{
            "id": f"answer:{name}", "kind": "answer", "title": title, "text": text,
            "topic_title": "Вакцинация", "owner": "Отдел качества", "review_by": "2027-10-01",
            **more,
        }
    )  # fmt: skip


KNOWLEDGE = (
    _answer(
        "flu",
        "Где сделать прививку от гриппа?",
        "В своей поликлинике, без записи в прививочном кабинете в часы его работы, по полису и "
        "паспорту. Перед прививкой осмотрит врач. Прививка бесплатная.",
    ),
    _answer(
        "contra",
        "Кому прививку не делают?",
        "Противопоказания определяет врач при осмотре.",
        review_by="2026-01-01",
        expired=True,
    ),
    _answer("polis", "Потерян полис, что делать?", "Принимают по паспорту."),
)
SIGN = _answer(
    "breathing",
    "Вызовите 103. Трудно дышать",
    "Скажите: «Не кладите трубку, оставайтесь рядом с больным.»\n"
    "Признак: не дышит, задыхается, хрипит.",
    id="sign:breathing",
    kind="sign",
    call="103",
)
DIRECTORY = side_work.Directory(
    clinics=(
        side_work.ClinicInfo(title="Городская поликлиника № 1", address="Садовая, 12"),
        side_work.ClinicInfo(
            title="Детская поликлиника № 1", address="Школьная, 3", words=("дети",)
        ),
    ),
    specialties=("кардиолог", "педиатр", "терапевт"),
    signs=(
        side_work.SignInfo(title="Инсульт", looks="перекосило лицо", call="103"),
        side_work.SignInfo(title="Насилие", looks="бьют", call="112"),
        side_work.SignInfo(title="Трудно дышать", looks="не дышит", call="103"),
    ),
)
SUGGESTIONS = (
    side_work.Suggestion(
        id=6, at=NOW - 3600, author_name=ME.name, source="caller",
        text="Сообщать в меню, сколько ждать",
    ),
    side_work.Suggestion(
        id=2, at=NOW - 86400 * 3, author_name=ME.name, source="colleague",
        text="Музыку на удержании тише", status="accepted", answer="Сделано с понедельника.",
        decided_at=NOW - 86400,
    ),
)  # fmt: skip
STAFF_WORDS = (
    side_work.StaffMessage(
        id="1", at=NOW - 300, sender_name="Орлова Нина", to="", text="В 12:00 летучка, пять минут."
    ),
    side_work.StaffMessage(
        id="2", at=NOW - 60, sender_name="Орлова Нина", to="ivanova", text="Зайдите после смены."
    ),
)


def waiting(count: int) -> tuple[messages.WaitingCall, ...]:
    """Calls that came 13 s apart, the longest waiting first."""
    topics = ("Запись к врачу", "Вызов врача на дом", "Вакцинация", "Справка")
    return tuple(
        messages.WaitingCall(
            id=f"w-{index}",
            queue="med" if index % 3 else "info",
            queue_title="Медицинская" if index % 3 else "Справочная",
            topic_title=topics[index % 4],
            number=f"+7912000{index:04}",
            queued_at=NOW - 13.0 * (count - index),
            position=index + 1,
            offered_to="Петрова Мария" if index == 0 else "",
        )
        for index in range(count)
    )


class ScriptedLine:
    """The part of ``client.line.Line`` that a desk uses; ``state`` is set by the test."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.state = LineState("off", sound="device")
        self.phone: Phone | None = None
        self.second: SecondCalls | None = None
        self._changed = changed

    def start(self) -> None:
        self.set("up")

    async def stop(self) -> None:
        self.set("off")

    def mute(self, on: bool) -> None:
        self.state = LineState(self.state.state, sound=self.state.sound, muted=on)
        self._changed()

    def set_needed(self, on: bool) -> None:
        """The leg stands."""

    async def look_at_network(self) -> None:
        """Nothing changes here."""

    def set_talking(self, on: bool, party: str = "") -> None:
        """Nothing to do: there is no microphone."""

    def call_over(self) -> None:
        if self.state.muted:
            self.mute(False)

    def set(self, state: str, detail: str = "", sound: str = "device") -> None:
        self.state = LineState(state, detail, sound)  # type: ignore[arg-type]
        self._changed()


async def _no_phone(*_arguments: object, **_named: object) -> Any:
    raise EkcError("В этом тесте нет программного телефона.")


class ScriptedDesk(Desk):
    """``commands`` is what was asked of the server; ``refuse`` holds errors by command type."""

    person = ME
    """Who logs in."""

    def __init__(self, state_dir: Path) -> None:
        self.time = NOW
        super().__init__("http://127.0.0.1:8122", state_dir, _no_phone, lambda: self.time)
        self.voice.line = ScriptedLine(lambda: self.changed("line"))  # type: ignore[assignment]
        self.commands: list[messages.Command] = []
        self.refuse: dict[type, BaseException] = {}
        self.results: dict[type, messages.Result] = {}
        """Answers to other commands, by their type."""
        self.found: tuple[messages.Contact, ...] = HISTORY
        self.own: tuple[messages.Contact, ...] = HISTORY[:1]
        self.old_card = old_card()
        self.edits: dict[str, card_work.UnsavedEdit] = {}
        """Unsaved edits that the server keeps, by card."""
        self.logged_out = False
        self.teams: tuple[side_work.TeamInfo, ...] = ()
        self.messages: tuple[side_work.StaffMessage, ...] = ()

    # -- what the server would do --------------------------------------------------

    async def log_in(self, login: str, password: str, new_password: str = "") -> None:
        if password == CODE and not new_password:
            raise ChoosePassword("Код подходит один раз: задайте себе пароль.", "Дважды.")
        if password == CODE and new_password != "verysecret":
            raise ChoosePassword("Такой пароль не годится.")
        if password not in ("verysecret", CODE):
            raise EkcError(
                "Неверный логин или пароль.", "Проверьте логин, пароль и раскладку клавиатуры."
            )
        self.session = LoggedIn(
            token="t", expires_at=NOW + 3600, login=login, name=ME.name, role="operator"
        )
        await self._begin_shift(login)
        self.on_welcome(
            messages.Welcome(
                emergencies=("103", "112"),
                protocol=messages.PROTOCOL, server="0", epoch="e", now=NOW, me=login,
                break_reasons=(
                    messages.BreakReason(code="lunch", title="Обед", limit_s=1800.0),
                    messages.BreakReason(code="rest", title="Отдых", limit_s=600.0),
                    messages.BreakReason(code="work", title="Работа без вызовов"),
                ),
                topics={"appointment": "Запись к врачу"},
                scripts={"appointment": "Запись к врачу", "general": "Общая линия"},
            )
        )  # fmt: skip
        self.view.apply(messages.Snapshot(seq=1, entities=(self.person, *QUEUES)))
        self.on_link(Link("online", self.time))
        self.on_view()

    async def log_out(self) -> None:
        self.logged_out = True
        await self.close()

    async def _send(
        self, body: messages.Command, limit_s: float | None = None
    ) -> messages.Result | None:
        if error := self.refuse.get(type(body)):
            raise error
        if not isinstance(body, messages.SaveDraft | card_work.KeepEdit | card_work.ListEdits):
            self.commands.append(body)
        match body:
            case messages.GetScenario(scenario=name):
                document = SCENARIO if name == "appointment" else OTHER_SCENARIO
                version = scenario_from_document(document).version
                return messages.ScenarioText(scenario=name, version=version, document=document)
            case messages.OpenCard(card=card_id):
                card = self.old_card if card_id == "card-old-1" else new_card(card_id)
                return msgspec.structs.replace(card, unsaved=self.edits.get(card_id))
            case card_work.EditCard(note=note, disposition=code, fields=fields):
                self.old_card = edited(self.old_card, note, code, fields)
                self.own = tuple(
                    msgspec.structs.replace(c, unfinished=c.unfinished and c.card != body.card)
                    for c in self.own
                )
                self.edits.pop(body.card, None)
                return self.old_card
            case card_work.KeepEdit(edit=edit):
                self.edits[edit.card] = edit
                return None
            case card_work.ListEdits():
                return card_work.Edits(
                    edits=tuple(self._edit_infos()),
                    unfinished=sum(1 for contact in self.own if contact.unfinished),
                )
            case card_work.FindPersons(text=text):
                wanted = text.casefold() or "сидоров"
                found = tuple(p for p in PERSONS if p.name.casefold().startswith(wanted))
                return card_work.Persons(persons=found)
            case card_work.LinkPerson(card=card_id, person=person):
                return self._link(card_id, next((p for p in PERSONS if p.id == person), None))
            case card_work.AddPerson(card=card_id, name=name, birth_date=born):
                return self._link(card_id, side_work.PersonRecord(id=9, name=name, birth_date=born))
            case card_work.ListOwnContacts():
                return messages.Contacts(contacts=self.own)
            case messages.SaveCard(card=card_id, disposition=code):
                return saved_card(card_id, body.revision, body.session, body.note, code)
            case side_work.SearchKnowledge(text=text, kinds=("sign",)):
                signs = (SIGN,) if "не дышит" in text.casefold() else ()
                return side_work.KnowledgeFound(items=signs)
            case side_work.SearchKnowledge(kinds=kinds) if kinds:
                return side_work.KnowledgeFound(items=KNOWLEDGE)
            case side_work.SearchKnowledge(text=text):
                items = tuple(i for i in KNOWLEDGE if text.casefold()[:4] in i.title.casefold())
                return side_work.KnowledgeFound(items=items)
            case side_work.GetDirectory():
                return DIRECTORY
            case side_work.GetTeams():
                return side_work.Teams(teams=self.teams)
            case side_work.ListMessages():
                return side_work.MessageList(messages=self.messages)
            case side_work.AddSuggestion(text=text, source=source):
                return side_work.Suggestion(
                    id=7, at=NOW, author_name=ME.name, source=source, text=text, call="c-1"
                )
            case side_work.ListSuggestions():
                return side_work.Suggestions(suggestions=SUGGESTIONS)
            case messages.FindContacts():
                return messages.Contacts(contacts=self.found)
            case _:
                return self.results.get(type(body))

    def _edit_infos(self) -> Iterator[card_work.EditInfo]:
        for contact in HISTORY:
            if (edit := self.edits.get(contact.card)) and not edit.empty:
                yield card_work.EditInfo(contact=contact, edit=edit)

    def _link(self, card_id: str, person: side_work.PersonRecord | None) -> messages.Card:
        card = self.old_card if card_id == "card-old-1" else new_card(card_id)
        card = msgspec.structs.replace(card, person=person)
        if card_id == "card-old-1":
            self.old_card = card
        return card

    # -- what a test does ------------------------------------------------------------

    def put(self, *entities: messages.ViewEntity) -> None:
        """The server shows these from now on."""
        seq = (self.view.seq or 0) + 1
        self.view.apply(messages.Delta(seq=seq, put=entities))
        self.on_view()

    def gone(self, kind: type, entity_id: str) -> None:
        seq = (self.view.seq or 0) + 1
        self.view.apply(messages.Delta(seq=seq, gone=((kind.__name__, entity_id),)))
        self.on_view()

    def set_link(self, state: str, detail: str = "") -> None:
        self.on_link(Link(state, self.time, detail))  # type: ignore[arg-type]


def new_card(card_id: str) -> messages.Card:
    scenario = scenario_from_document(SCENARIO)
    session = Session.start(scenario, NOW, {"number": "+79120000017"}, zone=MOSCOW)
    return _card(card_id, 0, _plain(session), "", "", "draft")


def saved_card(
    card_id: str, revision: int, session: dict[str, Any], note: str, disposition: str
) -> messages.Card:
    return _card(card_id, revision, session, note, disposition, "saved")


def edited(
    card: messages.Card, note: str | None, disposition: str | None, fields: dict[str, str]
) -> messages.Card:
    """As the server answers to an edit."""
    known = {**card.session["fields"], **fields}
    code = card.disposition if disposition is None else disposition
    return msgspec.structs.replace(
        card,
        note=card.note if note is None else note,
        disposition=code,
        disposition_title=SCENARIO["dispositions"][code],
        session={**card.session, "fields": known},
        revision=card.revision + 1,
        state="saved",
    )


def old_card() -> messages.Card:
    session = Session.start(scenario_from_document(SCENARIO), NOW - 86400, zone=MOSCOW)
    session.answer("1", NOW)
    session.answer("Сидорова Елена Павловна", NOW)
    session.answer("12.03.1985", NOW)
    note = "Просила перезвонить, когда появится время у терапевта."
    card = _card("card-old-1", 4, _plain(session), note, "waiting_list", "saved")
    change = card_work.CardChange(
        at=NOW - 3600,
        agent_name="Орлова Нина",
        parts=(("Итог", "Записан", "Внесён в лист ожидания"),),
    )
    visit = side_work.HomeVisit(
        at=NOW - 7200, card="card-old-1", person="Сидорова Елена Павловна",
        address="Тюмень, Садовая, 5, кв. 12", ordered_by="Петрова Мария",
    )  # fmt: skip
    return msgspec.structs.replace(
        card, may_edit=True, may_link=True, changes=(change,), visit=visit
    )


def _plain(session: Session) -> dict[str, Any]:
    data: dict[str, Any] = msgspec.to_builtins(session.state)
    return data


def _card(
    card_id: str, revision: int, session: dict[str, Any], note: str, disposition: str, state: Any
) -> messages.Card:
    scenario = scenario_from_document(SCENARIO)
    return messages.Card(
        id=card_id,
        call="c-1",
        number="+79120000017",
        topic="appointment",
        scenario=scenario.id,
        version=scenario.version,
        revision=revision,
        session=session,
        note=note,
        disposition=disposition,
        disposition_title=scenario.dispositions.get(disposition, ""),
        state=state,
        created_at=NOW - 40,
        saved_at=NOW if state == "saved" else None,
        agent_name=ME.name,
    )
