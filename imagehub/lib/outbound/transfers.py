"""One hop by libcurl: a request to addresses that were checked, and what is taken of its answer."""

import io
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pycurl

from imagehub.lib.outbound.addresses import Address, Allowance, may_reach
from imagehub.lib.outbound.client import CHUNK
from imagehub.lib.outbound.connections import judged
from imagehub.lib.outbound.heads import Head
from imagehub.lib.outbound.refusals import Reason, Refused
from imagehub.lib.outbound.targets import Target
from imagehub.lib.outbound.wires import Wires

MOST_ADDRESSES = 8  # of a host that are tried
LONGEST_CONNECT = 10.0  # seconds, TLS and all: a host that is silent holds a place no longer
HOPELESS = 10  # times its time that a body may be about to take, at the pace at which it comes
JUDGED_AFTER = 0.25  # of its time, for which it has come by then
MOST_JUDGED = 10_000  # addresses, and hosts, of which the judgement is remembered
_BREAKS_A_LINE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")

# What holds for every request. Redirects are followed by us, so that each hop is judged; no proxy, password
# file or cookie of the machine has a say; the oldest and the newest HTTP have no place here.
_ALWAYS: dict[int, object] = {
    pycurl.PROTOCOLS: pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS,
    pycurl.FOLLOWLOCATION: 0,
    pycurl.PROXY: "",
    pycurl.NETRC: pycurl.NETRC_IGNORED,
    pycurl.NOSIGNAL: 1,
    pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_1_1,
    pycurl.HTTP09_ALLOWED: 0,
    pycurl.PATH_AS_IS: 1,
    pycurl.SSLVERSION: pycurl.SSLVERSION_TLSv1_2,
    pycurl.SSL_VERIFYPEER: 1,
    pycurl.SSL_VERIFYHOST: 2,
    pycurl.BUFFERSIZE: CHUNK,
    pycurl.ACCEPT_ENCODING: "gzip, deflate, br",
}
_REASONS: dict[int, Reason] = {
    pycurl.E_OPERATION_TIMEDOUT: Reason.TOO_SLOW,
    pycurl.E_COULDNT_CONNECT: Reason.UNREACHABLE,
    pycurl.E_COULDNT_RESOLVE_HOST: Reason.UNKNOWN_HOST,
    pycurl.E_PEER_FAILED_VERIFICATION: Reason.INSECURE,
    pycurl.E_SSL_CONNECT_ERROR: Reason.INSECURE,
    pycurl.E_SSL_CACERT_BADFILE: Reason.INSECURE,
    pycurl.E_SSL_CIPHER: Reason.INSECURE,
    pycurl.E_SSL_ISSUER_ERROR: Reason.INSECURE,
    pycurl.E_SSL_ENGINE_INITFAILED: Reason.INSECURE,
}


class Rules:
    """What an installation allows beyond the public web, and whose word it takes for a host's certificate.

    What was judged once is not judged anew, for the rules stay as they are.
    """

    def __init__(self, allowances: Sequence[Allowance], authorities: str | None) -> None:
        self.authorities = authorities  # a file in PEM; without one no host is believed
        self._allowances = allowances
        self.may_reach = lru_cache(MOST_JUDGED)(self._may_reach)
        self.judged = lru_cache(MOST_JUDGED)(self._judged)

    def _may_reach(self, address: str, port: int) -> bool:
        """Tell whether a connection may be made to, or kept with, an address."""
        return may_reach(ipaddress.ip_address(address), port, self._allowances)

    def _judged(self, names: tuple[str, ...], port: int) -> tuple[Address, ...]:
        """Return the addresses that a resolver named; Refused unless every one may be reached."""
        return tuple(judged(names, port, self._allowances))


@dataclass(frozen=True)
class Request:
    """What one hop asks for: whom, at which addresses, with which headers, and how much of the answer is taken."""

    target: Target
    addresses: Sequence[Address]
    headers: Mapping[str, str]
    rules: Rules
    cap: int  # decoded bytes

    @property
    def resolved(self) -> str:
        """The host with its addresses in libcurl's words, forgotten by it after a minute."""
        tried = ",".join(f"[{at}]" if at.version == 6 else str(at) for at in self.addresses[:MOST_ADDRESSES])  # noqa: PLR2004  # IPv6
        return f"+{self.target.host}:{self.target.port}:{tried}"

    @property
    def lines(self) -> list[bytes]:
        """The headers as they go on the wire; ValueError for one that would be two."""
        if any(map(_BREAKS_A_LINE.search, (*self.headers, *self.headers.values()))):
            raise ValueError("a header can't hold control characters")
        return [f"{name}: {value}".encode("latin-1") for name, value in self.headers.items()]


@dataclass
class Transfer:
    """A request under way, and what came of it."""

    request: Request
    head: Head = field(default_factory=Head)
    seconds: float = 0.0  # until the first byte of the answer
    _time: float = 0.0  # seconds that it may take
    _began: float = 0.0  # when the first of its body came
    _body: io.BytesIO = field(default_factory=io.BytesIO)  # which gives its bytes away without copying them
    _reason: Reason | None = None

    @property
    def body(self) -> bytes:
        """What was taken, decoded."""
        return self._body.getvalue()

    async def run(self, wires: Wires, seconds: float) -> None:
        """Ask, and take the answer; Refused when there is none, or more than was asked for.

        One that drips, so that it would take far longer than it may, is not waited for to the end of its time.
        """
        self._time = seconds
        with wires.handle() as curl:
            self._prepare(curl, seconds)
            try:
                await wires.perform(curl)
            except pycurl.error as error:
                self._judge(error.args[0])
            finally:
                self.seconds = curl.getinfo(pycurl.STARTTRANSFER_TIME)
        if not self.head.is_whole:  # it went over to a protocol that nobody asked for
            raise Refused(Reason.BROKEN)

    def _prepare(self, curl: Any, seconds: float) -> None:
        for option, value in (_ALWAYS | self._wishes(seconds)).items():
            curl.setopt(option, value)
        curl.setopt(pycurl.WRITEFUNCTION, self._take, use_memoryview=True)

    def _wishes(self, seconds: float) -> dict[int, object]:
        return {
            pycurl.URL: self.request.target.url,
            pycurl.CAINFO: self.request.rules.authorities,
            pycurl.RESOLVE: [self.request.resolved],
            pycurl.HTTPHEADER: self.request.lines,
            pycurl.TIMEOUT_MS: max(1, int(seconds * 1000)),
            pycurl.CONNECTTIMEOUT_MS: int(LONGEST_CONNECT * 1000),
            pycurl.OPENSOCKETFUNCTION: self._open,
            pycurl.PREREQFUNCTION: self._admit,
            pycurl.HEADERFUNCTION: self._read,
        }

    def _open(self, _purpose: int, peer: Any) -> int:
        if not self.request.rules.may_reach(*peer.addr[:2]):
            self._reason = Reason.ADDRESS
            return int(pycurl.SOCKET_BAD)
        try:
            return socket.socket(peer.family, peer.socktype, peer.protocol).detach()
        except OSError:
            return int(pycurl.SOCKET_BAD)

    def _admit(self, peer: str, _ours: str, port: int, _our_port: int) -> int:
        # Asked for kept connections too, which were opened under the rules of another request.
        if self.request.rules.may_reach(peer, port):
            return int(pycurl.PREREQFUNC_OK)
        self._reason = Reason.ADDRESS
        return int(pycurl.PREREQFUNC_ABORT)

    def _read(self, line: bytes) -> int:
        was_whole = self.head.is_whole
        if not self.head.take(line):
            self._reason = Reason.BROKEN
        elif self.head.is_whole and not was_whole and self.head.announces_more_than(self.request.cap):
            self._reason = Reason.TOO_LARGE
        return -1 if self._reason else len(line)

    def _take(self, piece: memoryview) -> int:
        self._began = self._began or time.monotonic()
        self._body.write(piece)
        # What a redirect says beside its direction is read for the connection's sake alone.
        if self._body.tell() > (CHUNK if self.head.location is not None else self.request.cap):
            self._reason = Reason.TOO_LARGE
        elif self._is_hopeless():
            self._reason = Reason.TOO_SLOW
        return -1 if self._reason else len(piece)

    def _is_hopeless(self) -> bool:
        taken = time.monotonic() - self._began
        if taken <= JUDGED_AFTER * self._time:
            return False
        return self.head.announces_more_than(int(self._body.tell() * HOPELESS * self._time / taken))

    def _judge(self, code: int) -> None:
        if self._reason is Reason.TOO_LARGE and self.head.location is not None:
            return
        raise Refused(self._reason or _REASONS.get(code, Reason.BROKEN)) from None


def authorities() -> str | None:
    """Return the file of the system's authorities, or SSL_CERT_FILE's: the library knows of neither."""
    files = (ssl.get_default_verify_paths().cafile, *_BUNDLES)
    return next((path for path in files if path and Path(path).is_file()), None)
