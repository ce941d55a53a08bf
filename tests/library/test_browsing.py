"""Libraries are narrowed, counted and compared exactly, whatever is asked for."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from imagehub.images.models import Image, Source
from imagehub.images.pipeline.marks import Origin
from imagehub.library import browsing, services
from imagehub.library.browsing import Question, Side
from imagehub.library.models import Entry
from imagehub.library.terms import Shape, shape_of
from imagehub.library.tints import tint_of
from tests.generated.conftest import png
from tests.library.rows import image_of

Api = Callable[..., APIClient]
LIBRARY = "/api/v1/library"
KINDS: dict[str, Callable[[Image], str]] = {
    "source": lambda image: image.source,
    "format": lambda image: image.content_type.removeprefix("image/"),
    "shape": lambda image: shape_of(image.width, image.height),
    "tint": lambda image: tint_of(image.colour),
    "origin": lambda image: image.origin,
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(ada: User) -> list[Image]:
    dice = random.Random(5)  # noqa: S311  # facts, not secrets
    return [
        image_of(
            ada,
            source=dice.choice([Source.LIBRARY, Source.EDIT, Source.HARVESTED]),
            content_type=dice.choice(["image/jpeg", "image/png", "image/webp"]),
            width=dice.choice([300, 480, 1600]),
            height=dice.choice([300, 480]),
            colour=dice.choice(["#ff0000", "#008000", "#0000ff", "#808080"]),
            origin=dice.choice([Origin.AI, Origin.UNKNOWN]),
        )
        for _ in range(60)
    ]


def ids(api: Api, user: User, **asked: Any) -> list[str]:
    return [item["id"] for item in api(user).get(LIBRARY, asked).json()["items"]]


def test_each_filter_and_any_two_give_what_a_plain_look_gives(api: Api, ada: User, many: list[Image]) -> None:
    for one, of_one in KINDS.items():
        for other, of_other in KINDS.items():
            asked = {other: of_other(many[0]), one: of_one(many[1])}
            wanted = [
                image.public_id
                for image in many[::-1]
                if of_one(image) == asked[one] and of_other(image) == asked[other]
            ]
            assert ids(api, ada, limit=200, **asked) == wanted


def test_pages_lie_end_to_end_while_others_come_on_top(api: Api, ada: User, many: list[Image]) -> None:
    client, seen, cursor = api(ada), [], ""
    while True:
        page = client.get(LIBRARY, {"limit": "7", "cursor": cursor}).json()
        seen += [item["id"] for item in page["items"]]
        assert page["total"] == 60 + (len(seen) - 1) // 7
        if page["next"] is None:
            break
        cursor = page["next"]
        image_of(ada)
    assert seen == [image.public_id for image in many[::-1]]


@pytest.mark.parametrize(
    "asked",
    [
        {"source": "elsewhere"},
        {"shape": "round"},
        {"cursor": "x"},
        {"cursor": "1" * 10},
        {"limit": "0"},
        {"limit": "201"},
        {"since": "yesterday"},
        {"q": "!!!"},
    ],
)
def test_what_can_not_be_asked_is_refused(api: Api, ada: User, asked: dict[str, str]) -> None:
    answer = api(ada).get(LIBRARY, asked)
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")


def test_facets_count_what_each_choice_would_leave(ada: User, many: list[Image]) -> None:
    shelf = browsing.facets(ada, Question())
    assert shelf.sources == {}
    browsing.find(ada, Question())
    shelf = browsing.facets(ada, Question(shape=Shape.LANDSCAPE, tint="red"))

    def counted(kind: str, *, without: str = "") -> Counter[str]:
        chosen = {"shape": Shape.LANDSCAPE, "tint": "red"}
        rest = {name: value for name, value in chosen.items() if name != without}
        fits = [image for image in many if all(KINDS[name](image) == value for name, value in rest.items())]
        return Counter(KINDS[kind](image) for image in fits)

    assert shelf.sources == counted("source")
    assert shelf.formats == counted("format")
    assert shelf.origins == counted("origin")
    assert shelf.shapes == counted("shape", without="shape")
    assert shelf.tints == counted("tint", without="tint")
    assert list(shelf.months.values()) == [sum(counted("source").values())]


def test_the_bin_has_facets_of_its_own(ada: User, many: list[Image]) -> None:
    binned = [image for image in many if image.source == Source.EDIT][:5]
    services.bin([image.public_id for image in binned], by=ada)
    browsing.find(ada, Question())
    assert browsing.facets(ada, Question(side=Side.BIN)).sources == {"edit": 5}
    assert sum(browsing.facets(ada, Question()).sources.values()) == 55


@pytest.mark.parametrize(
    ("width", "height", "shape"),
    [
        (200, 100, Shape.PANORAMA),
        (199, 100, Shape.LANDSCAPE),
        (103, 100, Shape.LANDSCAPE),
        (102, 100, Shape.SQUARE),
        (100, 102, Shape.SQUARE),
        (100, 103, Shape.PORTRAIT),
        (100, 300, Shape.PORTRAIT),
    ],
)
def test_shapes_end_where_they_should(width: int, height: int, shape: Shape) -> None:
    assert shape_of(width, height) is shape


def test_similar_ones_are_one_s_own_and_the_nearest_come_first(ada: User, bea: User) -> None:
    likeness = 0x0123_4567_89AB_CDEF
    here = image_of(ada, likeness=likeness)
    far, near = image_of(ada, likeness=likeness ^ 0b1111), image_of(ada, likeness=likeness ^ 0b1)
    image_of(bea, likeness=likeness)
    image_of(ada, likeness=~likeness)
    image_of(ada)
    binned = image_of(ada, likeness=likeness)
    services.bin([binned.public_id], by=ada)
    browsing.find(ada, Question())

    entry = Entry.objects.get(image=here)
    assert [one.image for one in browsing.similar(entry, 10)] == [near, far]
    assert [one.image for one in browsing.similar(entry, 1)] == [near]
    assert browsing.similar(Entry.objects.get(owner=ada, likeness=None), 10) == []


def test_words_are_those_of_the_title(api: Api, ada: User) -> None:
    harbour = services.keep(png(), "Élodie's harbour at dawn.png", by=ada).picture.public_id
    services.keep(png(), "Lighthouse.png", by=ada)
    for asked in ("harbour", "DAWN elodie", "élodie"):
        assert ids(api, ada, q=asked) == [harbour]
    assert ids(api, ada, q="harbour lighthouse") == []
