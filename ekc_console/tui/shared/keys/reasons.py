"""Why an action cannot be done now, for whoever pressed its key or looked for it."""

from __future__ import annotations

from collections.abc import Sequence

from ekc_console.client.link.errors import Refused
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.tui.shared.keys.action import STAFF
from ekc_console.tui.shared.keys.conditions import Situation, enabled
from ekc_console.tui.shared.keys.registry import ACTIONS, BY_ID, Action, key, key_name, keys_of

_NO_CALL = N_("Разговора сейчас нет.")
_NO_SECOND = N_("Второго вызова нет.")
_NO_CONSULT = N_("Консультации сейчас нет.")
_ON_DESK = N_("Сначала закройте это окно: Esc.")
_NO_CARD = N_("Карточка не открыта.")
_NO_QUEUE = N_("Поставьте курсор на очередь.")
_NO_ALARM = N_("Поставьте курсор на то, что за пределом.")
_NO_DECISION = N_("Поставьте курсор на номер, который ждёт решения.")
_NOTHING_CHANGED = N_("Карточка сохранена, изменений нет.")
_NO_DISPOSITION = N_("Карточка не закончена: в ней не выбран итог.")
_LAST_CALL = N_("Сеанс кончается вместе с этим разговором: доступно только то, что нужно ему.")
_NOT_NOW = N_("Сейчас это невозможно.")
_REASONS = {
    "on_line": _NO_CALL,
    "on_voice": _NO_CALL,
    "talking": _NO_CALL,
    "held": _NO_CALL,
    "can_transfer": _NO_CALL,
    "can_send_keys": _NO_CALL,
    "second_waits": _NO_SECOND,
    "second_talking": _NO_SECOND,
    "second_ringing": _NO_SECOND,
    "can_let_go": _NO_CONSULT,
    "service_called": _NO_CONSULT,
    "consult_open": _NO_CONSULT,
    "no_conference": _NO_CONSULT,
    "can_dial": N_("Номер набирают между вызовами: готов, на перерыве или в постобработке."),
    "can_break": N_("Вы не на смене."),
    "on_shift": N_("Вы не на смене."),
    "can_listen": N_("Слушают на экране смены, между своими вызовами."),
    "can_take": N_("Взять можно ждущий вызов или тот, который вы слушаете."),
    "chosen": N_("Поставьте курсор на вызов, который ждёт."),
    "at_waiting": N_("Поставьте курсор на вызов, который ждёт."),
    "at_person": N_("Поставьте курсор на человека."),
    "at_addressee": N_(
        "Писать здесь некому: поставьте курсор на человека, на вызов, который у кого-то, "
        "или на очередь, где есть люди."
    ),
    "at_queue": _NO_QUEUE,
    "at_running": N_("Поставьте курсор на очередь без паузы."),
    "at_paused": N_("Поставьте курсор на очередь на паузе."),
    "at_open": N_("Поставьте курсор на открытую очередь."),
    "at_closed": N_("Поставьте курсор на закрытую очередь."),
    "alarm_unseen": _NO_ALARM,
    "alarm_seen": N_("Поставьте курсор на то, что приняли."),
    "alarm_awake": _NO_ALARM,
    "alarm_snoozed": N_("Поставьте курсор на то, что отложили."),
    "at_number": N_("Поставьте курсор на вызов или обратный вызов с номером."),
    "at_callback": N_("Поставьте курсор на того, кому должны перезвонить."),
    "at_calm": N_("Поставьте курсор на обратный вызов, не экстренный: тот не откладывают."),
    "at_held": _NO_DECISION,
    "at_released": N_("Поставьте курсор на номер, набрать который разрешили."),
    "can_undo": N_("Отменять нечего."),
    "can_undo_account": N_("Отменять нечего."),
    "own_call": N_("Своего вызова у вас сейчас нет."),
    "reporting": N_("Это делают на экране отчёта: F на экране смены."),
    "report_running": N_("Отчёт сейчас не считается."),
    "report_over": N_("Отчёт ещё считается."),
    "report_undoable": N_("Отменять нечего."),
    "in_demo": N_("Сбой устраивают только в ekc demo --role supervisor."),
    "watching": N_("Это делают на экране смены: ekc supervisor."),
    "keeping": N_("Это делают на экране администратора: ekc admin."),
    "auditing": N_("Это делают в журнале доступа: ekc admin, Tab."),
    "configuring": N_("Это делают в настройках центра: ekc admin, Tab."),
    "several_clinics": N_("Здесь строки одной клиники: выбирать не из чего."),
    "at_clinic": N_("Это делают на экране клиники: Esc закроет то, что над ним."),
    "at_change": N_("Откройте файл настроек, который что-то меняет."),
    "at_rehearsal": N_("Репетиция сейчас не идёт."),
    "at_applied": N_("Отсюда ничего не введено: возвращать нечего."),
    "at_account": N_("Поставьте курсор на учётную запись."),
    "at_enabled": N_("Поставьте курсор на учётную запись, вход по которой открыт."),
    "at_disabled": N_("Поставьте курсор на отключённую учётную запись."),
    "at_session": N_("Поставьте курсор на того, кто сейчас вошёл."),
    "card_on_screen": _NO_CARD,
    "card_open": _NO_CARD,
    "visit_open": N_("Вызова врача, который ждёт ответа, здесь нет."),
    "visit_listed": N_("Поставьте курсор на вызов врача в списке вызовов врача."),
    "can_change_script": _NO_CARD,
    "on_desk": _ON_DESK,
    "no_panel": _ON_DESK,
    "in_panel": N_("Окно сейчас не открыто."),
}
_OTHER_HALF = frozenset({"at_paused", "at_closed", "at_released", "alarm_seen", "alarm_snoozed"})
"""Of two actions on one key: where the one can be done the other cannot, so that the first one's
reason tells enough of the key."""
_KEY_REASONS = {"at_running": _NO_QUEUE, "at_open": _NO_QUEUE}
_NO_DIALLING = N_("Вашей роли доступен только обратный вызов из списка.")
_ADMIN_ALONE = N_("Настройки меняет администратор: ekc admin.")
_NOT_FOR = {
    "call.dial": _NO_DIALLING,
    "call.redial": _NO_DIALLING,
    **{action.id: _ADMIN_ALONE for action in ACTIONS if action.section == "settings"},
}
"""Said to a role that an action is not for."""
_REMEDIES = {"card.not_saved": "card.save"}
"""By the key of a refusal, where one action mends it."""
_NOT_BESIDE = frozenset(
    {"talking", "held", "can_transfer", "can_dial", "can_send_keys", "consult_open", "can_switch"}
    | {"no_conference"}
)
"""Not done while somebody is asked beside the caller, or before he has answered."""
_MAIN = ("call.", "state.", "card.", "find.", "app.")
"""Of several actions on one key the last of these says why."""


def concerns(action: Action, s: Situation) -> bool:
    """Whether to name the action at all: what the centre does is nothing to a clinic's desk."""
    return s.role in action.roles or s.role in STAFF


def why_not(action: Action, s: Situation) -> str:
    """Empty when it can be done, and when there is nothing to explain."""
    if enabled(action, s) or not (s.logged_in and concerns(action, s)):
        return ""
    if s.session_over and not action.local:
        return _("Сеанс закончен. Экран входа — {key}.").format(key=key("session.log_in"))
    if s.last_call and not action.of_last_call:
        return _last_call(action, s)
    if s.role not in action.roles:
        return _(_NOT_FOR.get(action.id, N_("Ваша роль этого не делает.")))
    if s.modal:
        return _("Сначала ответьте на вопрос на экране.")
    if action.when in ("can_be_ready", "can_break") and not s.shift:
        return _("Вызовы сюда не приходят. Чтобы принимать их, войдите командой ekc operator.")
    if s.consult and action.when in _NOT_BESIDE:
        return _in_consultation(s)
    if action.when == "can_be_ready":
        if s.call == "offered" or s.me == "offered":
            return _("Вам уже предлагают вызов: {key} — ответить.").format(key=key("call.answer"))
        return _("Вы уже готовы.") if s.me == "ready" else _("Сначала закончите вызов.")
    if action.when == "offered":
        return _nothing_offered(s)
    if action.when == "can_call_emergency":
        return _nobody_to_call_for(s)
    if action.when == "card_open" and s.old_card:
        return _(_NO_DISPOSITION if s.old_card_unfinished else _NOTHING_CHANGED)
    if action.when == "script_open":
        return _(_ON_DESK) if s.script_open else _("Сценария сейчас нет.")
    return _(_REASONS.get(action.when, _NOT_NOW))


def _last_call(action: Action, s: Situation) -> str:
    if action.when == "can_be_ready" and s.me == "wrap_up":
        return _(
            "Вызов был последним, новых не будет. Чтобы закончить, сохраните карточку: {key}."
        ).format(key=key("card.save"))
    return _(_LAST_CALL)


def _in_consultation(s: Situation) -> str:
    """There is a talk, of two or of three, and the key is not for that."""
    if s.consult == "ringing":
        return _(
            "Вызываемый ещё не ответил: соединить можно после ответа. Отменить — {key}."
        ).format(key=key("consult.cancel"))
    return _("Идёт разговор со вторым участником: соединить — {join}, вернуться — {back}.").format(
        join=key("consult.complete"), back=key("consult.cancel")
    )


def _nothing_offered(s: Situation) -> str:
    if s.call in ("talking", "held", "consult"):
        return _("Вы уже в разговоре.")
    if s.me != "wrap_up" and enabled(BY_ID["state.ready"], s):
        return _("Вызовы вам не предлагают, пока вы не готовы: {key}.").format(
            key=key("state.ready")
        )
    return _("Вызов вам сейчас не предлагают.")


def refusal(error: EkcError) -> str:
    """What to say of it in one line: with the key that does what the server asks for."""
    if isinstance(error, Refused) and (action := _REMEDIES.get(error.key)):
        return f"{error.in_one_line} {_(BY_ID[action].label)} — {key(action)}."
    return error.in_one_line


def why_no_emergency(s: Situation) -> str:
    """Empty when a service can be called: for a caller, or alone for one who has hung up."""
    if enabled(BY_ID["emergency.dial"], s):
        return ""
    return why_not(BY_ID["call.emergency"], s)


def _nobody_to_call_for(s: Situation) -> str:
    if s.asked:
        return _("Скорую вызывает тот, кто ведёт абонента: скажите ему.")
    if s.call == "offered":
        return _("Сначала ответьте: {key}.").format(key=key("call.answer"))
    if s.call in ("dialing", "connecting"):
        return _("Абонента ещё нет на линии: скорую вызывают, когда он ответит.")
    if keys := _keys_by_hand(s):
        return _("Разговора нет. Позвонить в скорую самому — {key} и 103.").format(key=keys)
    if not s.shift and s.undoable and s.call is None:
        return _("Отменить можно на экране смены: закройте это окно, Esc.")
    return _("Скорую вызывают в разговоре и в постобработке. Иначе — 103 с любого телефона.")


def way_by_hand(s: Situation, number: str) -> str:
    """How to call a service of that number where its key does not, now."""
    if keys := _keys_by_hand(s):
        return _("{key} и {number}").format(key=keys, number=number)
    return _("{number} с любого телефона").format(number=number)


def _keys_by_hand(s: Situation) -> str:
    """To press before its number; empty: none lead to a call. To whom does not answer the centre's
    own calls are refused until a break."""
    dial, pause = BY_ID["call.dial"], BY_ID["state.break"]
    if enabled(dial, s):
        return key(dial.id)
    if s.me == "not_responding" and s.role in dial.roles and enabled(pause, s):
        return ", ".join((key(pause.id), key(dial.id)))
    return ""


def about_key(pressed: str, s: Situation) -> str:
    """Why the key does nothing now; empty when it does something, or nothing ever."""
    found = [action for action in ACTIONS if pressed in keys_of(action)]
    if any(enabled(action, s) for action in found):
        return ""
    if s.watching and (orders := [action for action in found if action.section == "watch"]):
        return row_slid() if s.slid else _all_reasons(orders, s)
    here = [action for action in found if action.section in _sections(s) and s.role in action.roles]
    if here:
        return _all_reasons(here, s)
    main = [action for action in found if action.id.startswith(_MAIN)]
    why = why_not(main[-1], s) if main else ""
    return why or (_nothing_here(pressed) if _sections(s) or (s.watching and not found) else "")


def _sections(s: Situation) -> tuple[str, ...]:
    """Whose actions the desk in front is for, where it is that of one role alone."""
    own = (
        (s.keeping, "admin"),
        (s.auditing, "audit"),
        (s.configuring, "settings"),
        (s.reporting and s.call is None, "report"),
    )
    return tuple(section for there, section in (*own, (s.at_clinic, "clinic")) if there)


def _nothing_here(pressed: str) -> str:
    return _("{key} здесь ничего не делает. Что есть — внизу, всё — {help}.").format(
        key=key_name(pressed), help=key("app.help")
    )


def _all_reasons(actions: Sequence[Action], s: Situation) -> str:
    """Of all that the key can do for this role."""
    mine = [action for action in actions if s.role in action.roles]
    if s.session_over or not mine:
        return why_not(actions[0], s)
    if s.last_call and not any(action.of_last_call for action in mine):
        return _(_LAST_CALL)
    told = [action.when for action in mine if action.when not in _OTHER_HALF]
    why = {when: _KEY_REASONS.get(when) or _REASONS.get(when, _NOT_NOW) for when in told}
    return _joined([_(text) for text in dict.fromkeys(why.values())])


def _joined(reasons: Sequence[str]) -> str:
    """As one sentence, where all of them say where to put the cursor."""
    begin = _("Поставьте курсор на ")
    if len(reasons) < 2 or not all(reason.startswith(begin) for reason in reasons):
        return " ".join(reasons)
    places = (reason.removeprefix(begin).removesuffix(".") for reason in reasons)
    return begin + _(", или на ").join(places) + "."


def row_slid() -> str:
    """Why a key about a row is not done."""
    return _("Строка под курсором только что ушла, на её месте другая. Проверьте и повторите.")
