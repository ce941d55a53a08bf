import pytest

from imagehub.images.pipeline.formats import Format


@pytest.mark.parametrize(
    ("form", "word", "content_type", "extension"),
    [
        (Format.JPEG, "jpeg", "image/jpeg", "jpg"),
        (Format.PNG, "png", "image/png", "png"),
        (Format.WEBP, "webp", "image/webp", "webp"),
        (Format.GIF, "gif", "image/gif", "gif"),
        (Format.AVIF, "avif", "image/avif", "avif"),
    ],
)
def test_a_format_knows_its_names(form: Format, word: str, content_type: str, extension: str) -> None:
    assert (str(form), form.content_type, form.extension) == (word, content_type, extension)
