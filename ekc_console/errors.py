"""Errors that are shown to people."""

from __future__ import annotations


class EkcError(Exception):
    """Something a user can understand and mend.

    ``message`` names the thing that is wrong (file, field, number); ``remedy`` says what to do
    instead. Both are in the user's language. Such an error never shows a traceback.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message

    @property
    def in_one_line(self) -> str:
        return f"{self.message} {self.remedy}".strip()


QUOTED = 40
"""So many characters of what was typed are quoted: the reason comes behind, and has to be seen."""


def quoted(text: str) -> str:
    return text if len(text) <= QUOTED else text[: QUOTED - 1].rstrip() + "…"


Value = str | int | float
"""What can be filled into a text for people."""


class WordsError(EkcError):
    """Why, without words: ``key`` names them and ``values`` are filled in where the language of
    who reads is known (:mod:`ekc_console.client.words`). ``str`` is for the log."""

    def __init__(self, key: str, /, **values: Value) -> None:
        super().__init__(" ".join([key, *(f"{name}={value}" for name, value in values.items())]))
        self.key = key
        self.values = values


def reason(error: BaseException) -> str:
    """For a line of the log: what the error says, else its kind, for many say nothing."""
    return str(error) or type(error).__name__
