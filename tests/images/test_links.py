from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import override_settings

from imagehub.images import links
from imagehub.lib import signing

ORIGIN = "https://img.example.org"


def row(content_type: str = "image/jpeg", *, is_public: bool = True) -> Any:
    return SimpleNamespace(public_id="abc", content_type=content_type, is_public=is_public)


@pytest.mark.parametrize(
    ("content_type", "name", "path"),
    [
        ("image/jpeg", "original", "/i/abc/original.jpg"),
        ("image/png", "original", "/i/abc/original.png"),
        ("image/png", "w320", "/i/abc/w320.auto"),
        ("image/png", "social", "/i/abc/social.jpg"),
    ],
)
def test_an_image_has_its_address_signed_and_plain(content_type: str, name: str, path: str) -> None:
    image = row(content_type)
    with override_settings(PUBLIC_URL=ORIGIN):
        assert links.public_url(image, name) == f"{ORIGIN}{path}"
        parts = urlsplit(links.image_url(image, name))
    assert (f"{parts.scheme}://{parts.netloc}", parts.path) == (ORIGIN, path)
    assert signing.verify(parts.path, parts.query) == signing.next_expiry()


def test_a_browser_is_given_the_lasting_address_of_a_public_image_alone() -> None:
    assert links.shown_url(row(is_public=True)) == "/i/abc/original.jpg"
    assert links.shown_url(row(is_public=False)).startswith("/i/abc/original.jpg?exp=")
