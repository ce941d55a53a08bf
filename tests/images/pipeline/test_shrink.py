import pytest
from PIL import Image

from imagehub.images.pipeline.shrink import shrunk
from tests.corpus import build, odd

PICTURES = [name for name, draw in odd.TABLE.items() if draw().startswith(build.PNG_SIGNATURE)]


def shown(data: bytes) -> bytes:
    return build.decoded(data).convert("RGBA").tobytes()


@pytest.mark.parametrize("name", PICTURES)
def test_an_odd_picture_shows_what_it_showed(name: str) -> None:
    data = odd.TABLE[name]()
    small = shrunk(data)
    assert len(small) < len(data)
    assert small == b"" or shown(small) == shown(data)


@pytest.mark.parametrize("options", [{"transparency": (9, 9, 9)}, {"icc_profile": build.srgb_profile()}, {}])
def test_what_belongs_to_the_picture_stays(options: dict[str, object]) -> None:
    data = build.encoded(Image.new("RGB", (60, 60), (9, 9, 9)), "PNG", compress_level=0, **options)
    small = shrunk(data)
    assert 0 < len(small) < len(data)
    assert shown(small) == shown(data)
    assert build.decoded(small).info.get("icc_profile") == options.get("icc_profile")
