"""``docs/rights.md`` from the tables: ``python -m tests.support.rights_page > docs/rights.md``."""

from __future__ import annotations

from collections.abc import Iterator

from ekc_console.client.words.kinds import ROLES as ROLE_TITLES
from ekc_console.domain.terms.rights import RIGHTS, ROLES, Right, having, reach
from ekc_console.server.commands.rights import ROWS

RIGHT_TITLES: dict[Right, str] = {
    "serve": "быть на смене: линия, вызовы, своя карточка; 103 и 112 — всегда",
    "dial": "набирать внешние номера, переводить на них, говорить по телефону",
    "pick": "брать ожидающий вызов без предложения",
    "callbacks": "список обратных вызовов: видеть, звонить, закрывать",
    "read_cards": "читать карточки и искать обращения",
    "edit_cards": "править карточки",
    "merge_persons": "объединять записи людей",
    "visits": "вызовы врача: список и закрытие",
    "see_numbers": "видеть номера, СНИЛС и полисы; искать по цифрам",
    "message": "писать сотрудникам",
    "answer_help": "видеть просьбы о помощи и отвечать",
    "medical": "говорить и решать то, что сценарий оставляет медику (`only: medic`)",
    "decide_suggestions": "решать о предложениях",
    "watch": "видеть очереди, вызовы и людей",
    "order": "распоряжаться вызовами, людьми и очередями",
    "acknowledge": "принимать контрольные события и откладывать их",
    "way_in": "закрывать очереди, объявлять, блокировать номера",
    "settings": "менять настройки",
    "listen": "слушать идущий разговор",
    "whisper": "подсказывать оператору",
    "barge": "вмешиваться в разговор",
    "take_over": "забирать вызов",
    "hear_recordings": "слушать записи на месте",
    "save_recordings": "сохранять записи файлом",
    "export": "выгружать",
    "accounts": "вести учётные записи",
    "audit": "читать учёт доступа",
}
REACH_TITLES = {
    None: "—",
    "own": "своё",
    "queues": "очереди",
    "team": "команды",
    "centre": "центр",
}

HEAD = """\
# Права

Кто что может и с чьим. Таблица одна: `ekc_console/domain/terms/rights.py`; её спрашивают каждая
команда и каждое сообщение на пути к консоли, и по ней же консоль предлагает клавиши. Эта страница
сделана из неё; вручную не правится: `python -m tests.support.rights_page > docs/rights.md`.

Роль дают командой `ekc user add … --role РОЛЬ`, меняют — `ekc user change … --role РОЛЬ`. Новая
роль действует сразу и на открытой консоли.

Чьё:

* **своё** — своя смена, свой вызов, карточки, которые человек заполнил или которые сейчас на экране
  рядом с вызовом;
* **очереди** — и то, что стояло в очередях его учётной записи или ни в какой;
* **команды** — и то, что относится к людям и очередям команд, которые он ведёт (`teams` в
  настройках); пока команд нет, команда одна — весь центр;
* **центр** — всё. Так же отмечено то, что ничьё: настройки, номера.

Руководитель, наставник и администратор — операторы, только когда они на смене как операторы.
"""

HIDDEN = """\
## Что скрыто без права видеть номера

Скрывает сервер, когда отправляет сообщение, по его виду и полю; консоль полного номера не
получает.

| Что | Что видно |
|---|---|
| номер вызова, обращения, обратного вызова | код страны (первая цифра) и две последние цифры |
| 7 и более цифр подряд в любом тексте, чем бы их ни разделили | то же |
| номер, разбитый буквой или словом: `8903l112233`, «восемь 903 сто одиннадцать 22 33» | то же |
| СНИЛС и полис в тексте и в карточке | две последние цифры |
| СНИЛС и полис человека, известное о звонящем | ничего |
| даты и время | как есть |
| справочник, сценарии, номера экстренных служб | как есть: это слова самого центра |

Скрытое, вернувшееся с карточкой, снова становится номером только в том поле, где он стоял. Искать
цифрами нельзя.
"""


def page() -> str:
    return "\n".join(
        [HEAD, "## Роль × право\n", *_rights(), "", HIDDEN, "## Право × команды\n", *_commands()]
    )


def _rights() -> Iterator[str]:
    titles = (f"{ROLE_TITLES[role]} `{role}`" for role in ROLES)
    yield f"| Право | {' | '.join(titles)} |"
    yield "|---|" + "---|" * len(ROLES)
    for right in RIGHTS:
        cells = (REACH_TITLES[reach(role, right)] for role in ROLES)
        yield f"| `{right}` — {RIGHT_TITLES[right]} | {' | '.join(cells)} |"


def _commands() -> Iterator[str]:
    """What needs which right. What is done is asked of the role; with whose, by the handler."""
    yield "Имена — из `ekc_console/wire/`; команда без строки не дана никому.\n"
    yield "| Право | Кому | Команды |"
    yield "|---|---|---|"
    for right in (None, *RIGHTS):
        names = sorted(f"`{kind.__name__}`" for kind, row in ROWS.items() if row.right == right)
        if right is None:
            yield f"| — | каждому, кто вошёл | {', '.join(names)} |"
        elif names:
            who = ", ".join(ROLE_TITLES[role] for role in having(right))
            yield f"| `{right}` | {who} | {', '.join(names)} |"


if __name__ == "__main__":
    print(page())
