"""Russian words brought to what their forms have in common."""

from __future__ import annotations

import functools
import re

import snowballstemmer

from ekc_console.server.store.cards.search_words import fold

_WORD = re.compile(r"[^\W_]+")
_FLEETING = re.compile(r"(?<=[бвгджзклмнпрстфхцчшщ])[ео]к$")
"""«прививок» and «прививка», «ребенок» and «ребенка» differ in a vowel that the endings move."""
_QWERTY = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_JCUKEN = "йцукенгшщзхъфывапролджэячсмитьбюе"
_LAYOUT = str.maketrans(_QWERTY, _JCUKEN)
_LATIN = re.compile(r"[a-z\[\];',.`]*[a-z][a-z\[\];',.`]*")
_STOP_WORDS = """
а без бы в во вот все вы где да для до его ее если есть еще же за и из или им их к как какие какой
когда кто ли меня мне можно мой мы на надо нам нас не ни но ну о об он она они от по под при про с
со так там то тоже ты у уже хочу чем что чтобы это этот я
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

_stemmer = snowballstemmer.stemmer("russian")


def words(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    return _WORD.findall(fold(text))


@functools.lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """What the forms of a folded word begin with."""
    return _FLEETING.sub("к", _stemmer.stemWord(word))


def stems(text: str) -> list[str]:
    return [stem(word) for word in words(text)]


def telling(found: list[str]) -> list[str]:
    """The words of a query without those that every text has; all of them when nothing is left."""
    return [word for word in found if word not in STOP_WORDS] or found


def from_latin_layout(text: str) -> str:
    """What was meant when Russian was typed on the Latin layout; "" if the text is not such."""
    folded = text.casefold()
    parts = folded.split()
    if not parts or not all(_LATIN.fullmatch(part) for part in parts):
        return ""
    return folded.translate(_LAYOUT)
