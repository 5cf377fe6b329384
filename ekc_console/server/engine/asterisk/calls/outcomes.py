"""What the end of an unanswered call out says: of the called party, or of the trunk alone.

A refusal is the called party's, or the number's, only where the status says so (RFC 3261, 21) or a
telephone has rung. All others are the trunk's: nobody was rung.
"""

from __future__ import annotations

from ekc_console.domain.terms.dial_ends import MAY_BE_THE_NUMBER, DialEnd, sip_detail

_ANSWERS: dict[int, DialEnd] = {
    404: "unreachable",
    410: "unreachable",
    480: "no_answer",
    484: "unreachable",
    485: "unreachable",
    486: "busy",
    487: "no_answer",
    600: "busy",
    603: "rejected",
    604: "unreachable",
    607: "rejected",
    608: "rejected",
}
"""By SIP status."""
_CAUSES: dict[int, DialEnd] = {
    1: "unreachable",  # unallocated number
    2: "unreachable",
    16: "no_answer",
    17: "busy",
    18: "no_answer",
    19: "no_answer",
    20: "unreachable",  # subscriber absent
    22: "unreachable",
    26: "no_answer",  # answered elsewhere
    28: "unreachable",
}
"""By Q.850 cause, where no SIP status is known."""
_TIMEOUT = 408
"""Also made by our own stack when a peer sends nothing."""
_FORBIDDEN = 403
_REJECTED = 21
"""Q.850 cause that Asterisk makes of 401, 403 and 603 alike."""
_NO_AUTHENTICATION = (401, 407)
_SERVER_FAILURES = range(500, 600)
_REDIRECTIONS = range(300, 400)
_TRUNK_CAUSES = frozenset((27, 34, 38, 41, 42, 102))
"""Q.850: out of order, no circuit, network out of order, temporary failure, congestion, timer."""


def end_of(cause: int, sip: int, *, rang: bool, spoke: bool) -> tuple[DialEnd, str]:
    """How the call ended, and the code of it for people. ``sip`` 0: no status is known, the Q.850
    ``cause`` must do. ``rang``: 180 came; ``spoke``: 183, or sound before the answer."""
    detail = sip_detail(sip) if sip else f"Q.850 {cause}"
    if sip in _REDIRECTIONS:
        return "moved", detail
    told = _ANSWERS.get(sip) if sip else _CAUSES.get(cause)
    if told is not None:
        return told, detail if told == "unreachable" else ""
    if sip == _TIMEOUT and (rang or spoke):
        return "no_answer", ""
    if rang:
        refused = sip == _FORBIDDEN or (not sip and cause == _REJECTED)
        return ("rejected", "") if refused else ("unreachable", detail)
    return "no_way", detail


def timed_out(*, rang: bool, spoke: bool) -> tuple[DialEnd, str]:
    """As ``end_of``, of a call that we gave up when its time was over."""
    return ("no_answer", "") if rang or spoke else ("no_way", "timeout")


def trunk_failed(cause: int, sip: int) -> bool:
    """Whether the end of a call that neither rang nor spoke is a fault of the trunk's own: no
    reply, no authentication, a failure of the server (RFC 3261, 21.4 and 21.5)."""
    if sip:
        return sip in (*_NO_AUTHENTICATION, _TIMEOUT) or sip in _SERVER_FAILURES
    return cause in _TRUNK_CAUSES


def may_be_the_number(sip: int) -> bool:
    """The trunk does not carry this call: for the number called, or it carries none."""
    return sip in MAY_BE_THE_NUMBER
