"""What a harvest is never talked into: two hundred ways of writing an address that is not on the public web.

Every one is fetched for real, by the pool that harvests use, while canaries listen on the loopback.
"""

import asyncio
import errno
import ipaddress
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest
from pytest_django import Settings

from imagehub.lib.outbound import Reason, Refused, names, targets
from imagehub.lib.outbound.addresses import Address
from imagehub.lib.outbound.connections import Resolver, system_resolver
from imagehub.lib.outbound.gates import Gate, Passage, wide_open
from imagehub.lib.outbound.pool import Pool
from imagehub.lib.outbound.targets import Target
from tests.lib.test_outbound_addresses import NOT_PUBLIC, PUBLIC
from tests.loopback import Server, always, answer, serving
from tests.origins import Answer, Origin, origin

REFUSED = {str(reason) for reason in (Reason.URL, Reason.ADDRESS, Reason.UNKNOWN_HOST)}


def spellings(address: str) -> list[str]:
    """Return the ways in which old readers of addresses let one IPv4 address be written."""
    a, b, c, d = parts = [int(part) for part in address.split(".")]
    tail, rest, whole = (c << 8) + d, (b << 16) + (c << 8) + d, int(ipaddress.IPv4Address(address))
    hexadecimal, octal = [f"0x{part:x}" for part in parts], [f"0{part:o}" for part in parts]
    mixed = [f"{a}.{octal[1]}.{hexadecimal[2]}.{d}", f"{octal[0]}.{b}.{c}.{hexadecimal[3]}", f"{hexadecimal[0]}.{rest}"]
    short = [f"{a}.{b}.{tail}", f"{a}.{rest}", str(whole), f"{octal[0]}.{rest}", f"0{whole:o}", f"0x{whole:x}"]
    dotted = [".".join(hexadecimal), ".".join(octal), ".".join(f"{part:04o}" for part in parts), "".join(hexadecimal)]
    upper = [f"0X{whole:X}", ".".join(f"0X{part:02X}" for part in parts), ".".join(f"0x{part:08x}" for part in parts)]
    overflow = [f"{a + 256}.{b}.{c}.{d}", str(whole + (1 << 32)), f"{a}.{b}.{c}.{d + 256}", f"0x1{whole:08x}"]
    dots = [address.replace(".", dot) for dot in "\u3002\uff0e\uff61"]
    foreign = [address.translate(FULL_WIDTH), address.translate(CIRCLED), *dots]
    framed = [
        address,
        f"{address}.",
        f"{address}..",
        f".{address}",
        f"%3{a // 100}{address[1:]}",
        f"{address}%00.example.org",
    ]
    return [*mixed, *short, *dotted, *upper, *overflow, *foreign, *framed, *embeddings(address)]


def embeddings(address: str) -> list[str]:
    """Return the IPv6 addresses that carry an IPv4 address, or are taken to."""
    high, low = divmod(int(ipaddress.IPv4Address(address)), 1 << 16)
    words = f"{high:x}:{low:x}"
    prefixes = ["::", "::ffff:", "0:0:0:0:0:ffff:", "::ffff:0:", "64:ff9b::", "64:ff9b:1::", "fe80::5efe:", "fe80::"]
    carried = [f"[{prefix}{tail}]" for prefix in prefixes for tail in (address, words)]
    return [*carried, f"[2002:{words}::]", f"[2002:{words}::1]", f"[2001:0:{words}::]", f"[::ffff:{address}%25lo]"]


FULL_WIDTH = str.maketrans("0123456789", "".join(chr(ord("0") + 0xFEE0 + at) for at in range(10)))
CIRCLED = str.maketrans("123456789", "".join(chr(0x2460 + at) for at in range(9)))
LOOPBACK_NAMES = [
    *("localhost", "LOCALHOST", "LocalHost", "localhost.", "localhost..", "lo㎈host", "localhoﬆ", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ"),
    *(
        "\xadlocalhost",
        "local\u200bhost",
        "localhost%00",
        "localhost%2e",
        "l%6fcalhost",
        "ip6-localhost",
        "[localhost]",
    ),
    *("0", "0.0.0", "00", "0x0", "0.0", "000.000.000.000", "127.255.255.254", "127.127.127.127", "127.0.0.2"),
    *("[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::1%25lo]", "[::1%251]", "[::0:1]", "[::00:00:1]", "::1"),
    *("127.00.00.1", "127.0x0.0.01", "0x7f.0.1", "0177.0x0.1", "017700000001.", "0x7F000001.", "127.0.0.01"),
    *("127.1.", "0177.1", "0x7f.1", "127。1", "⑫7.1", "127.0.0.1:80:80", "127.1#", "[::1", "::1]", "[[::1]]"),
]
LOOPBACK = [*spellings("127.0.0.1"), *LOOPBACK_NAMES]
METADATA = [
    *spellings("169.254.169.254"),
    *("168.63.129.16", "100.100.100.200", "192.0.0.192", "169.254.170.2", "169.254.170.23", "169.254.42.42"),
    *("[fd00:ec2::254]", "[fd00:ec2::23]", "[fd20:ce::254]", "[fe80::a9fe:a9fe]"),
]
CREDENTIALS = [
    *("user:canary@{host}", "user@{host}", "@{host}", ":@{host}", "example.org@{host}", "example.org:80@{host}"),
    *(
        "example.org\\@{host}",
        "example.org#@{host}",
        "example.org?@{host}",
        "{host}\\.example.org",
        "{host}#.example.org",
    ),
    *(
        "example.org%40{host}",
        "example.org%2f@{host}",
        "exa\tmple.org@{host}",
        "{host}\n",
        "{host}\r\nX-Canary: 1",
        "\x00{host}",
    ),
    *("//{host}", "\\\\{host}", "{host}:80@example.org:80@", "0://{host}", "[{host}]", "{host}%0d%0aX: 1", "{host} "),
]
SCHEMES = [
    "file",
    "ftp",
    "gopher",
    "data",
    "javascript",
    "jar",
    "unix",
    "s3",
    "dict",
    "ldap",
    "ws",
    "sftp",
    "tftp",
    "smb",
]


@dataclass
class Canaries:
    """Servers at both loopback addresses, on one port, which nobody may reach."""

    servers: list[Server]

    @property
    def port(self) -> int:
        return self.servers[0].port

    def disturbed(self) -> int:
        """Count who connected before us: connections are taken in their order, so nobody is overlooked."""
        return sum(_before_us(server) for server in self.servers)


def _before_us(server: Server) -> int:
    with socket.create_connection(server.address) as ours:
        ours.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert ours.recv(4) == b"HTTP"
    return server.connections - 1


def listeners() -> list[socket.socket]:
    """Listen on one port of both loopback addresses, or of the one that this machine has."""
    four = socket.create_server(("127.0.0.1", 0))
    try:
        return [four, socket.create_server(("::1", four.getsockname()[1]), family=socket.AF_INET6)]
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            return [four]
        four.close()
        return listeners()


@pytest.fixture
def canaries(settings: Settings) -> Iterator[Canaries]:
    with ExitStack() as running:
        secret = always(answer(b"secret"))
        servers = [running.enter_context(serving(secret, listener=listener)) for listener in listeners()]
        # The port would be open, so that the address alone decides.
        settings.OUTBOUND_ALLOW = [f"8.8.4.4:{servers[0].port}"]
        yield Canaries(servers)


@pytest.fixture
def site(settings: Settings, canaries: Canaries) -> Iterator[Origin]:
    """A site that may be reached, on another port than the canaries."""
    with origin() as running:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{running.port}"]
        yield running


class Stopped(Exception):
    """Somebody got as far as the gate."""


@asynccontextmanager
async def stop(target: Target, addresses: Sequence[Address]) -> AsyncIterator[Passage]:
    """Let nobody through, and tell who came."""
    raise Stopped(f"to {target.host} at {', '.join(map(str, addresses))}")
    yield


def outcomes(urls: Sequence[str], resolve: Resolver = system_resolver, gate: Gate = wide_open) -> dict[str, str]:
    """Fetch everything at once, and tell what became of it."""

    async def ask(pool: Pool, url: str) -> str:
        try:
            return f"reached {(await pool.fetch(url, cap=1000, deadline=5, gate=gate)).url}"
        except (Refused, Stopped) as ended:
            return str(ended)

    async def ask_all() -> list[str]:
        async with Pool(connections=100, agent="ImageHub", resolve=resolve) as pool:
            return await asyncio.gather(*(ask(pool, url) for url in urls))

    return dict(zip(urls, asyncio.run(ask_all()), strict=True))


def let_through(found: dict[str, str]) -> dict[str, str]:
    return {url: outcome for url, outcome in found.items() if outcome not in REFUSED}


def bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


@pytest.mark.parametrize(
    ("hosts", "at_least"),
    [(LOOPBACK, 98), (METADATA, 17), ([*map(bracketed, NOT_PUBLIC)], 50)],
    ids=["the loopback", "what clouds tell their guests", "the edges of what is not public"],
)
def test_no_spelling_reaches(hosts: list[str], at_least: int, canaries: Canaries) -> None:
    assert len(set(hosts)) >= at_least
    urls = [f"{scheme}://{host}{port}/" for host in hosts for scheme, port in ways(canaries.port)]
    assert let_through(outcomes(urls, gate=stop)) == {}
    assert canaries.disturbed() == 0


def ways(port: int) -> list[tuple[str, str]]:
    return [("http", f":{port}"), ("http", ""), ("https", "")]


def test_what_is_public_is_let_through() -> None:
    expected = {f"http://{bracketed(address)}/": f"to {address} at {address}" for address in PUBLIC}
    assert outcomes(list(expected), gate=stop) == expected


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["::1"],
        ["8.8.8.8", "127.0.0.1"],
        ["8.8.8.8", "::1"],
        [*(f"8.8.8.{last}" for last in range(60)), "10.0.0.1"],
        ["169.254.169.254"],
        ["fd00:ec2::254"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::a9fe:a9fe"],
        ["0.0.0.0"],  # noqa: S104  # asked, not listened on
        ["127.0.0.1 "],
        ["localhost"],
    ],
    ids=" ".join,
)
def test_a_name_is_refused_for_any_of_its_addresses(answers: list[str], canaries: Canaries) -> None:
    urls = ["http://name.example/", f"http://name.example:{canaries.port}/", "https://name.example/"]
    assert outcomes(urls, lambda _host, _port: answers) == dict.fromkeys(urls, "address_refused")
    assert canaries.disturbed() == 0


def test_a_name_that_changes_sides_is_judged_again(canaries: Canaries, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "REMEMBERED", 0.0)
    answers = iter(["8.8.8.8", "127.0.0.1"])
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return [next(answers)]

    async def twice() -> list[str]:
        told = []
        async with Pool(connections=1, agent="", resolve=rebinding) as pool:
            for _ in range(2):
                with pytest.raises((Stopped, Refused)) as caught:
                    await pool.fetch("http://name.example/", cap=10, deadline=3, gate=stop)
                told.append(str(caught.value))
        return told

    assert asyncio.run(twice()) == ["to name.example at 8.8.8.8", "address_refused"]
    assert (asked, canaries.disturbed()) == (["name.example"] * 2, 0)


@pytest.mark.parametrize("authority", CREDENTIALS)
def test_credentials_and_tricks_with_them_lead_nowhere_else(authority: str, canaries: Canaries) -> None:
    url = "http://" + authority.format(host=f"127.0.0.1:{canaries.port}") + "/"
    found = outcomes([url], lambda host, _port: ["8.8.8.8"] if host == "example.org" else [host], stop)[url]
    assert found in {"url_refused", "address_refused", "to example.org at 8.8.8.8"}
    assert canaries.disturbed() == 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_other_scheme_is_spoken(scheme: str, canaries: Canaries) -> None:
    urls = [f"{scheme}:{rest}" for rest in (f"//127.0.0.1:{canaries.port}/", "///etc/passwd", "/etc/passwd", "x")]
    assert outcomes(urls) == dict.fromkeys(urls, "url_refused")
    assert canaries.disturbed() == 0


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        ((22, 25, 53, 110, 143, 389, 3306, 5432, 6379, 8000, 8080, 9200, 11211, 27017, 65535), "address_refused"),
        ((0, -1, 65536, "00", "x", "８０", " 80", "8_0"), "url_refused"),  # noqa: RUF001  # digits of another width
    ],
)
def test_the_web_has_two_ports(ports: tuple[object, ...], expected: str) -> None:
    urls = [f"http://8.8.8.8:{port}/" for port in ports]
    assert outcomes(urls, gate=stop) == dict.fromkeys(urls, expected)


def test_one_host_has_one_spelling() -> None:
    same = ["HTTP://Example.ORG", "http://example.org./", "http://example.org:80", "http://ＥＸＡＭＰＬＥ.org/#part"]  # noqa: RUF001  # letters of another width
    assert {targets.read(url).url for url in same} == {"http://example.org/"}
    assert targets.read("http://0x8.0x8.2056/").host == "8.8.8.8"
    assert targets.read("http://[2606:4700:0:0::1111]/").host == "2606:4700::1111"
    assert targets.read("http://ex\u0430mple.org/").host == "xn--exmple-4nf.org"


LOCATIONS = [
    *("http://127.0.0.1:{port}/", "//127.0.0.1:{port}/", "http://localhost:{port}/", "HTTP://127.1:{port}/"),
    *(
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://2130706433:{port}/",
        "https://127.0.0.1:{port}/",
    ),
    *(
        "http://user:canary@127.0.0.1:{port}/",
        "\\\\127.0.0.1:{port}/",
        "/\\127.0.0.1:{port}/",
        "http:\\\\127.0.0.1:{port}/",
    ),
    *(
        "http:/127.0.0.1:{port}/",
        "http:127.0.0.1:{port}",
        "///127.0.0.1:{port}/",
        "////127.0.0.1:{port}/",
        "@127.0.0.1:{port}/",
    ),
    *(
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "file:/etc/passwd",
    ),
    *(
        "gopher://127.0.0.1:{port}/",
        "ftp://127.0.0.1:{port}/",
        "dict://127.0.0.1:{port}/",
        "javascript:alert(1)",
        "data:,x",
    ),
    *("http://127.0.0.1:{port}/\thttp://x/", "http://[::1", "http://127.0.0.1:{port}%2f@example.org/", "unix:/run/x"),
]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_reaches_what_the_first_address_could_not(status: int, site: Origin, canaries: Canaries) -> None:
    for number, location in enumerate(LOCATIONS):
        told = {"Location": location.format(port=canaries.port)}
        site.answer(f"/{number}", Answer(status, headers=told))
    found = outcomes([site.url(f"/{number}") for number in range(len(LOCATIONS))])
    # Some are relative to a plain reader: those stay on the site, which knows nothing of them.
    stayed = {url for url, outcome in found.items() if outcome.startswith(f"reached {site.url('/')}")}
    assert let_through({url: outcome for url, outcome in found.items() if url not in stayed}) == {}
    assert 0 < len(stayed) < 8
    assert canaries.disturbed() == 0


def test_redirects_end(site: Origin) -> None:
    site.answer("/loop", Answer(302, headers={"Location": "/loop"}))
    for hop in range(20):
        site.answer(f"/{hop}", Answer(301, headers={"Location": f"/{hop + 1}"}))
    urls = [site.url("/loop"), site.url("/0")]
    assert outcomes(urls) == dict.fromkeys(urls, "too_many_redirects")
    assert (site.asked("/loop"), site.asked("/5"), site.asked("/6")) == (6, 1, 0)


@pytest.mark.parametrize("name", ["Refresh", "Content-Location", "Location", "Link", "Alt-Svc", "X-Accel-Redirect"])
def test_no_other_header_leads_anywhere(name: str, site: Origin, canaries: Canaries) -> None:
    where = f"http://127.0.0.1:{canaries.port}/"
    value = {"Refresh": f"0; url={where}", "Alt-Svc": f'http/1.1="127.0.0.1:{canaries.port}"'}.get(name, where)
    site.answer("/a", Answer(body=b"here", headers={name: value}))
    for _ in range(2):
        assert outcomes([site.url("/a")]) == {site.url("/a"): f"reached {site.url('/a')}"}
    assert canaries.disturbed() == 0


def test_no_proxy_of_the_environment_is_used(site: Origin, canaries: Canaries, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "socks_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{canaries.port}")
    monkeypatch.setenv("no_proxy", "")
    assert outcomes([site.url("/a.png")]) == {site.url("/a.png"): f"reached {site.url('/a.png')}"}
    assert outcomes(["http://127.0.0.1/", "https://10.0.0.1/"]) == {
        "http://127.0.0.1/": "address_refused",
        "https://10.0.0.1/": "address_refused",
    }
    assert canaries.disturbed() == 0
