import pytest

from imagehub.images.pipeline import png
from tests.corpus import build


@pytest.mark.parametrize("size", [(1, 1), (63, 5), (254, 257), (255, 256), (1000, 400)])
def test_what_is_decoded_shows_what_is_kept(size: tuple[int, int]) -> None:
    """Rows are 65,535 bytes at (254, 257): a whole block of deflate, and the next size begins another."""
    drawn = build.encoded(build.picture("L", size), "PNG")
    data, ready = png.stripped(drawn, b"")
    assert len(ready) > size[0] * size[1]
    assert build.decoded(ready).tobytes() == build.decoded(data).tobytes() == build.decoded(drawn).tobytes()
    assert png.stripped(ready, b"") == (ready, ready)


def test_rows_that_are_many_are_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = build.encoded(build.picture("L", (20, 20)), "PNG")
    monkeypatch.setattr(png, "_HELD", 20 * 21 - 1)
    data, ready = png.stripped(drawn, b"")
    assert ready is data
