"""The operator's script as texts and choices: one step, the way to it, the fields so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content

from ekc_console.domain.scenario import (
    CALLS,
    Ask,
    Choose,
    Do,
    End,
    Field,
    GoTo,
    Say,
    Scenario,
    Session,
    Step,
    ToQueue,
)
from ekc_console.domain.scenario.moments import is_clock_time
from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.keys.registry import key
from ekc_console.tui.shared.widgets.choices import DIGITS, Choice
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.wire.messages import Me
from ekc_console.wire.side_work import SignInfo

FIRST_CALLED = "103"
"""The service that the key of an emergency calls."""
PROCEED = "→"
"""Value of the one choice that goes on; no key of an option."""

NO_SCRIPT = N_("Сценарий появится вместе с вызовом.")
EXAMPLES: dict[str, str] = {
    "person": N_("Иванова Анна Петровна"),
    "date": N_("12.03.1985, 5 мая, завтра, в пятницу"),
    "phone": N_("+7 912 345-67-89"),
    "address": N_("Тюмень, Садовая, 5, кв. 12"),
    "snils": N_("11 цифр"),
    "oms": N_("16 цифр"),
    "number": N_("цифрами"),
    "clinic": N_("начните печатать название"),
    "specialty": N_("начните печатать: терапевт, хирург…"),
    "text": "",
}
"""Placeholders by field type."""


def without(me: Me | None) -> str:
    """What stands in place of a script, by the operator's own state."""
    if me is not None and me.state in ("break", "not_responding"):
        return _("Вызовы вам сейчас не предлагаются. Принимать вызовы — {key}.").format(
            key=key("state.ready")
        )
    return _(NO_SCRIPT)


def heading(session: Session, width: int) -> Content:
    """A title that is too long gives way to the place in the script."""
    done, total = session.progress
    place = (
        _("пройден")
        if session.finished
        else _("шаг {n} из {total}").format(n=done + 1, total=max(total, done + 1))
    )
    title = Content(session.scenario.title)
    if width:
        title = title.truncate(max(1, width - len(place) - 3), ellipsis=True)
    return Content.assemble(title.stylize("bold"), (f"   {place}", "$muted"))


def call_keys(
    known: Mapping[str, str], numbers: Sequence[str], *, asked: bool = False
) -> dict[str, str]:
    """What is to be pressed for each service, by the names of ``CALLS``; by the facts that are
    ``known`` of the call none for the one that rings or is on the line. ``numbers`` as the
    question before the call has them; ``asked``: it is open, and its key does nothing more."""
    keys = {}
    for name, fact in CALLS.items():
        if known.get(fact) not in ("ringing", "answered"):
            service = fact.removeprefix("state_")
            keys[name] = key("call.emergency")
            if service in numbers:
                digit = numbers.index(service) + 1
                if asked:
                    keys[name] = str(digit)
                else:
                    keys[name] = _("{key}, затем {digit}").format(key=keys[name], digit=digit)
    return keys


def text(
    session: Session,
    signs: Sequence[SignInfo] = (),
    *,
    medical: bool = True,
    keys: Mapping[str, str] | None = None,
    saved: bool = False,
) -> Content:
    """What to say, in bold; below it what to do, and what to know or what comes now. ``signs``
    stand beside a step that wants them. Without the right (``medical``) what a medic says is not
    there to be read out. ``keys``: as :func:`call_keys` has them; ``saved``: the card is, with
    all that is in it."""
    if isinstance(session.step, Say) and session.step.only and not medical:
        return Content("\n\n").join(
            [
                Content.styled(ask_a_medic(), "bold"),
                Content.styled(
                    _("Скажите абоненту то, что ответил медик, и идите дальше."), "$muted"
                ),
            ]
        )
    words = session.step.voice.render("operator", session.fields).strip()
    task = session.text("operator", keys).strip()
    parts = [Content.styled(words, "bold")]
    if task and task != words:
        parts.append(Content.assemble((_("Сделайте:") + " ", "$muted"), task))
    if session.step.signs and signs:
        # An empty line before them would put the last of them out of a small terminal's sight.
        parts[-1] = Content("\n").join([parts[-1], _signs(signs)])
    parts.append(Content.styled(_note(session, saved=saved), "$muted"))
    return Content("\n\n").join([part for part in parts if part.plain])


def _signs(signs: Sequence[SignInfo]) -> Content:
    """Those of each service in one paragraph, after its number and the key that calls it. Bold
    marks where each begins, without colours too."""
    services = dict.fromkeys(sign.call for sign in signs)
    return Content("\n").join(
        Content.assemble(
            (f" {service} ", "bold reverse"),
            f" {key('call.emergency')}  " if service == FIRST_CALLED else "  ",
            Content(" · ").join(_sign(sign.looks) for sign in signs if sign.call == service),
        )
        for service in services
    )


def _sign(looks: str) -> Content:
    first, comma, more = looks.partition(",")
    return Content.assemble((first, "bold"), comma + more)


def _note(session: Session, *, saved: bool) -> str:
    step = session.step
    if isinstance(step, End) and (wish := _not_understood(session, step)):
        return _(
            "Время «{text}» не понято: не обещайте его. Запишите «через час», «в 18:30» или "
            "«завтра утром»."
        ).format(text=wish)
    if isinstance(step, End) and saved:
        return _("Сценарий пройден, карточка сохранена.")
    if isinstance(step, End):
        return _("Сценарий пройден. Проверьте карточку и сохраните её: {key}.").format(
            key=key("card.save")
        )
    if isinstance(step, Do):
        return _action(step)
    return step.hint


def _not_understood(session: Session, end: End) -> str:
    """When the person wants to be called, in words of which no time can be made."""
    script = session.scenario
    if script.unsettled.get(end.disposition) != "later":
        return ""
    wish = session.fields.get(script.needs.get(end.disposition, ""), "")
    return "" if is_clock_time(wish) else wish


def _action(step: Do) -> str:
    match step.action:
        case ToQueue():
            return _("Сценарий передаёт вызов в другую очередь.")
        case GoTo():
            return _("Открывается следующий сценарий…")
        case _:
            return _("Сценарий завершает вызов: попрощайтесь и нажмите {key}.").format(
                key=key("call.hang_up")
            )


def asked_field(session: Session) -> Field | None:
    """The field that is typed at this step; None when the answer is a choice or there is none."""
    step = session.step
    if not isinstance(step, Ask):
        return None
    field = session.scenario.fields[step.field]
    return None if field.type in ("choice", "yes_no") else field


def understood(script: Scenario | None, name: str, typed: str, now: float) -> str:
    """Of a field that says when to call: what is made of the text so far."""
    return wording.wish(typed, now) if script is not None and name in script.later else ""


def ask_a_medic() -> str:
    return _("Спросите медика: {key}").format(key=key("help.medic"))


def choices(session: Session, *, medical: bool = True) -> list[Choice]:
    """Answers of this step with their keys; empty at a typed field and at the end. One that is a
    medic's stands there for others as a word that a medic is to be asked."""
    step = session.step
    if isinstance(step, Choose):
        before = session.state.path[session.state.position].value
        return [
            Choice(
                option.key,
                option.label if medical or not option.only else ask_a_medic(),
                option.key,
                option.key == before,
            )
            for option in step.options
        ]
    if isinstance(step, Ask):
        field = session.scenario.fields[step.field]
        return _field_choices(field, session.fields.get(field.name, ""))
    if isinstance(step, Say) or (isinstance(step, Do) and not step.leaves):
        return [Choice(PROCEED, _("Далее"), "", note="Enter")]
    return []


def _field_choices(field: Field, value: str) -> list[Choice]:
    if field.type == "yes_no":
        answers: Mapping[str, str] = {"yes": _("да"), "no": _("нет")}
    elif field.type == "choice":
        answers = field.choices
    else:
        return []
    return numbered(answers, value)


def numbered(titles: Mapping[str, str], chosen: str = "") -> list[Choice]:
    """Code to title as choices; the first ten have a digit."""
    return [
        Choice(code, title, DIGITS[index] if index < len(DIGITS) else "", code == chosen)
        for index, (code, title) in enumerate(titles.items())
    ]


def marked(step: Step, offered: Sequence[Choice]) -> int | None:
    """The answer that Enter alone takes when the step is entered: the one given before, else the
    first; None where the answer has to be picked."""
    given = next((index for index, choice in enumerate(offered) if choice.chosen), None)
    if given is None and offered and not (isinstance(step, Choose) and step.deliberate):
        return 0
    return given


def step_title(step: Step) -> str:
    return step.title or step.id


def path(session: Session) -> list[tuple[str, str, str]]:
    """Step id, title and given answer of every step seen, in order."""
    return [
        (
            item.step,
            step_title(session.scenario.steps[item.step]),
            _answer(session, item.step, item.value),
        )
        for item in session.state.path
    ]


def _answer(session: Session, name: str, value: str) -> str:
    step = session.scenario.steps[name]
    if isinstance(step, Choose):
        option = step.option(value) if value else None
        return option.label if option else ""
    if isinstance(step, Ask):
        return session.scenario.fields[step.field].show(value)
    return ""


def path_lines(session: Session, most: int, width: int) -> Content:
    """The last ``most`` steps, the present one marked, one line each."""
    seen = path(session)
    position = session.state.position
    first = max(0, min(position - most + 2, len(seen) - most))
    lines = []
    for index, (_step, title, answer) in enumerate(seen[first : first + most], start=first):
        mark = "▸" if index == position else "✓" if index < position else "·"
        style = "bold" if index == position else "$muted"
        said = f"  {answer}" if answer else ""
        lines.append(
            Content.assemble((f"{mark} {title}", style), said).truncate(width, ellipsis=True)
        )
    return Content("\n").join(lines)


# -- the card ------------------------------------------------------------------------


def field_columns() -> tuple[Column, ...]:
    return (Column(_("Поле"), share=2), Column(_("Значение"), share=3))


def field_rows(session: Session) -> list[Row]:
    """The fields that are filled, in the author's order."""
    return [
        Row(name, (field.label, field.show(session.fields[name])))
        for name, field in session.scenario.fields.items()
        if session.fields.get(name)
    ]
