"""What the actions about the work beside the phone do. Nothing here waits."""

from __future__ import annotations

from collections.abc import Callable

from ekc_console.client.desk import Desk
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.operator.actions.in_hand import while_call
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.keys.registry import key_line
from ekc_console.tui.shared.widgets.panels import UNBOUND, Bond, Prompt
from ekc_console.tui.shared.widgets.suggestion import SuggestionPanel
from ekc_console.tui.shared.widgets.whom import Whom, ask_whom
from ekc_console.wire.side_work import HelpRequest, SuggestionSource


class WorkActions:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.by_id: dict[str, Callable[[], None]] = {
            "knowledge.open": self.search,
            "help.ask": self.ask_help,
            "help.medic": self.ask_medic,
            "messages.open": self.messages,
            "messages.send": self.write_to_all,
            "suggestion.add": self.suggest,
            "suggestion.list": self.suggestions,
        }

    @property
    def _desk(self) -> Desk:
        return self._host.desk

    def search(self) -> None:
        from ekc_console.tui.operator.screens.knowledge import KnowledgeScreen
        from ekc_console.tui.operator.screens.operator import OperatorScreen

        desk = self._host.screen
        if isinstance(desk, OperatorScreen) and desk.search_in_place():
            return
        self._host.show_screen(KnowledgeScreen)

    # -- help ------------------------------------------------------------------------

    def _my_request(self) -> HelpRequest | None:
        me = self._desk.view.me
        requests = self._desk.view.help_requests
        return next((r for r in requests if me and r.login == me.id), None)

    def ask_help(self) -> None:
        request = self._my_request()
        if request is None:
            self._ask_with("", while_call(self._desk))
        elif request.medic:
            self._host.confirm(
                _("Снять вопрос медику?"),
                _("Медик его больше не увидит. Руководителя можно будет позвать после этого."),
                no=_("Не снимать"),
                yes=_("Снять вопрос"),
                then=lambda: self._cancel_help(_("Вопрос медику снят.")),
                bond=self._while_asked(request.id),
            )
        else:
            self._cancel_help(_("Просьба о помощи отменена."))

    def _cancel_help(self, told: str) -> None:
        self._host.work(
            "help.cancel", self._desk.work.cancel_help, lambda _r: self._host.tell("info", told)
        )

    def _while_asked(self, request: str) -> Bond:
        """Not when the answer has come meanwhile."""

        def holds() -> bool:
            now = self._my_request()
            return now is not None and now.id == request

        return Bond(holds, _("Вопрос снят: «{heading}»."))

    def _ask_with(self, text: str, bond: Bond) -> None:
        def ask(typed: str) -> None:
            self._host.work(
                "help.ask",
                lambda: self._desk.work.ask_help(typed),
                failed=lambda error: self._again(error, self._ask_with, typed, bond),
            )

        self._host.show_panel(
            Prompt(
                _("Позвать руководителя"),
                ask,
                hint=_("Enter — позвать, можно без слов. Он увидит ваш вызов и тему."),
                value=text,
                placeholder=_("Что случилось"),
            ),
            bond,
        )

    def ask_medic(self) -> None:
        self._ask_medic_with("", while_call(self._desk))

    def _ask_medic_with(self, text: str, bond: Bond) -> None:
        def ask(typed: str) -> None:
            self._host.work(
                "help.medic",
                lambda: self._desk.work.ask_help(typed, medic=True),
                failed=lambda error: self._again(error, self._ask_medic_with, typed, bond),
            )

        self._host.show_panel(
            Prompt(
                _("Спросить медика"),
                ask,
                hint=_(
                    "Enter — спросить. Увидят медики и руководитель, ответ придёт сообщением; "
                    "голосом — {key} и имя медика. Отменить — Ctrl+E."
                ).format(key=key_line("call.consult")),
                value=text,
                placeholder=_("Вопрос"),
            ),
            bond,
        )

    def _again(
        self, error: EkcError, ask: Callable[[str, Bond], None], text: str, bond: Bond = UNBOUND
    ) -> None:
        """What was typed comes back, for the call it was typed in: with that it goes."""
        self._host.tell_error(error)
        if not text.strip():
            return
        if bond.holds():
            ask(text, bond)
        else:
            gone = _("{why} Вызов уже другой, не отправлено: «{text}».")
            self._host.tell("warning", gone.format(why=error.message, text=text.strip()))

    # -- messages --------------------------------------------------------------------

    def messages(self) -> None:
        from ekc_console.tui.operator.screens.staff_messages import MessagesScreen

        self._host.show_screen(MessagesScreen)

    def write_to_all(self) -> None:
        ask_whom(self._host, None, self._write)

    def _write(self, whom: Whom, text: str = "") -> None:
        self._host.show_panel(
            Prompt(
                _("Написать: {name}").format(name=whom.name),
                lambda typed: self._send(whom, typed),
                hint=_("Enter — отправить. Сообщение останется, пока его не прочтут."),
                value=text,
            )
        )

    def _send(self, whom: Whom, text: str) -> None:
        if not text.strip():
            raise EkcError(_("Сообщение пустое."), _("Напишите его."))
        self._host.work(
            "messages.send",
            lambda: self._desk.work.send(text, team=whom.team),
            lambda _r: self._host.tell("info", _("Сообщение отправлено.")),
            lambda error: self._again(error, lambda again, _bond: self._write(whom, again), text),
        )

    # -- suggestions -----------------------------------------------------------------

    def suggest(self, text: str = "", source: SuggestionSource | None = None) -> None:
        first: SuggestionSource = "caller" if self._desk.view.call else "colleague"
        panel = SuggestionPanel(self._suggest, source or first, text)
        self._host.show_panel(panel, while_call(self._desk))

    def _suggest(self, text: str, source: SuggestionSource) -> None:
        if not text.strip():
            raise EkcError(_("Предложение пустое."), _("Напишите его в двух словах."))

        def failed(error: EkcError) -> None:
            """What was typed comes back."""
            self._host.tell_error(error)
            self.suggest(text, source)

        self._host.work(
            "suggestion.add",
            lambda: self._desk.work.suggest(text, source),
            self._suggested,
            failed,
        )

    def _suggested(self, added: object) -> None:
        number = getattr(added, "id", "")
        self._host.tell("info", _("Предложение № {n} записано.").format(n=number))

    def suggestions(self) -> None:
        from ekc_console.tui.operator.screens.staff_messages import SuggestionsScreen

        self._host.show_screen(SuggestionsScreen)
