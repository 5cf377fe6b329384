"""About accounts: what they cannot be, and tables of them."""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.i18n import N_
from ekc_console.wire.admin.account_states import AccountState

STATES: Mapping[AccountState, str] = {
    "open": N_("открыта"),
    "closed": N_("закрыта"),
    "expired": N_("истекла"),
    "invited": N_("приглашена, без пароля"),
    "code_over": N_("без пароля, код истёк"),
}
TEXTS: Mapping[str, str] = {
    "account.closed_after_call": N_("{name}: разговор закончен, учётная запись закрыта."),
    "account.draft_left": N_(
        "{name}: карточка последнего разговора осталась черновиком.\n"
        "Закончить её может руководитель: она в поиске карточек среди незаконченных."
    ),
    "account.given_back": N_(
        "{name}: вход открыт до конца разговора — сеанс, очереди и права снова прежние."
    ),
    "account.ended_after_call": N_("{name}: разговор закончен, сеанс завершён."),
    "account.exists": N_("Логин «{login}» уже есть.\nВыберите другой логин."),
    "account.unknown": N_("Логина «{login}» нет.\nПроверьте список пользователей."),
    "account.last_admin": N_(
        "«{login}» — последний администратор без срока, у которого есть пароль.\n"
        "Сначала дайте роль администратора другому: на экране — E на нём, командой —"
        " ekc user change ЛОГИН --role admin."
    ),
    "account.bad_login": N_(
        "Логин «{login}» не подходит.\n"
        "Допустимы строчные латинские буквы, цифры, точка, «_» и «-», от 2 до 32 знаков."
    ),
    "account.no_name": N_("У логина «{login}» нет имени.\nУкажите имя и фамилию."),
    "account.unseen_in_name": N_(
        "В имени у логина «{login}» знаки, которых не видно.\nНаберите имя заново."
    ),
    "account.no_such_role": N_("Роли «{role}» нет.\nУкажите одну из: {known}."),
    "account.no_voice": N_(
        "Логин «{login}»: с ролью {role} голос по телефону и через АТС недоступен.\n"
        "Задайте --voice standing или dial-in, либо другую роль."
    ),
    "account.not_a_day": N_("«{day}» — не день.\nНапишите так: 2026-12-31, или never — без срока."),
    "account.day_is_over": N_(
        "День {day} уже прошёл.\nЧтобы закрыть вход сразу, отключите учётную запись."
    ),
    "account.no_such_queue": N_("Нет очереди «{queue}»; есть: {known}."),
    "account.drops_clinics": N_(
        "С новой ролью снимутся клиники: {clinics}.\nЕсли так и надо, подтвердите."
    ),
    "account.no_clinic": N_(
        "Логин «{login}»: у роли clinic нет ни одной клиники.\n"
        "Назовите клинику из справочника: без неё не видно ни одной карточки."
    ),
    "account.clinics_of_no_clinic": N_(
        "Логин «{login}»: роль {role} клиниками не ограничена.\n"
        "Уберите клиники или дайте роль clinic."
    ),
    "account.no_such_clinic": N_("Нет клиники «{clinic}»; есть: {known}."),
    "account.no_such_team": N_("Нет команды «{team}»; есть: {known}."),
    "account.no_teams": N_(
        "Нет команды «{team}»: в настройках нет ни одной.\nОпишите команды в разделе teams."
    ),
    "account.bad_tier": N_(
        "Очередь «{queue}»: ступень не понята.\nПишите: очередь или очередь=2, ступень от 1."
    ),
    "account.bad_skill": N_(
        "Навык «{skill}» не понят.\nПишите: english или english=4, уровень от 1 до {best}."
    ),
    "account.bad_code_span": N_("Код годится от 1 до {most} ч."),
    "account.too_many": N_(
        "Строк {lines}, а за один раз — до {most}.\nРазделите таблицу на части."
    ),
    "account.twice": N_("«{login}» уже есть в строке {line}."),
}
