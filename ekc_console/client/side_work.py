"""The work beside the phone, as commands of a desk: knowledge, words of the staff, suggestions."""

from __future__ import annotations

from collections.abc import Sequence

from ekc_console.client.card.draft_sender import Request
from ekc_console.client.link.results import expect
from ekc_console.wire import side_work


class Work:
    """Commands raise Offline without a link and Refused with the server's reason."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.directory = side_work.Directory()
        """Clinics and specialties; empty until :meth:`load_directory`."""

    async def load_directory(self) -> None:
        self.directory = expect(await self._request(side_work.GetDirectory()), side_work.Directory)

    async def search(
        self, text: str, kinds: Sequence[side_work.KnowledgeKind] = ()
    ) -> side_work.KnowledgeFound:
        """Made for every key: the last word counts as a beginning."""
        body = side_work.SearchKnowledge(text=text, kinds=tuple(kinds))
        return expect(await self._request(body), side_work.KnowledgeFound)

    async def send(self, text: str, to: str = "", team: str = "") -> None:
        """``to``: a login; ``team``: an id; both empty: everybody."""
        await self._request(side_work.SendMessage(text=text, to=to, team=team))

    async def teams(self) -> tuple[side_work.TeamInfo, ...]:
        """Those one may write to."""
        return expect(await self._request(side_work.GetTeams()), side_work.Teams).teams

    async def read(self, message: str) -> None:
        await self._request(side_work.ReadMessage(message=message))

    async def messages(self) -> tuple[side_work.StaffMessage, ...]:
        """Newest first, read ones too."""
        return expect(await self._request(side_work.ListMessages()), side_work.MessageList).messages

    async def ask_help(self, text: str, *, medic: bool = False) -> None:
        await self._request(side_work.AskHelp(text=text, medic=medic))

    async def cancel_help(self) -> None:
        await self._request(side_work.CancelHelp())

    async def answer_help(self, help_id: str, text: str) -> None:
        await self._request(side_work.AnswerHelp(help=help_id, text=text))

    async def suggest(self, text: str, source: side_work.SuggestionSource) -> side_work.Suggestion:
        body = side_work.AddSuggestion(text=text, source=source)
        return expect(await self._request(body), side_work.Suggestion)

    async def suggestions(self) -> tuple[side_work.Suggestion, ...]:
        """One's own, newest first; a supervisor's: all."""
        found = expect(await self._request(side_work.ListSuggestions()), side_work.Suggestions)
        return found.suggestions
