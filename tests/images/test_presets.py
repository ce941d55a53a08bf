import io

import pytest
from PIL import Image

from imagehub.images import presets
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.render import render


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1, 1), {"w320": 1}),
        ((320, 200), {"w320": 320}),
        ((321, 200), {"w320": 320, "w640": 321}),
        ((640, 9000), {"w320": 320, "w640": 640}),
        ((1500, 900), {"w320": 320, "w640": 640, "w960": 960, "w1280": 1280, "w1920": 1500}),
        ((4000, 900), {"w320": 320, "w640": 640, "w960": 960, "w1280": 1280, "w1920": 1920}),
        ((200, 16_384), {"w320": 200}),
    ],
)
def test_an_image_is_offered_in_the_widths_that_it_is_worth(size: tuple[int, int], expected: dict[str, int]) -> None:
    assert presets.widths(*size) == expected


@pytest.mark.parametrize("size", [(1, 1), (333, 16_384), (500, 16_384), (1281, 77), (700, 1400)])
def test_each_width_is_what_the_pipeline_makes(size: tuple[int, int]) -> None:
    file = io.BytesIO()
    Image.new("L", size, 90).save(file, "PNG")
    for name, width in presets.widths(*size).items():
        assert render(file.getvalue(), presets.spec(name, Format.WEBP)).width == width


def test_a_preview_for_others_is_a_jpeg_of_the_size_they_ask_for() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(file, "PNG")
    made = render(file.getvalue(), presets.spec("social", Format.JPEG))
    assert (made.width, made.height, made.format) == (1200, 630, Format.JPEG)
