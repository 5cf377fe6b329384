"""Words between supervisors and operators: messages until they are read, requests for help.

What is unread and what is open is kept in memory beside the store, because every change of a view
asks for it; the store is written first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from ekc_console.domain.terms.ids import AgentId
from ekc_console.domain.terms.rights import Right
from ekc_console.domain.terms.settings import Team
from ekc_console.errors import WordsError
from ekc_console.server.core.clock import Clock
from ekc_console.server.people.person import Person
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import accounts
from ekc_console.server.store.people import staff_messages as rows
from ekc_console.wire import side_work
from ekc_console.wire.call_control import NotTaken

KEPT_S = 14 * 86400.0
"""An unread message is shown this long."""
MAX_TEXT = 1000
MOST_DIGITS = 15
"""Of a number that the store can have given."""


class StaffError(WordsError):
    """The word cannot be sent, or there is nothing to answer."""


class Staff:
    """``load`` once before the rest. ``changed`` gets the login whose view changes, or None for
    everybody's. ``reaches``: whether a right of a person reaches somebody, by the login.
    ``teams``: of the settings in force."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        names: Mapping[AgentId, str],
        changed: Callable[[AgentId | None], None],
        reaches: Callable[[Person, Right, AgentId], bool],
        teams: Callable[[], Iterable[Team]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._names = names
        self._accounts: dict[str, str] = {}
        """Names of those who write without having come (the command line), by login."""
        self._changed = changed
        self._reaches = reaches
        self._teams = teams
        self._unread: dict[str, list[side_work.StaffMessage]] = {}
        self._help: dict[str, side_work.HelpRequest] = {}

    async def load(self) -> None:
        """Take up what is unread and open."""
        since = self._clock.now() - KEPT_S
        everybody = await self._everybody()
        self._unread = await self._database.read(lambda conn: rows.unread(conn, everybody, since))
        self._help = {h.id: h for h in await self._database.read(rows.open_help)}

    # -- what is shown -------------------------------------------------------------

    def entities(self, person: Person) -> list[side_work.WorkEntity]:
        """Unread messages and open requests, as this person may see them."""
        messages = [self._named(message) for message in self._unread.get(person.login, ())]
        requests = (h for h in self._help.values() if self._sees(person, h))
        return [*messages, *map(self._named_help, requests)]

    def _sees(self, person: Person, request: side_work.HelpRequest) -> bool:
        return request.login == person.login or self._answers(person, request)

    def _answers(self, person: Person, request: side_work.HelpRequest) -> bool:
        """Who answers for nobody's team but may answer: what is asked of a medic."""
        if not person.may("answer_help", "team"):
            return person.may("answer_help") and request.medic and request.login != person.login
        return self._reaches(person, "answer_help", AgentId(request.login))

    async def messages(self, person: Person, limit: int) -> side_work.MessageList:
        limit = max(1, min(limit, 500))
        found = await self._database.read(
            lambda conn: rows.messages_for(conn, person.login, limit=limit)
        )
        return side_work.MessageList(messages=tuple(self._named(message) for message in found))

    def help_list(self, person: Person) -> side_work.HelpList:
        found = (h for h in self._help.values() if self._answers(person, h))
        return side_work.HelpList(requests=tuple(map(self._named_help, found)))

    # -- messages --------------------------------------------------------------------

    async def send(self, person: Person, text: str, to: str, team: str = "") -> None:
        """To one login, to a team, or to all, as far as the person's right reaches. Raises
        StaffError for an empty or too long text, and for who is unknown or out of reach."""
        text = _checked(text)
        logins = set(await self._everybody())
        reached = self._reached(person, logins)
        if team:
            await self._send_team(person, text, team, reached)
            return
        if to and to not in reached:
            raise StaffError("staff.no_such_login", login=to)
        if to:
            await self._send(person, text, to, {to})
        elif reached == logins:
            await self._send(person, text, "", logins - {person.login})
        else:
            for login in sorted(reached - {person.login}):
                await self._send(person, text, login, {login})

    async def teams(self, person: Person) -> side_work.Teams:
        """Those that the person's right reaches."""
        reached = self._reached(person, await self._everybody())
        return side_work.Teams(
            teams=tuple(
                side_work.TeamInfo(
                    id=team.id, title=team.title, people=len(_others(team, person, reached))
                )
                for team in self._own_teams(person)
            )
        )

    def _reached(self, person: Person, logins: Iterable[str]) -> set[str]:
        """Those of them to whom the person may write."""
        return {each for each in logins if self._reaches(person, "message", AgentId(each))}

    def _own_teams(self, person: Person) -> list[Team]:
        whole = person.may("message", "centre")
        return [team for team in self._teams() if whole or person.login in team.leads]

    async def _send_team(self, person: Person, text: str, team_id: str, reached: set[str]) -> None:
        """Each gets the words with the title of the team before them."""
        own = {team.id: team for team in self._own_teams(person)}
        if (team := own.get(team_id)) is None:
            raise StaffError("staff.no_such_team", team=team_id, known=", ".join(own))
        if not (readers := _others(team, person, reached)):
            raise StaffError("staff.team_empty", title=team.title)
        for login in sorted(readers):
            await self._send(person, f"{team.title}: {text}", login, {login})

    async def _send(self, person: Person, text: str, to: str, readers: set[str]) -> None:
        now = self._clock.now()
        sent = await self._database.write(
            lambda conn: rows.send(conn, at=now, sender=person.login, to=to, text=text)
        )
        for login in readers:
            self._unread.setdefault(login, []).append(sent)
        self._changed(AgentId(to) if to else None)

    async def read(self, person: Person, message: str) -> None:
        number = _number(message)
        if not number:
            raise StaffError("staff.no_such_message")
        now = self._clock.now()
        await self._database.write(lambda conn: rows.read(conn, number, person.login, now))
        left = [m for m in self._unread.get(person.login, ()) if m.id != message]
        self._unread[person.login] = left
        self._changed(person.login)

    def hear(self, login: AgentId, people: Iterable[Person], *, medic: bool) -> bool:
        """Whether one of ``people`` would see what that login asks: a medic, or who answers for
        the login."""
        if medic:
            return any(
                p.may("answer_help") and not p.may("answer_help", "team") and p.login != login
                for p in people
            )
        return any(
            p.may("answer_help", "team") and self._reaches(p, "answer_help", login)
            for p in people
            if p.login != login
        )

    # -- help ------------------------------------------------------------------------

    def open_of(self, login: AgentId) -> side_work.HelpRequest | None:
        return next(iter(self.asked_by(login)), None)

    def asked_by(self, login: AgentId) -> list[side_work.HelpRequest]:
        """Open requests in the login's name, the oldest first."""
        return [h for h in self._help.values() if h.login == login]

    async def ask(
        self, person: Person, text: str, call: str, topic: str, *, medic: bool = False
    ) -> None:
        """Raises StaffError while an earlier request is open."""
        text = _checked(text) if text.strip() else ""
        if self.open_of(person.login):
            raise StaffError("help.asked_already")
        await self._asked(person.login, text, call, topic, medic)

    async def alarm(
        self, login: AgentId, unanswered: tuple[NotTaken, ...], call: str, topic: str
    ) -> None:
        """A request in the name of ``login``, beside one that is open perhaps."""
        await self._asked(login, rows.said_by_itself(unanswered), call, topic)

    async def _asked(
        self, login: AgentId, text: str, call: str, topic: str, medic: bool = False
    ) -> None:
        now = self._clock.now()
        asked = await self._database.write(
            lambda conn: rows.ask_help(
                conn, at=now, login=login, text=text, call=call, topic=topic, medic=medic
            )
        )
        self._help[asked.id] = asked
        self._changed(None)

    async def cancel(self, person: Person) -> None:
        asked = self.open_of(person.login)
        if asked is None:
            raise StaffError("help.not_asked")
        await self.withdraw(asked)

    async def withdraw(self, asked: side_work.HelpRequest) -> None:
        """Close a request without an answer. Raises StaffError when it is closed already."""
        await self._close(asked, "cancelled", "", AgentId(asked.login))

    def request(self, help_id: str) -> side_work.HelpRequest | None:
        """While it is open."""
        return self._help.get(help_id)

    async def answer(self, person: Person, help_id: str, text: str, about: str = "") -> None:
        """Close a request; the words go to its operator as a message, after ``about``: whom they
        are about. Raises StaffError."""
        text = _checked(text)
        asked = self._help.get(help_id)
        if asked is None or not self._answers(person, asked):
            raise await self._not_open(help_id)
        await self._close(asked, "answered", text, person.login)
        told = f"{about}: {text}" if about else text
        await self._send(person, told, asked.login, {asked.login})

    async def _not_open(self, help_id: str) -> StaffError:
        """Why a request cannot be answered."""
        state = await self._database.read(lambda conn: rows.help_state(conn, _number(help_id)))
        if state is None:
            return StaffError("help.none", help=help_id)
        return StaffError("help.cancelled" if state == "cancelled" else "help.answered")

    async def _close(
        self, asked: side_work.HelpRequest, state: side_work.HelpState, answer: str, by: AgentId
    ) -> None:
        now = self._clock.now()
        closed = await self._database.write(
            lambda conn: rows.close_help(
                conn, int(asked.id), state=state, answer=answer, at=now, by=by
            )
        )
        self._help.pop(asked.id, None)
        self._changed(None)
        if not closed:
            raise StaffError("help.answered")

    # -- names -----------------------------------------------------------------------

    async def _everybody(self) -> list[str]:
        """Logins of all accounts; their names are known from now on."""
        found = await self._database.read(accounts.everybody)
        self._accounts = {user.login: user.name for user in found}
        return list(self._accounts)

    def _name(self, login: str) -> str:
        return self._names.get(AgentId(login)) or self._accounts.get(login, login)

    def _named(self, message: side_work.StaffMessage) -> side_work.StaffMessage:
        return msgspec.structs.replace(message, sender_name=self._name(message.sender_name))

    def _named_help(self, request: side_work.HelpRequest) -> side_work.HelpRequest:
        return msgspec.structs.replace(request, name=self._name(request.login))


def _others(team: Team, person: Person, reached: set[str]) -> set[str]:
    return reached & {*team.people, *team.leads} - {person.login}


def _number(text: str) -> int:
    """Of a message or a request; 0 when it can be none."""
    sound = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if sound else 0


def _checked(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise StaffError("staff.empty")
    if len(text) > MAX_TEXT:
        raise StaffError("staff.too_long", have=len(text), most=MAX_TEXT)
    return text
