"""What is read out of documents, whatever they hold."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bson import Binary, DBRef, ObjectId

from harvester.drafts import FIELDS
from harvester.sources import documents
from harvester.sources.entries import Entry
from imagehub.lib.errors import Invalid

A, B, C = "https://a.example/1.jpg", "https://b.example/2.jpg", "https://c.example/3.jpg"


def entry(document: dict[str, Any], fields: tuple[str, ...] = FIELDS) -> Entry:
    return documents.entry(document, fields, document_id="1")


@pytest.mark.parametrize(
    ("document", "urls"),
    [
        ({"images": A}, (A,)),
        ({"images": [A, B, A]}, (A, B)),
        ({"images": [{"image_url": A}, {"url": B}, {"src": C}]}, (A, B, C)),
        ({"images": [{"src": C, "url": B, "image_url": A}]}, (A,)),
        ({"images": [{"image_url": None, "url": B}]}, (B,)),
        ({"images": {"url": A}}, (A,)),
        ({"images": [[A], [[B]]]}, (A, B)),
        ({"images": f"  {A}\n"}, (A,)),
        ({"fotos": A, "images": B, "gallery": [C, B]}, (B, C, A)),
        ({"other": A}, ()),
        ({"images": None, "photos": "", "gallery": []}, ()),
        ({}, ()),
    ],
)
def test_addresses_come_in_order_and_once(document: dict[str, Any], urls: tuple[str, ...]) -> None:
    assert entry(document) == Entry("1", "", urls)


def test_every_usual_field_is_looked_at() -> None:
    assert entry({field: f"https://x.example/{field}" for field in FIELDS}).urls == tuple(
        f"https://x.example/{field}" for field in FIELDS
    )


@pytest.mark.parametrize(
    ("fields", "document", "urls"),
    [
        (("cover",), {"cover": A, "images": B}, (A,)),
        (("media.photos",), {"media": {"photos": [A, B]}}, (A, B)),
        (("rooms.photo",), {"rooms": [{"photo": A}, {"photo": [B]}, {}, 7]}, (A, B)),
        (("media.photos",), {"media": "no object"}, ()),
        (("a.b.c",), {"a": {"b": {"c": A}}}, (A,)),
    ],
)
def test_a_job_may_name_its_fields(fields: tuple[str, ...], document: dict[str, Any], urls: tuple[str, ...]) -> None:
    assert entry(document, fields).urls == urls


@pytest.mark.parametrize(
    "fields", [(), ("",), ("$where",), ("a..b",), ("a.$b",), ("nul\0",), (".a",), ("x" * 101,), ("a",) * 51]
)
def test_fields_that_no_document_has_are_refused(fields: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as refusal:
        documents.judge_fields(fields)
    assert refusal.value.details is not None
    assert list(refusal.value.details) == ["fields"]


def test_what_is_no_address_is_counted_and_the_rest_taken() -> None:
    odd: list[Any] = [
        7,
        None,
        True,
        1.5,
        b"x",
        Binary(b"x"),
        ObjectId(),
        {},
        {"url": 5},
        {"url": {"url": A}},
        " ",
        "\ud800",
    ]
    odd += [datetime.now(UTC), DBRef("x", 1), "https://x.example/" + "x" * 8192]
    assert entry({"images": [A, *odd, B]}) == Entry("1", "", (A, B), odd=len(odd))


def test_a_document_gives_ten_thousand_addresses_and_says_how_many_more_it_has() -> None:
    found = entry({"images": [f"https://x.example/{number}" for number in range(10_007)]})
    assert (len(found.urls), found.urls[-1], found.left_out) == (10_000, "https://x.example/9999", 7)


def test_addresses_of_a_document_are_bounded_in_length_altogether() -> None:
    found = entry({"images": [f"https://x.example/{number}/{'x' * 8000}" for number in range(500)]})
    assert len(found.urls) == 261
    assert found.left_out == 500 - 261


def test_a_list_in_lists_ends_at_a_depth() -> None:
    deep: list[Any] = [A]
    for _ in range(100):
        deep = [deep]
    assert entry({"images": [deep, B]}) == Entry("1", "", (B,), odd=1)


def test_a_list_that_holds_itself_ends() -> None:
    ring: list[Any] = [A]
    ring += [ring, ring, ring]
    found = entry({"images": ring})
    assert found.urls == (A,)
    assert 0 < found.odd <= 20_000


@pytest.mark.parametrize(
    ("document", "label"),
    [
        ({"name": "Sol", "title": "Luna"}, "Sol"),
        ({"full_name": "x", "nombre_alojamiento": "Casa"}, "Casa"),
        ({"name": None, "title": "Luna"}, "Luna"),
        ({"name": "  ", "titulo": " Dos \n palabras "}, "Dos palabras"),
        ({"name": 42}, "42"),
        ({"name": ["a"], "title": {"x": 1}, "nombre": True}, ""),
        ({"name": "x" * 500}, "x" * 200),
        ({"name": "a\0b\ud800"}, "ab?"),
        ({"address": "x"}, ""),
    ],
)
def test_a_document_is_called_by_its_first_search_field_that_says_something(
    document: dict[str, Any], label: str
) -> None:
    assert entry(document).label == label


def test_search_fields_come_in_the_order_of_the_contract() -> None:
    names = "nombre_alojamiento name title nombre titulo hotel_name property_name business_name display_name full_name"
    assert list(documents.SEARCH_FIELDS) == names.split()
