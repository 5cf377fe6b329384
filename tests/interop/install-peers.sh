#!/bin/sh
# The outside programs that ours are tried with: sipp and baresip as callers, Kamailio as the
# provider and as an organisation's PBX, PulseAudio for sound devices, ip and nft for
# namespaces and NAT, Chromium for the page of the wall board, Prometheus for the measurements,
# systemd-analyze for the unit.
# From Debian's packages; does nothing when they are there.
set -eu

peers="sipp:sip-tester baresip:baresip-core kamailio:kamailio pulseaudio:pulseaudio pactl:pulseaudio-utils ip:iproute2 nft:nftables sysctl:procps chromium:chromium prometheus:prometheus promtool:prometheus curl:curl systemd-analyze:systemd"
PATH="$PATH:/usr/sbin:/sbin"
missing=""
for peer in $peers; do
    command -v "${peer%%:*}" >/dev/null || missing="$missing ${peer##*:}"
done
# Kamailio's TLS is a module, in a package of its own.
ls /usr/lib/*/kamailio/modules/tls.so >/dev/null 2>&1 || missing="$missing kamailio-tls-modules"
if [ -n "$missing" ]; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "Для make interop не хватает программ. Поставьте от имени администратора:" >&2
        echo "    apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi
    echo "Ставлю:$missing"
    # A package may start its service when it is installed; here only the program is wanted.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
        trap 'rm -f "$policy"' EXIT
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086
    apt-get install -qq -y --no-install-recommends $missing >/dev/null
fi
for peer in $peers; do
    command -v "${peer%%:*}" >/dev/null || { echo "Нет программы ${peer%%:*}." >&2; exit 1; }
done

# sipp sends the caller's voice and keys from a raw socket.
if [ "$(id -u)" -ne 0 ] && ! PATH="$PATH" getcap "$(command -v sipp)" 2>/dev/null | grep -q net_raw
then
    echo "sipp нужен доступ к сырым сокетам. Разрешите его от имени администратора:" >&2
    echo "    setcap cap_net_raw+ep $(command -v sipp)" >&2
    exit 1
fi
