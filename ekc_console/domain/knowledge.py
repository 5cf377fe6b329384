"""What operators look up: question–answer pairs, the directory of clinics, signs of an emergency.

One document holds one of ``answers``, ``clinics`` and ``signs``, with an owner and a date of review
for all of it; an answer may have its own. :func:`read_knowledge` reads plain data, as the YAML
loader gives it, and says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeVar, cast, get_args

from ekc_console.domain.scenario.keys import Key, Table
from ekc_console.domain.scenario.model import Problem
from ekc_console.domain.scenario.tables import Path, TableReader, nearest

MAX_ANSWER = 2000
"""Characters; a longer one is not an answer that can be said on the telephone."""


@dataclass(frozen=True, slots=True)
class Answer:
    id: str
    topic: str
    """Code of a topic of the centre."""
    question: str
    answer: str
    words: tuple[str, ...]
    """Further words by which people ask."""
    owner: str
    review_by: date


@dataclass(frozen=True, slots=True)
class Clinic:
    id: str
    title: str
    address: str
    phones: tuple[str, ...]
    hours: str
    specialties: tuple[str, ...]
    serves: str
    """The territory whose people are attached to it."""
    words: tuple[str, ...]
    owner: str
    review_by: date


Service = Literal["103", "112"]
SERVICES: tuple[Service, ...] = get_args(Service)


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that somebody's life is in danger."""

    id: str
    title: str
    looks: str
    """What it looks like, in a few words: stands beside the first question of a script."""
    say: str
    """The first words to the caller."""
    call: Service
    """Whom to call first."""
    phrases: tuple[str, ...]
    """How callers say it; the words count in every form and order."""
    harmless: tuple[str, ...]
    """What is said in the same words and is no emergency."""
    danger: str
    """What threatens those who are on the spot; "" for nothing."""
    source: str
    """Where words and facts are from."""
    owner: str
    review_by: date


Entry = TypeVar("Entry", Answer, Clinic, Sign)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Entries in the order of files; ids are unique among those of one kind."""

    answers: tuple[Answer, ...] = ()
    clinics: tuple[Clinic, ...] = ()
    signs: tuple[Sign, ...] = ()
    terms: tuple[str, ...] = ()
    """Names of illnesses and medicines: a search takes none of them for a typing error."""

    def __add__(self, other: Knowledge) -> Knowledge:
        return Knowledge(
            self.answers + other.answers,
            self.clinics + other.clinics,
            self.signs + other.signs,
            self.terms + other.terms,
        )

    @property
    def specialties(self) -> tuple[str, ...]:
        """Of all clinics, in alphabetical order."""
        return tuple(sorted({name for clinic in self.clinics for name in clinic.specialties}))


DOCUMENT: Table = {
    "owner": Key("text", "Кто отвечает за содержание", True),
    "approved": Key("date", "Дата утверждения, ГГГГ-ММ-ДД", True),
    "review_by": Key("date", "Пересмотреть не позже, ГГГГ-ММ-ДД", True),
    "answers": Key("list", "Вопросы и ответы"),
    "clinics": Key("list", "Медицинские организации"),
    "signs": Key("list", "Признаки угрозы жизни"),
    "terms": Key("texts", "Болезни и лекарства: эти слова поиск не исправляет"),
}
ANSWER: Table = {
    "id": Key("name", "Имя ответа", True),
    "topic": Key("name", "Код темы обращения", True),
    "question": Key("text", "Вопрос, как его задают", True),
    "answer": Key("text", "Что ответить", True),
    "words": Key("texts", "Слова, которыми ещё спрашивают об этом"),
    "owner": Key("text", "Кто отвечает за этот ответ"),
    "review_by": Key("date", "Пересмотреть этот ответ не позже"),
}
CLINIC: Table = {
    "id": Key("name", "Имя организации", True),
    "title": Key("text", "Название", True),
    "address": Key("text", "Адрес", True),
    "phones": Key("texts", "Телефоны", True),
    "hours": Key("text", "Часы работы", True),
    "specialties": Key("texts", "Специальности врачей", True),
    "serves": Key("text", "Какую территорию обслуживает"),
    "words": Key("texts", "Как ещё называют"),
}
SIGN: Table = {
    "id": Key("name", "Имя признака", True),
    "title": Key("text", "Название", True),
    "looks": Key("text", "Как это выглядит, коротко: стоит рядом с первым вопросом", True),
    "say": Key("text", "Первые слова абоненту", True),
    "call": Key("one_of", "Кого вызывать первым", True, SERVICES),
    "phrases": Key("texts", "Как об этом говорят", True),
    "harmless": Key("texts", "Что говорят теми же словами, когда угрозы нет"),
    "danger": Key("text", "Что угрожает тем, кто рядом"),
    "source": Key("text", "Откуда слова и факты", True),
}
KINDS = ("answers", "clinics", "signs")


def read_knowledge(
    document: Any, topics: Collection[str] | None, today: date
) -> tuple[Knowledge, list[Problem]]:
    """The entries without faults, and the faults; ``topics``: the known codes, None leaves them
    unchecked. A date of review that has passed is a warning."""
    reader = _Reader(topics, today)
    return reader.knowledge(document), reader.problems


def repeated(first: Knowledge, second: Knowledge) -> Iterator[tuple[str, str, str]]:
    """Ids of the entries of ``second`` that ``first`` has, and titles of clinics, by which a card
    names one: kind (one of ``KINDS``), key and value."""
    for kind in KINDS:
        ids = {entry.id for entry in getattr(first, kind)}
        yield from ((kind, "id", e.id) for e in getattr(second, kind) if e.id in ids)
    titles = {clinic.title.casefold() for clinic in first.clinics}
    for clinic in second.clinics:
        if clinic.title.casefold() in titles:
            yield "clinics", "title", clinic.title


class _Reader(TableReader):
    def __init__(self, topics: Collection[str] | None, today: date) -> None:
        super().__init__()
        self._topics = topics
        self._today = today

    def knowledge(self, document: Any) -> Knowledge:
        found = self._mapping(document, DOCUMENT, ())
        if self.problems:
            return Knowledge()
        if sum(kind in found for kind in KINDS) != 1:
            self._bad((), f"нужно ровно одно из: {', '.join(KINDS)}.", "Разделите на файлы.")
            return Knowledge()
        if found["review_by"] < found["approved"]:
            self._bad(
                ("review_by",),
                "срок пересмотра раньше даты утверждения.",
                "Проверьте approved и review_by.",
            )
        self._judge(found["review_by"], found["owner"], ("review_by",))
        terms = found.get("terms", ())
        if "answers" in found:
            return Knowledge(answers=self._unique(self._answers(found), "answers"), terms=terms)
        if "signs" in found:
            return Knowledge(signs=self._unique(self._signs(found), "signs"), terms=terms)
        return Knowledge(clinics=self._unique(self._clinics(found), "clinics"), terms=terms)

    def _answers(self, document: dict[str, Any]) -> Iterator[tuple[int, Answer]]:
        for index, body in enumerate(document["answers"]):
            path: Path = ("answers", index)
            before = len(self.problems)
            found = self._mapping(body, ANSWER, path)
            self._check_topic(found.get("topic", ""), path)
            if len(found.get("answer", "")) > MAX_ANSWER:
                self._bad(
                    (*path, "answer"),
                    f"ответ длиннее {MAX_ANSWER} знаков.",
                    "Разделите его на несколько вопросов.",
                )
            if "review_by" in found:
                owner = found.get("owner", document["owner"])
                self._judge(found["review_by"], owner, (*path, "review_by"))
            if not self._errors_since(before):
                given = {"words": (), "owner": document["owner"], **found}
                yield index, Answer(**{"review_by": document["review_by"], **given})

    def _clinics(self, document: dict[str, Any]) -> Iterator[tuple[int, Clinic]]:
        titles: set[str] = set()
        for index, body in enumerate(document["clinics"]):
            before = len(self.problems)
            found = self._mapping(body, CLINIC, ("clinics", index))
            title = found.get("title", "")
            if title.casefold() in titles:
                path: Path = ("clinics", index, "title")
                self._bad(path, f"«{title}» здесь уже есть.", "Дайте другое название.")
            titles.add(title.casefold())
            if not self._errors_since(before):
                optional = {"serves": "", "words": ()}
                dated = {"owner": document["owner"], "review_by": document["review_by"]}
                yield index, Clinic(**{**optional, **dated, **found})

    def _signs(self, document: dict[str, Any]) -> Iterator[tuple[int, Sign]]:
        said: dict[str, str] = {}
        for index, body in enumerate(document["signs"]):
            path: Path = ("signs", index)
            before = len(self.problems)
            found = self._mapping(body, SIGN, path)
            for number, phrase in enumerate(found.get("phrases", ())):
                first = said.setdefault(phrase.casefold(), found.get("title", ""))
                if first != found.get("title", ""):
                    at = (*path, "phrases", number)
                    self._bad(at, f"«{phrase}» уже у признака «{first}».", "Оставьте у одного.")
            if not self._errors_since(before):
                call = cast(Service, found.pop("call"))
                optional = {"harmless": (), "danger": ""}
                dated = {"owner": document["owner"], "review_by": document["review_by"]}
                yield index, Sign(call=call, **{**optional, **dated, **found})

    def _check_topic(self, topic: str, path: Path) -> None:
        if topic and self._topics is not None and topic not in self._topics:
            self._bad((*path, "topic"), f"темы «{topic}» нет.", nearest(topic, self._topics))

    def _judge(self, review_by: date, owner: str, path: Path) -> None:
        if review_by < self._today:
            message = f"срок пересмотра прошёл {review_by:%d.%m.%Y}."
            remedy = f"{owner}: пересмотрите и поставьте новые даты."
            self.problems.append(Problem(path, message, remedy, "warning"))

    def _errors_since(self, count: int) -> bool:
        return any(problem.level == "error" for problem in self.problems[count:])

    def _unique(self, entries: Iterator[tuple[int, Entry]], kind: str) -> tuple[Entry, ...]:
        kept: dict[str, Entry] = {}
        for index, entry in entries:
            if entry.id in kept:
                path = (kind, index, "id")
                self._bad(path, f"id {entry.id} здесь уже есть.", "Дайте другое имя.")
            else:
                kept[entry.id] = entry
        return tuple(kept.values())
