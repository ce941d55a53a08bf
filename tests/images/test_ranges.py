import pytest

from imagehub.images.ranges import Part, requested

SIZE = 1000
WHOLE = [
    None,
    "",
    "bytes=",
    "bytes=-",
    "bytes=a-b",
    "bytes=5-2",
    "bytes=0-0,5-6",
    "bytes=" + ",".join(f"{n}-{n}" for n in range(1000)),
    "bytes=" + "0-," * 10_000,
    "bytes=0-" * 10_000,
    "items=0-5",
    "bytes 0-5",
    "bytes=0x1-5",
    "bytes=1.5-3",
    "bytes=--5",
    "bytes=+1-5",
    "bytes=\u0663-\u0665",
    "bytes=" + "9" * 5000 + "-",
]


@pytest.mark.parametrize("header", WHOLE)
def test_what_is_no_single_range_gets_the_whole(header: str | None) -> None:
    assert requested(header, SIZE) is None


@pytest.mark.parametrize(
    ("header", "start", "length"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, 1000),
        ("bytes=0-99999999", 0, 1000),
        ("bytes=10-19", 10, 10),
        ("bytes= 10-19 ", 10, 10),
        ("Bytes=999-", 999, 1),
        ("bytes=-1", 999, 1),
        ("bytes=-1000", 0, 1000),
        ("bytes=-9999", 0, 1000),
    ],
)
def test_a_single_range_is_a_part(header: str, start: int, length: int) -> None:
    assert requested(header, SIZE) == Part(start, length)


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-2000", "bytes=9999999999999999999-", "bytes=-0"])
def test_a_range_beyond_the_end_is_empty(header: str) -> None:
    part = requested(header, SIZE)
    assert part is not None
    assert part.length == 0
    assert part.content_range(SIZE) == "bytes */1000"


def test_an_empty_object_has_no_part() -> None:
    part = requested("bytes=-5", 0)
    assert part is not None
    assert part.content_range(0) == "bytes */0"


def test_a_part_says_where_it_belongs() -> None:
    assert Part(10, 10).content_range(SIZE) == "bytes 10-19/1000"
