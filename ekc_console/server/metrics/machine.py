"""How the server itself is: telephony, journal, disks, certificate, connections."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from ekc_console import __version__, log_lines
from ekc_console.domain.terms.rights import ROLES
from ekc_console.server.live.machine.sources import Sources
from ekc_console.server.live.sync import Hub
from ekc_console.server.live.watch.rows import engine_word
from ekc_console.server.metrics.family import by_word, counter, gauge, gauges, state
from ekc_console.wire.messages import PROTOCOL

_ENGINE = ("up", "down", "out_of_sight")
_TRUNK = ("up", "down", "no_calls_out")
_RECORDING = ("on", "off", "paused", "in_trouble")


@dataclass(frozen=True, kw_only=True)
class MachineCollector(Collector):
    sources: Sources
    hub: Hub
    boards: Callable[[], int]
    """Wall boards that are connected."""

    def collect(self) -> Iterator[Metric]:
        labels = ("version", "protocol", "python")
        values = (__version__, str(PROTOCOL), platform.python_version())
        yield gauges("build_info", "What runs here.", labels, [(values, 1.0)])
        yield from self._telephony()
        yield from self._journal()
        yield from self._disks()
        expires = self.sources.certificate_expires()
        text = "When the certificate in force ends, in seconds since the epoch."
        ends = None if expires is None else expires.timestamp()
        yield gauge("certificate_expires_timestamp_seconds", text, ends)
        roles = Counter(person.role for person in self.hub.connected())
        told = {role: roles[role] for role in ROLES}
        yield by_word("consoles", "Consoles that are connected, by role.", "role", told)
        yield gauge("boards", "Wall boards that are connected.", self.boards())

    def _telephony(self) -> Iterator[Metric]:
        engine = engine_word(self.sources.views.engine)
        yield gauge("engine_up", "1: telephony is in reach.", engine == "up")
        yield state("engine_state", "State of telephony.", _ENGINE, engine)
        trunks = self.sources.trunks()
        yield gauges(
            "trunk_up",
            "1: no trouble with the trunk is known.",
            ("trunk",),
            (((name,), now == "up") for name, now in trunks.items()),
        )
        yield gauges(
            "trunk_state",
            "down: not registered; no_calls_out: calls out fail by its fault.",
            ("trunk", "state"),
            (((name, word), word == now) for name, now in trunks.items() for word in _TRUNK),
        )
        yield state("recording_state", "Of recordings.", _RECORDING, self.sources.recorder.state)

    def _journal(self) -> Iterator[Metric]:
        commits, faults = self.sources.runtime.commits, self.sources.runtime.faults
        text = "1: the journal cannot be written, calls are served from memory."
        yield gauge("journal_in_trouble", text, not self.sources.runtime.saved)
        yield gauge("journal_waiting_facts", "Facts that are in memory only.", commits.waiting)
        text = "How long the oldest of them has waited for the disk."
        yield gauge("journal_oldest_seconds", text, commits.oldest_s)
        yield counter(
            "facts", "Facts of the journal since the centre began.", self.sources.runtime.seq
        )
        text = "0: tables lack facts: ekc store rebuild."
        yield gauge("read_models_complete", text, self.sources.read_models.complete)
        text = "What broke beside the calls since the start, and was lived with."
        yield counter("faults", text, faults.count)
        yield counter("log_lines_lost", "Log lines that could not be written.", log_lines.lost())
        text = "What is not in order, as /health tells it."
        yield gauge("not_in_order", text, len(self.sources.conditions.words))

    def _disks(self) -> Iterator[Metric]:
        rooms = self.sources.free_space.rooms.items()
        yield gauges(
            "disk_free_bytes",
            "Of the disk that holds the folder.",
            ("folder",),
            (((folder,), room.free_bytes) for folder, room in rooms),
        )
        yield gauges(
            "disk_size_bytes",
            "The whole of it.",
            ("folder",),
            (((folder,), room.total_bytes) for folder, room in rooms),
        )
