"""The head of an answer: only the final one counts, and none has more lines than anybody needs."""

import pytest

from imagehub.lib.outbound.heads import MOST_BYTES, MOST_LINES, Head

OK = ["HTTP/1.1 200 OK"]


def read(*lines: str) -> Head:
    head = Head()
    assert [head.take(f"{line}\r\n".encode("latin-1")) for line in lines] == [True] * len(lines)
    return head


@pytest.mark.parametrize(
    ("lines", "status", "headers", "is_whole"),
    [
        ([*OK, "ETag: a", ""], 200, {"etag": "a"}, True),
        ([*OK, "ETag: a"], 200, {"etag": "a"}, False),
        (["HTTP/1.1 204", ""], 204, {}, True),
        (["HTTP/1.1 100 Continue", "X: 1", "", *OK, "Y: 2", ""], 200, {"y": "2"}, True),
        (["HTTP/1.1 103 Hints", "Link: x", ""], 0, {}, False),
        ([*OK, "A: 1", "", "A: trailer", "Location: /x"], 200, {"a": "1"}, True),
        ([*OK, "", "HTTP/1.1 302 Found", "Location: /x", ""], 200, {}, True),
        ([*OK, "HTTP/1.1 302 Found: x", ""], 200, {"http/1.1 302 found": "x"}, True),
        ([*OK, "A: 1", "a: 2", ""], 200, {"a": "1, 2"}, True),
        ([*OK, "A:  b\x01c\t ", ""], 200, {"a": "bc"}, True),
        ([*OK, "no colon", ""], 200, {"no colon": ""}, True),
    ],
)
def test_a_head_is_what_comes_before_the_body(
    lines: list[str], status: int, headers: dict[str, str], is_whole: bool
) -> None:
    head = read(*lines)
    assert (head.status, head.headers, head.is_whole) == (status, headers, is_whole)


@pytest.mark.parametrize("line", ["HTTP/1.1 abc", "HTTP/1.1", "", "HTTP/1.1 -20 x", "HTTP/1.1 ٢٠٠ x"])
def test_a_status_that_cannot_be_read_is_not_taken(line: str) -> None:
    assert Head().take(line.encode()) is False


def test_there_is_an_end_to_lines_and_bytes() -> None:
    many = read(*OK, *["a: b"] * (MOST_LINES - 1))
    assert many.take(b"\r\n") is False
    assert read(*OK, "a: " + "b" * (MOST_BYTES - 50)).take(b"a: " + b"b" * 50) is False


@pytest.mark.parametrize(
    ("lines", "location"),
    [
        (["HTTP/1.1 302 Found", "Location: /x", ""], "/x"),
        (["HTTP/1.1 302 Found", ""], None),
        (["HTTP/1.1 304 Same", "Location: /x", ""], None),
        ([*OK, "Location: /x", ""], None),
    ],
)
def test_only_a_redirect_leads_elsewhere(lines: list[str], location: str | None) -> None:
    assert read(*lines).location == location


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (["Content-Length: 11"], True),
        (["Content-Length: 10"], False),
        ([], False),
        (["Content-Length: " + "9" * 5000], True),
        (["Content-Length: ²²"], False),  # a digit to some readers, and a number to none
        (["Content-Length: -11"], False),
        (["Content-Length: 11", "Content-Encoding: gzip"], False),
    ],
)
def test_what_is_announced_as_too_much_is_known_beforehand(headers: list[str], expected: bool) -> None:
    assert read(*OK, *headers, "").announces_more_than(10) is expected
