"""The script: what to say now, and the caller's answer by one key or in a field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.css.scalar import Scalar
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets.input import Selection

from ekc_console.client.card import completion, unhelped
from ekc_console.client.card.facts import facts, is_medical
from ekc_console.domain.scenario import Field, Session
from ekc_console.domain.terms.localtime import day_of
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.tui.operator.present import script
from ekc_console.tui.operator.widgets.typed_sign import TypedSign
from ekc_console.tui.shared import focus
from ekc_console.tui.shared.keys.held import Unread
from ekc_console.tui.shared.keys.registry import key_name
from ekc_console.tui.shared.widgets.choices import HOT_KEYS, Choice, Choices
from ekc_console.tui.shared.widgets.emergency import EmergencyPanel
from ekc_console.tui.shared.widgets.fields import TextField
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.pane import Pane
from ekc_console.tui.shared.widgets.unbroken import Unbroken
from ekc_console.tui.shell.frame import Frame
from ekc_console.wire.side_work import Caller

DAYS: dict[str, str] = {
    "past": N_("вчера, с понедельника, 3 дня назад, 5 мая"),
    "future": N_("завтра, в пятницу, 5 мая"),
    "birth": N_("12.03.1985 или 120385"),
}
"""Placeholders of a date by the side of today that it lies on."""


HEADING_LINES = 2
FIELD_LINES = 6
"""Label, frame and remark of the field, with the line above them."""
CHOICE_KEY = 6
"""Columns for the digit of an answer and its margins."""
TINY_FIELD_LINES = 2
"""In a window of a few lines: label and field."""
LEAST_TEXT = 2
"""Lines of the text, whatever is below it."""


class ScriptText(VerticalScroll):
    """A stop of Tab where the text is longer than its room, or nothing else takes the keys."""

    alone = True

    def allow_focus(self) -> bool:
        return super().allow_focus() and (self.alone or self.max_scroll_y > 0)


class StepChoices(Choices):
    """Left goes back one step. A digit marks nothing: one that is refused leaves no answer there
    for the next Enter to take."""

    marks_picked = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "app.perform('script.back')", show=False)
    ]


class ScriptPane(Pane):
    """While a field is typed in, the arrows walk what it may be completed with."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "complete(1)", show=False),
        Binding("up", "complete(-1)", show=False),
    ]
    slug = "script"
    heading = N_("Сценарий")
    about = N_(
        "Что сказать и что ответил звонящий. Цифра — ответ из списка, Enter — записать поле "
        "или «Далее», стрелка влево — шаг назад. Внизу — пройденные шаги."
    )

    def compose(self) -> ComposeResult:
        yield Painted(id="script-heading")
        with ScriptText(id="script-scroll"):
            yield Unbroken(id="script-text")
        yield Painted(id="script-label")
        yield TextField(id="script-input")
        yield Painted(id="script-error", classes="-error")
        yield TypedSign(id="script-sign")  # above what may be as long as all that is pasted
        yield Painted(id="script-remark")
        completions = Choices(id="script-completions")
        completions.can_focus = False
        yield completions
        yield StepChoices(id="script-choices")
        yield Painted(id="script-path")

    def on_mount(self) -> None:
        self.unread = Unread()
        self._field: Field | None = None
        """The one that is typed now."""
        self._seen: tuple[str, int] | None = None
        """Step and place in the path that the field was last filled for."""

    # -- what is shown -----------------------------------------------------------

    def paint(self, names: frozenset[str]) -> None:
        if not names & {"card", "view", "panel"}:
            return
        desk = self.ekc.desk.card_desk
        session = desk.session
        if session is None:
            self._paint_empty(desk.error)
            return
        heading = self.query_one("#script-heading", Painted)
        heading.display = not self._tiny
        heading.paint(script.heading(session, heading.size.width or self.size.width))
        self.query_one("#script-text", Painted).paint(
            script.text(
                session,
                self.ekc.desk.work.directory.signs,
                medical=is_medical(self.ekc.desk.view.me),
                saved=bool(desk.card and desk.card.state == "saved" and not desk.unsaved),
                keys=self._call_keys,
            )
        )
        self._paint_answer(session)
        self._watch_for_signs()
        most = 8 if self.screen.size.height >= 36 else 3
        path = self.query_one("#script-path", Painted)
        path.paint(script.path_lines(session, most, path.size.width or self.size.width))
        self._keep_focus()

    @property
    def _tiny(self) -> bool:
        return self.screen.has_class("-tiny")

    @property
    def _call_keys(self) -> dict[str, str]:
        panel = self.screen.tray.panel if isinstance(self.screen, Frame) else None
        asked = isinstance(panel, EmergencyPanel) and panel.calls
        return script.call_keys(facts(self.ekc.desk.view.call), self._services, asked=asked)

    @property
    def _services(self) -> Sequence[str]:
        welcome = self.ekc.desk.welcome
        return (welcome.emergencies if welcome else ()) or (script.FIRST_CALLED,)

    def _paint_empty(self, error: str) -> None:
        self._seen = None
        self._show(None, with_choices=False)
        self._watch_for_signs()
        self._say_error(error)
        self.query_one("#script-heading", Painted).display = False
        text = "" if error else script.without(self.ekc.desk.view.me)
        self.query_one("#script-text", Painted).paint(Content.styled(text, "$muted"))
        self.query_one("#script-path", Painted).paint(Content(""))
        self._keep_focus()

    def _paint_answer(self, session: Session) -> None:
        state = session.state
        field = script.asked_field(session)
        choices = script.choices(session, medical=is_medical(self.ekc.desk.view.me))
        self._show(field, with_choices=bool(choices))
        offered = self.query_one(StepChoices)
        offered.show(choices)
        self._leave_room(field, choices)
        here = (f"{state.scenario}/{state.step}", state.position)
        if self._seen == here:
            return
        before, self._seen = self._seen, here
        self.unread.shown()
        if before is not None and not before[0].startswith(f"{unhelped.EMERGENCY_SCRIPT}/"):
            self._offer_help(session)
        offered.highlighted = marked = script.marked(session.step, choices)
        offered.seeks = marked is not None
        self._say_error("")
        self.query_one("#script-scroll", VerticalScroll).scroll_home(animate=False)
        if field is not None:
            answered = bool(state.path and state.path[state.position].value)
            self._fill(field, session.fields.get(field.name, ""), answered=answered)

    def _offer_help(self, session: Session) -> None:
        """Who comes to the script that calls for help finds its question open: no key of it is to
        be remembered."""
        if service := unhelped.to_call(session, self.ekc.desk.view.call):
            self.call_later(self.ekc.calls.call_emergency, service)

    def _leave_room(self, field: Field | None, choices: list[Choice]) -> None:
        """A long text scrolls, so that every answer of a step is in sight."""
        if not self.size.height:
            return  # not laid out yet
        tiny = self._tiny
        heading, frame = (0, TINY_FIELD_LINES) if tiny else (HEADING_LINES, FIELD_LINES)
        below = frame + self._sign.lines(self.size.width) if field is not None else 0
        if choices:
            width = max(1, self.size.width - CHOICE_KEY)
            below += (not tiny) + sum(-(-len(choice.label) // width) for choice in choices)
            if tiny:
                below = min(below, self.size.height // 2)  # which is all that they get
        lines = max(LEAST_TEXT, self.size.height - heading - below)
        scroll = self.query_one("#script-scroll")
        if scroll.styles.max_height != Scalar.from_number(lines):
            scroll.styles.max_height = lines

    def _fill(self, field: Field, value: str, *, answered: bool) -> None:
        """What was not answered here but is known from elsewhere is replaced by the first letter:
        a surname would be glued to the name of before."""
        mark = "" if field.required else "  " + _("можно пропустить: Enter")
        label = Content.assemble((field.label, "bold"), (mark, "$muted"))
        self.query_one("#script-label", Painted).paint(label)
        desk = self.ekc.desk
        typed = self.query_one("#script-input", Input)
        example = DAYS.get(field.when) or script.EXAMPLES.get(field.type, "")
        typed.placeholder = _(example)
        kept = desk.typed.text(desk.card_desk.card_id, self._place)
        typed.value = kept or field.show(value)
        end = len(typed.value)
        typed.selection = Selection(end if kept or answered else 0, end)

    def _show(self, field: Field | None, *, with_choices: bool) -> None:
        if field != self._field:
            self._field = field
            self._help_typing("")
        self.query_one("#script-label").display = field is not None
        self.query_one("#script-input").display = field is not None
        self.query_one(StepChoices).display = with_choices
        self.query_one(ScriptText).alone = field is None and not with_choices

    def _say_error(self, text: str) -> None:
        error = self.query_one("#script-error", Painted)
        error.display = bool(text)
        error.paint(Content(text))

    # -- signs of an emergency -----------------------------------------------------

    @property
    def _sign(self) -> TypedSign:
        return self.query_one("#script-sign", TypedSign)

    def _watch_for_signs(self) -> None:
        """In what is written freely."""
        free = self._field is not None and self._field.type == "text"
        typed = self.query_one("#script-input", Input).value if free else ""
        self._sign.judge(typed)

    def on_typed_sign_changed(self, event: TypedSign.Changed) -> None:
        event.stop()
        if session := self.ekc.desk.card_desk.session:
            self._leave_room(
                self._field, script.choices(session, medical=is_medical(self.ekc.desk.view.me))
            )

    # -- completion --------------------------------------------------------------

    @property
    def _completions(self) -> Choices:
        return self.query_one("#script-completions", Choices)

    def _help_typing(self, typed: str) -> None:
        """What the text so far means, and what it may become."""
        offered, remark = self._completions, self.query_one("#script-remark", Painted)
        field, session = self._field, self.ekc.desk.card_desk.session
        found: list[Choice] = []
        said = ""
        if field is not None and session is not None:
            call, directory = self.ekc.desk.view.call, self.ekc.desk.work.directory
            today = day_of(self.ekc.desk.now(), self.ekc.desk.zone)
            items = completion.completions(
                field, typed, session=session, caller=call.caller if call else Caller(),
                directory=directory, today=today,
            )  # fmt: skip
            found = [Choice(item.text, item.text, note=item.note) for item in items]
            said = completion.remark(field, typed, today, directory)
            now = self.ekc.desk.now()
            said = said or script.understood(session.scenario, field.name, typed, now)
            said = said or self.query_one("#script-input", TextField).beyond
        offered.show(found)
        offered.highlighted = None
        offered.display = bool(found)
        remark.display = bool(said)
        remark.paint(Content.styled(said, "$muted"))

    def action_complete(self, by: int) -> None:
        """Up from the first one is back to what was typed."""
        offered = self._completions
        if not offered.display or not self.query_one("#script-input").has_focus:
            return
        at = -1 if offered.highlighted is None else offered.highlighted
        at = max(-1, min(at + by, len(offered.choices) - 1))
        offered.highlighted = None if at < 0 else at

    # -- focus -------------------------------------------------------------------

    @property
    def first(self) -> Widget:
        for widget in (self.query_one("#script-input"), self.query_one(StepChoices)):
            if widget.display:
                return widget
        return self.query_one("#script-scroll")

    def _keep_focus(self) -> None:
        """The next question takes the focus if it was in this pane; at once, because hiding what
        has the focus would move it elsewhere."""
        target = self.first
        if self.has_focus_within and not target.has_focus:
            focus.give(target)

    # -- answers -----------------------------------------------------------------

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._refuses("enter"):
            return
        offered = self._completions
        taken = None if offered.highlighted is None else offered.choices[offered.highlighted].value
        self._answer(taken or event.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._say_error("")
        self._help_typing(event.value)
        self._watch_for_signs()
        if event.value == event.input.value:  # else the field is another step's meanwhile
            self._keep_typed(event.value)

    @property
    def _place(self) -> str:
        """Scenario and step that are shown."""
        return self._seen[0] if self._seen else ""

    def _keep_typed(self, text: str) -> None:
        """What is no answer yet; the answer itself stands in the card."""
        desk, field = self.ekc.desk, self._field
        session = desk.card_desk.session
        if field is not None and session is not None:
            answer = field.show(session.fields.get(field.name, ""))
            desk.typed.keep(desk.card_desk.card_id, self._place, "" if text == answer else text)

    def on_choices_picked(self, event: Choices.Picked) -> None:
        event.stop()
        if self._refuses(event.key):
            return
        if event.value == script.PROCEED:
            self.attempt(self.ekc.desk.card_desk.proceed)
        else:
            self._answer(event.value)

    def heard(self, key: str) -> None:
        """A key is pressed, wherever it goes."""
        self.unread.released(HOT_KEYS.get(key, key))

    def _refuses(self, key: str) -> bool:
        """The key may not be meant for the question that is asked now, which is said."""
        if not self.unread.refuses(key):
            return False
        self.ekc.tell(
            "info",
            _("«{key}» ещё раз так скоро не принято: нажмите снова.").format(key=key_name(key)),
        )
        return True

    def _answer(self, value: str) -> None:
        card, place = self.ekc.desk.card_desk.card_id, self._place
        asked = self.ekc.desk.card_desk.step
        if self.attempt(lambda: self.ekc.desk.card_desk.answer(value)):
            self.ekc.desk.typed.keep(card, place, "")
            if self.ekc.desk.card_desk.step is asked:
                self._say_not_dialled()

    def _say_not_dialled(self) -> None:
        """The answer says that a service is called, and the line knows of no call: the question
        stays."""
        session, call = self.ekc.desk.card_desk.session, self.ekc.desk.view.call
        service = unhelped.to_call(session, call) if session else ""
        if keys := self._call_keys.get(f"call_{service}"):
            text = _("Программа ещё никого не набирала. Вызвать {number} — {keys}.")
            self._say_error(text.format(number=service, keys=keys))

    def attempt(self, step: Callable[[], None]) -> bool:
        """Do a step of the script now; False: it was refused, which is said beside the answer."""
        try:
            step()
        except EkcError as error:
            self._say_error(error.in_one_line)
            return False
        return True

    def pick(self, hot_key: str) -> bool:
        """A digit pressed elsewhere on the screen. False: not a choice of this step."""
        return self.query_one(StepChoices).display and self.query_one(StepChoices).pick(hot_key)
