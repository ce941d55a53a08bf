import re

import pytest
from django.template import Context, Template

from imagehub.images.models import Image


def shown(arguments: str, *, is_public: bool = False, words: str = "") -> str:
    facts = {"width": 700, "height": 350, "colour": "#aabbcc", "is_public": is_public}
    image = Image(public_id="abc", content_type="image/png", **facts)
    template = Template(f"{{% load images %}}{{% picture image {arguments} %}}")
    return template.render(Context({"image": image, "words": words}))


def attribute(html: str, name: str) -> str:
    found = re.search(rf' {name}="([^"]*)"', html[html.index("<img") :])
    assert found
    return found[1]


def test_a_public_picture_comes_in_lasting_addresses_of_every_width_it_is_worth() -> None:
    html = shown('sizes="50vw" alt="A harbour"', is_public=True)
    assert attribute(html, "srcset") == "/i/abc/w320.auto 320w, /i/abc/w640.auto 640w, /i/abc/w960.auto 700w"
    assert attribute(html, "src") == "/i/abc/w640.auto"
    assert (attribute(html, "sizes"), attribute(html, "alt")) == ("50vw", "A harbour")


@pytest.mark.parametrize(
    ("box", "sizes"),
    [
        ("2.0", "(max-width: 30rem) 100vw, 22rem"),
        ("4.0", "(max-width: 30rem) 100vw, 22rem"),
        ("0.5", "(max-width: 30rem) calc(4.00 * 100vw), calc(4.00 * 22rem)"),
    ],
)
def test_a_picture_that_is_cut_to_a_box_is_as_fine_as_the_part_that_shows(box: str, sizes: str) -> None:
    assert attribute(shown(f'sizes="(max-width: 30rem) 100vw, 22rem" box={box}'), "sizes") == sizes


def test_a_private_picture_comes_in_signed_addresses() -> None:
    addresses = attribute(shown(""), "srcset").split(", ")
    assert len(addresses) == 3
    assert all(re.fullmatch(r"/i/abc/w\d+\.auto\?exp=\d+&amp;sig=[\w-]{43} \d+w", address) for address in addresses)


def test_a_picture_has_its_room_and_its_colour_before_it_is_there() -> None:
    html = shown("")
    assert (attribute(html, "width"), attribute(html, "height")) == ("700", "350")
    assert 'fill="#aabbcc"' in html
    assert "style=" not in html


@pytest.mark.parametrize(("arguments", "is_first"), [("", False), ('loading="eager"', True)])
def test_only_the_picture_that_a_page_is_about_comes_first(arguments: str, is_first: bool) -> None:
    html = shown(arguments)
    assert attribute(html, "loading") == ("eager" if is_first else "lazy")
    assert ("fetchpriority" in html) is is_first


def test_words_stay_words() -> None:
    html = shown("alt=words", words='"><script>')
    assert attribute(html, "alt") == "&quot;&gt;&lt;script&gt;"
