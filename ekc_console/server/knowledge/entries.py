"""Everything that can be found, in one form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ekc_console.domain.knowledge import Answer, Clinic, Knowledge, Sign
from ekc_console.domain.scenario import Ask, Choose, Say, Scenario

Kind = Literal["answer", "clinic", "sign", "step"]


@dataclass(frozen=True, slots=True)
class Entry:
    kind: Kind
    id: str
    """Unique among all: ``answer:flu_price``, ``clinic:gp1``, ``step:appointment/fio``."""
    title: str
    text: str
    """For the operator's eye, several lines."""
    words: str
    """What it is found by beside title and text."""
    topic: str
    """Title of the topic or of the script."""
    owner: str
    review_by: date
    call: str = ""
    """Of a sign: the service to call first."""


def entries(
    knowledge: Knowledge, scripts: Iterable[Scenario], topics: Mapping[str, str]
) -> Iterator[Entry]:
    """``topics``: code to title."""
    for answer in knowledge.answers:
        yield _answer(answer, topics.get(answer.topic, answer.topic))
    for clinic in knowledge.clinics:
        yield _clinic(clinic)
    for script in scripts:
        yield from _steps(script)


def _answer(answer: Answer, topic: str) -> Entry:
    return Entry(
        kind="answer",
        id=f"answer:{answer.id}",
        title=answer.question,
        text=answer.answer,
        words=" ".join(answer.words),
        topic=topic,
        owner=answer.owner,
        review_by=answer.review_by,
    )


def _clinic(clinic: Clinic) -> Entry:
    lines = [
        f"Адрес: {clinic.address}",
        f"Телефоны: {', '.join(clinic.phones)}",
        f"Часы работы: {clinic.hours}",
        f"Врачи: {', '.join(clinic.specialties)}",
        f"Обслуживает: {clinic.serves}" if clinic.serves else "",
    ]
    return Entry(
        kind="clinic",
        id=f"clinic:{clinic.id}",
        title=clinic.title,
        text="\n".join(line for line in lines if line),
        words=" ".join([*clinic.words, *clinic.specialties, clinic.address, clinic.serves]),
        topic="Медицинская организация",
        owner=clinic.owner,
        review_by=clinic.review_by,
    )


def sign_entry(sign: Sign) -> Entry:
    """It is found by :class:`Signs`, never by single words."""
    lines = (f"Скажите: «{sign.say}»", f"Признак: {sign.looks}.", sign.danger)
    return Entry(
        kind="sign",
        id=f"sign:{sign.id}",
        title=f"Вызовите {sign.call}. {sign.title}",
        text="\n".join(line for line in lines if line),
        words="",
        topic="Угроза жизни",
        owner=sign.owner,
        review_by=sign.review_by,
        call=sign.call,
    )


def _steps(script: Scenario) -> Iterator[Entry]:
    for step in script.steps.values():
        if not isinstance(step, Say | Ask | Choose) or not step.operator.source.strip():
            continue
        if isinstance(step, Say) and step.only:
            continue  # found by everybody, it would be read out by everybody
        text = step.text_for("operator", {})
        if isinstance(step, Choose):
            everybodys = (option.label for option in step.options if not option.only)
            text = "\n".join([text, *(f"• {label}" for label in everybodys)])
        yield Entry(
            kind="step",
            id=f"step:{script.id}/{step.id}",
            title=step.title or step.id,
            text=text,
            words=step.hint,
            topic=script.title,
            owner=script.owner,
            review_by=script.review_by,
        )
