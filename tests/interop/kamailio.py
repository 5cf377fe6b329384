"""Kamailio as the provider: registrar of our trunk, and the way to and from the public network."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.interop.processes import Process, program

START_S = 15.0
PORT = 5060
TLS_PORT = 5061


class Kamailio:
    """Knows one account. Calls from anybody else to ``number`` go to where the account is
    registered; the account's own calls, after its password, go to ``network``. ``tls``: a folder
    with ``server.pem`` and ``server-key.pem``; TLS is spoken too then, at ``TLS_PORT``."""

    def __init__(
        self,
        folder: Path,
        host: str,
        *,
        user: str,
        password: str,
        number: str,
        network: str,
        tls: Path | None = None,
    ) -> None:
        self._tls = tls
        self.folder = folder
        self.host = host
        self.user = user
        self.password = password
        self._number = number
        self.network = network
        self._process: Process | None = None

    @property
    def address(self) -> str:
        return f"{self.host}:{PORT}"

    @property
    def tls_address(self) -> str:
        return f"{self.host}:{TLS_PORT}"

    async def start(self) -> Kamailio:
        await asyncio.to_thread(self._write_files)
        self._process = await Process.start(
            program("kamailio"), "-DD", "-E", "-m", "32", "-M", "8",
            "-f", str(self.folder / "kamailio.cfg"), "-w", str(self.folder),
            "-Y", str(self.folder), log=self.folder / "kamailio.log",
        )  # fmt: skip
        await self._process.says("provider is ready", START_S)
        return self

    async def says(self, words: str, limit_s: float = 10.0) -> None:
        assert self._process is not None
        await self._process.says(words, limit_s)

    async def stop(self) -> None:
        if self._process is not None:
            await self._process.stop()

    def _write_files(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        words = {
            "@HOST@": self.host,
            "@PORT@": str(PORT),
            "@TLS_PORT@": str(TLS_PORT),
            "@USER@": self.user,
            "@PASSWORD@": self.password,
            "@NUMBER@": self._number,
            "@NETWORK@": self.network,
        }
        text = _CONFIGURATION
        if self._tls is not None:
            words["@TLS@"] = str(self._tls)
            text = text.replace('loadmodule "kex.so"', f'{_TLS}loadmodule "kex.so"', 1)
        for word, value in words.items():
            text = text.replace(word, value)
        (self.folder / "kamailio.cfg").write_text(text)


_TLS = """enable_tls=yes
listen=tls:@HOST@:@TLS_PORT@
loadmodule "tls.so"
modparam("tls", "tls_method", "TLSv1.2")
modparam("tls", "private_key", "@TLS@/server-key.pem")
modparam("tls", "certificate", "@TLS@/server.pem")
"""

_CONFIGURATION = """#!KAMAILIO
debug=1
log_stderror=yes
children=2
tcp_children=2
auto_aliases=no
listen=udp:@HOST@:@PORT@
listen=tcp:@HOST@:@PORT@

loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "xlog.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
loadmodule "nathelper.so"

modparam("usrloc", "db_mode", 0)
modparam("registrar", "max_contacts", 1)
modparam("nathelper|registrar", "received_avp", "$avp(received)")

event_route[core:worker-one-init] {
    xlog("L_ERR", "provider is ready\\n");
}

request_route {
    if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
    force_rport();
    if (is_method("CANCEL")) { if (t_check_trans()) { t_relay(); } exit; }
    if (has_totag()) {
        if (loose_route()) { handle_ruri_alias(); t_relay(); exit; }
        if (is_method("ACK")) { if (t_check_trans()) { t_relay(); } exit; }
        xlog("L_ERR", "strayed $rm $ru route $(hdr(Route)[0])\n");
        sl_send_reply("404", "Not here");
        exit;
    }
    t_check_trans();
    if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
    if (is_method("REGISTER")) {
        if (!pv_www_authenticate("@HOST@", "@PASSWORD@", "0") || $au != "@USER@") {
            if (is_present_hf("Authorization")) { xlog("L_ERR", "refused $tU\\n"); }
            www_challenge("@HOST@", "0");
            exit;
        }
        xlog("L_ERR", "registered $tU by $proto\\n");
        # Whoever came by a connection is called back by it.
        if ($proto != "udp") { fix_nated_register(); }
        save("location");
        exit;
    }
    if (!is_method("INVITE")) { sl_send_reply("405", "Method Not Allowed"); exit; }
    record_route();
    if ($fU == "@USER@" && $fd == "@HOST@") {
        if (!pv_proxy_authenticate("@HOST@", "@PASSWORD@", "0") || $au != "@USER@") {
            proxy_challenge("@HOST@", "0");
            exit;
        }
        consume_credentials();
        xlog("L_ERR", "call out to $rU\\n");
        $rd = "@HOST@";
        $du = "sip:@NETWORK@";
        t_relay();
        exit;
    }
    if ($rU != "@NUMBER@") { sl_send_reply("404", "No such number"); exit; }
    if (!lookup("location", "sip:@USER@@@HOST@")) {
        sl_send_reply("480", "Temporarily Unavailable");
        exit;
    }
    xlog("L_ERR", "call in from $fU\\n");
    t_relay();
}

onreply_route {
    if ($proto != "udp" && is_method("INVITE")) { add_contact_alias(); }
}
"""
