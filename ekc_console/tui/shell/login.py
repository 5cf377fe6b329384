"""Login name and password; the server's address and its refusal in words."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Label

from ekc_console.client.link.login import ChoosePassword
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
            yield Label(_(self.ekc.workplace), id="login-subtitle")
            yield Label(_("Сервер") + f"  {self._server}", id="login-server", markup=False)
            with Vertical(id="login-given"):
                yield Label(_("Логин"), classes="login-label")
                yield TextField(self._login, id="login-name", max_length=64)
                yield Label(_("Пароль"), classes="login-label")
                yield TextField(password=True, id="login-password", max_length=256)
            with Vertical(id="login-choice"):
                yield Label(_("Новый пароль"), classes="login-label")
                yield TextField(password=True, id="login-new", max_length=256)
                yield Label(_("Ещё раз"), classes="login-label")
                yield TextField(password=True, id="login-again", max_length=256)
            yield Painted(id="login-message")
            yield Label(
                _("Нет логина или забыт пароль: администратор даст код, его — вместо пароля."),
                id="login-whom",
            )
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self._ask_for_choice(False)
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
        elif self._choosing:
            self._choose(name.value.strip(), password.value)
        else:
            self._say(_("Вход…"), wrong=False)
            self.ekc.log_in(name.value.strip(), password.value)

    def _ask_for_choice(self, choice: bool) -> None:
        """For a new password, twice; or for login and password."""
        self.query_one("#login-given").display = not choice
        self.query_one("#login-choice").display = choice

    @property
    def _choosing(self) -> bool:
        return bool(self.query_one("#login-choice").display)

    def _choose(self, login: str, code: str) -> None:
        """A password in the place of the one-time code, typed twice."""
        new, again = (self.query_one(f"#login-{name}", Input) for name in ("new", "again"))
        if not new.value:
            self._say(_("Введите новый пароль."), wrong=True)
            focus.give(new)
        elif not again.value:
            self._say(_("Наберите новый пароль ещё раз."), wrong=False)
            focus.give(again)
        elif again.value != new.value:
            self._say(_("Пароли разные: наберите новый ещё раз."), wrong=True)
            new.value = again.value = ""
            focus.give(new)
        else:
            self._say(_("Вход…"), wrong=False)
            self.ekc.log_in(login, code, new.value)

    def refused(self, error: EkcError) -> None:
        """The server did not let in, was not found, or wants a password to be chosen."""
        choose, again = isinstance(error, ChoosePassword), self._choosing
        self._say(f"{error.message}\n{error.remedy}".strip(), wrong=again or not choose)
        self._ask_for_choice(choose)
        for name in ("new", "again") if choose else ("password",):
            self.query_one(f"#login-{name}", Input).value = ""
        focus.give(self.query_one("#login-new" if choose else "#login-password", Input))

    def _say(self, text: str, *, wrong: bool) -> None:
        message = self.query_one("#login-message", Painted)
        message.set_class(wrong, "-error")
        message.paint(Content(text))
