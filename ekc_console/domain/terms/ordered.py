"""A sorted set of tuples that also answers "which rank?" and "what is at rank n?".

Sorted chunks of bounded length, so that an insertion or a removal moves a few kilobytes at most
however many entries there are.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=tuple[Any, ...])

_CHUNK = 1000
"""A chunk is cut in two when it grows beyond twice this."""


class OrderedSet(Generic[K]):
    def __init__(self) -> None:
        self._chunks: list[list[K]] = []
        self._last: list[K] = []  # the greatest key of every chunk
        self._len = 0

    def __len__(self) -> int:
        return self._len

    def __iter__(self) -> Iterator[K]:
        for chunk in self._chunks:
            yield from chunk

    def __getitem__(self, index: int) -> K:
        """The key of rank ``index`` (0 is the least). Raises IndexError outside ``0 … len - 1``."""
        if index >= 0:
            for chunk in self._chunks:
                if index < len(chunk):
                    return chunk[index]
                index -= len(chunk)
        raise IndexError(index)

    def add(self, key: K) -> None:
        """Insert a key that is not in the set."""
        self._len += 1
        if not self._chunks:
            self._chunks.append([key])
            self._last.append(key)
            return
        i = bisect_left(self._last, key)
        if i == len(self._chunks):
            i -= 1
            self._chunks[i].append(key)
            self._last[i] = key
        else:
            insort(self._chunks[i], key)
        if len(self._chunks[i]) > 2 * _CHUNK:
            self._cut(i)

    def _cut(self, i: int) -> None:
        chunk = self._chunks[i]
        self._chunks[i : i + 1] = [chunk[:_CHUNK], chunk[_CHUNK:]]
        self._last.insert(i, chunk[_CHUNK - 1])

    def remove(self, key: K) -> None:
        """Take a key out. Raises KeyError if it is not in the set."""
        i, j = self._find(key)
        chunk = self._chunks[i]
        del chunk[j]
        self._len -= 1
        if not chunk:
            del self._chunks[i], self._last[i]
        elif j == len(chunk):
            self._last[i] = chunk[-1]

    def _find(self, key: K) -> tuple[int, int]:
        i = bisect_left(self._last, key)
        if i < len(self._chunks):
            j = bisect_left(self._chunks[i], key)
            if self._chunks[i][j] == key:
                return i, j
        raise KeyError(key)

    def rank(self, key: K) -> int:
        """How many keys of the set are less than ``key`` (which need not be in it)."""
        i = bisect_left(self._last, key)
        before = sum(map(len, self._chunks[:i]))
        return before + (bisect_left(self._chunks[i], key) if i < len(self._chunks) else 0)
