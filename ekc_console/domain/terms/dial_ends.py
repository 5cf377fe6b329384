"""How a call out ended that nobody took: the words of ``CallEnded.cause``.

A cause is one of the words, and after a blank what the network said, for people: ``no_way SIP
503``. Only what the called person or the number itself answers is an attempt to reach somebody; an
outage of the way out rings nobody's telephone and is none.
"""

from __future__ import annotations

from typing import Literal, cast, get_args

DialEnd = Literal[
    "normal", "unrung", "busy", "no_answer", "rejected", "unreachable", "moved", "no_way", "failed"
]
"""``normal``: hung up, by whomever; ``unrung``: by us, before it rang anywhere. ``rejected``: the
person refused. ``unreachable``: the number takes no calls, or is none. ``moved``: it points to
another (SIP 3xx), which is not dialled. ``no_way``: the trunks refused the call, or did not
answer, and nobody was rung. ``failed``: not known."""
_WORDS = frozenset(get_args(DialEnd))

THE_WAY_WORKS = frozenset(("busy", "no_answer", "rejected", "unreachable", "moved"))
"""Ends that come from behind the trunk."""


MAY_BE_THE_NUMBER = (402, 403)
"""SIP statuses of a trunk that does not carry this call: for the number called, or it carries
none."""


def dial_end(cause: str) -> DialEnd:
    word = cause.partition(" ")[0]
    return cast(DialEnd, word) if word in _WORDS else "failed"


def detail_of(cause: str) -> str:
    """Empty when nothing is known beyond the word."""
    word, _, detail = cause.partition(" ")
    return detail if word in _WORDS else ""


def sip_detail(status: int) -> str:
    return f"SIP {status}"


def may_be_the_number(cause: str) -> bool:
    """The trunks refused the call: for the number called, or they carry none."""
    details = map(sip_detail, MAY_BE_THE_NUMBER)
    return dial_end(cause) == "no_way" and detail_of(cause) in details


def cause_of(end: DialEnd, detail: str = "") -> str:
    return f"{end} {detail}" if detail else end
