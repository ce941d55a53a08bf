"""Reading the address of a request: strict, so that no two readers can see two different hosts in it."""

import ipaddress
import re
import socket
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

from imagehub.lib.outbound.refusals import Reason, Refused

LONGEST_URL = 8 * 1024  # characters
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Control characters, blanks, backslashes and what browsers drop or turn around while reading.
_AMBIGUOUS = re.compile(r"[\x00-\x20\x7f-\xa0\\\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_IPV6 = re.compile(r"[0-9a-f:.]+")
_NUMBERS = re.compile(r"(.*\.)?(0x[0-9a-f]*|[0-9]+)")  # as the web's rules tell an IPv4 address from a name
_SAFE = "/%:=&?~+!$,;'@()*[]"


@dataclass(frozen=True)
class Target:
    """Where one request goes: scheme `http` or `https`, host in lower case and ASCII, and what to ask for."""

    scheme: str
    host: str
    port: int
    path: str  # with its query, never with a fragment

    @property
    def origin(self) -> tuple[str, str, int]:
        """What decides whether two addresses belong to one site."""
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        """The address in its one normal spelling."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def read(url: str) -> Target:
    """Return the target of an absolute address; Refused for one with credentials, odd characters or schemes."""
    if len(url) > LONGEST_URL or _AMBIGUOUS.search(url):
        raise Refused(Reason.URL)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused(Reason.URL) from None
    if parts.scheme not in _DEFAULT_PORTS or "@" in parts.netloc or not parts.hostname:
        raise Refused(Reason.URL)
    path = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE)}" if parts.query else "")
    return Target(parts.scheme, _host(parts.hostname), _port(port, parts.scheme), path)


def follow(target: Target, location: str) -> Target:
    """Return where a redirect leads; leaving TLS is refused."""
    if _AMBIGUOUS.search(location):
        raise Refused(Reason.URL)
    try:
        following = read(urljoin(target.url, location))
    except ValueError:
        raise Refused(Reason.URL) from None
    if target.scheme == "https" and following.scheme == "http":
        raise Refused(Reason.INSECURE)
    return following


def _port(port: int | None, scheme: str) -> int:
    if port == 0:
        raise Refused(Reason.URL)
    return port or _DEFAULT_PORTS[scheme]


@lru_cache(maxsize=4096)
def _host(name: str) -> str:
    if ":" in name:
        return _ipv6(name)
    try:
        ascii_name = name.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise Refused(Reason.URL) from None
    if not _NAME.fullmatch(ascii_name):
        raise Refused(Reason.URL)
    return _ipv4(ascii_name) if _NUMBERS.fullmatch(ascii_name) else ascii_name


def _ipv6(name: str) -> str:
    try:
        return str(ipaddress.IPv6Address(name if _IPV6.fullmatch(name) else ""))
    except ValueError:
        raise Refused(Reason.URL) from None


def _ipv4(numbers: str) -> str:
    # Octal, hexadecimal and short forms are read once, here, so that nobody behind us reads them differently.
    try:
        return str(ipaddress.IPv4Address(socket.inet_aton(numbers)))
    except OSError:
        raise Refused(Reason.URL) from None
