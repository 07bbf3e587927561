"""Which addresses feeds may be fetched from: never those of the operator's own network, unless it is allowed."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network

_SPECIAL: tuple[_Network, ...] = tuple(
    ip_network(text)
    for text in (
        # IANA IPv4 and IPv6 Special-Purpose Address Registries, and multicast
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/128", "::1/128", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10"),
        *("ff00::/8", "::/96"),
    )
)


class ForbiddenAddress(OSError):
    """A connection was refused by us, before it was made."""


@dataclass(slots=True)
class Hop:
    """The host that a request is for, and the address that it was refused for."""

    host: str
    through_proxy: bool = False  # the connection is to the operator's proxy, wherever that is
    refused: str | None = None


current_hop: ContextVar[Hop | None] = ContextVar("current_hop", default=None)
"""The hop in progress: a socket is made for an address, while hosts are allowed by their names, too."""


class AddressGuard:
    """Says which addresses may be connected to.

    Everything public may; of the rest what the operator allowed: host names, addresses and networks (CIDR).
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        self._hosts: set[str] = set()
        self._networks: list[_Network] = []
        for item in allowed:
            try:
                self._networks.append(ip_network(item.strip("[]"), strict=False))
            except ValueError:
                self._hosts.add(item.lower().rstrip("."))
        self._is_allowed_address = lru_cache(maxsize=4096)(self._check)

    def allows(self, address: str, host: str | None) -> bool:
        """Whether `address` (numeric, of the connection itself) may be connected to for `host`."""
        return self._is_allowed_address(address) or self.allows_host(host or "")

    def allows_host(self, host: str) -> bool:
        """Whether the operator allowed this very host name, wherever it leads."""
        return host.lower().rstrip(".") in self._hosts

    def _check(self, text: str) -> bool:
        try:
            address = ip_address(text.partition("%")[0])
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if any(address in network for network in self._networks if network.version == address.version):
            return True
        return is_public(address)

    def open_socket(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for the address of the very connection that is being made. Raises ForbiddenAddress."""
        family, kind, protocol, _, place = info
        hop = current_hop.get()
        address = str(place[0])
        if not (hop and hop.through_proxy) and not self.allows(address, hop.host if hop else None):
            if hop:
                hop.refused = address
            raise ForbiddenAddress(f"{address} is not public")
        opened = socket.socket(family=family, type=kind, proto=protocol)
        opened.setblocking(False)
        return opened


def is_public(address: _Address) -> bool:
    """Whether `address` is one of the open internet; addresses that carry an IPv4 address inside are not."""
    if not address.is_global:
        return False
    return not any(address in network for network in _SPECIAL if network.version == address.version)


def literal(host: str) -> str | None:
    """The address that `host` itself is, also in the forms that only resolvers know (0x7f.1, 2130706433), else None."""
    bare = host.strip("[]")
    try:
        return str(ip_address(bare.partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(bare)) if bare[:1].isdigit() else None
    except OSError:
        return None
