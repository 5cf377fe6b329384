"""Hosts, addresses, networks and ports that nobody reaches are refused where they are written."""

from __future__ import annotations

import pytest

from ekc_console.config import ConfigError, parse

NO_HOST = [
    "999.1.1.1", "10.0.0", "10.0.0.256", "1.2.3.4.5", "010.0.0.1", "12345", "-a.ru", "a-.ru",
    "a..ru", "a.ru.", ".ru", "a_b.ru", "ekc.example.org:5060", "http://ekc.ru", "екц.рф", "::1",
    "0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "x" * 64 + ".ru",
    ".".join(["abc"] * 64),
]  # fmt: skip
HOSTS = ["ekc.example.org", "ekc", "10.0.0.5", "a-b.ru", "1c.ru", "xn--e1aybc.xn--p1ai", "3com.com"]


def faults(text: str) -> str:
    with pytest.raises(ConfigError) as error:
        parse(text, "ekc.yaml")
    return error.value.message


NODE = (
    "engine: {{nodes: [{{ari_url: '{ari}', ari_user: u, ari_password: p, ami_address: '{ami}', "
    "ami_user: u, ami_password: p, sip_address: '{sip}'}}]}}"
)
GOOD = {"ari": "http://10.0.0.9:8088", "ami": "10.0.0.9:5038", "sip": "10.0.0.9:5060"}


def node(**values: str) -> str:
    return NODE.format(**GOOD | values)


@pytest.mark.parametrize("host", NO_HOST)
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("engine: {public_host: 'HOST'}", "engine.public_host"),
        ("trunks: [{name: t, mode: address, outbound: 'HOST:5060'}]", "trunks[0].outbound"),
        (
            "trunks: [{name: t, mode: register, user: u, registrar: 'HOST:5060'}]",
            "trunks[0].registrar",
        ),
        (node(sip="HOST:5060"), "engine.nodes[0].sip_address"),
        (node(ami="HOST:5038"), "engine.nodes[0].ami_address"),
    ],
    ids=["public_host", "outbound", "registrar", "sip_address", "ami_address"],
)
def test_a_host_that_is_none_is_refused(text: str, key: str, host: str) -> None:
    said = faults(text.replace("HOST", host))
    assert f"{key}: «{host}" in said
    assert "Укажите, например, " in said


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_is_taken(host: str) -> None:
    trunk = f"trunks: [{{name: t, mode: address, outbound: '{host}:5060'}}]"
    config = parse(f"engine: {{public_host: '{host}'}}\n{trunk}", "ekc.yaml")
    assert config.engine.public_host == host


@pytest.mark.parametrize(
    ("net", "said"),
    [
        ("10.0.0.1/8", "Укажите 10.0.0.0/8 — всю сеть, или 10.0.0.1 — один адрес."),
        ("192.168.1.5/24", "Укажите 192.168.1.0/24 — всю сеть, или 192.168.1.5 — один адрес."),
        ("10.0.0.0/33", "не IP-адрес и не сеть"),
        ("999.0.0.0/8", "не IP-адрес и не сеть"),
        ("fd00::/8", "не IP-адрес и не сеть"),
        ("ekc.ru", "не IP-адрес и не сеть"),
        ("", "не IP-адрес и не сеть"),
    ],
)
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("engine: {local_nets: ['NET']}", "engine.local_nets[0]"),
        ("trunks: [{name: t, mode: address, addresses: ['NET']}]", "trunks[0].addresses"),
    ],
)
def test_a_network_that_is_none_is_refused(text: str, key: str, net: str, said: str) -> None:
    message = faults(text.replace("NET", net))
    assert f"{key}: «{net}»" in message
    assert said in message


@pytest.mark.parametrize("net", ["10.0.0.0/8", "10.1.2.3", "10.1.2.3/32", "10.0.0.0/255.0.0.0"])
def test_a_network_is_taken(net: str) -> None:
    assert parse(f"engine: {{local_nets: ['{net}']}}", "ekc.yaml").engine.local_nets == (net,)


@pytest.mark.parametrize("port", ["0", "65536", "5060x", "", "-1", "٥٠٦٠"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    text = f"trunks: [{{name: t, mode: address, outbound: 'a.ru:{port}'}}]"
    assert "trunks[0].outbound: " in faults(text)


@pytest.mark.parametrize("host", ["999.1.1.1", "a b", "http://a", "10.0.0.1:8122", "[::1]"])
def test_where_consoles_are_listened_for(host: str) -> None:
    said = faults(f"server: {{host: '{host}'}}")
    assert f"server.host: «{host}» — не адрес и не имя узла." in said


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::", "::1", "localhost", "10.0.0.7"])
def test_where_consoles_may_be_listened_for(host: str) -> None:
    assert parse(f"server: {{host: '{host}'}}", "ekc.yaml").server.host == host


@pytest.mark.parametrize("host", ["999.1.1.1", "localhost", "::", "224.0.0.1", "255.255.255.255"])
def test_where_telephony_listens(host: str) -> None:
    assert f"engine.host: «{host}»" in faults(f"engine: {{host: '{host}'}}")


@pytest.mark.parametrize(
    "url",
    ["http://999.1.1.1:8088", "http://a:99999", "http://a:0", "http://a:x", "ftp://a", "a:8088",
     "http://", "http://u@a", "http://a/b", "http://a?b", "http://[::1", "http://a b"],
)  # fmt: skip
def test_a_nodes_url_that_is_none_is_refused(url: str) -> None:
    assert "engine.nodes[0].ari_url: " in faults(node(ari=url))


@pytest.mark.parametrize("url", ["http://a.ru:8088", "https://10.0.0.9", "http://[::1]:8088/ari"])
def test_a_nodes_url_is_taken(url: str) -> None:
    assert parse(node(ari=url), "ekc.yaml").engine.nodes[0].ari_url == url
