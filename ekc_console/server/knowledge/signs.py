"""Signs of an emergency in what somebody types: forms, order and typing errors do not matter,
«не» does.

A phrase is found where all its words stand near each other. What is harmless in the same words is
taken out first, so that it hides nothing else. A word that is known is never taken for a typing
error of another one.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from ekc_console.domain.knowledge import Sign
from ekc_console.server.knowledge.stems import from_latin_layout, stem, words

MOST_SIGNS = 3
BETWEEN = 3
"""Other words that may stand among those of a phrase."""
NEGATIONS = frozenset({"не", "ни"})
_SILENT = """
а бы в во вас вот его ее ей ему же за и из к ли мне меня мой моя моего моей мы на нас него нее ней
он она они очень по с со у уже я и это от о об
"""
SILENT = frozenset(_SILENT.split())
LENGTHS_LESS, LENGTHS_MORE = 4, 2
"""By so many letters a word of a phrase may be shorter or longer than what was typed: two errors,
and a «не» that is joined to it."""
REMEMBERED = 20_000
"""Words whose meaning is kept: a text is searched anew at every key."""
LEAST_BEGINNING = 5
"""Letters of a word that is still being typed."""


@dataclass(frozen=True, slots=True)
class _Word:
    stem: str
    negated: bool = False


_Phrase = tuple[_Word, ...]


def _phrase(text: str) -> _Phrase:
    """The words that count; «не» belongs to the word after it."""
    found: list[_Word] = []
    negated = False
    for word in words(text):
        if word in NEGATIONS:
            negated = True
        elif word not in SILENT:
            found.append(_Word(stem(word.replace("ться", "тся")), negated))
            negated = False
    return tuple(found)


class Signs:
    """May be asked from any thread."""

    def __init__(self, signs: Iterable[Sign], known: Iterable[str]) -> None:
        """``known``: stems of words that are right as they are typed."""
        self._signs = [(sign, [_phrase(text) for text in sign.phrases]) for sign in signs]
        self._harmless = [_phrase(text) for sign, _ in self._signs for text in sign.harmless]
        own = {word.stem for _, phrases in self._signs for phrase in phrases for word in phrase}
        self._known = own.union(known)
        self._of_length: dict[int, list[_Word]] = {}
        every = [p for _, phrases in self._signs for p in phrases] + self._harmless
        for word in dict.fromkeys(word for phrase in every for word in phrase):
            self._of_length.setdefault(len(word.stem), []).append(word)
        self._meant = functools.lru_cache(maxsize=REMEMBERED)(self._stands_for)
        written = {word for sign, _ in self._signs for text in sign.phrases for word in words(text)}
        self._whole = written | SILENT | NEGATIONS
        """Words that are no beginnings of others."""

    def find(self, text: str) -> list[Sign]:
        """The signs in ``text``, those with most words of it first."""
        found = self._find(text)
        meant = from_latin_layout(text)
        return found if found or not meant else self._find(meant)

    def _find(self, text: str) -> list[Sign]:
        said = _phrase(text)
        typed = words(text)[-1:]
        begun = typed[0] if typed and text[-1:].isalnum() else ""
        if not begun or begun in self._whole:
            return self._in(said)
        return self._in_all(said[:-1], said[-1], begun)

    def _in_all(self, before: _Phrase, last: _Word, begun: str) -> list[Sign]:
        """The signs of whatever the last word may become, so that «кров» is no bleeding yet and
        «инсул» no stroke."""
        stems = [known for known in self._known if known.startswith(begun)]
        if not stems:
            return self._in((*before, last))
        longest = max(len(known) for known in stems)
        if len(begun) < LEAST_BEGINNING or 3 * len(begun) < 2 * longest:
            return self._in(before)
        first, *others = [self._in((*before, replace(last, stem=known))) for known in stems]
        return [sign for sign in first if all(sign in other for other in others)]

    def _in(self, phrase: _Phrase) -> list[Sign]:
        text = _Text([self._meant(word) for word in phrase])
        where = text.where()
        for harmless in self._harmless:
            if found := {at for places in text.all_of(harmless, where) for at in places}:
                text = text.without(found)
                where = text.where()
        weights = [
            (max((len(p) for p in phrases if any(text.all_of(p, where))), default=0), sign)
            for sign, phrases in self._signs
        ]
        weights.sort(key=lambda weighed: -weighed[0])
        return [sign for weight, sign in weights if weight][:MOST_SIGNS]

    def _stands_for(self, said: _Word) -> frozenset[_Word]:
        """The words of phrases that it is, or is a typing error of."""
        lengths = range(len(said.stem) - LENGTHS_LESS, len(said.stem) + LENGTHS_MORE + 1)
        near = (word for length in lengths for word in self._of_length.get(length, ()))
        return frozenset(word for word in near if _same(said, word, self._known))


@dataclass(frozen=True, slots=True)
class _Text:
    """For each word that somebody has said what it may stand for in a phrase."""

    meant: Sequence[frozenset[_Word]]

    def where(self) -> Mapping[_Word, Sequence[int]]:
        places: dict[_Word, list[int]] = {}
        for at, words_ in enumerate(self.meant):
            for word in words_:
                places.setdefault(word, []).append(at)
        return places

    def without(self, places: Collection[int]) -> _Text:
        return _Text([one for at, one in enumerate(self.meant) if at not in places])

    def all_of(self, phrase: _Phrase, where: Mapping[_Word, Sequence[int]]) -> Iterator[list[int]]:
        """Each place where all words of the phrase stand near each other: none counts twice."""
        if not all(word in where for word in phrase):
            return
        rarest = min((where[word] for word in phrase), key=len)
        window, count = len(phrase) + BETWEEN, len(self.meant)
        last = max(0, count - window)
        starts = {min(s, last) for at in rarest for s in range(max(0, at - window + 1), at + 1)}
        used: set[int] = set()
        for start in sorted(starts):
            while True:
                free = [at for at in range(start, min(start + window, count)) if at not in used]
                places = list(self._in_window(phrase, free))
                if len(places) < len(phrase):
                    break
                used.update(places)
                yield places

    def _in_window(self, phrase: _Phrase, free: list[int]) -> Iterator[int]:
        for word in phrase:
            at = next((at for at in free if word in self.meant[at]), None)
            if at is None:
                return
            free.remove(at)
            yield at


def _same(said: _Word, word: _Word, known: Collection[str]) -> bool:
    if said.negated == word.negated and _alike(said.stem, word.stem, known):
        return True
    joined = word.negated and not said.negated and said.stem.startswith(tuple(NEGATIONS))
    return joined and said.stem not in known and _alike(said.stem[2:], word.stem, known)


def _alike(said: str, wanted: str, known: Collection[str]) -> bool:
    if said == wanted:
        return True
    if said in known or len(wanted) < 4:
        return False
    if len(wanted) == 4 and said[:1] + said[-1:] != wanted[0] + wanted[-1]:
        return False
    most = 1 if len(wanted) < 8 else 2
    return OSA.distance(said, wanted, score_cutoff=most) <= most
