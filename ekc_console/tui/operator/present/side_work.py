"""Rows and texts of the knowledge, the words of the staff and the suggestions."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from textual.content import Content

from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.keys.registry import key
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.wire.side_work import (
    HelpRequest,
    KnowledgeItem,
    KnowledgeKind,
    StaffMessage,
    Suggestion,
    SuggestionSource,
    SuggestionStatus,
)

KINDS: dict[KnowledgeKind, str] = {
    "answer": N_("ответ"),
    "clinic": N_("организация"),
    "sign": N_("угроза жизни"),
    "step": N_("шаг сценария"),
}
STATUSES: dict[SuggestionStatus, str] = {
    "new": N_("новое"),
    "reviewed": N_("рассмотрено"),
    "accepted": N_("принято"),
    "declined": N_("отклонено"),
}
SOURCES: dict[SuggestionSource, str] = {
    "caller": N_("звонящий"),
    "colleague": N_("коллега"),
    "own": N_("своё"),
}
GIVEN = "✓"


# -- knowledge -----------------------------------------------------------------------


def knowledge_columns() -> tuple[Column, ...]:
    return (
        Column("", 1),
        Column(_("Нашлось")),
        Column(_("Тема"), 24, from_width=70),
        Column(_("Вид"), 12, from_width=90),
    )


def knowledge_rows(items: Sequence[KnowledgeItem], given: frozenset[str]) -> list[Row]:
    """``given``: ids of the answers that this card has already."""
    return [
        Row(
            item.id,
            (
                GIVEN if item.id in given else "!" if item.expired else "",
                item.title,
                item.topic_title,
                _(KINDS[item.kind]),
            ),
        )
        for item in items
    ]


def knowledge_text(item: KnowledgeItem | None) -> Content:
    """The whole answer, and how far it may be trusted."""
    if item is None:
        return Content("")
    source = f"{item.owner} · " + _("пересмотр до {date}").format(
        date=datetime.date.fromisoformat(item.review_by).strftime("%d.%m.%Y")
    )
    warning = _("Срок пересмотра прошёл: проверьте, прежде чем отвечать.") if item.expired else ""
    parts = [Content.styled(item.title, "bold")]
    if warning:
        parts.append(Content.styled(f"! {warning}", "$text-warning"))
    parts += [Content(item.text), Content(""), Content.styled(source, "$muted")]
    return Content("\n").join(parts)


def sign_found(item: KnowledgeItem, *, may_call: bool) -> Content:
    """What stands at a field in which a sign of an emergency is typed: the words to say in bold,
    as those of a script are."""
    head = Content.styled(f" {item.title} ", "bold $text-error on $error-muted")
    if may_call:
        words = _("{key} — вызвать").format(key=key("call.emergency"))
        head = Content.assemble(head, "  ", (words, "bold"))
    say, _line, more = item.text.partition("\n")
    parts = [head, Content.styled(say, "bold"), Content(more)]
    return Content("\n").join([part for part in parts if part.plain])


# -- words of the staff --------------------------------------------------------------


def message_columns() -> tuple[Column, ...]:
    return (
        Column("", 1),
        Column(_("Когда"), 11),
        Column(_("От кого"), 18),
        Column(_("Сообщение")),
    )


def message_rows(
    requests: Sequence[HelpRequest], messages: Sequence[StaffMessage], now: float
) -> list[Row]:
    """Open requests for help first; unread messages marked."""
    asked = [
        Row(
            f"help:{item.id}",
            ("!", wording.moment(item.at, now), item.name, wording.help_line(item)),
            "bold $text-warning",
        )
        for item in requests
    ]
    told = [
        Row(
            f"message:{item.id}",
            (
                "" if item.read_at is not None else "●",
                wording.moment(item.at, now),
                item.sender_name,
                item.text,
            ),
            "" if item.read_at is not None else "bold",
        )
        for item in messages
    ]
    return asked + told


# -- suggestions ---------------------------------------------------------------------


def suggestion_columns() -> tuple[Column, ...]:
    return (
        Column(_("№"), 4, right=True),
        Column(_("Когда"), 11),
        Column(_("Решение"), 11),
        Column(_("Предложение")),
        Column(_("Чьё"), 9, from_width=90),
    )


def suggestion_rows(items: Sequence[Suggestion], now: float) -> list[Row]:
    styles: dict[SuggestionStatus, str] = {"accepted": "$text-success", "new": "bold"}
    return [
        Row(
            str(item.id),
            (
                str(item.id),
                wording.moment(item.at, now),
                _(STATUSES[item.status]),
                item.text,
                _(SOURCES[item.source]),
            ),
            styles.get(item.status, ""),
        )
        for item in items
    ]


def suggestion_text(item: Suggestion | None) -> Content:
    if item is None:
        return Content("")
    parts = [Content(item.text), Content.styled(f"{_(STATUSES[item.status])}", "bold")]
    if item.answer:
        parts.append(Content(item.answer))
    return Content("\n").join(parts)
