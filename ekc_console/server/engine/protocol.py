"""What the server asks of a telephony engine, and what the engine reports.

A *leg* is one line at the engine: a caller's, an outgoing one, or an operator's standing leg.
Leg ids are strings; the engine names inbound legs, the caller of ``dial`` names outgoing ones.
Every method may raise :class:`EngineError`; :class:`LegGone` (a subclass) when the leg does not
exist any more, which is normal: people hang up at any moment.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from ekc_console.domain.terms.dial_ends import DialEnd
from ekc_console.domain.terms.ids import ListenMode
from ekc_console.errors import EkcError


class EngineError(EkcError):
    """The engine refused, is not reachable or did not answer in time."""


class BadNumber(EngineError):
    """No trunk would be asked for it."""


class LegGone(EngineError):
    """The leg has ended meanwhile."""


# -- events ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallerArrived:
    """A call came in over the trunk and is under our control. Not answered yet, unless the
    dialplan's fallback held it while no server was there (``answered``)."""

    leg: str
    number: str | None
    """As the trunk sent it; None when withheld (anonymous)."""
    called: str
    answered: bool = False
    since: float | None = None
    """When it came (seconds since the epoch), if the fallback held it."""
    trunk: str = ""
    """By its name in the settings; empty: the engine does not tell."""


@dataclass(frozen=True, slots=True)
class OperatorArrived:
    """An operator's softphone has called in with ``account``'s credentials; not answered yet."""

    leg: str
    account: str


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """An outgoing leg made by ``dial`` was picked up."""

    leg: str
    trunk: str = ""


@dataclass(frozen=True, slots=True)
class LegRinging:
    """The telephone that ``dial`` calls rings; nothing of it is heard."""

    leg: str


@dataclass(frozen=True, slots=True)
class LegSpeaks:
    """Something is heard of a leg that nobody answered yet: the network's own ring-back tone, or
    its announcement. From now on the leg can be joined."""

    leg: str


@dataclass(frozen=True, slots=True)
class LegEnded:
    """The leg is gone. Fires exactly once for every leg, whoever ended it; for a ``dial`` that
    was not answered ``cause`` says why."""

    leg: str
    cause: DialEnd
    detail: str = ""
    """What the network said, for people (``SIP 503``); empty: nothing beyond ``cause``."""
    trunk: str = ""
    """Of a ``dial`` that was not answered: the last one that was asked."""


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A DTMF digit of the leg was released: one of ``0123456789*#ABCD``."""

    leg: str
    key: str


@dataclass(frozen=True, slots=True)
class LegSilent:
    """Nothing has come from the leg for ``seconds`` at least, though sound goes to it; its line
    stands. Fires again and again while that lasts, every few seconds."""

    leg: str
    seconds: float


@dataclass(frozen=True, slots=True)
class PlaybackEnded:
    """A ``play`` is over: heard to its end, or cut (``finished`` False) by ``stop_playing``,
    ``join`` or a hang-up; then it comes before ``LegEnded``."""

    leg: str
    playback: str
    finished: bool


@dataclass(frozen=True, slots=True)
class EngineDown:
    """The engine died or cannot be reached. The engine object restarts or reconnects by itself,
    for ever, then sends ``EngineUp``. Until then no event comes, every order raises EngineError
    (no ``LegGone``: nobody knows), and no ``LegEnded`` follows for legs that end meanwhile."""

    reason: str
    """Key of the words for people: ``engine.silent``."""
    gone: bool = True
    """All legs ended with it. False: the engine is only out of sight; what it carries (talks,
    music, recordings) goes on, and ``EngineUp`` tells what is left of it."""


@dataclass(frozen=True, slots=True)
class EngineUp:
    """The engine takes calls (again). Accounts must be put again after every ``EngineUp``; of
    playbacks that were begun before it no ``PlaybackEnded`` comes any more.
    ``legs`` are all that live (the server was restarted, or the engine was out of sight)."""

    legs: tuple[LegInfo, ...] = ()
    ended: Mapping[str, float] = field(default_factory=dict)
    """Callers' legs of which the engine itself has noted that they ended in the ordinary way while
    nobody saw it, and when by its clock, in seconds since the epoch. How one ended that is in
    neither is not known."""


@dataclass(frozen=True, slots=True)
class TrunkState:
    """A trunk that registers at its provider is registered now, or is not (any more): without it
    the provider sends no calls. Fires at every change; trying goes on by itself."""

    trunk: str
    registered: bool
    detail: str
    """Asterisk's word for the registrar's answer."""


@dataclass(frozen=True, slots=True)
class TrunkCalls:
    """Calls out through a trunk fail, or work again: a call has shown it, or the trunk leaves the
    engine's own probes unanswered or answers them again. Fires at every change; the other trunks
    are tried before it meanwhile."""

    trunk: str
    work: bool
    detail: str


NO_ANSWER = "no_answer"
"""Detail of a trunk that leaves probes unanswered."""


@dataclass(frozen=True, slots=True)
class LegInfo:
    leg: str
    kind: Literal["caller", "operator", "outgoing"]
    account: str | None = None
    number: str | None = None
    bridge: str | None = None
    called: str | None = None
    """Of a caller: the number that was called."""
    answered: bool = True
    since: float | None = None
    """Of a caller: when it came, in seconds since the epoch."""
    trunk: str = ""
    """Of a caller and of a call out."""


@dataclass(frozen=True, slots=True)
class NotedCaller:
    """A caller as the engine has noted it by itself, before anybody was told."""

    leg: str
    number: str | None
    called: str
    came_at: float
    """Seconds since the epoch, by the engine's clock."""
    left_at: float | None = None
    """When the caller hung up on a fallback that nobody took the call from."""


EngineEvent = (
    CallerArrived
    | OperatorArrived
    | LegAnswered
    | LegRinging
    | LegSpeaks
    | LegEnded
    | KeyPressed
    | LegSilent
    | PlaybackEnded
    | EngineDown
    | EngineUp
    | TrunkState
    | TrunkCalls
)
EventSink = Callable[[EngineEvent], None]
"""Called on the event loop, in the order of events; must return at once and never raise."""


# -- the engine ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Account:
    """SIP credentials of one operator for one shift."""

    name: str
    password: str = field(repr=False)
    tls: bool = False
    """Calls in over TLS only; another call is refused (403)."""
    srtp: bool = False
    """Encrypted sound only; another call is refused (488)."""


class TelephonyEngine(Protocol):
    async def start(self, sink: EventSink) -> None:
        """Bring the engine up; returns after ``EngineUp`` was given to ``sink``.

        Raises EngineError with the remedy (engine missing, port in use, died at start: last lines
        of its log).
        """

    @property
    def behind_s(self) -> float:
        """Since when events that came may wait to be given to the sink, beyond what is in order;
        0 while they are given. On the loop of ``start``."""

    async def stop(self, *, hang_up: bool = True) -> None:
        """Leave. ``hang_up`` ends all legs and a child engine (in stages: ask, TERM, KILL);
        otherwise a child engine goes on and a later ``start`` adopts it."""

    async def answer(self, leg: str) -> None: ...

    async def hang_up(self, leg: str, *, busy: bool = False, forbidden: bool = False) -> None:
        """End the leg (486 when ``busy``, 403 when ``forbidden``, if not answered yet). A leg that
        is gone is no error."""

    async def play(self, leg: str, files: Sequence[Path]) -> str:
        """Play WAV files (8 kHz mono s16) one after the other; returns the playback's id at once.
        ``PlaybackEnded`` follows exactly once. The leg must be answered. One playback a leg at a
        time: a second one is queued behind the first. A leg in a bridge hears the prompt alone
        and is not heard by the others until its end."""

    async def stop_playing(self, leg: str) -> None:
        """Cut what plays and what is queued; nothing playing is no error."""

    async def start_music(self, leg: str) -> None:
        """Music on hold until ``stop_music`` or ``join``; a ``play`` interrupts it."""

    async def stop_music(self, leg: str) -> None: ...

    async def start_ring_back(self, leg: str) -> None:
        """The ring-back tone of the Russian network (425 Hz, 1 s in every 5) until
        ``stop_ring_back``: for who dials, while the other telephone rings. It interrupts no
        prompt. The leg must be answered."""

    async def stop_ring_back(self, leg: str) -> None: ...

    async def send_keys(self, leg: str, keys: str) -> None:
        """Send DTMF to the leg, as RFC 4733 events one after the other; returns at once. ``keys``
        of ``0123456789*#ABCD``. The leg must be answered."""

    async def make_bridge(self, bridge: str) -> None:
        """Idempotent."""

    async def drop_bridge(self, bridge: str) -> None:
        """Idempotent; legs in it stay up, in no bridge. On return its name is free again."""

    async def join(self, bridge: str, leg: str) -> None:
        """Put the leg into the bridge (out of another; music and prompts off). On return audio
        flows. The leg must be answered, or speak."""

    async def leave(self, bridge: str, leg: str) -> None: ...

    async def listen(self, listener: str, leg: str, mode: ListenMode) -> None:
        """From now on ``listener``, out of any bridge, hears what ``leg`` says and hears, wherever
        that one stands; prompts and music too. What others hear does not stop, nor is any bridge
        remade. Asked again: in another ``mode``, of another ``leg``, and what is heard goes on
        meanwhile. In ``barge`` the listener is in the recording of who hears ``leg``. Over with
        ``stop_listening``, with either leg's end, or when the listener is joined elsewhere. Both
        legs must be answered; a leg has one listener at a time. An order that fails leaves the
        listener hearing and heard by nobody."""

    async def stop_listening(self, listener: str) -> None:
        """The listener hears nobody, and stands in no bridge, unless it was joined to one
        meanwhile. One who does not listen, or is gone, is no error."""

    async def dial(
        self, leg: str, number: str, *, caller_id: str, timeout_s: float, for_caller: str = ""
    ) -> None:
        """Call a number through the first trunk that takes the call; one that refuses it, or does
        not reply, is passed over. A call that rang or spoke is not made again, whatever becomes of
        it, and a redirection is not followed. Then ``LegRinging``, ``LegSpeaks``, ``LegAnswered``
        or ``LegEnded``. Raises BadNumber for what is no number. ``for_caller``: an emergency
        service is called for whoever has this number, and is told it where the trunk's settings
        say; empty, or no number: nothing is told."""

    async def start_recording(self, leg: str, stem: Path) -> None:
        """Record from now to the leg's end into ``<stem>-in.wav`` (what the leg says) and
        ``<stem>-out.wav`` (what the leg hears): 8 kHz mono s16, aligned to the sample."""

    async def stop_recording(self, leg: str) -> None: ...

    async def put_account(self, account: Account) -> None:
        """Let ``account`` call in: at ``sip:standing@engine``, which is its standing leg, and at
        ``sip:echo@engine``, which gives back what it hears. Replaces one of that name."""

    async def drop_account(self, name: str) -> None:
        """Idempotent; a live leg of the account stays up."""

    async def noted_callers(self) -> Sequence[NotedCaller]:
        """Every caller that came, whether or not a server was there, but for those who were given
        to ``forget_callers``: in the order in which they came. The notes outlive server and
        engine; after a restart of the server some that were forgotten come again."""

    async def forget_callers(self, legs: Collection[str]) -> None:
        """These are in the server's own books."""

    async def lines(self) -> Collection[str]:
        """All legs that live at the engine now, those included that are not ours yet."""

    def sip_address(
        self, transport: Literal["udp", "tcp", "tls"] = "udp", *, reached: str = ""
    ) -> str:
        """``host:port`` where softphones reach the engine; ``reached``: the IPv4 address by which
        one's console reaches the server: who is in the centre's own networks stays in them."""
