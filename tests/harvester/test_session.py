import json
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from imagehub.images import storage
from tests.harvester.harvesting import asked, done
from tests.origins import Origin, origin, picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def _site() -> Iterator[Origin]:
    with origin() as site:
        yield site


@pytest.fixture
def site(_site: Origin, settings: Settings) -> Origin:
    settings.OUTBOUND_ALLOW = ["127.0.0.1:*"]
    settings.RETRY_DELAY = 0
    return _site


def test_what_a_document_refers_to_is_stored_as_it_was_fetched_and_told_beside_it(site: Origin) -> None:
    job = done(asked([("a1", [site.url("/one.jpg"), site.url("/two.png")]), ("b2", [site.url("/three.webp")])]))

    assert (job.status, job.progress, job.processed_items, job.downloaded, job.added) == ("completed", 100.0, 2, 3, 3)
    home = "json.file/hotels/a1-document-a1"
    assert storage.read(f"{home}/original/img_001.jpg") == picture("/one.jpg")
    assert storage.read(f"{home}/original/img_002.png") == picture("/two.png")
    said = json.loads(storage.read(f"{home}/metadata.json"))
    assert [image["filename"] for image in said["images"]["original"]] == ["img_001.jpg", "img_002.png"]
    assert said["statistics"]["successful_downloads"] == 2
