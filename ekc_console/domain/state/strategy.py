"""Strategies: which of the ready, eligible agents is offered a call.

The key of a strategy orders the agents, the least first; equal keys go by order of login. A key
rests on the agent's record alone and does not change while the agent is ready, so agents stand
sorted all the time and a choice costs no scan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

from ekc_console.domain.state.agent import Agent
from ekc_console.errors import EkcError

Ring = Literal["one", "all", "progressive"]

RING_STEPS = 3
"""ring-progressively asks one more agent each ``offer_timeout_s / RING_STEPS``."""


class SettingsError(EkcError, ValueError):
    """A setting that the core cannot work with; says what is allowed instead."""


@dataclass(frozen=True, slots=True)
class Strategy:
    name: str
    aliases: tuple[str, ...]
    """Names of the same order in Asterisk's app_queue and FreeSWITCH's mod_callcenter."""
    key: Callable[[Agent], float]
    draws: int = 0
    """0: the agent with the least key. Otherwise that many agents are drawn by lot, each with the
    same chance, and the one with the least key among them is taken."""
    ring: Ring = "one"
    """How many agents hear one call at a time."""


def _idle_since(agent: Agent) -> float:
    return agent.idle_since


def _calls(agent: Agent) -> float:
    return agent.calls


def _talk(agent: Agent) -> float:
    return agent.talk_s


def _load(agent: Agent) -> float:
    return agent.talk_s + agent.held_s + agent.wrap_up_s


def _turn(agent: Agent) -> float:
    return agent.last_turn


def _login_order(agent: Agent) -> float:
    return agent.login_seq


STRATEGIES: tuple[Strategy, ...] = (
    # Waiting longest since the last call.
    Strategy("longest-idle", ("leastrecent", "longest-idle-agent"), _idle_since),
    # Fewest talks since login.
    Strategy("fewest-calls", ("fewestcalls", "agent-with-fewest-calls"), _calls),
    # Least seconds of talk since login.
    Strategy("least-talk-time", ("agent-with-least-talk-time",), _talk),
    # Least seconds of talk, hold and wrap-up since login.
    Strategy("least-total-load", (), _load),
    # Whose latest offer is longest ago; one who has had none is first.
    Strategy("round-robin", ("rrmemory", "roundrobin", "rrordered"), _turn),
    # Always from the top, in the order of logins.
    Strategy("linear", ("top-down", "sequentially-by-agent-order"), _login_order),
    # Everybody has the same chance.
    Strategy("random", (), _login_order, draws=1),
    # Of n agents, sorted by their number of talks, the one of rank r = 0 … n-1 has the chance
    # (2(n - r) - 1) / n²: the lesser of two draws.
    Strategy("weighted-random", ("wrandom",), _calls, draws=2),
    # All at once; who accepts first has the call.
    Strategy("ring-all", ("ringall",), _idle_since, ring="all"),
    # From the top, one more at each step while the earlier ones go on ringing.
    Strategy("ring-progressively", (), _login_order, ring="progressive"),
)

_BY_NAME = {name: s for s in STRATEGIES for name in (s.name, *s.aliases)}

KNOWN_NAMES: tuple[str, ...] = tuple(_BY_NAME)
"""Every accepted name, aliases included."""


def strategy_named(name: str) -> Strategy:
    """The strategy of that name or alias. Raises SettingsError that lists the known names."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise SettingsError(
            f"Неизвестная стратегия распределения вызовов: «{name}».",
            f"Укажите одну из: {', '.join(KNOWN_NAMES)}.",
        ) from None


def draw(seed: str, n: int) -> int:
    """A number of 0 … n-1 that depends on ``seed`` alone, evenly spread over seeds."""
    return int.from_bytes(blake2b(seed.encode(), digest_size=8).digest()) % n
