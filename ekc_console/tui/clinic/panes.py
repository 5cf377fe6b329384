"""The two lists of a clinic's desk."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widget import Widget

from ekc_console.client.clinic_lists import ClinicLists
from ekc_console.client.words.zone import zone
from ekc_console.domain.terms.localtime import said
from ekc_console.i18n import N_, _
from ekc_console.tui.clinic import present
from ekc_console.tui.operator.present import registers
from ekc_console.tui.shared.keys.registry import key
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.pane import Pane
from ekc_console.wire.card_work import VisitInfo
from ekc_console.wire.messages import Contact

MARGIN = 6
"""Columns of the screen that hold no text."""


class ClinicPane(Pane):
    """``wanted``: words that the rows hold."""

    find_title = ""
    """Russian; asks for the words."""

    def __init__(self, lists: ClinicLists) -> None:
        super().__init__()
        self.lists = lists

    @property
    def wanted(self) -> str:
        raise NotImplementedError

    @property
    def table(self) -> LineTable:
        return self.query_one(LineTable)

    @property
    def first(self) -> Widget:
        return self.table

    @property
    def contact(self) -> Contact | None:
        """Under the cursor."""
        raise NotImplementedError

    @property
    def nothing_left(self) -> str:
        """Said where the words or the clinic leave no row."""
        if self.lists.clinic:
            return _("У этой клиники ничего: {key} — выбрать другую или все.").format(
                key=key("clinic.clinic")
            )
        return _("Ничего не подходит: / и пустая строка — показать все.")

    def say_age(self, *keys: str) -> None:
        """In the lower edge: what narrows the list, what the keys do, how old it is."""
        at = self.lists.at
        age = [] if at is None else [_("на {time}").format(time=said(at, zone(), "%H:%M"))]
        wanted = [f"/ {self.wanted}"] if self.wanted else []
        clinic = [self.lists.clinic] if self.lists.clinic else []
        text = " · ".join([*clinic, *wanted, *keys, *age])
        if text != (self.border_subtitle or ""):
            self.border_subtitle = text


class VisitsPane(ClinicPane):
    slug = "visits"
    heading = N_("Вызовы врача")
    about = N_(
        "Открытые вызовы врача на дом вашей клиники, новые сверху: «+» — пришёл, пока вы смотрели, "
        "«!» — просрочен. Enter — карточка, Delete — закрыть: врач был или вызов отменён. / — "
        "оставить строки с этими словами. Список обновляется сам раз в минуту."
    )
    find_title = N_("Найти вызов врача")

    def __init__(self, lists: ClinicLists) -> None:
        super().__init__(lists)
        self._wanted = ""

    def compose(self) -> ComposeResult:
        yield LineTable(present.visit_columns(False), _("Загружаются…"), id="clinic-visits")
        yield Painted(id="clinic-visit")

    @property
    def wanted(self) -> str:
        return self._wanted

    def narrow(self, text: str) -> None:
        self._wanted = text
        self.paint(frozenset())

    @property
    def selected(self) -> VisitInfo | None:
        card = self.table.selected_key if self.is_mounted else None
        known = self.lists.visits.visits if self.lists.visits else ()
        return next((item for item in known if item.visit.card == card), None)

    @property
    def contact(self) -> Contact | None:
        return self.selected.contact if self.selected else None

    def paint(self, names: frozenset[str]) -> None:
        visits = self.lists.visits
        if not self.is_mounted or visits is None:
            return
        now = self.ekc.desk.now()
        found, several = present.listed(visits, self._wanted), self.lists.several
        shown = [item for item in found if self.lists.shows(item.contact)]
        self.table.set_columns(present.visit_columns(several))
        self.table.set_empty(
            self.nothing_left
            if self._wanted or self.lists.clinic
            else _("Открытых вызовов врача нет. Новый появится здесь сам.")
        )
        self.table.show_rows(
            present.visit_rows(visits, shown, self.lists.new, now, several=several)
        )
        count = present.visits_title(visits, len(self.lists.new), now)
        self.set_title(f"{_(self.heading)} · {count}" if visits.visits else _(self.heading))
        self.say_age(_("Delete — закрыть"), _("Tab — обращения"))
        self.paint_selected()

    def paint_selected(self) -> None:
        text = registers.visit_text(self.selected, self.size.width - MARGIN)
        self.query_one("#clinic-visit", Painted).paint(text)


class CardsPane(ClinicPane):
    slug = "cards"
    heading = N_("Обращения")
    about = N_(
        "Карточки, в которых названа ваша клиника, новые сверху. Enter — открыть. / — найти среди "
        "всех по имени или номеру; пусто — снова последние."
    )
    find_title = N_("Найти обращение")

    def compose(self) -> ComposeResult:
        yield LineTable(present.card_columns(False), _("Загружаются…"), id="clinic-cards")

    @property
    def wanted(self) -> str:
        return self.lists.wanted

    @property
    def contact(self) -> Contact | None:
        card = self.table.selected_key if self.is_mounted else None
        return next((one for one in self.lists.cards or () if one.card == card), None)

    def paint(self, names: frozenset[str]) -> None:
        cards, several = self.lists.cards, self.lists.several
        if not self.is_mounted or cards is None:
            return
        cards = tuple(filter(self.lists.shows, cards))
        self.table.set_columns(present.card_columns(several))
        self.table.set_empty(
            self.nothing_left
            if self.wanted or self.lists.clinic
            else _("Обращений, в которых названа ваша клиника, ещё не было.")
        )
        self.table.show_rows(present.card_rows(cards, self.ekc.desk.now(), several=several))
        self.set_title(f"{_(self.heading)} · {len(cards)}" if cards else _(self.heading))
        self.say_age(_("Enter — открыть"), _("Tab — вызовы врача"))
