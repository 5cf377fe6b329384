"""The network between one operator's machine and the centre: a relay that can lose everything.

It stands in for the server's address: TCP for the console's link, SIP over UDP, and RTP, for which
it puts itself into the session descriptions. While ``lossy``, not a byte comes through either way
and nothing is closed, as when a cable is pulled behind a router.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine
from typing import cast

from tests.support.net import free_port, fresh_host

Address = tuple[str, int]


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, take: Callable[[bytes, Address], None]) -> None:
        self.take = take
        self.transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, source: Address) -> None:
        self.take(data, source)


class BadNetwork:
    """``open`` with the addresses of the centre; the console uses ``url`` and ``sip_port``."""

    def __init__(self, url: str, sip: Address) -> None:
        self.host = fresh_host()
        self._whole = asyncio.Event()
        self._whole.set()
        self.rtp_packets = 0
        """Those that came through."""
        host, _, port = url.removeprefix("http://").partition(":")
        self._server = (host, int(port))
        self._sip = sip
        self._phone: Address | None = None
        self._tcp_port = free_port(self.host)
        self.url = f"http://{self.host}:{self._tcp_port}"
        self._udp: list[asyncio.DatagramTransport] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._media: dict[Address, asyncio.DatagramTransport] = {}
        """Whom RTP comes from and goes to, and the port that stands for them."""

    @property
    def lossy(self) -> bool:
        return not self._whole.is_set()

    @lossy.setter
    def lossy(self, on: bool) -> None:
        self._whole.clear() if on else self._whole.set()

    async def open(self) -> BadNetwork:
        self._tcp = await asyncio.start_server(self._link, self.host, self._tcp_port)
        self._inside = await self._endpoint(self._from_phone)
        self._outside = await self._endpoint(self._from_engine)
        self.sip_port: int = self._inside.get_extra_info("sockname")[1]
        self._out_port: int = self._outside.get_extra_info("sockname")[1]
        return self

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tcp.close()
        for transport in self._udp:
            transport.close()

    async def _endpoint(self, take: Callable[[bytes, Address], None]) -> asyncio.DatagramTransport:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Udp(take), local_addr=(self.host, 0)
        )
        self._udp.append(transport)
        return transport

    # -- the console's link ----------------------------------------------------------

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._server)
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.create_task(self._pump(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                await self._whole.wait()  # TCP sends it again when the network is back
                sink.write(data)
                await sink.drain()
        except ConnectionError:
            pass
        finally:
            sink.close()

    # -- SIP ---------------------------------------------------------------------------

    def _from_phone(self, data: bytes, source: Address) -> None:
        self._phone = source
        self._spawn(self._pass(data, self._outside, self._sip, {}))

    def _from_engine(self, data: bytes, source: Address) -> None:
        if self._phone is None:
            return
        engine = f"{self._sip[0]}:{self._sip[1]}"
        # Requests within the dialog must come to us again, not past us to the engine.
        self._spawn(
            self._pass(data, self._inside, self._phone, {engine: f"{self.host}:{self.sip_port}"})
        )

    async def _pass(
        self, data: bytes, by: asyncio.DatagramTransport, to: Address, names: dict[str, str]
    ) -> None:
        if self.lossy:
            return
        head, blank, body = data.decode().partition("\r\n\r\n")
        for old, new in names.items():
            head = re.sub(rf"(?mi)^(Contact:.*){re.escape(old)}", rf"\g<1>{new}", head)
        if "m=audio" in body:
            body = await self._with_relay(body)
            head = re.sub(r"(?mi)^(Content-Length:) *\d+", rf"\g<1> {len(body)}", head)
        by.sendto(f"{head}{blank}{body}".encode(), to)

    # -- RTP ---------------------------------------------------------------------------

    async def _with_relay(self, description: str) -> str:
        host = re.search(r"(?m)^c=IN IP4 ([\d.]+)", description)
        port = re.search(r"(?m)^m=audio (\d+)", description)
        assert host
        assert port
        relay = await self._relay_to((host[1], int(port[1])))
        own = relay.get_extra_info("sockname")[1]
        description = description.replace(f"m=audio {port[1]}", f"m=audio {own}")
        description = re.sub(r"(?m)^a=rtcp:.*\r\n", "", description)
        return re.sub(r"(?m)^c=IN IP4 [\d.]+", f"c=IN IP4 {self.host}", description)

    async def _relay_to(self, far: Address) -> asyncio.DatagramTransport:
        """A port that stands for ``far`` on the other side."""

        def take(data: bytes, source: Address) -> None:
            if not self.lossy and source in self._media:
                self.rtp_packets += 1
                self._media[source].sendto(data, far)

        if far not in self._media:
            self._media[far] = await self._endpoint(take)
        return self._media[far]

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
