"""Signs of an emergency in what somebody types: forms, order and typing errors do not matter,
«не» does.

A phrase is found where all its words stand near each other. What is harmless in the same words is
taken out first, so that it hides nothing else. A word that is known is never taken for a typing
error of another one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from ekc_console.domain.knowledge import Sign
from ekc_console.server.knowledge.stems import from_latin_layout, stem, words

MOST_SIGNS = 3
MOST_WORDS = 40
"""Of a query; further ones are left out."""
BETWEEN = 3
"""Other words that may stand among those of a phrase."""
NEGATIONS = frozenset({"не", "ни"})
_SILENT = """
а бы в во вас вот его ее ей ему же за и из к ли мне меня мой моя моего моей мы на нас него нее ней
он она они очень по с со у уже я и это от о об
"""
SILENT = frozenset(_SILENT.split())
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
        if not begun or begun in self._whole or len(said) > MOST_WORDS:
            return self._in(said[:MOST_WORDS])
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
        said = list(phrase)
        for harmless in self._harmless:
            for at in sorted(_places(harmless, said, self._known), reverse=True):
                del said[at]
        weights = [
            (max((len(p) for p in phrases if _places(p, said, self._known)), default=0), sign)
            for sign, phrases in self._signs
        ]
        weights.sort(key=lambda weighed: -weighed[0])
        return [sign for weight, sign in weights if weight][:MOST_SIGNS]


def _places(phrase: _Phrase, said: Sequence[_Word], known: Collection[str]) -> list[int]:
    """Where the words of the phrase stand, all of them near each other; else nothing."""
    window = len(phrase) + BETWEEN
    for start in range(max(1, len(said) - window + 1)):
        places = list(_in_window(phrase, said, range(start, min(start + window, len(said))), known))
        if len(places) == len(phrase):
            return places
    return []


def _in_window(
    phrase: _Phrase, said: Sequence[_Word], window: Iterable[int], known: Collection[str]
) -> Iterator[int]:
    free = list(window)
    for word in phrase:
        at = next((i for i in free if _same(said[i], word, known)), None)
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
