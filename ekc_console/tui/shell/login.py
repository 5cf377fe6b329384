"""Login name and password; the server's address and its refusal in words."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Label

from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.shared import focus
from ekc_console.tui.shared.host import Host, host_of
from ekc_console.tui.shared.widgets.bars import KeyBar
from ekc_console.tui.shared.widgets.fields import TextField
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell import bars


class LoginScreen(Screen[None]):
    """Posts nothing: asks the app to log in."""

    def __init__(self, server: str, login: str, notice: str = "") -> None:
        """``notice``: why the operator is here again, e.g. the session has expired."""
        super().__init__()
        self._server = server
        self._login = login
        self._notice = notice

    @property
    def ekc(self) -> Host:
        return host_of(self)

    def compose(self) -> ComposeResult:
        with Vertical(id="login-box"):
            yield Label(_("Единый региональный контактный центр"), id="login-title")
            yield Label(_("Рабочее место оператора"), id="login-subtitle")
            yield Label(_("Сервер") + f"  {self._server}", id="login-server", markup=False)
            yield Label(_("Логин"), classes="login-label")
            yield TextField(self._login, id="login-name", max_length=64)
            yield Label(_("Пароль"), classes="login-label")
            yield TextField(password=True, id="login-password", max_length=256)
            yield Painted(id="login-message")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        first = "#login-password" if self._login else "#login-name"
        focus.give(self.query_one(first, Input))
        self._say(self._notice, wrong=bool(self._notice))
        if not self._notice:
            self._say(_("Enter — войти"), wrong=False)

    def paint(self) -> None:
        if self.is_mounted:
            self.query_one(KeyBar).paint(bars.key_bar(self.ekc.situation(), self.size.width))

    def on_resize(self) -> None:
        self.paint()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        name = self.query_one("#login-name", Input)
        password = self.query_one("#login-password", Input)
        if not name.value.strip():
            self._say(_("Введите логин."), wrong=True)
            focus.give(name)
        elif event.input is name and not password.value:
            focus.give(password)
        elif not password.value:
            self._say(_("Введите пароль."), wrong=True)
        else:
            self._say(_("Вход…"), wrong=False)
            self.ekc.log_in(name.value.strip(), password.value)

    def refused(self, error: EkcError) -> None:
        """The server did not let in, or was not found."""
        self._say(f"{error.message}\n{error.remedy}".strip(), wrong=True)
        password = self.query_one("#login-password", Input)
        password.value = ""

    def _say(self, text: str, *, wrong: bool) -> None:
        message = self.query_one("#login-message", Painted)
        message.set_class(wrong, "-error")
        message.paint(Content(text))
