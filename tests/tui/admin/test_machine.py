"""The state of the machine on the administrator's screen."""

from __future__ import annotations

from ekc_console.tui.admin.face import AdminFace
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shell.app import EkcApp
from tests.tui.steps import log_in, press, shown


async def test_what_is_not_in_order_stands_first_with_what_to_do(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "tab", "tab", "tab")
        rows = [tuple(row.cells) for row in app.screen.query_one("#machine", LineTable).rows]
        assert [row[1][0] for row in rows[:4]] == ["▲", "!", "!", " "]
        assert rows[0][:2] == ("Внешняя линия · spare", "▲ не работает")
        assert "trunks в настройках" in rows[0][4]
        assert "9 ГБ" in rows[1][3]
        assert "не в порядке: 3" in str(app.screen.query_one("#pane-machine").border_title)
        assert "Что сделать: Проверьте сеть" in shown(pilot, "#machine-detail")
        told = AdminFace().sentences(app)["machine"]
        assert "Внешняя линия · spare — Не зарегистрирована" in told
