"""What each command does to the endpoint."""

from __future__ import annotations

from typing import assert_never

import pjsua2 as pj

from sip.engine.checks import CommandFailed, check
from sip.engine.endpoint import Endpoint, failure_of
from sip.link import protocol
from sip.link.uris import with_transport

RunningCommand = (
    protocol.Call
    | protocol.Answer
    | protocol.HangUp
    | protocol.Hold
    | protocol.Unhold
    | protocol.Mute
    | protocol.ExpectOther
    | protocol.SendKeys
    | protocol.Transfer
    | protocol.Play
    | protocol.StopPlaying
    | protocol.Tone
    | protocol.Record
    | protocol.Listen
    | protocol.MeasureEcho
    | protocol.Statistics
)


def perform(endpoint: Endpoint, command: RunningCommand) -> None:
    """Raises what :func:`sip.engine.checks.failed` knows."""
    check(command)
    try:
        _perform(endpoint, command)
    except pj.Error as error:
        raise failure_of(error) from error


def _perform(endpoint: Endpoint, command: RunningCommand) -> None:
    if isinstance(command, protocol.Call):
        endpoint.call(command)
        return
    call = endpoint.find(command.call)
    match command:
        case protocol.Answer():
            if not call.leg.answerable:
                raise CommandFailed("sip", "the call cannot be answered now")
            call.reply(command.code)
        case protocol.HangUp():
            call.hang_up()
        case protocol.Hold():
            call.hold()
        case protocol.Unhold():
            call.unhold()
        case protocol.Mute():
            call.mute(command.on)
        case protocol.ExpectOther():
            call.expect_other()
        case protocol.SendKeys():
            call.dialDtmf(command.keys)
        case protocol.Transfer():
            call.transfer(with_transport(command.uri, endpoint.transport))
        case protocol.Play():
            call.play(command)
        case protocol.StopPlaying():
            call.stop_playing()
        case protocol.Tone():
            call.tone(command)
        case protocol.Record():
            call.record(command)
        case protocol.Listen():
            call.listen(command)
        case protocol.MeasureEcho():
            call.measure_echo()
        case protocol.Statistics():
            endpoint.emit(call.quality())
        case _:
            assert_never(command)
