"""A small terminal: what a program that paints by cursor addressing shows."""

from __future__ import annotations

import codecs
import re

from rich.cells import cell_len

_TOKEN = re.compile(
    r"\x1b\[(?P<csi>[0-9;?<>=$]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[PX^_][^\x1b]*\x1b\\"
    r"|\x1b[^\[\]PX^_]"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f])"
    r"|(?P<text>[^\x00-\x1f]+)"
)


class Screen:
    """``feed`` it bytes; ``lines`` is the text shown, ``styles`` the SGR of each cell."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._clear()

    @property
    def lines(self) -> list[str]:
        return ["".join(row) for row in self.cells]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def feed(self, data: bytes) -> None:
        text = self._rest + self._decoder.decode(data)
        at = 0
        while at < len(text):
            token = _TOKEN.match(text, at)
            if token is None:  # the end of a sequence is still to come
                break
            at = token.end()
            self._take(token)
        self._rest = text[at:]

    def _clear(self) -> None:
        self.cells = [[" "] * self.columns for _ in range(self.rows)]
        self.styles = [[""] * self.columns for _ in range(self.rows)]
        self._x = self._y = 0
        self._sgr = ""

    def _take(self, token: re.Match[str]) -> None:
        if token["text"] is not None:
            for character in token["text"]:
                self._put(character)
        elif token["control"] == "\n":
            self._y = min(self._y + 1, self.rows - 1)
        elif token["control"] == "\r":
            self._x = 0
        elif token["final"] == "H":
            y, _, x = (token["csi"] or "1;1").partition(";")
            self._y, self._x = int(y) - 1, int(x) - 1
        elif token["final"] == "m":
            first, _, rest = token["csi"].partition(";")
            self._sgr = rest if first in ("0", "") else token["csi"]
        elif token["final"] == "J" and token["csi"] in ("2", "3"):
            self._clear()

    def _put(self, character: str) -> None:
        width = cell_len(character)
        row = self.cells[self._y]
        if not width:
            if self._x:
                row[self._x - 1] += character
            return
        for offset in range(width):
            if self._x + offset < self.columns:
                row[self._x + offset] = "" if offset else character
                self.styles[self._y][self._x + offset] = self._sgr
        self._x += width
