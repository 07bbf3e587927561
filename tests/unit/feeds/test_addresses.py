"""Which addresses may be connected to."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest

from feeds.addresses import AddressGuard, ForbiddenAddress, Hop, current_hop, is_public, literal


@pytest.mark.parametrize(
    "address",
    "0.0.0.0 0.1.2.3 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 "
    "192.0.0.1 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 "
    "255.255.255.255 :: ::1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::10.0.0.1 64:ff9b::a00:1 64:ff9b::808:808 64:ff9b:1::1 "
    "100::1 2001::1 2001:db8::1 2002:a00:1:: 3fff::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1".split(),
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))
    assert not AddressGuard(()).allows(address, "news.example") or address == "::ffff:8.8.8.8"


@pytest.mark.parametrize(
    "address", "8.8.8.8 1.1.1.1 93.184.216.34 172.32.0.1 100.128.0.1 2606:4700::1111 2a00:1450::1".split()
)
def test_addresses_that_are_public(address: str) -> None:
    assert AddressGuard(()).allows(address, "news.example")


@pytest.mark.parametrize(
    ("allowed", "address", "host", "may"),
    [
        (("10.0.0.0/8",), "10.1.2.3", "a.example", True),
        (("10.0.0.0/8",), "192.168.1.1", "a.example", False),
        (("10.1.2.3",), "10.1.2.3", "a.example", True),
        (("10.1.2.3",), "::ffff:10.1.2.3", "a.example", True),
        (("News.Intern.",), "10.1.2.3", "news.intern", True),
        (("news.intern",), "10.1.2.3", "evil.news.intern", False),
        (("news.intern",), "10.1.2.3", None, False),
        (("[::1]",), "::1", "a.example", True),
        (("fd00::/8",), "fd12::1", "a.example", True),
        (("fe80::/10",), "fe80::1%eth0", "a.example", True),
        ((), "fe80::1%eth0", "a.example", False),
        ((), "not an address", "a.example", False),
    ],
)
def test_the_operator_allows(allowed: tuple[str, ...], address: str, host: str | None, may: bool) -> None:
    assert AddressGuard(allowed).allows(address, host) is may


def test_the_socket_is_refused_and_the_hop_told() -> None:
    hop = Hop("evil.example")
    token = current_hop.set(hop)
    try:
        with pytest.raises(ForbiddenAddress):
            AddressGuard(()).open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 80)))
    finally:
        current_hop.reset(token)
    assert hop.refused == "169.254.169.254"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("news.example", None),
        ("1and1.example", None),
    ],
)
def test_literal(host: str, address: str | None) -> None:
    assert literal(host) == address
