"""Commands about the work beside the phone: knowledge, words of the staff, suggestions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from ekc_console.domain.router import Router
from ekc_console.domain.terms import numbers
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.clock import Clock
from ekc_console.server.knowledge import KnowledgeBase
from ekc_console.server.people.person import Person
from ekc_console.server.people.staff_messages import Staff
from ekc_console.server.refusal import Refusal
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.cards import suggestions
from ekc_console.wire import side_work
from ekc_console.wire.words import Words, words


class WorkCommands:
    """``handlers``: by type of command. ``tell(login, words)`` shows a word on a console;
    ``connected``: whose consoles are."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        router: Router,
        knowledge: KnowledgeBase,
        staff: Staff,
        names: Mapping[AgentId, str],
        topics: Mapping[str, str],
        tell: Callable[[AgentId, Words], None],
        connected: Callable[[], Iterable[Person]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._router = router
        self._knowledge = knowledge
        self._staff = staff
        self._names = names
        self._topics = topics
        self._tell = tell
        self._connected = connected
        self.handlers: dict[type, Handler] = {
            side_work.SearchKnowledge: self._search,
            side_work.GetDirectory: self._directory,
            side_work.SendMessage: self._send,
            side_work.GetTeams: self._teams,
            side_work.ReadMessage: self._read,
            side_work.ListMessages: self._messages,
            side_work.AskHelp: self._ask_help,
            side_work.CancelHelp: self._cancel_help,
            side_work.ListHelp: self._help_list,
            side_work.AnswerHelp: self._answer_help,
            side_work.AddSuggestion: self._suggest,
            side_work.ListSuggestions: self._suggestions,
            side_work.DecideSuggestion: self._decide,
        }

    # -- knowledge -----------------------------------------------------------------

    async def _search(
        self, person: Person, body: side_work.SearchKnowledge
    ) -> side_work.KnowledgeFound:
        return await self._knowledge.search(body)

    async def _directory(self, person: Person, body: side_work.GetDirectory) -> side_work.Directory:
        return self._knowledge.directory()

    # -- words of the staff ----------------------------------------------------------

    async def _send(self, person: Person, body: side_work.SendMessage) -> None:
        await self._staff.send(person, body.text, body.to, body.team)

    async def _teams(self, person: Person, body: side_work.GetTeams) -> side_work.Teams:
        return await self._staff.teams(person)

    async def _read(self, person: Person, body: side_work.ReadMessage) -> None:
        await self._staff.read(person, body.message)

    async def _messages(
        self, person: Person, body: side_work.ListMessages
    ) -> side_work.MessageList:
        return await self._staff.messages(person, body.limit)

    async def _ask_help(self, person: Person, body: side_work.AskHelp) -> None:
        if self._staff.open_of(person.login):
            raise Refusal("wrong_state", "help.asked_already")
        medic = body.medic and self._hear(person, medic=True)
        if not medic and not self._hear(person):
            raise Refusal("wrong_state", "help.no_one" if body.medic else "help.no_supervisor")
        call, topic = self._call_of(person.login)
        title = self._topics.get(topic, topic)
        await self._staff.ask(person, body.text, call, title, medic=medic)
        called = "help.medic_called" if medic else "help.called"
        self._tell(person.login, words("help.no_medic" if body.medic and not medic else called))

    def _hear(self, person: Person, *, medic: bool = False) -> bool:
        return self._staff.hear(person.login, self._connected(), medic=medic)

    async def _cancel_help(self, person: Person, body: side_work.CancelHelp) -> None:
        await self._staff.cancel(person)

    async def _help_list(self, person: Person, body: side_work.ListHelp) -> side_work.HelpList:
        return self._staff.help_list(person)

    async def _answer_help(self, person: Person, body: side_work.AnswerHelp) -> None:
        asked = self._staff.request(body.help)
        about = self._elsewhere(asked) if asked else ""
        await self._staff.answer(person, body.help, body.text, about)

    # -- suggestions -------------------------------------------------------------------

    async def _suggest(self, person: Person, body: side_work.AddSuggestion) -> side_work.Suggestion:
        now, (call, _topic) = self._clock.now(), self._call_of(person.login)
        added = await self._database.write(
            lambda conn: suggestions.add(
                conn, at=now, author=person.login, source=body.source, text=body.text, call=call
            )
        )
        return self._named(added)

    async def _suggestions(
        self, person: Person, body: side_work.ListSuggestions
    ) -> side_work.Suggestions:
        author = "" if person.may("decide_suggestions") else person.login
        limit = max(1, min(body.limit, 1000))
        found = await self._database.read(
            lambda conn: suggestions.listed(conn, author=author, status=body.status, limit=limit)
        )
        return side_work.Suggestions(suggestions=tuple(self._named(item) for item in found))

    async def _decide(
        self, person: Person, body: side_work.DecideSuggestion
    ) -> side_work.Suggestion:
        now = self._clock.now()
        decided = await self._database.write(
            lambda conn: suggestions.decide(
                conn, body.suggestion, status=body.status, answer=body.answer, at=now,
                by=person.login,
            )
        )  # fmt: skip
        self._tell(AgentId(decided.author_name), _told(decided))
        return self._named(decided)

    # -- how ---------------------------------------------------------------------------

    def _call_of(self, login: AgentId) -> tuple[str, str]:
        """Id and topic of the call an agent has, empty without one."""
        agent = self._router.agents.get(login)
        call_id = getattr(agent.state, "call", None) if agent else None
        if call_id is None:
            return "", ""
        call = self._router.calls.get(call_id) or self._router.recently_ended.get(call_id)
        return call_id, call.topic if call else ""

    def _elsewhere(self, asked: side_work.HelpRequest) -> str:
        """The caller of a request whose call its operator has no longer; empty otherwise."""
        if not asked.call or self._call_of(AgentId(asked.login))[0] == asked.call:
            return ""
        call_id = CallId(asked.call)
        call = self._router.calls.get(call_id) or self._router.recently_ended.get(call_id)
        return numbers.readable(call.number) if call and call.number else asked.topic_title

    def _named(self, item: side_work.Suggestion) -> side_work.Suggestion:
        def name(login: str) -> str:
            return self._names.get(AgentId(login), login)

        return msgspec.structs.replace(
            item, author_name=name(item.author_name), decided_by=name(item.decided_by)
        )


def _told(decided: side_work.Suggestion) -> Words:
    """To its author."""
    if not decided.answer:
        return words("suggestion.decided", number=decided.id, status=decided.status)
    return words(
        "suggestion.decided_why",
        number=decided.id,
        status=decided.status,
        answer=decided.answer,
    )
