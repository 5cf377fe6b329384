"""The desk of a clinic for tests of its screen, and the visits and cards that it sees."""

from __future__ import annotations

from typing import Any

import msgspec

from ekc_console.wire import card_work, messages
from ekc_console.wire.card_work import VisitInfo, Visits
from ekc_console.wire.messages import Contacts, FindContacts
from ekc_console.wire.side_work import HomeVisit
from ekc_console.wire.words import words
from tests.support.desk import HISTORY, ME, NOW, ScriptedDesk

HOUR_S = 3600.0
OVERDUE_S = 24 * HOUR_S
CLERK = msgspec.structs.replace(
    ME, id="city1", name="Регистратура № 1", role="clinic", state="offline", since=0.0, reason=""
)
_OPEN = (
    ("Сидорова Елена Павловна", "Тюмень, Садовая, 5, кв. 12", "+7 912 000-00-17", 49),
    ("Ёлкин Пётр Ильич", "Тюмень, Республики, 143, корп. 2, подъезд 4", "+7 3452 55-01-02", 25),
    ("Константинопольская Маргарита", "Ембаево, Новая, 1", "", 3),
)


def visit(index: int, name: str, address: str, number: str, hours: float) -> VisitInfo:
    contact = msgspec.structs.replace(
        HISTORY[0], call=f"v{index}", card=f"card-v{index}", person=name, number=number
    )
    return VisitInfo(
        visit=HomeVisit(
            at=NOW - hours * HOUR_S, card=contact.card, person=name, address=address,
            ordered_by="Петрова Мария",
        ),
        contact=contact,
    )  # fmt: skip


VISITS = tuple(visit(index, *row) for index, row in enumerate(_OPEN))
LATER = visit(9, "Уткина Зоя", "Тюмень, Мира, 7", "+7 912 000-00-99", 0)


class ScriptedClinic(ScriptedDesk):
    """``open_visits`` and ``found`` are what the server has."""

    person = CLERK

    def __init__(self, state_dir: Any) -> None:
        super().__init__(state_dir)
        self.old_card = msgspec.structs.replace(
            self.old_card, may_edit=False, may_link=False, why_not=words("card.read_only")
        )
        self.open_visits: tuple[VisitInfo, ...] = VISITS
        self.clinics: tuple[str, ...] = ("Поликлиника № 1",)

    async def log_in(self, login: str, password: str, new_password: str = "") -> None:
        await super().log_in(login, password, new_password)
        self.view.apply(messages.Snapshot(seq=1, entities=(self.person,)))
        self.on_view()

    async def _send(
        self, body: messages.Command, limit_s: float | None = None
    ) -> messages.Result | None:
        if isinstance(body, card_work.ListVisits) and type(body) not in self.refuse:
            self.commands.append(body)
            shown = self.open_visits
            return Visits(visits=shown, total=len(shown), overdue_s=OVERDUE_S)
        if isinstance(body, FindContacts) and type(body) not in self.refuse:
            self.commands.append(body)
            found = tuple(one for one in self.found if body.clinic in ("", one.clinic))
            return Contacts(contacts=found, clinics=self.clinics)
        return await super()._send(body, limit_s)
