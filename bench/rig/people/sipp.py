"""sipp as caller, standing leg and app_queue's agent. Times come from lines that its scenarios
write at the moment of sending or receiving (``timestamp``, microseconds since the epoch)."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from rig.machine.loopback import free_port
from rig.machine.processes import leave

_SDP = """\
Content-Type: application/sdp
Content-Length: [len]

v=0
o=b 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=sendrecv
"""
_OK = """\
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
"""


def _request(method: str, uri: str, user: str, cseq: int, more: str) -> str:
    """``more``: headers of its own, and the body."""
    to_tag = "[peer_tag_param]" if method != "INVITE" else ""
    return f"""\
{method} {uri} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:{user}@[local_ip]:[local_port]>;tag=[pid]C[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>{to_tag}
Call-ID: [call_id]
CSeq: {cseq} {method}
Contact: <sip:{user}@[local_ip]:[local_port]>
Max-Forwards: 70
{more}"""


def _send(text: str, *, again: bool = False) -> str:
    retransmit = ' retrans="500"' if again else ""
    return f"<send{retransmit}><![CDATA[\n{text}\n]]></send>\n"


def _log(text: str) -> str:
    return f'<nop><action><log message="{text}"/></action></nop>\n'


def _scenario(name: str, *steps: str) -> str:
    head = '<?xml version="1.0" encoding="UTF-8" ?>\n'
    return f'{head}<scenario name="{name}">\n{"".join(steps)}</scenario>\n'


_URI = "sip:[service]@[remote_ip]:[remote_port]"
_EMPTY = "Content-Length: 0\n"
_PROVISIONAL = "".join(
    f'<recv response="{code}" optional="true"></recv>\n' for code in (100, 180, 183)
)
_BYE = '<recv request="BYE"{more}></recv>\n'

CALLER = _scenario(
    "caller",
    _log("I [timestamp] [field0]"),
    _send(_request("INVITE", _URI, "[field0]", 1, _SDP), again=True),
    _PROVISIONAL,
    '<recv response="200" rrs="true"></recv>\n',
    _send(_request("ACK", "[next_url]", "[field0]", 1, _EMPTY)),
    _BYE.format(more=""),
    _send(_OK + _EMPTY),
    _log("E [timestamp] [field0]"),
)
"""Calls, and stays until the other side hangs up. ``I``: INVITE sent, ``E``: ended well."""

STANDING = _scenario(
    "standing",
    _send(_request("INVITE", _URI, "[field0]", 1, _SDP), again=True),
    '<recv response="100" optional="true"></recv>\n',
    '<recv response="401" auth="true"></recv>\n',
    _send(_request("ACK", _URI, "[field0]", 1, _EMPTY)),
    _send(_request("INVITE", _URI, "[field0]", 2, "[field1]\n" + _SDP), again=True),
    _PROVISIONAL,
    '<recv response="200" rrs="true"></recv>\n',
    _send(_request("ACK", "[next_url]", "[field0]", 2, _EMPTY)),
    '<label id="1"/>\n',
    # Asterisk cuts a leg from which nothing at all is heard.
    '<nop><action><exec rtp_stream="{sound},1,8"/></action></nop>\n',
    '<recv request="BYE" timeout="10000" ontimeout="1"></recv>\n',
    _send(_OK + _EMPTY),
)
"""An operator's softphone: calls in with a password and stays until it is hung up."""

AGENT = _scenario(
    "agent",
    '<recv request="INVITE" rrs="true"><action>\n'
    '<ereg regexp="sip:([^@]*)@" search_in="hdr" header="From:" assign_to="whole,caller"/>\n'
    '<ereg regexp="sip:(ag[0-9]*)@" search_in="hdr" header="To:" assign_to="whole,agent"/>\n'
    '<log message="A [timestamp] [$caller] [$agent]"/>\n'
    "</action></recv>\n",
    _send(
        _OK.replace("200 OK", "180 Ringing").replace(
            "[last_To:]", "[last_To:];tag=[pid]A[call_number]"
        )
        + "Contact: <sip:[local_ip]:[local_port]>\n"
        + _EMPTY
    ),
    _send(
        _OK.replace("[last_To:]", "[last_To:];tag=[pid]A[call_number]")
        + "Contact: <sip:[local_ip]:[local_port]>\n"
        + _SDP,
        again=True,
    ),
    '<recv request="ACK"><action>\n'
    '<ereg regexp=".*" search_in="hdr" header="From:" assign_to="remote"/>\n'
    '<ereg regexp=".*" search_in="hdr" header="To:" assign_to="local"/>\n'
    "</action></recv>\n",
    '<pause distribution="uniform" min="{shortest_ms}" max="{longest_ms}"/>\n',
    _log("B [timestamp] [$caller] [$agent]"),
    _send(
        """\
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From:[$local]
To:[$remote]
Call-ID: [call_id]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0
""",
        again=True,
    ),
    '<recv response="200"></recv>\n',
    '<Reference variables="whole"/>\n',
)
"""An agent of app_queue: answers at once, hangs up after ``pause_s``. ``A``: INVITE came, ``B``:
BYE sent."""


@dataclass(frozen=True, slots=True)
class Line:
    kind: str
    at: float
    """Seconds since the epoch."""
    number: str
    agent: str = ""


@dataclass(slots=True)
class Sipp:
    """A context: one sipp process within, ended with it. ``rows``: of the injection file."""

    scenario: str
    host: str
    remote: str = ""
    """``host:port`` to call; empty: waits for calls."""
    rows: list[str] = field(default_factory=list)
    rate: float = 0.0
    pause_s: tuple[float, float] = (0.0, 0.0)
    """Shortest and longest."""
    service: str = "122"
    port: int = 0
    process: subprocess.Popen[bytes] = field(init=False)
    _folder: Path = field(init=False)
    _kept: list[Line] | None = field(init=False, default=None)
    _complaints: str | None = field(init=False, default=None)

    def __enter__(self) -> Self:
        program = require()
        self._folder = Path(tempfile.mkdtemp(prefix="ekc-bench-sipp-"))
        self.port = self.port or free_port(self.host, socket.SOCK_DGRAM)
        sound = self._folder / "sound.al"
        sound.write_bytes(b"\xd5" * 160)  # 20 ms of A-law silence
        scenario = self.scenario.replace("{sound}", str(sound))
        for name, seconds in zip(("{shortest_ms}", "{longest_ms}"), self.pause_s, strict=True):
            scenario = scenario.replace(name, str(round(seconds * 1000)))
        (self._folder / "scenario.xml").write_text(scenario)
        command = [
            program, *([self.remote] if self.remote else []),
            "-sf", "scenario.xml", "-i", self.host, "-mi", self.host, "-p", str(self.port),
            "-nostdin", "-trace_logs", "-log_file", "log", "-trace_err", "-error_file", "errors",
            "-buff_size", "4000000", "-s", self.service,
        ]  # fmt: skip
        if self.rows:
            (self._folder / "rows.csv").write_text("SEQUENTIAL\n" + "\n".join(self.rows) + "\n")
            command += ["-inf", "rows.csv"]
        if self.remote:
            command += ["-m", str(len(self.rows)), "-l", "3000", "-r", f"{self.rate:g}"]
            command += ["-recv_timeout", "30000", "-rate_scale", "1"]
        with (self._folder / "output").open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self._kept, self._complaints = self.lines(), self.errors()
        shutil.rmtree(self._folder, ignore_errors=True)

    def times(self, kind: str) -> dict[str, float]:
        """When lines of this kind were written, by number."""
        return {line.number: line.at for line in self.lines() if line.kind == kind}

    def lines(self) -> list[Line]:
        """What the scenario has written so far."""
        if self._kept is not None:
            return self._kept
        path = self._folder / "log"
        if not path.exists():
            return []
        found = []
        for text in path.read_text(errors="replace").splitlines():
            match text.split():
                case [kind, _date, _time, epoch, number, *agent]:
                    found.append(Line(kind, float(epoch), number, agent[0] if agent else ""))
        return found

    def errors(self) -> str:
        """The first of sipp's complaints, and how many there are; empty when there are none."""
        if self._complaints is not None:
            return self._complaints
        path = self._folder / "errors"
        if not path.exists():
            return ""
        texts = [t for t in path.read_text(errors="replace").splitlines() if t[:2] == "20"]
        return f"{len(texts)}: {texts[0]}" if texts else ""


def require() -> str:
    program = shutil.which("sipp")
    if program is None:
        leave("sipp is not installed. Debian: apt-get install sip-tester")
    assert program is not None
    return program


def numbers(count: int, first: int = 0) -> list[str]:
    """Rows with callers' numbers, all different."""
    return [f"+7900{first + n:07d};" for n in range(count)]
