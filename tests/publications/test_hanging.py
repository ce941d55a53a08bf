"""Where photos hang on a public page."""

import pytest

from imagehub.images.models import Image
from publications import hanging
from publications.models import Photo

LANDSCAPE, PORTRAIT, SQUARE = 1.5, 0.75, 1.0


@pytest.mark.parametrize(
    ("ratios", "lengths"),
    [
        ([], []),
        ([LANDSCAPE], [1]),
        ([LANDSCAPE] * 2, [2]),
        ([LANDSCAPE] * 3, [3]),
        ([LANDSCAPE] * 4, [2, 2]),
        ([LANDSCAPE] * 7, [2, 2, 3]),
        ([PORTRAIT] * 3, [3]),
        ([PORTRAIT] * 7, [3, 4]),
        ([SQUARE] * 6, [3, 3]),
        ([3.0, LANDSCAPE, LANDSCAPE], [1, 2]),
    ],
)
def test_rows_are_as_even_as_can_be(ratios: list[float], lengths: list[int]) -> None:
    assert hanging.lengths(ratios) == lengths


def photos(*sizes: tuple[int, int]) -> list[Photo]:
    return [Photo(image=Image(width=width, height=height, content_type="image/jpeg")) for width, height in sizes]


def test_the_first_photo_hangs_alone_and_the_others_keep_their_order() -> None:
    hung = photos(*[(300, 200)] * 8)

    cover, rows = hanging.hang(hung)

    frames = [frame for row in rows for frame in row.frames]
    assert cover
    assert [cover.photo, *(frame.photo for frame in frames)] == hung
    assert [cover.number, *(frame.number for frame in frames)] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_without_photos_nothing_hangs() -> None:
    assert hanging.hang([]) == (None, [])


def test_frames_share_their_row_by_shape() -> None:
    _, (row,) = hanging.hang(photos((1, 1), (300, 200), (150, 200), (150, 200)))

    assert [(frame.share, frame.width) for frame in row.frames] == [(0.5, 6000), (0.25, 3000), (0.25, 3000)]
    assert row.rest == 0


def test_a_lonely_tall_photo_leaves_its_row_short() -> None:
    _, (row,) = hanging.hang(photos((1, 1), (200, 200)))

    assert [frame.width for frame in row.frames] == [4000]
    assert row.rest == 1200


@pytest.mark.parametrize(("size", "width"), [((20_000, 20), 12_000), ((20, 20_000), 2400), ((1, 1), 4000)])
def test_no_shape_is_so_odd_that_it_breaks_its_row(size: tuple[int, int], width: int) -> None:
    _, (row,) = hanging.hang(photos((1, 1), size))

    assert [frame.width for frame in row.frames] == [width]


@pytest.mark.parametrize(("size", "is_upright"), [((400, 300), False), ((300, 300), True), ((300, 400), True)])
def test_a_cover_that_would_fill_the_window_stands_upright(*, size: tuple[int, int], is_upright: bool) -> None:
    cover, _ = hanging.hang(photos(size))

    assert cover
    assert cover.is_upright is is_upright


@pytest.mark.parametrize(
    ("size", "sizes"),
    [
        ((300, 200), "(min-width: 64rem) 52rem, 75vw"),
        ((200, 300), "(min-width: 64rem) 27rem, 50vw"),
        ((9000, 300), "(min-width: 64rem) 52rem, 150vw"),
    ],
)
def test_a_photo_is_as_fine_as_its_square_in_a_narrow_window_needs(size: tuple[int, int], sizes: str) -> None:
    cover, (row,) = hanging.hang(photos((300, 200), size))

    assert cover
    assert cover.sizes == "(min-width: 64rem) 52rem, 100vw"
    assert [frame.sizes for frame in row.frames] == [sizes]
