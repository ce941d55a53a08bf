"""Where documents come from: a real MongoDB, a JSON API on the loopback, and files."""

import io
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from bson import Decimal128, Int64, MaxKey, MinKey, ObjectId, encode
from bson.datetime_ms import DatetimeMS
from bson.raw_bson import RawBSONDocument
from pymongo.database import Database
from pytest_django import Settings

from harvester import sources
from harvester.drafts import FIELDS, Draft
from harvester.models import Job, Kind
from harvester.sources import api, files, identities, listings, mongo
from harvester.sources.entries import Entry
from imagehub.lib.errors import FileTooLarge, ImageHubError, Invalid, SourceUnavailable
from imagehub.lib.shared import Absence
from tests.origins import Answer, Origin, origin

Shop = Database[dict[str, Any]]
URL = "https://x.example/{}.jpg"
OBJECT_ID = "66f0a1b2c3d4e5f601234567"
# One id of each type that a document may have, in the source's order.
ODD_IDS: list[Any] = [
    MinKey(),
    None,
    -5,
    1.5,
    2,
    Decimal128("2.5"),
    Int64(2**53),
    '"quoted"',
    "2",
    "[1]",
    OBJECT_ID,
    "550e8400-e29b-41d4-a716-446655440001",
    "a/../../b",
    "línea\nnueva",
    {"a": 1, "b": "x"},
    b"bytes",
    uuid.UUID("550e8400-e29b-41d4-a716-446655440000"),
    ObjectId(OBJECT_ID),
    False,
    True,
    datetime(2024, 1, 2, 3, 4, 5, 678000, tzinfo=UTC),
    DatetimeMS(10**15),
    MaxKey(),
]


def draft(kind: Kind = Kind.COLLECTION, **said: Any) -> Draft:
    return Draft(kind, "shop", "hotels", **said)


def fill(shop: Shop, number: int = 10) -> None:
    shop.hotels.insert_many(
        {"_id": at, "name": f"Hotel {at}", "stars": at % 5, "images": [URL.format(at)], "story": "x" * 1000}
        for at in range(number)
    )


def ids(entries: Iterator[Entry]) -> list[str]:
    return [entry.document_id for entry in entries]


# -- ids ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("identity", "text"),
    [
        (ObjectId(OBJECT_ID), OBJECT_ID),
        (OBJECT_ID, f'"{OBJECT_ID}"'),
        (42, "42"),
        ("42", '"42"'),
        ("042", "042"),
        (Int64(-7), "-7"),
        ("hotel-sol", "hotel-sol"),
        (uuid.UUID("550e8400-e29b-41d4-a716-446655440000"), "550e8400-e29b-41d4-a716-446655440000"),
        (1.5, '[{"$numberDouble": "1.5"}]'),
        (None, "[null]"),
        ("", '""'),
    ],
)
def test_an_id_has_one_text_and_the_text_means_it(identity: Any, text: str) -> None:
    assert identities.text_of(identity) == text
    assert identities.read(text) == identity
    assert type(identities.read(text)) is type(identity) or isinstance(identity, int)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nul\0",
        "a\nb",
        '"',
        '"plain"',
        "[",
        "[]",
        "[1]",
        "[1, 2]",
        '[{"$numberInt": "1"}]',
        '{"$gt": ""}x\0',
        "x" * 1025,
        "\ud800",
        '["a"]',
        "[[",
        '[{"$oid": 5}]',
        '[{"$date": "never"}]',
        "[" * 1000,
    ],
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        identities.read(text)
    assert refusal.value.details is not None
    assert list(refusal.value.details) == ["document_id"]


# -- MongoDB --------------------------------------------------------------------------------------


def test_a_collection_is_read_in_order_with_what_matters_alone(shop: Shop) -> None:
    fill(shop, 3)
    source = sources.opened(draft())
    assert source.count() == 3
    assert list(source.read()) == [Entry(str(at), f"Hotel {at}", (URL.format(at),), cursor=str(at)) for at in range(3)]


def test_reading_goes_on_behind_a_cursor(shop: Shop) -> None:
    fill(shop, 7)
    read = list(sources.opened(draft()).read())
    assert ids(sources.opened(draft()).read(read[3].cursor)) == ["4", "5", "6"]
    assert ids(sources.opened(draft()).read(read[6].cursor)) == []


def test_only_fields_that_matter_travel(shop: Shop) -> None:
    fill(shop, 1)
    shop.command("profile", 2)
    list(sources.opened(draft(fields=("images", "media.photos"))).read())
    shop.command("profile", 0)
    seen = shop["system.profile"].find_one({"command.find": "hotels"})
    assert seen is not None
    wanted = {"images", "media", "name", "title"}
    assert wanted <= set(seen["command"]["projection"])
    assert "story" not in seen["command"]["projection"]
    assert seen["responseLength"] < 500
    assert seen["command"]["maxTimeMS"] == 60_000


def test_ids_of_every_type_are_read_in_order_and_gone_on_behind(shop: Shop) -> None:
    shop.hotels.insert_many({"_id": identity, "images": URL.format(at)} for at, identity in enumerate(ODD_IDS))
    read = list(sources.opened(draft()).read())
    assert sorted(entry.urls for entry in read) == sorted((URL.format(at),) for at in range(len(ODD_IDS)))
    for place, entry in enumerate(read):
        assert ids(sources.opened(draft()).read(entry.cursor)) == [later.document_id for later in read[place + 1 :]]
        one = list(sources.opened(draft(Kind.DOCUMENT, document_id=entry.document_id)).read())
        assert [found.urls for found in one] == [entry.urls]


def test_a_batch_is_what_its_filter_chooses(shop: Shop) -> None:
    fill(shop, 10)
    chosen = draft(Kind.BATCH, filter_query={"stars": {"$in": [1, 2]}}, skip=1)
    source = sources.opened(chosen)
    assert source.count() == 3
    assert ids(source.read()) == ["2", "6", "7"]
    assert ids(source.read("2")) == ["6", "7"]
    assert sources.opened(draft(Kind.BATCH, filter_query={"stars": 1}, limit=1)).count() == 1


def test_a_filter_may_name_ids_and_times_of_the_source(shop: Shop) -> None:
    shop.hotels.insert_one({"_id": ObjectId(OBJECT_ID), "at": datetime(2024, 1, 2, tzinfo=UTC)})
    query = {"_id": {"$oid": OBJECT_ID}, "at": {"$lt": {"$date": "2024-01-03T00:00:00Z"}}}
    assert sources.opened(draft(Kind.BATCH, filter_query=query)).count() == 1


@pytest.mark.parametrize("query", [{"a": {"$options": "i"}}, {"a": {"$regex": "("}}, {"a": {"$type": "nothing"}}])
def test_a_filter_that_the_source_does_not_understand_is_refused(shop: Shop, query: dict[str, Any]) -> None:
    fill(shop, 1)
    source = sources.opened(draft(Kind.BATCH, filter_query=query))
    with pytest.raises(Invalid) as counting:
        source.count()
    with pytest.raises(Invalid):
        list(source.read())
    assert counting.value.details is not None
    assert list(counting.value.details) == ["filter"]


@pytest.mark.parametrize(
    ("document_id", "found"),
    [("3", 1), ("99", 0), ('"3"', Invalid), ("hotel", Invalid), (OBJECT_ID, Invalid), ('[{"$gt": ""}]', Invalid)],
)
def test_a_document_is_found_by_its_id(shop: Shop, document_id: str, found: int | type[Invalid]) -> None:
    fill(shop, 5)
    source = sources.opened(draft(Kind.DOCUMENT, document_id=document_id))
    if isinstance(found, int):
        assert source.count() == found
        assert len(list(source.read())) == found
    else:
        with pytest.raises(found):
            source.count()


@pytest.mark.parametrize("name", ["42", OBJECT_ID])
def test_a_string_is_found_as_it_is_written_where_nothing_else_is(shop: Shop, name: str) -> None:
    shop.hotels.insert_one({"_id": name, "images": URL.format(1)})
    source = sources.opened(draft(Kind.DOCUMENT, document_id=name))
    assert (source.count(), [entry.document_id for entry in source.read()]) == (1, [f'"{name}"'])
    shop.hotels.insert_one({"_id": identities.parsed(name), "images": URL.format(2)})
    source = sources.opened(draft(Kind.DOCUMENT, document_id=name))
    assert (source.count(), [entry.document_id for entry in source.read()]) == (1, [name])


def test_where_nothing_is_nothing_is_found(shop: Shop) -> None:
    assert sources.opened(draft()).count() == 0
    assert list(sources.opened(draft()).read()) == []
    assert sources.opened(draft(Kind.DOCUMENT, document_id="x")).count() == 0


def test_odd_bytes_and_impossible_dates_hide_no_document(shop: Shop) -> None:
    shop.hotels.insert_one({"_id": 1, "name": DatetimeMS(10**15), "images": [URL.format(1), DatetimeMS(10**15)]})
    broken = encode({"_id": 2, "name": "Caf?", "images": URL.format(2)}).replace(b"Caf?", b"Caf\xe9")
    shop.hotels.insert_one(RawBSONDocument(broken))
    assert list(sources.opened(draft()).read()) == [
        Entry("1", "", (URL.format(1),), cursor="1", odd=1),
        Entry("2", "Caf\ufffd", (URL.format(2),), cursor="2"),
    ]


@pytest.mark.parametrize("uri", ["", "mongodb://user:secret@127.0.0.1:1/", "nonsense://secret", "mongodb://a:b:secret"])
def test_a_source_that_is_away_says_so_and_nothing_else(
    settings: Settings, written: io.StringIO, monkeypatch: pytest.MonkeyPatch, uri: str
) -> None:
    settings.MONGODB_URI = uri
    monkeypatch.setattr(mongo, "PATIENCE", 0.05)
    assert not mongo.answers()
    for ask in (lambda: sources.opened(draft()).count(), lambda: list(sources.opened(draft()).read())):
        with pytest.raises(SourceUnavailable) as refusal:
            ask()
        assert "secret" not in str(refusal.value.message)
    assert "secret" not in written.getvalue()


def test_a_source_is_told_to_answer(shop: Shop) -> None:
    assert mongo.answers()


def test_a_question_that_takes_the_server_too_long_is_given_up(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(shop, 1)
    monkeypatch.setattr(mongo, "LONGEST_COUNT", 0.001)
    shop.hotels.insert_many({"text": "x" * 500} for _ in range(20_000))
    with pytest.raises(SourceUnavailable):
        sources.opened(draft(Kind.BATCH, filter_query={"text": {"$regex": "x+x+y"}})).count()
    assert sources.opened(draft()).count() == 20_001  # what it says without counting


# -- writing back ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "is_written"), [(Kind.COLLECTION, True), (Kind.DOCUMENT, True), (Kind.SOURCE, False)])
def test_what_was_harvested_is_noted_in_the_document(shop: Shop, kind: Kind, is_written: bool) -> None:
    fill(shop, 2)
    before = list(shop.hotels.find().sort("_id"))
    noted = {"local_images_path": "shop/hotels/1-hotel-1", "images_metadata": {"statistics": {"total_images": 1}}}
    job = Job(kind=kind, database="shop", collection="hotels")
    mongo.write_back(job, "1", path="shop/hotels/1-hotel-1", metadata={"statistics": {"total_images": 1}})
    assert list(shop.hotels.find().sort("_id")) == [before[0], before[1] | (noted if is_written else {})]


def test_a_source_that_can_not_be_written_to_fails_nobody_and_is_left_alone(
    shop: Shop, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mongo, "_absence", Absence())
    monkeypatch.setattr(mongo, "PATIENCE", 0.05)
    fill(shop, 1)
    there, settings.MONGODB_URI = settings.MONGODB_URI, "mongodb://127.0.0.1:1/?appname=x"
    job = Job(kind=Kind.BATCH, database="shop", collection="hotels")
    mongo.write_back(job, "0", path="x", metadata={})
    settings.MONGODB_URI = there
    mongo.write_back(job, "0", path="x", metadata={})
    assert shop.hotels.count_documents({"local_images_path": "x"}) == 0
    monkeypatch.setattr(mongo, "_absence", Absence())
    mongo.write_back(job, "0", path="x", metadata={})
    assert shop.hotels.count_documents({"local_images_path": "x"}) == 1


# -- listings -------------------------------------------------------------------------------------


def listed(text: str | bytes, fields: tuple[str, ...] = FIELDS) -> list[Entry]:
    data = text.encode() if isinstance(text, str) else text
    return list(files.entries(io.BytesIO(data), fields))


ONE, TWO = {"id": 1, "name": "Sol", "images": [URL.format(1)]}, {"id": 2, "name": "Luna", "images": URL.format(2)}
SOL, LUNA = Entry("1", "Sol", (URL.format(1),)), Entry("2", "Luna", (URL.format(2),))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (json.dumps([ONE, TWO]), [SOL, LUNA]),
        (json.dumps({"documents": [ONE, TWO]}), [SOL, LUNA]),
        (json.dumps({"total": 2, "x": {"documents": [5]}, "data": [ONE, TWO], "next": None}), [SOL, LUNA]),
        (json.dumps({"data": ONE}), [SOL]),
        (json.dumps(ONE), [SOL]),
        (f"{json.dumps(ONE)}\n\n{json.dumps(TWO)}\n", [SOL, LUNA]),
        (f"{json.dumps(ONE)}\r\n{json.dumps(TWO)}", [SOL, LUNA]),
        (f"\ufeff{json.dumps([ONE])}", [SOL]),
        (json.dumps([ONE], indent=4, ensure_ascii=False), [SOL]),
        ("[]", []),
        ('{"documents": []}', []),
    ],
)
def test_a_listing_is_read_in_each_of_its_forms(text: str, found: list[Entry]) -> None:
    assert listed(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "nothing",
        "<html>",
        "5",
        '"text"',
        "[1, 2]",
        '["https://x.example/1.jpg"]',
        "[[{}]]",
        '{"documents": [5]}',
        '{"a": 1',
        '[{"id": 1},',
        '{"a": 1}}',
        b"\xff\xfe\x00",
        b'[{"name": "\xff"}]',
        f'{{"images": {"9" * 5000}}}',
        f'{{"images": {"[" * 70}{"]" * 70}}}',
        f'{{"images": [{"[]," * 100_000}[]]}}',
    ],
    ids=lambda text: repr(text)[:30],
)
def test_what_is_no_listing_is_refused(text: str | bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        listed(text)
    assert refusal.value.details is not None
    assert list(refusal.value.details) == ["file"]


def test_a_listing_of_too_many_documents_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listings, "MOST_DOCUMENTS", 3)
    assert len(listed('{"id":1}{"id":2}{"id":3}')) == 3
    with pytest.raises(Invalid) as refusal:
        listed('{"id":1}{"id":2}{"id":3}{"id":4}')
    assert refusal.value.details == {"file": ["This lists more than 3 documents, which is too many for one harvest."]}


@pytest.mark.parametrize("form", ["[{}]", '{{"data": [{}]}}', "{}"])
def test_each_document_may_hold_so_many_values(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setattr(listings, "MOST_VALUES", 5)
    few, many = (json.dumps({"id": 1, "images": list(range(number))}) for number in (3, 4))
    between = "," if "[" in form else "\n"
    assert [entry.odd for entry in listed(form.format(between.join([few] * 9)))] == [3] * 9
    with pytest.raises(Invalid):
        listed(form.format(between.join([few, many])))


def test_a_file_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listings, "MOST_BYTES", 100)
    assert len(listed("[{}]" + " " * 96)) == 1
    with pytest.raises(FileTooLarge):
        listed("[{}]" + " " * 97)


def test_what_does_not_matter_is_not_built() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    assert listed(f'[{{"other": {deep}, "id": 1, "name": "Sol", "images": ["{URL.format(1)}"]}}]') == [SOL]


@pytest.mark.parametrize(
    ("document", "document_id"),
    [
        ({"_id": {"$oid": OBJECT_ID}, "id": 5}, OBJECT_ID),
        ({"_id": "abc", "id": 5}, "abc"),
        ({"_id": None, "id": 5}, "5"),
        ({"id": "12"}, "12"),
        ({"id": 1.5}, "1.5"),
        ({"id": "x" * 500}, "c38c2bf3055c516a98ac5d97"),
        ({"id": "a\nb"}, "7e18f737311b2dc3b2f269dd"),
    ],
)
def test_a_listed_document_has_the_id_it_says(document: dict[str, Any], document_id: str) -> None:
    (found,) = listed(json.dumps(document))
    assert found.document_id == document_id


def test_documents_without_an_id_get_one_that_stays() -> None:
    nameless = [{"name": "Sol"}, {"images": URL.format(1)}, {}, {"name": "Luna", "id": True}]
    first, again = (listed(json.dumps(documents)) for documents in (nameless, [{"name": "New"}, *nameless]))
    assert [entry.document_id for entry in first] == [entry.document_id for entry in again[1:]]
    assert len({entry.document_id for entry in first}) == 4


def test_documents_with_one_id_are_told_apart() -> None:
    several = [{"id": value} for value in (1, "1", "1-2", 1, "1-2", 1)]
    assert [entry.document_id for entry in listed(json.dumps(several))] == ["1", "1-2", "1-2-2", "1-3", "1-2-3", "1-4"]


def test_a_field_that_is_asked_for_wraps_nothing() -> None:
    row = {"id": 1, "name": "Sol", "data": {"photos": [URL.format(1)]}}
    assert listed(json.dumps(row), ("data.photos",)) == [SOL]


# -- a JSON API -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site() -> Iterator[Origin]:
    with origin() as running:
        yield running


def test_an_api_is_asked_once(site: Origin, settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.1:*"]
    site.answer("/hotels?page=1", Answer(body=json.dumps({"documents": [ONE, TWO]}).encode()))
    assert list(api.entries(site.url("/hotels?page=1"), FIELDS)) == [SOL, LUNA]
    assert site.asked("/hotels?page=1") == 1
    heads = dict(site.heads)["/hotels?page=1"]
    assert (heads["accept"], heads["user-agent"].partition("/")[0]) == ("application/json", "ImageHub")


@pytest.mark.parametrize(
    ("beside", "headers"),
    [
        ({"next": "?page=2"}, {}),
        ({"next": {"href": "/many?page=2"}}, {}),
        ({"links": {"self": "/many", "next": "{site}/many?page=2"}}, {}),
        ({"next": "a-word"}, {"Link": "</many?page=2>; rel=next"}),
        ({"next": None}, {"Link": '</many>; rel="first", </many?page=2>; rel="next"'}),
    ],
)
def test_the_pages_of_an_api_are_gone_through(
    site: Origin, settings: Settings, beside: dict[str, Any], headers: dict[str, str]
) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.1:*"]
    said = json.dumps({**beside, "data": [ONE]}).replace("{site}", site.url(""))
    site.answer("/many", Answer(body=said.encode(), headers=headers))
    # The last page leads back to the first.
    site.answer("/many?page=2", Answer(body=json.dumps({"data": [TWO, ONE], "next": "/many"}).encode()))
    before = site.asked("/many"), site.asked("/many?page=2")

    found = list(api.entries(site.url("/many"), FIELDS))

    assert found == [SOL, LUNA, SOL._replace(document_id=f"{SOL.document_id}-2")]
    assert (site.asked("/many"), site.asked("/many?page=2")) == (before[0] + 1, before[1] + 1)


AWAY = ["http://elsewhere.example/2", "ftp://elsewhere.example/2", 2, ["/2"], {"href": 2}, "eyJpZCI6MTB9", "2"]


@pytest.mark.parametrize("there", AWAY)
def test_no_page_of_another_site_is_asked_for(site: Origin, settings: Settings, there: object) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.1:*"]
    site.answer("/away", Answer(body=json.dumps({"data": [ONE], "next": there}).encode()))
    assert list(api.entries(site.url("/away"), FIELDS)) == [SOL]


@pytest.mark.parametrize(
    ("limit", "most", "asked", "sentence"),
    [
        ("MOST_PAGES", 3, 3, "The documents are spread over more than 3 pages. Ask the API for longer ones."),
        ("LONGEST", 0, 1, "The API takes longer than 0 seconds to list its documents. Ask it for fewer."),
    ],
)
def test_pages_without_an_end_are_refused_with_their_own_reason(
    site: Origin, settings: Settings, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, asked: int, sentence: str
) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.1:*"]
    monkeypatch.setattr(api, limit, most)
    for number in range(5):
        body = json.dumps({"data": [ONE], "next": f"/{limit}/{number + 1}"})
        site.answer(f"/{limit}/{number}", Answer(body=body.encode()))
    with pytest.raises(Invalid) as refusal:
        list(api.entries(site.url(f"/{limit}/0"), FIELDS))
    assert refusal.value.details == {"api_url": [sentence]}
    assert sum(site.asked(f"/{limit}/{number}") for number in range(5)) == asked


def test_what_a_document_calls_next_is_no_page() -> None:
    assert listed(json.dumps({**ONE, "next": "/2"})) == [SOL]


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (Answer(404, b"secret"), Invalid),
        (Answer(403, b"secret"), Invalid),
        (Answer(500, b"secret"), SourceUnavailable),
        (Answer(429), SourceUnavailable),
        (Answer(200, b"<html>secret"), Invalid),
        (Answer(302, headers={"Location": "http://127.0.0.2/"}), Invalid),
        (Answer(200, b"[]", headers={"Content-Length": "50000000000"}), SourceUnavailable),
    ],
    ids=lambda value: str(getattr(value, "status", "")),
)
def test_an_api_that_lists_nothing_is_refused(
    site: Origin, settings: Settings, answer: Answer, refusal: type[ImageHubError]
) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.1:*"]
    settings.DOWNLOAD_TIMEOUT = 1
    site.answer("/odd", answer)
    with pytest.raises(refusal) as refused:
        list(api.entries(site.url("/odd"), FIELDS))
    assert "secret" not in f"{refused.value.message}{refused.value.details}"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x", "file:///etc/passwd", "http://u:p@x.example/", "http://10.0.0.1/", ""]
)
def test_an_api_is_no_way_inside(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        list(api.entries(url, FIELDS))
    assert refused.value.details is not None
    assert list(refused.value.details) == ["api_url"]
