"""Harvested pictures that staff wants among its own."""

import pytest
from django.test import Client

from accounts.models import User
from harvester.models import Document, Harvested, Outcome
from imagehub.images import storage
from imagehub.images.models import Image, Source
from imagehub.library.models import Entry
from tests.generated.conftest import png

KEY = "shop/hotels/1-miramar/original/img_001.png"
PAGE = "/harvest/files/?database=shop&collection=hotels&document=1-miramar"

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def document() -> Document:
    place = {"database": "shop", "collection": "hotels", "folder": "1-miramar", "label": "Miramar"}
    document = Document.objects.create(address="0" * 64, document_id="1", **place)
    Harvested.objects.create(
        document=document,
        url="http://img.example.org/1.png",
        address="1" * 64,
        number=1,
        outcome=Outcome.DOWNLOADED,
        size=len(png()),
        content_type="image/png",
        key=KEY,
        filename="img_001.png",
        width=64,
        height=48,
    )
    storage.put(KEY, png())
    return document


def test_a_copy_goes_to_the_library_and_the_harvest_stays(boss: Client, staff: User, document: Document) -> None:
    assert 'value="img_001.png"' in boss.get(PAGE).content.decode()
    answer = boss.post(PAGE, {"file": "img_001.png"})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)

    entry = Entry.objects.get()
    assert (entry.owner, entry.title, entry.picture.source) == (staff, "Miramar", Source.HARVESTED)
    assert storage.read(KEY) == png()
    assert Harvested.objects.get().key == KEY


@pytest.mark.parametrize("file", ["", "img_002.png", "../metadata.json"])
def test_what_the_document_has_no_file_of_is_not_found(boss: Client, document: Document, file: str) -> None:
    assert boss.post(PAGE, {"file": file}).status_code == 404
    assert Image.objects.count() == 0


def test_nobody_but_staff_is_told_of_it(client: Client, ada: User, document: Document) -> None:
    client.force_login(ada)
    assert client.post(PAGE, {"file": "img_001.png"}).status_code == 404
    assert Image.objects.count() == 0
