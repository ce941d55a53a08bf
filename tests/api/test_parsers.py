"""JSON is read strictly and within bounds."""

import time
from contextlib import suppress

import pytest
from rest_framework.exceptions import ParseError

from imagehub.api.parsers import strict

REFUSED = {
    "not a number": b'{"a": NaN}',
    "infinite": b'{"a": Infinity}',
    "too large to be finite": b'{"a": 1e999}',
    "a name twice": b'{"a": 1, "a": 2}',
    "a name twice, deep inside": b'{"a": [{"b": {"c": 1, "c": 1}}]}',
    "a name twice, written differently": b'{"a": 1, "\\u0061": 2}',
    "half a character": b'{"a": "\\ud800"}',
    "not UTF-8": b'{"a": "\xff"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "65 levels": b"[" * 66 + b"]" * 66,
    "10 000 levels": b"[" * 10_000 + b"]" * 10_000,
    "unfinished": b'{"a": ',
    "nothing": b"",
    "two values": b"{} {}",
    "a number of 5000 digits": b"1" * 5000,
    "control characters": b'"\x00"',
    "single quotes": b"{'a': 1}",
    "a comment": b"{} // no",
    "a trailing comma": b"[1,]",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_what_two_parsers_could_read_differently_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError):
        strict(body)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {}),
        (b'{"a": [1, 2.5, "\\u00e9", null, true]}', {"a": [1, 2.5, "é", None, True]}),
        (b'"text"', "text"),
    ],
)
def test_plain_json_is_read(body: bytes, value: object) -> None:
    assert strict(body) == value


def test_sixty_four_levels_are_read() -> None:
    value = strict(b"[" * 64 + b"]" * 64)
    for _ in range(63):
        (value,) = value
    assert value == []


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b",".join([b"{}"] * 340_000) + b"]",
        b"[" + b",".join([b"{}"] * 50_000) + b"]",
        b"{" + b",".join(b'"%d":1' % n for n in range(80_000)) + b"}",
        b'{"a":' * 5000,
        b"[" * 1_000_000,
        b'"' + b"\\u0041" * 170_000 + b'"',
    ],
)
def test_hostile_json_is_judged_within_a_second(body: bytes) -> None:
    started = time.thread_time()
    with suppress(ParseError):
        strict(body)
    assert time.thread_time() - started < 1
