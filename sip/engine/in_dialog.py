"""Answers to requests within a call that PJSUA leaves to PJSIP, which says 500 to all of them: a
peer that keeps its calls alive by OPTIONS would take that for our death (RFC 3261, 12.2.2)."""

from __future__ import annotations

import ctypes
import logging
import re
from typing import Any

import pjsua2 as pj

from sip.engine.exported import exported

log = logging.getLogger(__name__)

_THEIRS = frozenset(("INVITE", "ACK", "BYE", "CANCEL", "PRACK", "UPDATE", "REFER", "MESSAGE"))
"""What PJSIP and PJSUA answer themselves."""
_EVENTS = frozenset(("SUBSCRIBE", "NOTIFY", "PUBLISH"))
_OK, _NOT_ALLOWED, _UNSUPPORTED_BODY, _BAD_EVENT, _UNKNOWN = 200, 405, 415, 489, 501
_CONTENT_TYPE = re.compile(r"(?mi)^(?:Content-Type|c)[ \t]*:[ \t]*([^;\s]*)")
_REFER_EVENT = re.compile(r"(?mi)^(?:Event|o)[ \t]*:[ \t]*refer\b")
_KEYS = "application/dtmf-relay"


def status_for(method: str, message: str) -> int:
    """0: not ours to answer."""
    head, _, body = message.partition("\r\n\r\n")
    if method in _THEIRS:
        return 0
    if method == "NOTIFY" and _REFER_EVENT.search(head):
        return 0  # how a transfer that we asked for goes on
    if method == "INFO":
        return _status_for_info(head, body)
    if method in _EVENTS:
        return _BAD_EVENT
    if method == "REGISTER":
        return _NOT_ALLOWED
    return _OK if method == "OPTIONS" else _UNKNOWN


def _status_for_info(head: str, body: str) -> int:
    found = _CONTENT_TYPE.search(head)
    if not body and not found:
        return _OK
    return 0 if found and found[1].lower() == _KEYS else _UNSUPPORTED_BODY


def answer(event: Any) -> None:
    """Of a transaction, as ``onCallTsxState`` has it: answers what nobody else will."""
    if event.type != pj.PJSIP_EVENT_TSX_STATE:
        return
    change = event.body.tsxState
    transaction = change.tsx
    asked = (
        change.type == pj.PJSIP_EVENT_RX_MSG
        and transaction.role == pj.PJSIP_ROLE_UAS
        and transaction.state == pj.PJSIP_TSX_STATE_TRYING
    )
    if not asked or _respond is None or _dialog_of is None:
        return
    request = change.src.rdata
    status = status_for(transaction.method, request.wholeMsg)
    if status:
        received = int(request.pjRxData)
        _respond(_dialog_of(received), received, status, None, None, None)


# pjsua2 has no call to answer a request with; PJSIP's functions do, and the wheel exports them. A
# library that hides them answers as PJSIP does.
_dialog_of = exported("pjsip_rdata_get_dlg", ctypes.c_void_p, result=ctypes.c_void_p)
_respond = exported(
    "pjsip_dlg_respond",
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_void_p,
)
