"""Who gives commands and sees views."""

from __future__ import annotations

from dataclasses import dataclass

from ekc_console.domain.terms import rights
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.domain.terms.rights import Reach, Right
from ekc_console.server.people.auth import Session
from ekc_console.server.store.people.accounts import User
from ekc_console.wire import messages
from ekc_console.wire.entities import LastCall

_OF_A_LAST_CALL: tuple[Right, ...] = ("see_numbers", "medical")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is logged in at a client."""

    login: AgentId
    name: str
    role: messages.Role
    queues: tuple[QueueId, ...] = ()
    """Of the account: what counts for who is no agent."""
    clinics: tuple[str, ...] = ()
    """Of the directory, by id: those whose desk it is."""
    last_call: LastCall = ""
    last_of: str = ""
    """The call to whose draft a ``last_call`` keeps the right, also after the wrap-up."""

    @classmethod
    def of(cls, account: Session | User) -> Person:
        queues = tuple(QueueId(queue.partition("=")[0]) for queue in account.queues)
        last = (account.last_call, account.last_of) if isinstance(account, Session) else ()
        return cls(
            AgentId(account.login), account.name, account.role, queues, account.clinics, *last
        )

    def may(self, right: Right, whose: Reach = rights.REACHES[0]) -> bool:
        """By the role, as far as ``whose``. Of which things those are:
        :func:`ekc_console.server.rights.scope.scope`. In a last call nothing but what its caller
        is seen and advised by."""
        if self.last_call and right not in _OF_A_LAST_CALL:
            return False
        return rights.may(self.role, right, whose)

    @property
    def of_clinics(self) -> bool:
        """Sees what names one of the ``clinics``, and nothing besides."""
        return rights.of_clinics(self.role)

    @property
    def sees_numbers(self) -> bool:
        return self.may("see_numbers")
