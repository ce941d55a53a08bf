"""From a collection on a real MongoDB to files, step by step as workers do it."""

from typing import Any

import pytest
from pymongo.database import Database
from pytest_django import Settings

from harvester.drafts import Draft
from harvester.models import Kind
from harvester.services import jobs, planning
from imagehub.images import storage
from tests.harvester.harvesting import ROBOT, done, of
from tests.origins import Origin, picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.server]


def test_a_collection_is_harvested_and_its_documents_told(
    shop: Database[dict[str, Any]], site: Origin, settings: Settings
) -> None:
    settings.HARVEST_WRITE_BACK = True
    urls = of(site, "/sea-1.png", "/sea-2.png", "/not-there")
    shop["hotels"].insert_one({"_id": 7, "name": "Mar Azul", "images": urls[:2], "photos": [{"url": urls[2]}]})
    job = jobs.create(Draft(Kind.COLLECTION, "shop", "hotels"), by=ROBOT)
    planning.plan(job.pk)
    job = done(job)

    assert (job.status, job.total_items, job.downloaded, job.failed) == ("completed", 1, 2, 1)
    home = "shop/hotels/7-mar-azul/original"
    assert storage.read(f"{home}/img_001.png") == picture("/sea-1.png")
    document = shop["hotels"].find_one({"_id": 7})
    assert document is not None
    assert document["local_images_path"] == "shop/hotels/7-mar-azul"
    assert document["images_metadata"]["statistics"]["failed_downloads"] == 1
    assert document["images"] == urls[:2]
