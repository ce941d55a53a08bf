import pytest

from imagehub.lib.accept import accepts


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("image/webp", True),
        ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", True),
        ("IMAGE/WEBP;q=0.5", True),
        (" image/webp ; q=1.0", True),
        ("image/webp;q=0", False),
        ("image/webp; q=0.000", False),
        ("image/*", False),
        ("*/*", False),
        ("image/webpx", False),
        ("", False),
        (",,;;,=", False),
    ],
)
def test_only_a_type_that_is_named_counts(header: str, expected: bool) -> None:  # a column of the table
    assert accepts(header, "image/webp") is expected
