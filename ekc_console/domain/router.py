"""The router: the one door to the core. Facts in, effects out; time is an argument."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from math import isfinite
from types import MappingProxyType
from typing import Any

from ekc_console.domain.effects import Effect
from ekc_console.domain.facts import Fact
from ekc_console.domain.handlers import HANDLERS
from ekc_console.domain.rules import callback_queue, handling, offers, overflow
from ekc_console.domain.rules.parties import emergency, listening, transfer
from ekc_console.domain.snapshot import Still, from_plain, to_plain
from ekc_console.domain.snapshot_versions import migrated
from ekc_console.domain.state import wait
from ekc_console.domain.state.agent import Agent, Listening
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.callback import Callback
from ekc_console.domain.state.centre import Centre, Witness
from ekc_console.domain.state.limits import Blocked, Door, NoWay
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, QueueId
from ekc_console.domain.terms.settings import CentreSettings, QueueSettings
from ekc_console.domain.terms.state_table import IllegalFact

__all__ = ["IllegalFact", "Router", "TornState"]

SNAPSHOT_VERSION = 8
"""Raised with every change of what a snapshot must hold, together with a step in
:mod:`ekc_console.domain.snapshot_versions` that brings an older one to it."""

_COUNTERS = ("arrivals", "logins", "offers_made", "callbacks_made")
_RECORDS = (
    "queues", "calls", "agents", "callbacks", "recently_ended", "recently_settled", "blocked",
    "doors", "listenings", "paces", "turns",
)  # fmt: skip


class TornState(Exception):
    """A rule broke in the midst: part of what the fact leads to was done, and the rest was not. A
    fault of the rules, whatever the fact was; ``__cause__`` is what broke."""


class Router:
    """Distributes calls to agents.

    Order: ``QueuesConfigured`` is the first fact. Facts are given one after the other, each with
    its moment. The effects of a fact are carried out in the order of the list; each record that
    changed is named once at the end of it.

    A moment that is earlier than one before it is read as that one: time never goes back.
    ``ClockSet`` alone sets it, and moves all that is remembered along.
    """

    def __init__(self) -> None:
        self._centre = Centre()

    # -- facts -------------------------------------------------------------

    def handle(self, fact: Fact, now: float) -> list[Effect]:
        """Take in a fact and return what is to be done.

        ``now`` is in seconds since the Unix epoch. Raises IllegalFact, and then changes nothing,
        if the fact cannot be true in the present state. Facts that telephony is known to bring
        late or twice (``ignored`` in docs/states.md) change nothing and return no effects.

        Anything else that is raised is a fault of the rules: TornState where the state may be
        neither that before the fact nor that after it (none of its effects are ever returned),
        and otherwise nothing has changed.
        """
        c = self._centre
        handler = HANDLERS.get(type(fact))
        if handler is None:
            raise IllegalFact("unknown_fact", f"{type(fact).__name__} is no fact of the core")
        if not isfinite(now):
            raise IllegalFact("bad_time", f"{now} is no moment")
        before = c.now
        c.now = max(c.now, float(now))
        try:
            handler(c, fact)
        except Exception as error:
            if c.touched:
                raise _torn(c, fact) from error
            c.now = before
            raise
        try:
            transfer.bring_back(c)
            emergency.bring_agents_back(c)
            handling.begin_waiting_breaks(c)
            handling.end_waiting_shifts(c)
            callback_queue.admit(c)
            offers.settle(c)
            overflow.act(c)
            offers.settle(c)
            listening.settle(c)
        except Exception as error:
            raise _torn(c, fact) from error
        return c.take_effects()

    def next_deadline(self) -> float | None:
        """When ``TimePassed`` is to be handled next; None if nothing is awaited. Not later than
        the latest ``now`` only if ``TimePassed`` is overdue."""
        return self._centre.deadlines.first()

    @property
    def latest(self) -> float:
        """The latest moment that a fact was given with; 0 before the first."""
        return self._centre.now

    def numbers_go_on(self, offers: int, callbacks: int) -> None:
        """The next offer and callback get numbers higher than these, which were given before:
        after a replay that had to pass facts over."""
        c = self._centre
        c.offers_made = max(c.offers_made, offers)
        c.callbacks_made = max(c.callbacks_made, callbacks)

    def watch(self, witness: Witness | None) -> None:
        """Show every offer to ``witness`` at the moment of its decision, within ``handle``: it may
        read this router (``domain.explain``) and gives it no facts. None: to nobody."""
        self._centre.witness = witness

    # -- reading -----------------------------------------------------------

    @property
    def calls(self) -> Mapping[CallId, Call]:
        """Live calls in order of arrival. Records are never changed, they are replaced."""
        return MappingProxyType(self._centre.calls)

    @property
    def agents(self) -> Mapping[AgentId, Agent]:
        """Everybody who ever logged in, those who are offline included."""
        return MappingProxyType(self._centre.agents)

    @property
    def callbacks(self) -> Mapping[CallbackId, Callback]:
        """Callbacks that are not settled."""
        return MappingProxyType(self._centre.callbacks)

    @property
    def owed(self) -> Mapping[str, CallbackId]:
        """The callbacks that are not settled, by their numbers."""
        return MappingProxyType(self._centre.owed)

    @property
    def queues(self) -> Mapping[QueueId, QueueSettings]:
        return MappingProxyType(self._centre.queues)

    @property
    def listenings(self) -> Mapping[AgentId, Listening]:
        """By who listens."""
        return MappingProxyType(self._centre.listenings)

    @property
    def paused(self) -> Collection[QueueId]:
        """Queues that make no offers until they are resumed."""
        return self._centre.paused.keys()

    @property
    def centre(self) -> CentreSettings:
        """What concerns the whole centre, as it is in force."""
        return self._centre.settings

    @property
    def announcement(self) -> str:
        """What every new caller is to hear first; empty: nothing."""
        return self._centre.announcement

    @property
    def blocked(self) -> Mapping[str, Blocked]:
        """Blocked numbers; those whose time is over may still be among them."""
        return MappingProxyType(self._centre.blocked)

    @property
    def no_way(self) -> NoWay | None:
        """Calls out find no way, and callbacks wait for it; None: they do, as far as is known."""
        return self._centre.no_way

    @property
    def doors(self) -> Mapping[QueueId, Door]:
        """The last order that opened or closed a queue; a queue without one is open."""
        return MappingProxyType(self._centre.doors)

    def expected_s(self, queue: QueueId) -> float | None:
        """Wait that nine in ten who come to the end of the queue now do not exceed; None when
        nothing is known yet."""
        c = self._centre
        place = c.reach.callers[queue] + 1
        return wait.expected_s(c.paces.get(queue), place, c.reach.staff[queue])

    @property
    def recently_ended(self) -> Mapping[CallId, Call]:
        """Final records of the last ``centre.KEPT`` (1000) calls that ended, oldest first."""
        return MappingProxyType(self._centre.recently_ended)

    @property
    def recently_settled(self) -> Mapping[CallbackId, Callback]:
        """Final records of the last ``centre.KEPT`` (1000) settled callbacks, oldest first."""
        return MappingProxyType(self._centre.recently_settled)

    def waiting(self, queue: QueueId) -> Iterator[CallId]:
        """Calls that wait in the queue and are offered to nobody, in serving order."""
        return self._centre.waiting.in_order(queue)

    def position(self, call: CallId) -> int:
        """1 for the next to be served of its queue. Raises KeyError if the call is not waiting."""
        return self._centre.waiting.position(call)

    # -- snapshots ---------------------------------------------------------

    def state_hash(self) -> str:
        """SHA-256 over the whole state: the same after the same facts and moments anywhere."""
        return self.still().digest()

    def dump(self) -> dict[str, Any]:
        """The whole state as plain data, fit for JSON."""
        return self.still().dump()

    def still(self) -> Still:
        """The state of this moment, to be written out later or on another thread while facts go
        on. Costs a copy of the lists of records: they are never changed, only replaced."""
        c = self._centre
        head = {
            "version": SNAPSHOT_VERSION,
            "now": c.now,
            "paused": list(c.paused),
            "centre": to_plain(c.settings),
            "announcement": c.announcement,
            "no_way": to_plain(c.no_way),
        }
        return Still(
            head | {name: getattr(c, name) for name in _COUNTERS},
            {name: tuple(getattr(c, name).values()) for name in _RECORDS},
        )

    @classmethod
    def load(cls, plain: Mapping[str, Any]) -> Router:
        """The router that ``dump`` was taken of, or of its JSON text read back; one of an earlier
        version is migrated. Raises ValueError if ``plain`` is not such a snapshot."""
        plain = migrated(plain, SNAPSHOT_VERSION)
        router = cls()
        c = router._centre
        try:
            c.now = plain["now"]
            c.settings = from_plain(plain["centre"])
            c.announcement = plain["announcement"]
            c.no_way = from_plain(plain.get("no_way"))
            for name in _COUNTERS:
                setattr(c, name, plain[name])
            c.paused = dict.fromkeys(plain["paused"])
            for name in _RECORDS:
                setattr(c, name, {r.id: r for r in map(from_plain, plain[name])})
        except KeyError as e:
            raise ValueError(f"snapshot: no {e}") from e
        c.restore()
        return router


def _torn(c: Centre, fact: Fact) -> TornState:
    c.take_effects()
    return TornState(f"{type(fact).__name__} broke in the midst")
