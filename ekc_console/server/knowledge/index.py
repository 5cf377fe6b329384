"""The index: SQLite FTS5 over stems, typing errors mended against the words that there are.

A query's words are stemmed; the last one counts as a beginning, because people read while they
type. A word that no entry has is taken for a beginning, then for a typing error (the nearest words
by Damerau–Levenshtein distance), and Latin letters for Russian ones of the same keys. Of what BM25
finds, entries that have more of the query's words come first.
"""

from __future__ import annotations

import bisect
import heapq
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ekc_console.server.knowledge.entries import Entry, Kind
from ekc_console.server.knowledge.stems import from_latin_layout, stem, stems, telling, words

CANDIDATES = 100
"""Entries that BM25 gives for the ranking by words."""
QUERY_WORDS = 10
BEGINNINGS = 12
"""Words taken for one beginning, and for one typing error."""
LEAST_BEGINNING = 3
LONG = 8
"""Letters of a stem from which two typing errors leave it itself: «простуда» is no «посуда»."""
WEIGHTS = (6.0, 4.0, 1.0)
"""Of title, words and text in BM25."""
STEP_LESS = 0.6
"""An answer comes before a step of a script that fits as well."""
WHOLE, BEGUN, MENDED = 1.0, 0.9, 0.6
"""How much a word counts that is there, is begun, is there but for a typing error."""


@dataclass(frozen=True, slots=True)
class Found:
    entries: tuple[Entry, ...]
    """The best first."""
    corrected: str
    """The query that was searched for, when it is another one than typed; else ""."""


@dataclass(frozen=True, slots=True)
class _Term:
    """One word of the query: the stems that will do, and how much each counts."""

    weights: dict[str, float]
    mended: str = ""

    def count(self, have: frozenset[str]) -> float:
        return max((weight for stem, weight in self.weights.items() if stem in have), default=0.0)


class Index:
    """Built once; :meth:`search` may be called from any thread, one at a time."""

    def __init__(self, found: Iterable[Entry], right: Iterable[str] = ()) -> None:
        """``right``: texts whose words are never taken for typing errors."""
        self._entries = list(found)
        self._right = frozenset(known for text in right for known in stems(text))
        self._lock = threading.Lock()
        self._conn = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._conn.execute(
            "CREATE VIRTUAL TABLE entry USING fts5"
            "(title, words, text, tokenize = 'unicode61 remove_diacritics 0')"
        )
        self._have: list[frozenset[str]] = []
        self._titles: list[frozenset[str]] = []
        self._written: dict[str, str] = {}
        """A stem to the shortest word with it, for people."""
        self._conn.execute("BEGIN")
        for number, entry in enumerate(self._entries):
            self._add(number, entry)
        self._conn.execute("COMMIT")
        self._by_length: dict[int, list[str]] = {}
        self._sorted = sorted(self._written)
        for known in self._sorted:
            self._by_length.setdefault(len(known), []).append(known)

    @property
    def vocabulary(self) -> frozenset[str]:
        """Stems of all words that are right as they are typed."""
        return self._right.union(self._written)

    def __len__(self) -> int:
        return len(self._entries)

    def _add(self, number: int, entry: Entry) -> None:
        parts = (entry.title, f"{entry.words} {entry.topic}", entry.text)
        columns = [stems(part) for part in parts]
        for part, column in zip(parts, columns, strict=True):
            for word, known in zip(words(part), column, strict=True):
                if len(word) < len(self._written.get(known, word + " ")):
                    self._written[known] = word
        self._conn.execute(
            "INSERT INTO entry (rowid, title, words, text) VALUES (?, ?, ?, ?)",
            (number, *(" ".join(column) for column in columns)),
        )
        self._have.append(frozenset(s for column in columns for s in column))
        self._titles.append(frozenset(columns[0]))

    # -- search ------------------------------------------------------------------

    def search(self, text: str, limit: int, kinds: Sequence[Kind] = ()) -> Found:
        """The best entries of ``kinds`` (all when empty); nothing for a text without words."""
        typed = telling(words(text))[:QUERY_WORDS]
        terms = self._terms(typed, open_end=not text.endswith((" ", ".", "?")))
        corrected = any(term.mended for term in terms)
        meant = from_latin_layout(text)
        if meant and (not terms or corrected or not any(term.weights for term in terms)):
            other = telling(words(meant))[:QUERY_WORDS]
            russian = self._terms(other, open_end=True)
            if any(term.weights for term in russian):
                typed, terms, corrected = other, russian, True
        shown = ""
        if corrected:
            shown = " ".join(t.mended or word for word, t in zip(typed, terms, strict=True))
        return Found(tuple(self._ranked(terms, limit, kinds)), shown)

    def _ranked(self, terms: Sequence[_Term], limit: int, kinds: Sequence[Kind]) -> Iterable[Entry]:
        wanted = {stem for term in terms for stem in term.weights}
        if not wanted:
            return []
        expression = " OR ".join(f'"{stem}"' for stem in sorted(wanted))
        with self._lock:
            rows = self._conn.execute(
                "SELECT rowid, bm25(entry, ?, ?, ?) AS score FROM entry WHERE entry MATCH ?"
                " ORDER BY score LIMIT ?",
                (*WEIGHTS, expression, CANDIDATES if not kinds else -1),
            ).fetchall()
        scored = [
            (self._closeness(number, terms), -score, -number)
            for number, score in rows
            if not kinds or self._entries[number].kind in kinds
        ]
        scored.sort(reverse=True)
        return [self._entries[-number] for _closeness, _score, number in scored[:limit]]

    def _closeness(self, number: int, terms: Sequence[_Term]) -> float:
        """How many of the query's words the entry has; those of the title count half more, and a
        title of few other words a little more."""
        title = self._titles[number]
        there = sum(term.count(self._have[number]) for term in terms)
        in_title = sum(term.count(title) for term in terms)
        less = STEP_LESS if self._entries[number].kind == "step" else 0.0
        return round(there + 0.5 * in_title + 0.25 * in_title / max(1, len(title)) - less, 3)

    def _terms(self, typed: Sequence[str], *, open_end: bool) -> list[_Term]:
        return [
            self._term(word, begun=open_end and index == len(typed) - 1)
            for index, word in enumerate(typed)
        ]

    def _term(self, word: str, *, begun: bool) -> _Term:
        whole = stem(word)
        weights = {whole: WHOLE} if whole in self._written else {}
        if (begun or not weights) and len(word) >= LEAST_BEGINNING:
            for longer in self._beginning_with(whole):
                weights.setdefault(longer, BEGUN)
        if weights or whole in self._right:
            return _Term(weights)
        near = self._nearest(whole)
        written = self._written[near[0]] if near else ""
        return _Term(dict.fromkeys(near, MENDED), written)

    def _beginning_with(self, start: str) -> list[str]:
        """The shortest ones first: they are likelier meant."""
        first = bisect.bisect_left(self._sorted, start)
        last = bisect.bisect_left(self._sorted, start + "\uffff")
        return heapq.nsmallest(BEGINNINGS, self._sorted[first:last], key=len)

    def _nearest(self, wrong: str) -> list[str]:
        """Known stems within as many typing errors as the length makes likely, the nearest only.
        The first letter is seldom wrong: another one makes another word («тест» is no «есть»)."""
        most = 0 if len(wrong) < 4 or wrong.isdigit() else 1 if len(wrong) < LONG else 2
        if not most:
            return []
        like = [
            known
            for length in range(len(wrong) - most, len(wrong) + most + 1)
            for known in self._by_length.get(length, ())
            if known[0] == wrong[0]
        ]
        found = process.extract(
            wrong, like, scorer=OSA.distance, score_cutoff=most, limit=BEGINNINGS
        )
        return [known for known, distance, _index in found if distance == found[0][1]]
