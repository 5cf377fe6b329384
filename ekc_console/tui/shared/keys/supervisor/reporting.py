"""What may be done with a key on a report. Letters: no field is there that would take them."""

from __future__ import annotations

from ekc_console.domain.terms.rights import having
from ekc_console.i18n import N_
from ekc_console.tui.shared.keys.action import Action

_WATCHERS = having("watch")

REPORTING: tuple[Action, ...] = (
    Action(
        "report.open", (), N_("Вызовы"),
        N_("Вызовы, из которых сложилась строка; оттуда — что было с каждым"),
        "report", "reporting", rank=2, roles=_WATCHERS, shown_key="Enter",
    ),
    Action(
        "report.stop", ("x",), N_("Остановить"),
        N_("Остановить отчёт, который считается (или Esc)"),
        "report", "report_running", rank=1, roles=_WATCHERS,
    ),
    Action(
        "report.period", ("p",), N_("Период"),
        N_("За какое время: вчера, прошлый месяц, 2026-11, 01.11.2026..28.11.2026"),
        "report", "reporting", rank=1, roles=_WATCHERS,
    ),
    Action(
        "report.by", ("b",), N_("Строки"),
        N_("Строка на каждую очередь, оператора, тему, номер — или общая"),
        "report", "reporting", rank=2, roles=_WATCHERS,
    ),
    Action(
        "report.every", ("i",), N_("Части"),
        N_("Строка на каждый получас, час, день, неделю, месяц — или за всё время"),
        "report", "reporting", rank=3, roles=_WATCHERS,
    ),
    Action(
        "report.filter", ("f",), N_("Отбор"),
        N_("Только эти вызовы: очередь, оператор, тема, чем кончилось"),
        "report", "reporting", rank=4, roles=_WATCHERS,
    ),
    Action(
        "report.against", ("c",), N_("Сравнить"),
        N_("Рядом — время перед тем, год назад, ничего: по кругу"),
        "report", "reporting", rank=3, roles=_WATCHERS,
    ),
    Action(
        "report.figures", ("n",), N_("Показатели"),
        N_("Какие показатели: обычные, уровень, время, люди, все"),
        "report", "reporting", rank=6, roles=_WATCHERS,
    ),
    Action(
        "report.figure", (), N_("Показатель"),
        N_("Следующий показатель: его формула под таблицей, его график, его сравнение"),
        "report", "reporting", rank=5, roles=_WATCHERS, shown_key="← →",
    ),
    Action(
        "report.plot", ("g",), N_("График"),
        N_("График показателя по частям времени; ещё раз — убрать"),
        "report", "reporting", rank=5, roles=_WATCHERS,
    ),
    Action(
        "report.export", ("e",), N_("Выгрузить"),
        N_("Записать отчёт в папку: CSV, XLSX или JSON"),
        "report", "report_over", rank=3, roles=having("export"),
    ),
    Action(
        "report.views", ("v",), N_("Виды"),
        N_("Открыть сохранённый вид"), "report", "reporting", rank=6, roles=_WATCHERS,
    ),
    Action(
        "report.save_view", ("s",), N_("Сохранить вид"),
        N_("Сохранить под именем то, что выбрано: период, строки, отбор, показатели"),
        "report", "reporting", rank=7, roles=_WATCHERS,
    ),
    Action(
        "report.drop_view", ("d",), N_("Удалить вид"),
        N_("Удалить сохранённый вид"), "report", "reporting", rank=8, roles=_WATCHERS,
    ),
    Action(
        "report.undo", ("ctrl+z",), N_("Вернуть вид"),
        N_("Вернуть вид, который только что удалён"),
        "report", "report_undoable", True, rank=2, roles=_WATCHERS,
    ),
    Action(
        "report.again", ("r",), N_("Снова"),
        N_("Построить отчёт снова по нынешним данным"),
        "report", "reporting", rank=7, roles=_WATCHERS,
    ),
)  # fmt: skip
