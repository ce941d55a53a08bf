import socket

import pytest
from pytest_django import Settings

from imagehub.lib.outbound import posting
from imagehub.lib.outbound.refusals import Reason, Refused
from tests.loopback import always, answer, serving

PUBLIC = ["93.184.215.14"]


@pytest.fixture
def _open_loopback(settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.1:*"]


@pytest.mark.usefixtures("_open_loopback")
def test_a_body_is_posted_once_and_only_the_head_of_the_answer_is_taken() -> None:
    with serving(always(answer(b"x" * 1000, "202 Accepted", retry_after="7"))) as server:
        receipt = posting.post(f"{server.url}/hook?a=b", b"body", headers={"x-mark": "1"}, deadline=5)
    assert (receipt.status, receipt.headers["retry-after"]) == (202, "7")
    (head,) = server.heads
    assert head.startswith(b"POST /hook?a=b HTTP/1.1\r\n")
    assert b"x-mark: 1" in head
    assert b"Content-Length: 4" in head


@pytest.mark.usefixtures("_open_loopback")
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Same", "308 Same"])
def test_a_redirect_is_an_answer_like_any_other(status: str) -> None:
    with (
        serving(always(answer(b""))) as elsewhere,
        serving(always(answer(b"", status, location=elsewhere.url))) as server,
    ):
        assert posting.post(server.url, b"", headers={}, deadline=5).status == int(status[:3])
    assert elsewhere.heads == []


@pytest.mark.usefixtures("_open_loopback")
def test_one_that_says_nothing_is_left_in_time() -> None:
    def wait(_head: bytes, connection: socket.socket) -> None:
        connection.recv(1)

    with serving(wait) as server, pytest.raises(Refused) as refused:
        posting.post(server.url, b"", headers={}, deadline=0.2)
    assert refused.value.reason is Reason.TOO_SLOW


REFUSED = [
    ("http://shop.example/", PUBLIC, Reason.INSECURE),
    ("https://shop.example/", ["10.0.0.1"], Reason.ADDRESS),
    ("https://shop.example/", [*PUBLIC, "127.0.0.1"], Reason.ADDRESS),
    ("https://shop.example/", [], Reason.UNKNOWN_HOST),
    ("https://shop.example:8443/", PUBLIC, Reason.ADDRESS),
    ("ftp://shop.example/", PUBLIC, Reason.URL),
    ("https://name:word@shop.example/", PUBLIC, Reason.URL),
]


@pytest.mark.parametrize(("url", "addresses", "reason"), REFUSED)
def test_an_address_is_refused_before_anything_is_sent(url: str, addresses: list[str], reason: Reason) -> None:
    for refuse in (
        lambda: posting.vet(url, deadline=5, resolve=lambda _host, _port: addresses),
        lambda: posting.post(url, b"", headers={}, deadline=5, resolve=lambda _host, _port: addresses),
    ):
        with pytest.raises(Refused) as refused:
            refuse()
        assert refused.value.reason is reason


@pytest.mark.parametrize("later", [["127.0.0.1"], ["10.0.0.1"], ["::1"], ["169.254.169.254"]])
def test_a_name_that_leads_elsewhere_by_the_time_of_the_call_is_refused(later: list[str]) -> None:
    """The address that is connected to is judged, whatever was answered before."""
    answers = [PUBLIC, later]
    with pytest.raises(Refused) as refused:
        posting.post("https://shop.example/", b"", headers={}, deadline=5, resolve=lambda _host, _port: answers.pop(0))
    assert (refused.value.reason, answers) == (Reason.ADDRESS, [])


def test_a_public_address_under_tls_is_fine() -> None:
    posting.vet("https://shop.example/", deadline=5, resolve=lambda _host, _port: PUBLIC)
