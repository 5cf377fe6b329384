"""A router with network address translation between this machine, which is inside, and one public
address outside, each in a network namespace of its own. Run as root.

    inside (here) 10.x.y.2, .3  --  10.x.y.1 router 203.0.113.n+1  --  203.0.113.n+2 outside
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.interop.processes import program, run

SIP_PORT = 15060
RTP_FIRST, RTP_LAST = 20000, 20099
_NETWORK_NAMESPACE = 0x40000000
"""CLONE_NEWNET of setns(2)."""


class Nat:
    """``start``, then sockets that are opened ``with outside()`` are the outsider's; ``stop``
    leaves nothing behind."""

    def __init__(self, folder: Path) -> None:
        number = os.getpid() % 60000
        self._log = folder / "nat.out"
        self._router, self._far = f"ekc-nat-{number}", f"ekc-far-{number}"
        self._device = f"ekn{number}"
        inner = f"10.{200 + number % 50}.{number // 50 % 250}"
        self._gate, self.server, self.operator = (f"{inner}.{host}" for host in (1, 2, 3))
        first = number % 32 * 8
        self.public, self.caller = (f"203.0.113.{first + host}" for host in (1, 2))
        self._outer_net = f"203.0.113.{first}/29"

    async def start(self) -> Nat:
        for name in (self._router, self._far):
            await self._ip("netns", "add", name)
            await self._ip("-n", name, "link", "set", "lo", "up")
        await self._ip(
            "link", "add", self._device, "type", "veth",
            "peer", "name", "inner", "netns", self._router,
        )  # fmt: skip
        await self._ip(
            "-n", self._router, "link", "add", "outer", "type", "veth",
            "peer", "name", "outer", "netns", self._far,
        )  # fmt: skip
        for where, device, address, bits in (
            ((), self._device, self.server, 24),
            ((), self._device, self.operator, 24),
            (("-n", self._router), "inner", self._gate, 24),
            (("-n", self._router), "outer", self.public, 29),
            (("-n", self._far), "outer", self.caller, 29),
        ):
            await self._ip(*where, "addr", "add", f"{address}/{bits}", "dev", device)
            await self._ip(*where, "link", "set", device, "up")
        await self._ip("route", "add", self._outer_net, "via", self._gate)
        await self._in_router("sysctl", "-qw", "net.ipv4.ip_forward=1")
        rules = self._log.with_name("nat.nft")
        rules.write_text(self._rules())
        await self._in_router("nft", "-f", str(rules))
        return self

    def _rules(self) -> str:
        """Ports of SIP and RTP are handed in; whatever goes out has the public address."""
        return f"""
table ip nat {{
    chain in {{
        type nat hook prerouting priority dstnat
        iifname outer udp dport {{ {SIP_PORT}, {RTP_FIRST}-{RTP_LAST} }} dnat to {self.server}
    }}
    chain out {{
        type nat hook postrouting priority srcnat
        oifname outer masquerade
    }}
}}
"""

    async def stop(self) -> None:
        for command in (
            ("link", "del", self._device),
            ("netns", "del", self._router),
            ("netns", "del", self._far),
        ):
            await self._ip(*command)

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Sockets opened by this thread are outside; they stay there."""
        with (
            Path("/proc/self/ns/net").open() as here,
            Path(f"/run/netns/{self._far}").open() as far,
        ):
            _enter(far.fileno())
            try:
                yield
            finally:
                _enter(here.fileno())

    async def _in_router(self, name: str, *words: str) -> None:
        await self._ip("netns", "exec", self._router, program(name), *words)

    async def _ip(self, *words: str) -> None:
        await run(program("ip"), *words, log=self._log)


def _enter(namespace: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, _NETWORK_NAMESPACE):
        raise OSError(ctypes.get_errno(), "setns")
