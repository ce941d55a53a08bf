"""Which network addresses may be reached: an own table, because libraries differ about what is public.

IPv4: everything but the special blocks (RFC 6890 and its registry), multicast, the reserved class E, and the
address at which one cloud answers its guests. IPv6: only global unicast, 2000::/3, without the parts that
carry an IPv4 address (6to4, Teredo) or lead nowhere; every other embedding (mapped, compatible, translated,
NAT64, site-local) lies outside 2000::/3.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

WEB_PORTS = frozenset({80, 443})
ANY_PORT = frozenset(range(1, 65536))

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC: tuple[Network, ...] = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # behind a provider's NAT
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's own services, seen by its guests
        "169.254.0.0/16",  # link-local, with the clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)


@dataclass(frozen=True)
class Allowance:
    """A network, and the ports of it, that may be reached although it is not public."""

    network: Network
    ports: frozenset[int]

    def covers(self, address: Address, port: int) -> bool:
        """Tell whether this allows a connection to `address` on `port`."""
        return port in self.ports and address.version == self.network.version and address in self.network


def allowance(rule: str) -> Allowance:
    """Read `address|network[:port|:*]` (IPv6 with a port in brackets); ValueError for anything else.

    Without a port the web's ports, 80 and 443, are meant.
    """
    text = rule.strip()
    if text.startswith("["):
        network, closed, rest = text[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise ValueError(f"{rule!r} is no address or network")
        return Allowance(ipaddress.ip_network(network), _ports(rest[1:]))
    if text.count(":") > 1:
        return Allowance(ipaddress.ip_network(text), WEB_PORTS)
    network, _, port = text.partition(":")
    return Allowance(ipaddress.ip_network(network), _ports(port))


def _ports(text: str) -> frozenset[int]:
    if not text:
        return WEB_PORTS
    if text == "*":
        return ANY_PORT
    if not text.isascii() or not text.isdigit() or int(text) not in ANY_PORT:
        raise ValueError(f"{text!r} is no port")
    return frozenset({int(text)})


@lru_cache(maxsize=16 * 1024)
def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the internet at large and stands for no other address."""
    if isinstance(address, ipaddress.IPv6Address) and (address.scope_id or address not in _GLOBAL_UNICAST):
        return False
    return not any(address.version == network.version and address in network for network in _NOT_PUBLIC)


def may_reach(address: Address, port: int, allowances: Iterable[Allowance]) -> bool:
    """Tell whether a connection may be made: the public web, or what the installation allows."""
    is_web = port in WEB_PORTS and is_public(address)
    return is_web or any(allowed.covers(address, port) for allowed in allowances)
