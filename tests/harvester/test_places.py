"""A harvest from a real MongoDB: where its files lie, whatever the documents are called."""

import json
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from harvester.drafts import Draft
from harvester.models import Document, Kind
from harvester.services import jobs, planning
from imagehub.images import storage
from tests.harvester.harvesting import ROBOT, done
from tests.origins import Origin, picture

pytestmark = pytest.mark.django_db(transaction=True)

Shop = Database[dict[str, Any]]
SOL, LUNA = ObjectId("66f0a1b2c3d4e5f601234567"), ObjectId("66f0a1b2c3d4e5f601234568")
HOME = f"shop/hotels/{SOL}-hotel-senorial"


def keys() -> list[str]:
    return sorted(found.key for found in storage.walk("shop/"))


def test_a_collection_is_harvested_and_itself_left_as_it_was(shop: Shop, site: Origin) -> None:
    sol = {
        "_id": SOL,
        "nombre_alojamiento": "Hotel Señorial",
        "images": [site.url("/a.jpg"), {"url": site.url("/b.png")}],
    }
    luna = {"_id": LUNA, "fotos": [site.url("/missing.txt"), 7]}
    shop.hotels.insert_many([sol, luna])

    job = jobs.create(Draft(Kind.COLLECTION, "shop", "hotels"), by=ROBOT)
    planning.plan(job.pk)
    job = done(job)

    assert (job.status, job.total_items, job.processed_items, job.failed_items) == ("completed", 2, 2, 1)
    assert (job.found, job.downloaded, job.failed) == (4, 2, 2)
    assert job.reasons == {"no_url": 1, "not_found": 1}
    other = f"shop/hotels/{LUNA}-document-{LUNA}"
    assert keys() == [
        f"{HOME}/metadata.json",
        f"{HOME}/original/img_001.jpg",
        f"{HOME}/original/img_002.png",
        f"{other}/metadata.json",
    ]
    assert storage.read(f"{HOME}/original/img_001.jpg") == picture("/a.jpg")
    said = json.loads(storage.read(f"{HOME}/metadata.json"))
    assert (said["search_field"], said["search_field_sanitized"]) == ("Hotel Señorial", "hotel-senorial")

    assert list(shop.hotels.find().sort("_id")) == [sol, luna]


def test_two_places_that_look_alike_lie_apart(shop: Shop, site: Origin) -> None:
    places = [("hotels", "a"), ("Hotels", "a"), ("hotels", "A"), ("hotels", "á"), ("hotels", "a\u0301")]
    for collection, name in places:
        shop[collection].insert_one({"_id": name, "name": "Sol", "images": site.url(f"/{len(keys())}.jpg")})
    for collection in ("hotels", "Hotels"):
        job = jobs.create(Draft(Kind.COLLECTION, "shop", collection), by=ROBOT)
        planning.plan(job.pk)
        assert done(job).downloaded == {"hotels": 4, "Hotels": 1}[collection]
    found = [(document.collection, document.document_id) for document in Document.objects.order_by("pk")]
    assert sorted(found) == sorted(places)
    assert len({key.casefold() for key in keys()}) == 10
