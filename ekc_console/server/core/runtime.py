"""The one owner of the router: journal first, effects after.

``submit`` applies a fact to the state at once, so that a refusal is known to the caller. Its
effects are handed out when the fact is in the journal, or, in journal trouble, from memory when it
has waited for ``commits.GRACE_S``. Nothing that fails beside a fact (an effect's receiver, its
rows in the read models, a timer) keeps the next one from being taken in.

A rule of the core that breaks may leave a state that no journal tells. The server goes on with it,
so that nobody's call is cut, and ends in order for a clean one: the next start replays the journal,
which has not the fact that broke, and takes the talks over. It does so at most once in
``TORN_ENDS_S``, since what broke may break again.
"""

from __future__ import annotations

import asyncio
import collections
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

import structlog

from ekc_console.domain.effects import Effect
from ekc_console.domain.facts import ClockSet, Fact, TimePassed
from ekc_console.domain.router import IllegalFact, Router, TornState
from ekc_console.domain.snapshot import Still
from ekc_console.log import tell_detail
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.commits import Commits
from ekc_console.server.core.faults import Faults
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.journal import journal, projection
from ekc_console.server.store.journal.projection_faults import Fault, Line
from ekc_console.server.tasks import essential
from ekc_console.wire.words import Words

log = structlog.get_logger(__name__)

SNAPSHOT_EVERY = 5000
"""Facts between two snapshots of the state: bounds the replay at start."""
PIECES_BETWEEN_PAUSES = 20
"""Half a millisecond of work."""
PAUSE_S = 0.0002
DEADLINE_AGAIN_S = 1.0
"""After a deadline that could not be handled."""
TORN_ENDS_S = 600.0
"""A server with a torn state ends itself when it has run for so long, not before."""


@dataclass(slots=True)
class _Step:
    seq: int
    since: float
    """When it was submitted, by the loop's time."""
    effects: Sequence[Effect]


class Runtime:
    """Create, ``start``, then ``submit`` from the event loop only, ``stop`` at the end."""

    def __init__(
        self,
        router: Router,
        database: Database,
        clock: Clock,
        last_seq: int,
        faults: Faults | None = None,
    ) -> None:
        """``faults`` counts what breaks beside the facts."""
        self.router = router
        self.faults = faults or Faults()
        self.torn = False
        """A rule broke in the midst: the state may be another than the journal's."""
        self._ends = asyncio.Event()
        self._core: asyncio.Task[None] | None = None
        self._since = 0.0
        self.commits = Commits(database, last_seq)
        self._database = database
        self._clock = clock
        self._seq = last_seq
        self._handed_out = last_seq
        self._snapshot_seq = last_seq
        self._steps: collections.deque[_Step] = collections.deque()
        """Whose effects are not handed out yet."""
        self._settled: collections.deque[tuple[int, asyncio.Future[None]]] = collections.deque()
        self._handing_out = False
        self._timer: asyncio.TimerHandle | None = None
        self._snapshot: asyncio.Task[None] | None = None
        self._on_effect: Callable[[Effect], None] = lambda effect: None
        self._on_trouble: Callable[[Words | None], None] = lambda why: None
        self._on_set_aside: Callable[[Fault], None] = lambda fault: None

    def start(
        self,
        on_effect: Callable[[Effect], None],
        on_trouble: Callable[[Words | None], None],
        on_set_aside: Callable[[Fault], None] = lambda fault: None,
    ) -> None:
        """``on_effect`` gets effects in order; ``on_trouble`` why, once, when the journal
        cannot be written (None when it can be again); ``on_set_aside`` what the read models
        refused. None may block; what they raise is a fault of theirs and ends nothing here."""
        self._on_effect, self._on_trouble = on_effect, on_trouble
        self._on_set_aside = on_set_aside
        self._since = asyncio.get_running_loop().time()
        self._core = essential.start(self._live(), "core")
        self.commits.start(
            self._hand_out,
            lambda why: self.faults.guard("trouble told", self._on_trouble, why),
            lambda fault: self.faults.guard("set aside told", self._on_set_aside, fault),
        )
        self._arm_timer()

    def submit(self, fact: Fact) -> None:
        """Apply a fact now. Raises IllegalFact, and then nothing has changed: also for a fact that
        the journal could not hold. Whatever else is raised is a fault of the core, counted and
        said; the fact is in no journal and has no effects, and deadlines are kept."""
        now = self._clock.now()
        try:
            name, body = journal.encode_fact(fact)
        except journal.BadFact as error:
            raise IllegalFact("not_storable", str(error)) from error
        try:
            effects = self.router.handle(fact, now)
        except IllegalFact:
            raise
        except Exception as error:
            self.faults.note("core", error)
            if isinstance(error, TornState):
                self._tear(fact)
            raise
        if isinstance(fact, ClockSet):
            self._clock.set_by(fact.by_s)
        tell_detail(log, "fact", fact=name, call=getattr(fact, "call", None))
        rows, fault = projection.attempt(fact, now, effects, self.router)
        self._seq += 1
        loop = asyncio.get_running_loop()
        self._steps.append(_Step(self._seq, loop.time(), effects))
        self.commits.put(Line(journal.Written(self._seq, now, name, body), rows, fault))
        if self.commits.from_memory:
            loop.call_soon(self._hand_out)
        self._arm_timer()

    @property
    def seq(self) -> int:
        """Of the last fact that was submitted."""
        return self._seq

    @property
    def saved(self) -> bool:
        """The store has every fact but those of a commit under way: it is not in trouble."""
        return not self.commits.troubled

    @property
    def undone_s(self) -> float:
        """Since when the oldest fact waits for its effects to be handed out; more than
        ``commits.GRACE_S`` and a moment means that the work stands still."""
        if not self._steps:
            return 0.0
        return asyncio.get_running_loop().time() - self._steps[0].since

    async def settled(self) -> None:
        """Wait until the effects of all facts submitted so far are handed out: they are in the
        journal then, or the journal is in trouble."""
        if self._handed_out >= self._seq:
            return
        future = asyncio.get_running_loop().create_future()
        self._settled.append((self._seq, future))
        await future

    async def kept(self) -> bool:
        """As ``settled``; whether all of those facts are in the journal."""
        seq = self._seq
        await self.settled()
        return self.commits.saved_seq >= seq

    def _tear(self, fact: Fact) -> None:
        log.critical("a rule of the core broke in the midst", fact=type(fact).__name__)
        self._arm_timer(at_once=not isinstance(fact, TimePassed))
        if not self.torn:
            self.torn = True
            loop = asyncio.get_running_loop()
            loop.call_later(max(0.0, self._since + TORN_ENDS_S - loop.time()), self._ends.set)

    async def _live(self) -> None:
        await self._ends.wait()

    async def stop(self) -> None:
        """Write what waits, a snapshot too, and end; a disk in trouble is given up on soon. The
        database stays open."""
        await essential.stop(self._core)
        await self.settled()
        if self._timer:
            self._timer.cancel()
        if self._snapshot:
            await asyncio.gather(self._snapshot, return_exceptions=True)
        # Facts may still come while it is written out: the commits go last.
        await self._save_snapshot()
        await self.settled()
        await self.commits.stop()

    # -- time ----------------------------------------------------------------------

    def _arm_timer(self, *, at_once: bool = True) -> None:
        """``at_once`` False: what is due already is tried after a while only."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        deadline = self.router.next_deadline()
        if deadline is not None:
            delay = self._clock.delay_until(deadline)
            delay = delay if at_once else max(delay, DEADLINE_AGAIN_S)
            self._timer = asyncio.get_running_loop().call_later(delay, self._on_deadline)

    def _on_deadline(self) -> None:
        deadline = self.router.next_deadline()
        if deadline is not None and self._clock.now() < deadline:
            self._arm_timer()  # the loop's timer fires a clock tick early at times
            return
        try:
            self.submit(TimePassed())
        except IllegalFact as error:
            self.faults.note("deadline", error)
            self._arm_timer(at_once=False)
        except Exception:  # counted and said where it was submitted
            self._arm_timer(at_once=False)

    # -- effects -------------------------------------------------------------------

    def _hand_out(self) -> None:
        """The effects of what is written, in order; of everything while it is served from
        memory."""
        if self._handing_out:
            return  # from within an effect: the loop below goes on with it
        self._handing_out = True
        try:
            while self._steps and self._may_go(self._steps[0]):
                step = self._steps.popleft()
                for effect in step.effects:
                    self.faults.guard("effect", self._on_effect, effect)
                self._handed_out = step.seq
        finally:
            self._handing_out = False
        while self._settled and self._settled[0][0] <= self._handed_out:
            _seq, future = self._settled.popleft()
            if not future.done():
                future.set_result(None)
        due = self._seq - self._snapshot_seq >= SNAPSHOT_EVERY and not self.torn
        if due and not self._snapshotting():
            self._snapshot = asyncio.create_task(self._take_snapshot(), name="snapshot")

    def _may_go(self, step: _Step) -> bool:
        return self.commits.from_memory or step.seq <= self.commits.saved_seq

    # -- snapshots -----------------------------------------------------------------

    def _snapshotting(self) -> bool:
        return self._snapshot is not None and not self._snapshot.done()

    async def _take_snapshot(self) -> None:
        try:
            await self._save_snapshot()
        except Exception:
            log.exception("snapshot broke")  # the journal has it all
            self._snapshot_seq = self._seq  # not again with the next fact

    async def _save_snapshot(self) -> None:
        """Facts go on meanwhile: the state of this moment is written out on another thread. One
        that the journal does not tell is none."""
        if self.torn:
            return
        seq, now, still = self._seq, self._clock.now(), self.router.still()
        digest, text = await asyncio.to_thread(_written_out, still)
        await self.settled()
        if self.commits.saved_seq < seq:
            return  # a snapshot must never hold a fact that the journal does not
        try:
            await self._database.write(
                lambda conn: journal.save_snapshot(conn, seq, now, digest, text)
            )
        except StoreError as error:
            log.error("snapshot not written", error=error.message)  # the journal has it all
            return
        self._snapshot_seq = seq


def _written_out(still: Still) -> tuple[str, str]:
    """Hash and JSON text of a state. Lets go of the interpreter between a few records: a thread
    that computes without a pause keeps the event loop waiting 5 ms at each of its turns."""
    pieces: list[str] = []
    for i, piece in enumerate(still.pieces()):
        pieces.append(piece)
        if i % PIECES_BETWEEN_PAUSES == 0:
            time.sleep(PAUSE_S)
    text = "".join(pieces)
    return sha256(text.encode()).hexdigest(), text
