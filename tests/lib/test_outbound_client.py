"""The only way out: what it refuses, and that it ends."""

import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from pytest_django import Settings

from imagehub.lib.outbound import Reason, Refused, Reply, connections, targets
from tests.fetching import CLIENTS, Fetch
from tests.loopback import Server, always, answer, self_signed, serving


@pytest.fixture
def canary() -> Iterator[Server]:
    """A server on the loopback that nobody may reach."""
    with serving(always(answer(b"secret"))) as server:
        yield server


@pytest.fixture
def allowed(settings: Settings) -> Callable[[Server], str]:
    """Allow a server on the loopback and return its address."""

    def allow(server: Server) -> str:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.port}"]
        return server.url

    return allow


@pytest.fixture(params=CLIENTS)
def fetch(request: pytest.FixtureRequest) -> Fetch:
    return CLIENTS[request.param]


@pytest.fixture
def reason(fetch: Fetch) -> Callable[..., Reason]:
    """Ask for an address that must be refused, and return why it was."""

    def ask(url: str, **options: object) -> Reason:
        with pytest.raises(Refused) as caught:
            fetch(url, **{"cap": 1000, "deadline": 3.0, **options})
        return caught.value.reason

    return ask


LOOPBACKS = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "0",
    "0.0.0.0",  # noqa: S104  # asked, not listened on
    "0177.1",
    "0177.0.0.1",
    "0x7f.1",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "127.0.0.1.",
    "127.255.255.254",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "127。0。0。1",
    "⑫7.0.0.1",
    "lo㎈host",
    "localhoﬆ",
    "１２７.0.0.1",  # noqa: RUF001  # digits of another width
    "\xadlocalhost",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[::1%25lo]",
]


@pytest.mark.parametrize("host", LOOPBACKS)
def test_no_spelling_of_the_loopback_reaches_it(
    host: str, canary: Server, settings: Settings, reason: Callable[..., Reason]
) -> None:
    # The port would be open, so that the address alone decides.
    settings.OUTBOUND_ALLOW = [f"192.0.2.1:{canary.port}"]
    for port in (canary.port, 80):
        assert reason(f"http://{host}:{port}/") in {Reason.ADDRESS, Reason.URL, Reason.UNKNOWN_HOST}
    assert canary.connections == 0


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["8.8.8.8", "::1"],
        ["169.254.169.254"],
        ["not an address"],
        ["::ffff:127.0.0.1"],
    ],
)
def test_a_name_is_refused_for_any_of_its_addresses(
    answers: list[str], canary: Server, reason: Callable[..., Reason]
) -> None:
    assert reason("http://rebind.example/", resolve=lambda _host, _port: answers) is Reason.ADDRESS
    assert canary.connections == 0


def test_a_name_without_addresses_is_unknown(reason: Callable[..., Reason]) -> None:
    assert reason("http://nobody.example/", resolve=lambda _host, _port: []) is Reason.UNKNOWN_HOST


def test_a_name_is_looked_up_once_and_that_very_address_is_used(allowed: Callable[[Server], str], fetch: Fetch) -> None:
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with serving(always(answer(b"ok"))) as server:
        allowed(server)
        reply = fetch(f"http://host.example:{server.port}/a", cap=10, deadline=3, resolve=rebinding)

        assert (reply.body, asked) == (b"ok", ["host.example"])
        assert f"Host: host.example:{server.port}".encode() in server.heads[0]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "data:text/plain,x",
        "javascript:alert(1)",
        "jar:http://example.org/",
        "unix:/run/x",
        "s3://bucket/key",
        "http:",
        "http://",
        "//example.org/",
        "/path",
        "",
        "http://user:pass@example.org/",
        "http://user@example.org/",
        "http://@example.org/",
        "http://example.org\\@127.0.0.1/",
        "http://example.org\t/",
        "http://exa\nmple.org/",
        "http://example.org/\r\nX-Header: 1",
        "http://example.org/a b",
        " http://example.org/",
        "http://example.org:0/",
        "http://example.org:-1/",
        "http://example.org:65536/",
        "http://example.org:x/",
        "http://exam%70le.org/",
        "http://example.org:80:80/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://-example.org/",
        "http://example..org/",
        "http://" + "a" * 64 + ".org/",
        "http://example.org/" + "a" * 65536,
    ],
)
def test_an_address_that_two_readers_could_read_differently_is_refused(url: str, reason: Callable[..., Reason]) -> None:
    assert reason(url) is Reason.URL


@pytest.mark.parametrize("port", [22, 25, 3306, 6379, 8080, 27017])
def test_other_ports_than_the_webs_are_refused(port: int, reason: Callable[..., Reason]) -> None:
    assert reason(f"http://host.example:{port}/", resolve=lambda _host, _port: ["8.8.8.8"]) is Reason.ADDRESS


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:{canary}/", "//127.0.0.1:{canary}/", "http://localhost:{canary}/"]
)
def test_a_redirect_is_checked_like_the_first_address(
    status: str, location: str, canary: Server, allowed: Callable[[Server], str], reason: Callable[..., Reason]
) -> None:
    with serving(always(answer(status=status, location=location.format(canary=canary.port)))) as server:
        assert reason(allowed(server)) is Reason.ADDRESS
    assert canary.connections == 0


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "http://user:pass@127.0.0.1/", "ftp://127.0.0.1/", "http://[::1"]
)
def test_a_redirect_to_what_is_no_web_address_is_refused(
    location: str, allowed: Callable[[Server], str], reason: Callable[..., Reason]
) -> None:
    with serving(always(answer(status="302 Found", location=location))) as server:
        assert reason(allowed(server)) is Reason.URL


def test_five_redirects_are_followed_and_a_sixth_is_not(
    allowed: Callable[[Server], str], reason: Callable[..., Reason], fetch: Fetch
) -> None:
    def countdown(head: bytes, connection: socket.socket) -> None:
        left = int(head.split(b" ")[1].strip(b"/"))
        connection.sendall(answer(status="302 Found", location=f"/{left - 1}") if left else answer(b"there"))

    with serving(countdown) as server:
        url = allowed(server)
        reply = fetch(f"{url}/5", cap=10, deadline=3)
        assert (reply.body, reply.url) == (b"there", f"{url}/0")
        assert reason(f"{url}/6") is Reason.REDIRECTS
        assert server.connections == 12


def test_what_only_looks_like_a_redirect_is_an_answer(
    canary: Server, allowed: Callable[[Server], str], fetch: Fetch
) -> None:
    where = f"http://127.0.0.1:{canary.port}/"
    plain = answer(b"here", location=where, refresh=f"0; url={where}", content_location=where)
    with serving(always(plain)) as server:
        assert fetch(allowed(server), cap=10, deadline=3).body == b"here"
    assert canary.connections == 0


def test_headers_go_no_further_than_the_first_origin(settings: Settings, fetch: Fetch) -> None:
    with serving(always(answer(b"other"))) as other:
        with serving(always(answer(status="302 Found", location=other.url))) as first:
            settings.OUTBOUND_ALLOW = ["127.0.0.1:*"]
            fetch(first.url, cap=10, deadline=3, headers={"Authorization": "Bearer canary"})
        assert b"canary" in first.heads[0]
        assert b"canary" not in other.heads[0]


def test_proxies_of_the_environment_are_not_used(
    canary: Server, allowed: Callable[[Server], str], monkeypatch: pytest.MonkeyPatch, fetch: Fetch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, canary.url)
    with serving(always(answer(b"direct"))) as server:
        assert fetch(allowed(server), cap=10, deadline=3).body == b"direct"
    assert canary.connections == 0


def test_the_cap_counts_decoded_bytes(
    allowed: Callable[[Server], str], reason: Callable[..., Reason], fetch: Fetch
) -> None:
    bomb = zlib.compress(bytes(50_000_000))
    with serving(always(answer(bomb, content_encoding="deflate"))) as server:
        assert reason(allowed(server), cap=100_000) is Reason.TOO_LARGE
    with serving(always(answer(b"x" * 100))) as server:
        assert fetch(allowed(server), cap=100, deadline=3).body == b"x" * 100
        assert reason(server.url, cap=99) is Reason.TOO_LARGE


def _endless(_head: bytes, connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(bytes(65536))


def _chunks(_head: bytes, connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"400\r\n" + bytes(1024) + b"\r\n")


@pytest.mark.parametrize("script", [_endless, _chunks])
def test_a_body_without_end_stops_at_the_cap(
    script: Callable[[bytes, socket.socket], None], allowed: Callable[[Server], str], reason: Callable[..., Reason]
) -> None:
    with serving(script) as server:
        assert reason(allowed(server), cap=100_000) is Reason.TOO_LARGE


def _silent(_head: bytes, connection: socket.socket) -> None:
    connection.recv(1)


def _dripping_head(_head: bytes, connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nx-long: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)  # the slowness of the server is what is under test, here and below


def _dripping_body(_head: bytes, connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def _continuing(_head: bytes, connection: socket.socket) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.01)


@pytest.mark.parametrize("script", [_silent, _dripping_head, _dripping_body, _continuing])
def test_the_deadline_holds_for_the_whole_exchange(
    script: Callable[[bytes, socket.socket], None], allowed: Callable[[Server], str], reason: Callable[..., Reason]
) -> None:
    with serving(script) as server:
        began = time.monotonic()
        assert reason(allowed(server), deadline=0.4) is Reason.TOO_SLOW
        assert time.monotonic() - began < 1.5


def test_the_deadline_holds_for_all_redirects_together(
    allowed: Callable[[Server], str], reason: Callable[..., Reason]
) -> None:
    def slowly_on(_head: bytes, connection: socket.socket) -> None:
        time.sleep(0.2)  # each is in time, and all of them are not
        connection.sendall(answer(status="302 Found", location="/"))

    with serving(slowly_on) as server:
        assert reason(allowed(server), deadline=0.5) is Reason.TOO_SLOW


def test_a_tls_handshake_that_never_ends_ends_at_the_deadline(
    settings: Settings, reason: Callable[..., Reason]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{port}"]
        began = time.monotonic()
        assert reason(f"https://127.0.0.1:{port}/", deadline=0.4) is Reason.TOO_SLOW
        assert time.monotonic() - began < 1.5


def test_a_resolver_that_hangs_ends_at_the_deadline(reason: Callable[..., Reason]) -> None:
    over = threading.Event()

    def hang(_host: str, _port: int) -> Sequence[str]:
        over.wait(10)
        return ["8.8.8.8"]

    began = time.monotonic()
    assert reason("http://slow.example/", deadline=0.3, resolve=hang) is Reason.TOO_SLOW
    assert time.monotonic() - began < 1.5
    over.set()


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort canary",
        b"canary\r\n\r\n",
        b"HTTP/1.1 canary OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"x-canary: 1\r\n" * 1000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nx-canary: " + b"a" * 1_000_000 + b"\r\n\r\n",
        answer(b"canary is no gzip", content_encoding="gzip"),
        b"",
    ],
)
def test_a_broken_answer_is_told_without_a_word_of_it(
    reply: bytes, allowed: Callable[[Server], str], fetch: Fetch
) -> None:
    with serving(always(reply)) as server, pytest.raises(Refused) as caught:
        fetch(allowed(server), cap=1000, deadline=3)
    assert (caught.value.reason, str(caught.value)) == (Reason.BROKEN, "broken_answer")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ is True


def test_tls_with_a_certificate_that_nobody_vouches_for_is_insecure(
    settings: Settings, tmp_path: Path, reason: Callable[..., Reason]
) -> None:
    context = self_signed(tmp_path, "host.example")
    with serving(always(answer(b"secret")), tls=context) as server:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.port}"]
        where = f"https://host.example:{server.port}/"
        assert reason(where, resolve=lambda _host, _port: ["127.0.0.1"]) is Reason.INSECURE
        assert b"".join(server.heads) == b""


def test_tls_names_and_checks_the_host_that_was_asked_for(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fetch: Fetch
) -> None:
    context = self_signed(tmp_path, "host.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    connections.trust.cache_clear()
    with serving(always(answer(b"private")), tls=context) as server:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.port}"]

        def ask(host: str) -> bytes:
            url = f"https://{host}:{server.port}/"
            return fetch(url, cap=100, deadline=3, resolve=lambda _host, _port: ["127.0.0.1"]).body

        assert ask("host.example") == b"private"
        with pytest.raises(Refused) as caught:
            ask("other.example")
    connections.trust.cache_clear()
    assert caught.value.reason is Reason.INSECURE


def test_a_redirect_out_of_tls_is_refused() -> None:
    secure = targets.read("https://host.example/a")
    assert targets.follow(secure, "/b").url == "https://host.example/b"
    with pytest.raises(Refused) as caught:
        targets.follow(secure, "http://host.example/b")
    assert caught.value.reason is Reason.INSECURE


def test_a_closed_port_is_unreachable(settings: Settings, reason: Callable[..., Reason]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings.OUTBOUND_ALLOW = [f"127.0.0.1:{port}"]
    assert reason(f"http://127.0.0.1:{port}/") is Reason.UNREACHABLE


def test_an_answer_comes_with_its_status_headers_and_address(allowed: Callable[[Server], str], fetch: Fetch) -> None:
    with serving(always(answer(b'{"a":1}', "404 Not Found", content_type="application/json", x_name="v"))) as server:
        url = allowed(server)
        reply = fetch(f"{url}/päth?q=ü#part", cap=100, deadline=3)
    assert reply == Reply(
        status=404,
        headers={"content-length": "7", "connection": "close", "content-type": "application/json", "x-name": "v"},
        body=b'{"a":1}',
        url=f"{url}/p%C3%A4th?q=%C3%BC",
    )
    assert server.heads[0].startswith(b"GET /p%C3%A4th?q=%C3%BC HTTP/1.1\r\n")


def test_a_path_is_asked_for_as_it_is_written(allowed: Callable[[Server], str], fetch: Fetch) -> None:
    with serving(always(answer(b"ok"))) as server:
        fetch(f"{allowed(server)}/a/../b/./c//d%2F?e=[1]'%zz", cap=100, deadline=3)
    assert server.heads[0].startswith(b"GET /a/../b/./c//d%2F?e=[1]'%zz HTTP/1.1\r\n")
