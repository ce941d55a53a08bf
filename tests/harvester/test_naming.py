"""Where files lie: names from outside become keys that no two documents share."""

import itertools
import unicodedata

import pytest
from pytest_django import Settings

from harvester import naming
from imagehub.images.storage import keys
from imagehub.lib.errors import Forbidden, Invalid

OBJECT_ID = "66f0a1b2c3d4e5f601234567"
UUID = "550e8400-e29b-41d4-a716-446655440000"
NAUGHTY = [
    "../../etc/passwd",
    "a/../../b",
    "..",
    ".",
    "",
    " ",
    "%2e%2e%2f",
    "nul\0byte",
    "line\nbreak",
    "\u202egnp.exe",
    "C:\\windows",
    "e\u0301" * 50,
    "Ω" * 5000,
    "\ud800",
    "con",
    "*?<>|\"'`$(reboot)",
]


@pytest.mark.parametrize(
    ("label", "cleaned"),
    [
        ("Hotel Sol", "hotel-sol"),
        ("  Señorial & Spa — Ñandú  ", "senorial-spa-nandu"),
        ("HÔTEL  d'Île", "hotel-d-ile"),
        ("Straße 5", "strasse-5"),
        ("\uff37\uff49\uff44\uff45", "wide"),
        ("a-b_c", "a-b-c"),
        ("--x--", "x"),
        ("東京", "unnamed"),
        ("!!!", "unnamed"),
        ("x" * 300, "x" * 100),
        ("x" * 99 + " yz", "x" * 99),
    ],
)
def test_a_search_field_is_cleaned(label: str, cleaned: str) -> None:
    assert naming.sanitized(label) == cleaned


@pytest.mark.parametrize(
    ("document_id", "label", "folder"),
    [
        (OBJECT_ID, "Hotel Sol", f"{OBJECT_ID}-hotel-sol"),
        (OBJECT_ID, "", f"{OBJECT_ID}-document-{OBJECT_ID}"),
        ("42", "東京", "42-unnamed"),
        (UUID, "Hotel", f"{UUID}-hotel"),
    ],
)
def test_a_folder_is_named_after_the_id_and_the_search_field(document_id: str, label: str, folder: str) -> None:
    assert naming.folder(document_id, label) == folder


def test_a_key_has_the_parts_that_readers_know() -> None:
    home = naming.home("travel", "hotels", f"{OBJECT_ID}-hotel-sol")
    assert (
        naming.original(home, naming.filename(1, "jpg")) == f"travel/hotels/{OBJECT_ID}-hotel-sol/original/img_001.jpg"
    )
    assert naming.processed(home, "webp", "img_012.webp") == f"{home}/processed/webp/img_012.webp"
    assert naming.metadata(home) == f"{home}/metadata.json"
    assert naming.filename(1234, "png") == "img_1234.png"


def test_no_two_documents_share_a_folder_whatever_their_names_look_like() -> None:
    composed = "Café"
    ids = ["a", "A", "a-b", "b", "á", "á".upper(), UUID, UUID.upper(), UUID[:8], "a_b", "a b", *NAUGHTY]
    ids += [composed, unicodedata.normalize("NFD", composed), f"a-{'x' * 200}", f"a-{'x' * 201}"]
    ids += [f"{ids[1]}_", naming.folder("A", "b").removesuffix("-b")]
    labels = ["b", "b-c", "c", "", UUID[9:], *NAUGHTY]
    folders: dict[str, str] = {}
    for document_id, label in itertools.product(ids, labels):
        folder = naming.folder(document_id, label)
        assert folders.setdefault(folder.casefold(), document_id) == document_id
        assert folder.isascii()
        assert len(folder) <= 200


def test_names_that_look_alike_lie_apart() -> None:
    names = [
        "Hotels",
        "hotels",
        "HOTELS",
        "hôtels",
        "ho\u0302tels",
        "hotels ",
        "hot els",
        "hotels_",
        "x" * 150,
        "x" * 151,
    ]
    names.append(naming.segment("Hotels"))
    found = {naming.segment(name).casefold() for name in names}
    assert len(found) == len(names)
    assert naming.segment("hotels") == "hotels"
    assert naming.segment("hotel.rooms-2") == "hotel.rooms-2"
    assert naming.segment("Hotels").startswith("hotels_")


@pytest.mark.parametrize("name", NAUGHTY)
def test_every_key_is_one_that_the_storage_takes(name: str) -> None:
    home = naming.home("x" * 63, "Y" * 200, naming.folder(name, name))
    key = naming.processed(home, "thumbnail", naming.filename(10_000, "webp"))
    assert len(keys.segments(key)) == 6


@pytest.mark.parametrize(
    ("database", "collection"),
    [("shop", "hotels"), ("Shop-2", "Hotel.Rooms"), ("año", "habitaciones dobles"), (naming.API_DATABASE, "x")],
)
def test_ordinary_places_may_be_harvested(database: str, collection: str) -> None:
    naming.judge_place(database, collection)


@pytest.mark.parametrize(
    "database",
    [
        "",
        "admin",
        "Admin",
        "local",
        "config",
        "x/../admin",
        "a\0b",
        "$cmd",
        "a.b",
        "a b",
        "x" * 65,
        "é" * 32,
        "a\\b",
        "images",
        "Images",
        "images_2024",
        "renditions",
        "\ud800",
    ],
)
def test_a_database_that_is_none_or_another_feature_s_is_refused(database: str) -> None:
    with pytest.raises(Invalid) as refusal:
        naming.judge_place(database, "hotels")
    assert refusal.value.details is not None
    assert list(refusal.value.details) == ["database"]


@pytest.mark.parametrize(
    "collection",
    ["", "system.users", "system.profile", "$cmd", "oplog.rs", "a$b", "a\0b", ".a", "a.", "a..b", " a", "x" * 201],
)
def test_a_collection_that_is_none_or_the_source_s_own_is_refused(collection: str) -> None:
    with pytest.raises(Invalid) as refusal:
        naming.judge_place("shop", collection)
    assert refusal.value.details is not None
    assert list(refusal.value.details) == ["collection"]


@pytest.mark.parametrize(
    ("rules", "place", "may"),
    [
        (["*.*"], ("shop", "hotels"), True),
        (["shop.*"], ("shop", "hotels"), True),
        (["shop.*"], ("shops", "hotels"), False),
        (["*.hotels"], ("any", "hotels"), True),
        (["shop.hotels", "shop.bars"], ("shop", "bars"), True),
        (["shop.hotels"], ("shop", "Hotels"), False),
        (["shop.hotel.rooms"], ("shop", "hotel.rooms"), True),
        ([], ("shop", "hotels"), False),
        ([], (naming.UPLOADS_DATABASE, "mine"), True),
    ],
)
def test_the_installation_says_what_may_be_harvested(
    settings: Settings, rules: list[str], place: tuple[str, str], may: bool
) -> None:
    settings.HARVEST_ALLOW = rules
    if may:
        naming.judge_place(*place)
    else:
        with pytest.raises(Forbidden):
            naming.judge_place(*place)
