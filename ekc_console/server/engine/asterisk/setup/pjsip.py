"""SIP in Asterisk (pjsip.conf): transports, trunks and registrations, operators' accounts."""

from __future__ import annotations

from collections.abc import Iterable

from ekc_console.server.engine.asterisk.setup.conf_file import escaped, section
from ekc_console.server.engine.asterisk.setup.dialplan import (
    NO_NUMBER,
    OPERATOR_CONTEXT,
    SECURE_OPERATOR_CONTEXT,
    TRUNK_CONTEXT,
)
from ekc_console.server.engine.asterisk.setup.settings import (
    AsteriskSettings,
    Tls,
    Trunk,
    host_port,
)
from ekc_console.server.engine.checks import is_number
from ekc_console.server.engine.protocol import Account

FIRST_REPEAT_MS = 125
"""RFC 3261, timer T1: our requests over UDP are first repeated after it."""
NO_REPLY_MS = 64 * FIRST_REPEAT_MS
"""RFC 3261, timer B: a peer that has sent nothing for so long, not even ``100 Trying``, is dead. By
the RFC's usual 32 s the one who dials would have given up before the next trunk is tried."""
PROBE_TIMEOUT_S = 3
"""For so long a probed trunk may take to answer; half a dozen repeats of the request fit in."""


def pjsip(settings: AsteriskSettings) -> str:
    """Text of ``pjsip.conf``. Operators' accounts come later, over ARI."""
    return (
        section(
            "global",
            [
                ("type", "global"),
                ("user_agent", "EKC"),
                # An operator's account is told by name (and then proved by password) before any
                # trunk is told by address: both may come from one network.
                ("endpoint_identifier_order", "username,auth_username,ip"),
                ("keep_alive_interval", 30),
                # Else the first probe of a trunk comes at any moment of its first period.
                ("max_initial_qualify_time", 1),
            ],
        )
        + section(
            "system",
            [
                ("type", "system"),
                ("threadpool_initial_size", 4),
                ("threadpool_max_size", 16),
                ("timer_t1", FIRST_REPEAT_MS),
                ("timer_b", NO_REPLY_MS),
            ],
        )
        + "".join(_transport(settings, protocol, settings.sip_port) for protocol in ("udp", "tcp"))
        + (_tls_transport(settings, settings.tls) if settings.tls else "")
        + "".join(_trunk(settings, trunk) for trunk in settings.trunks)
    )


def _tls_transport(settings: AsteriskSettings, tls: Tls) -> str:
    """``verify_server`` is about providers that we call; softphones show no certificate."""
    fields: list[tuple[str, object]] = [
        ("cert_file", tls.certificate),
        ("priv_key_file", tls.key),
        ("method", "tlsv1_2"),
        ("verify_server", "yes"),
    ]
    if tls.trunk_authorities is not None:
        fields.append(("ca_list_file", tls.trunk_authorities))
    digest = f"; certificate {tls.digest}\n" if tls.digest else ""
    return digest + _transport(settings, "tls", tls.port, fields)


def _transport(
    settings: AsteriskSettings, protocol: str, port: int, more: Iterable[tuple[str, object]] = ()
) -> str:
    fields: list[tuple[str, object]] = [
        ("type", "transport"),
        ("protocol", protocol),
        ("bind", f"{settings.host}:{port}"),
        *more,
    ]
    if settings.public_host:
        fields += [
            ("external_signaling_address", settings.public_host),
            ("external_media_address", settings.public_host),
            # An address of ours outside them would be left in the SDP.
            *(("local_net", net) for net in settings.local_nets),
            *([] if settings.any_host else [("local_net", f"{settings.host}/32")]),
        ]
    return section(f"transport-{protocol}", fields)


def endpoint_fields(settings: AsteriskSettings | None) -> list[tuple[str, str]]:
    """What trunks and operators' accounts have in common. ``settings`` None: a node of which we
    do not know the addresses."""
    fields = [
        ("disallow", "all"),
        ("allow", "alaw,ulaw"),
        ("direct_media", "no"),
        ("rtp_symmetric", "yes"),
        ("force_rport", "yes"),
        # RFC 4733 where it was agreed on, else as tones in the sound.
        ("dtmf_mode", "auto"),
        # Where no extension is: else a text message outside a call would arrive as a caller.
        ("message_context", "ekc-no-messages"),
        ("send_connected_line", "no"),
        ("language", "ru"),
    ]
    if settings is not None and not settings.any_host:
        fields += [("media_address", settings.host), ("bind_rtp_to_media_address", "yes")]
    return fields


def account_fields(settings: AsteriskSettings | None, account: Account) -> list[tuple[str, str]]:
    """Endpoint of an operator. Told by user name only, so that it always has to give the
    password; cut when nothing at all is heard from the softphone.

    ``rewrite_contact`` is for a softphone behind NAT. A trunk must not have it: over TCP it would
    also change the provider's Record-Route, and our BYE would find no way back.
    """
    return [
        ("context", SECURE_OPERATOR_CONTEXT if account.tls else OPERATOR_CONTEXT),
        ("auth", account.name),
        ("identify_by", "username,auth_username"),
        ("rtp_timeout", "30"),
        ("timers", "no"),
        ("rewrite_contact", "yes"),
        *_encryption(account.srtp),
        *endpoint_fields(settings),
    ]


def _encryption(srtp: bool) -> list[tuple[str, str]]:
    """A call without keys (RFC 4568) is then answered 488, and ours offer nothing else."""
    return [("media_encryption", "sdes")] if srtp else []


def _trunk(settings: AsteriskSettings, trunk: Trunk) -> str:
    """Endpoint, its address out, what it is recognised by, and its registration.

    ``identify_by=ip``: else anybody could claim the trunk by its name in a From header.
    """
    name = trunk.endpoint
    endpoint: list[tuple[str, object]] = [
        ("type", "endpoint"),
        ("context", TRUNK_CONTEXT),
        ("identify_by", "ip"),
        ("transport", f"transport-{trunk.transport}"),
        ("trust_id_inbound", "yes"),
        # Never cut for silence: a muted telephone sends nothing. A dead one does not answer the
        # re-INVITE that we send twice a period, whether or not it knows RFC 4028.
        ("timers", "always"),
        ("timers_sess_expires", settings.session_expires_s),
        *_encryption(trunk.srtp),
        *endpoint_fields(settings),
    ]
    texts = []
    if trunk.peer:
        endpoint.append(("aors", name))
        contact = escaped(_uri(trunk.peer, trunk))
        texts.append(section(name, [("type", "aor"), ("contact", contact), *_probing(trunk)]))
    if trunk.user:
        endpoint += [("outbound_auth", name), ("from_user", trunk.user)]
        texts.append(
            section(
                name,
                [
                    ("type", "auth"),
                    ("auth_type", "userpass"),
                    ("username", trunk.user),
                    ("password", trunk.password),
                ],
            )
        )
    if addresses := _known_addresses(trunk):
        matches = [("match", address) for address in addresses]
        texts.append(section(f"{name}-by-ip", [("type", "identify"), ("endpoint", name), *matches]))
    if trunk.mode == "register":
        # Providers know their subscriber by the address that was registered.
        endpoint.append(("from_domain", host_port(trunk.registrar)[0]))
        texts.append(_registration(trunk))
    return "".join([section(name, endpoint), *texts])


def _probing(trunk: Trunk) -> list[tuple[str, object]]:
    if not trunk.probe_every_s:
        return []
    return [
        ("qualify_frequency", trunk.probe_every_s),
        ("qualify_timeout", min(PROBE_TIMEOUT_S, trunk.probe_every_s)),
    ]


def registration_uris(trunk: Trunk) -> tuple[str, str]:
    """Whom we register as, and where: as Asterisk names the registration in its events."""
    host = host_port(trunk.registrar)[0]
    return f"sip:{trunk.user}@{host}", _uri(trunk.registrar, trunk)


def registration_name(trunk: Trunk) -> str:
    """Name of the registration inside Asterisk."""
    return f"{trunk.endpoint}-registration"


def number_uri(number: str, trunk: Trunk) -> str:
    """Where a call out to ``number`` goes."""
    return _uri(f"{number}@{trunk.peer}", trunk)


def _uri(address: str, trunk: Trunk) -> str:
    return f"sip:{address}" + (f";transport={trunk.transport}" if trunk.transport != "udp" else "")


def _known_addresses(trunk: Trunk) -> tuple[str, ...]:
    if trunk.addresses or trunk.mode == "address":
        return trunk.addresses
    return (host_port(trunk.registrar)[0],)


def _registration(trunk: Trunk) -> str:
    """It is tried again for ever, whatever the answer: a password or a line that the provider
    has put right must not wait for somebody to restart the engine."""
    client_uri, server_uri = registration_uris(trunk)
    return section(
        registration_name(trunk),
        [
            ("type", "registration"),
            ("transport", f"transport-{trunk.transport}"),
            ("outbound_auth", trunk.endpoint),
            ("server_uri", escaped(server_uri)),
            ("client_uri", client_uri),
            ("contact_user", trunk.user if is_number(trunk.user) else NO_NUMBER),
            ("endpoint", trunk.endpoint),
            ("line", "yes"),
            ("max_random_initial_delay", 0),
            ("retry_interval", 20),
            ("auth_rejection_permanent", "no"),
            ("forbidden_retry_interval", 60),
            ("fatal_retry_interval", 60),
            ("max_retries", 1000000),
        ],
    )
