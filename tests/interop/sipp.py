"""sipp as many callers at once, or as the party that is called."""

from __future__ import annotations

import asyncio
import csv
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.interop import rtp_capture
from tests.interop.processes import Process, program
from tests.interop.rtp_capture import EVENT_TYPE, PAYLOAD_TYPES, Codec

CALLER_HZ = 700.0
_KEY_AT_S = 1.0


@dataclass(frozen=True)
class Result:
    """sipp's own statistics at its end."""

    code: int
    placed: int
    successful: int
    failed: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Callers:
    """Calls to ``number`` at ``target`` with a tone and a key; numbers of the callers are
    ``first_number`` and those that follow."""

    host: str
    target: str
    number: str = "122"
    calls: int
    per_s: float
    together: int
    """At most so many at a time."""
    keys: str = "1"
    """The callers press them in turn."""
    first_number: int = 79000000000
    codec: Codec = "PCMA"
    transport: Literal["udp", "tcp"] = "udp"
    hang_up_after_s: float = 0.0
    """From the answer, by the caller; 0: the other side hangs up."""
    sound_s: float = 20.0
    limit_s: float = 90.0

    async def run(self, folder: Path) -> Result:
        """Place all calls and wait for their end."""
        self._prepare(folder)
        sipp = await Process.start(
            program("sipp"), self.target, "-sf", "caller.xml", "-inf", "numbers.csv",
            "-i", self.host, "-mi", self.host, "-p", str(_port()), "-mp", str(_port()),
            "-t", {"udp": "u1", "tcp": "t1"}[self.transport],
            "-s", self.number, "-m", str(self.calls), "-l", str(self.together),
            "-r", str(round(self.per_s * 10)), "-rp", "10000", "-nostdin",
            "-timeout", f"{self.limit_s:.0f}s", "-timeout_error",
            "-trace_stat", "-stf", "statistics.csv", "-fd", "1",
            "-trace_err", "-error_file", "errors.log",
            log=folder / "sipp.out", cwd=folder,
        )  # fmt: skip
        try:
            code = await sipp.ends(self.limit_s + 10)
        finally:
            await sipp.stop()
        return _result(code, folder)

    def _prepare(self, folder: Path) -> None:
        """Voices, numbers and scenario as files."""
        folder.mkdir(parents=True)
        for key in set(self.keys):
            rtp_capture.write(
                folder / f"key-{key}.pcap",
                hz=CALLER_HZ,
                key=key,
                key_at_s=_KEY_AT_S,
                seconds=self.sound_s,
                codec=self.codec,
            )
        (folder / "numbers.csv").write_text(
            "SEQUENTIAL\n"
            + "".join(
                f"+{self.first_number + n};{self.keys.index(self.keys[n % len(self.keys)]) + 1}\n"
                for n in range(self.calls)
            )
        )
        (folder / "caller.xml").write_text(self._scenario(folder))

    def _scenario(self, folder: Path) -> str:
        """``field1`` of a call's line in numbers.csv says which of the keys it presses."""
        numbered = list(enumerate(self.keys, 1))
        kind = PAYLOAD_TYPES[self.codec]
        return _CALLER.format(
            kind=kind,
            codec=self.codec,
            event=EVENT_TYPE,
            choose="".join(
                f'<test assign_to="is{n}" variable="which" compare="equal" value="{n}"/>\n'
                for n, _ in numbered
            ),
            branch="".join(f'<nop next="{n}" test="is{n}"><action/></nop>\n' for n, _ in numbered),
            play="".join(
                f'<label id="{n}"/><nop next="90"><action><exec play_pcap_audio='
                f'"{folder / f"key-{key}.pcap"}"/></action></nop>\n'
                for n, key in numbered
            ),
            end=_bye(self.hang_up_after_s) if self.hang_up_after_s else _AWAIT_BYE,
        )


async def answering(folder: Path, host: str, port: int, calls: int = 1) -> Process:
    """sipp as a telephone that is called, answers, and is hung up on by the caller. Its messages
    are in ``messages.log``."""
    await asyncio.to_thread(_write, folder, "called.xml", _CALLED)
    return await Process.start(
        program("sipp"), "-sf", "called.xml", "-i", host, "-mi", host, "-p", str(port),
        "-mp", str(_port()), "-m", str(calls), "-nostdin", "-timeout", "60s", "-timeout_error",
        "-trace_msg", "-message_file", "messages.log",
        log=folder / "sipp.out", cwd=folder,
    )  # fmt: skip


def _write(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True)
    (folder / name).write_text(text)


def _port() -> int:
    """Even, and free with its neighbours, for the host is the caller's own."""
    return random.randrange(10000, 30000, 20)


def _result(code: int, folder: Path) -> Result:
    text = (folder / "sipp.out").read_text(errors="replace")[-3000:]
    errors = folder / "errors.log"
    if errors.exists():
        text += errors.read_text(errors="replace")[-3000:]
    with (folder / "statistics.csv").open() as file:
        last = list(csv.DictReader(file, delimiter=";"))[-1]
    return Result(
        code,
        int(last["TotalCallCreated"]),
        int(last["SuccessfulCall(C)"]),
        int(last["FailedCall(C)"]),
        text,
    )


_OPEN = """<?xml version="1.0" encoding="UTF-8" ?>
<scenario name="EKC">
"""

_CALLER = (
    _OPEN
    + """<nop><action>
<assignstr assign_to="which" value="[field1]"/>
<todouble assign_to="which" variable="which"/>
{choose}</action></nop>
<send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:[field0]@[local_ip]:[local_port];transport=[transport]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP {kind} {event}
a=rtpmap:{kind} {codec}/8000
a=rtpmap:{event} telephone-event/8000
a=fmtp:{event} 0-15
a=sendrecv
]]></send>
<recv response="100" optional="true"/>
<recv response="180" optional="true"/>
<recv response="183" optional="true"/>
<recv response="200" rrs="true"/>
<send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
{branch}{play}<label id="90"/>
{end}</scenario>
"""
)

_AWAIT_BYE = """<recv request="BYE" timeout="60000"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
"""

_CALLED = (
    _OPEN
    + """<recv request="INVITE" rrs="true"/>
<send><![CDATA[
SIP/2.0 180 Ringing
[last_Via:]
[last_Record-Route:]
[last_From:]
[last_To:];tag=[pid]a[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
Content-Length: 0

]]></send>
<send retrans="500"><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_Record-Route:]
[last_From:]
[last_To:];tag=[pid]a[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=sendrecv
]]></send>
<recv request="ACK"/>
"""
    + _AWAIT_BYE
    + "</scenario>\n"
)


def _bye(after_s: float) -> str:
    return f"""<pause milliseconds="{after_s * 1000:.0f}"/>
<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="200"/>
"""
