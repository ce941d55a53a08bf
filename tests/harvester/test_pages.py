"""The pages of the harvester, as staff asks for them."""

import html
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pymongo.database import Database

from harvester import naming
from harvester.models import Document, Harvested, Item, ItemState, Job, Kind, Outcome, Schedule, Status
from imagehub.lib.errors import JobFinished

if TYPE_CHECKING:
    from accounts.models import User

PAGES = ["/harvest/", "/harvest/new/", "/harvest/files/", "/harvest/schedules/"]
MIRAMAR = {"_id": 1, "name": "Miramar", "images": ["http://img.example.org/1.jpg", "http://127.0.0.1/2.jpg"]}
PLACE = {"database": "shop", "collection": "hotels"}


@pytest.fixture
def boss(client: Client, staff: "User") -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def hotels(shop: Database[dict[str, Any]]) -> None:
    shop["hotels"].insert_one(MIRAMAR)


@pytest.fixture
def job(staff: "User") -> Job:
    return _job(staff)


@pytest.mark.parametrize("page", PAGES)
def test_strangers_sign_in_first(client: Client, page: str, db: None) -> None:
    answer = client.get(page)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={page}")


@pytest.mark.parametrize("page", PAGES)
def test_nobody_but_staff_is_told_of_them(client: Client, ada: "User", page: str) -> None:
    client.force_login(ada)
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("act", ["", "cancel/", "retry/", "again/"])
def test_a_job_that_is_not_there_is_not_found(boss: Client, act: str) -> None:
    address = f"/harvest/jobs/0123456789abcdef01234567/{act}"
    assert (boss.post(address) if act else boss.get(address)).status_code == 404


def test_the_empty_desk_says_what_it_is_for(boss: Client) -> None:
    page = boss.get("/harvest/").content.decode()
    assert "Fetch the images that documents refer to" in page
    assert 'href="/harvest/new/"' in page
    assert "Last hour" not in page
    assert 'class="chip"' not in page


def test_the_desk_lists_jobs_and_narrows_them(boss: Client, staff: "User") -> None:
    done, failed = _job(staff), _job(staff, status=Status.FAILED, collection="cabins")
    whole = boss.get("/harvest/?part=runs").content.decode()
    assert whole.index(failed.public_id) < whole.index(done.public_id)
    narrowed = boss.get("/harvest/?part=runs&status=failed").content.decode()
    assert "shop.cabins" in narrowed
    assert "shop.hotels" not in narrowed


def test_the_desk_costs_the_same_however_many_jobs_there_are(
    boss: Client, staff: "User", django_assert_num_queries: Any
) -> None:
    for _ in range(30):
        _job(staff)
    with django_assert_num_queries(12):
        boss.get("/harvest/")


def test_a_look_counts_and_begins_nothing(boss: Client, hotels: None) -> None:
    answer = boss.post("/harvest/new/?source=collection&part=preview", {**PLACE, "action": "preview"})
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 200
    assert "<dt>Documents</dt><dd>1</dd>" in page
    assert "img.example.org" in page
    assert "The name leads to an address that is not public." in page
    assert not Job.objects.exists()


def test_a_harvest_begins_with_the_form(boss: Client, hotels: None, staff: "User") -> None:
    said = {**PLACE, "action": "start", "filter_query": '{"name": "Miramar"}', "processors": ["webp"]}
    answer = boss.post("/harvest/new/?source=collection", said)
    job = Job.objects.get()
    assert answer["Location"] == f"/harvest/jobs/{job.public_id}/"
    assert (job.kind, job.owner, job.caller) == (Kind.BATCH, staff, f"user:{staff.public_id}")
    assert job.filter_query == {"name": "Miramar"}
    assert job.options["processors"] == ["webp"]


def test_one_document_is_harvested_by_its_id(boss: Client, hotels: None) -> None:
    boss.post("/harvest/new/?source=document", {**PLACE, "document_id": "1", "action": "start"})
    job = Job.objects.get()
    assert (job.kind, job.document_id) == (Kind.DOCUMENT, "1")


def test_a_file_lists_documents(boss: Client, db: None) -> None:
    file = SimpleUploadedFile("hotels.ndjson", json.dumps({**MIRAMAR, "_id": "a"}).encode())
    boss.post("/harvest/new/?source=file", {"collection": "hotels", "file": file, "action": "start"})
    job = Job.objects.get()
    assert (job.kind, job.database, job.total_items) == (Kind.SOURCE, naming.UPLOADS_DATABASE, 1)
    assert Item.objects.get().label == "Miramar"


@pytest.mark.parametrize(
    ("source", "said", "field"),
    [
        ("collection", {"database": "shop"}, "collection"),
        ("collection", {**PLACE, "filter_query": "{"}, "filter_query"),
        ("collection", {**PLACE, "filter_query": "[]"}, "filter_query"),
        ("collection", {**PLACE, "limit": "0"}, "limit"),
        ("collection", {"database": "admin", "collection": "users"}, "database"),
        ("document", PLACE, "document_id"),
        ("file", {"collection": "hotels"}, "file"),
        ("api", {"collection": "hotels", "api_url": "http://127.0.0.1/hotels"}, "api_url"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    boss: Client, shop: object, source: str, said: dict[str, str], field: str
) -> None:
    answer = boss.post(f"/harvest/new/?source={source}&part=preview", {**said, "action": "start"})
    assert answer.status_code == 400
    assert f'data-refused="{field}"' in answer.content.decode()
    assert not Job.objects.exists()


def test_a_condition_that_is_not_allowed_is_refused_with_what_was_typed(boss: Client, hotels: None) -> None:
    said = {**PLACE, "filter_query": '{"$where": "sleep(1000)"}', "action": "start"}
    answer = boss.post("/harvest/new/?source=collection", said)
    assert answer.status_code == 400
    assert "sleep(1000)" in answer.content.decode()
    assert not Job.objects.exists()


def test_a_place_without_documents_is_said_to_be_so(boss: Client, shop: object) -> None:
    answer = boss.post("/harvest/new/?source=collection", {**PLACE, "action": "start"})
    assert answer.status_code == 400
    assert "There are no documents like this." in answer.content.decode()


def test_a_job_shows_its_figures_and_what_became_of_its_documents(boss: Client, job: Job) -> None:
    page = " ".join(boss.get(f"/harvest/jobs/{job.public_id}/").content.decode().split())
    assert "<dt>Failed</dt><dd>1</dd>" in page
    assert "The server has no such file." in page
    assert "http://img.example.org/2.jpg" in page
    assert "Try what failed again" in page


def test_a_job_can_be_narrowed_to_what_failed(boss: Client, job: Job) -> None:
    Item.objects.create(job=job, number=1, document_id="2", label="Bella Vista", state=ItemState.DONE)
    page = boss.get(f"/harvest/jobs/{job.public_id}/?state=failed&part=documents").content.decode()
    assert "Miramar" in page
    assert "Bella Vista" not in page


def test_two_runs_of_a_place_are_compared(boss: Client, staff: "User", job: Job) -> None:
    later = _job(staff, downloaded=0, unchanged=5, added=0)
    page = " ".join(boss.get(f"/harvest/jobs/{later.public_id}/?with={job.public_id}").content.decode().split())
    figures = '<td class="number">{}</td><td class="number">{}</td><td class="number">{}</td>'
    assert f'<th scope="row">Unchanged</th>{figures.format(0, 5, "+5")}' in page
    assert f'<th scope="row">Added</th>{figures.format(1, 0, "-1")}' in page


def test_a_job_is_cancelled_once(boss: Client, staff: "User") -> None:
    job = _job(staff, status=Status.RUNNING)
    address = f"/harvest/jobs/{job.public_id}/cancel/"
    assert boss.post(address)["Location"] == f"/harvest/jobs/{job.public_id}/"
    job.refresh_from_db()
    assert job.status == Status.CANCELLED
    late = boss.post(address, follow=True).content.decode()
    assert str(JobFinished.sentence) in html.unescape(late)


def test_what_failed_is_tried_again_in_a_job_of_its_own(boss: Client, job: Job) -> None:
    answer = boss.post(f"/harvest/jobs/{job.public_id}/retry/")
    again = Job.objects.exclude(pk=job.pk).get()
    assert answer["Location"] == f"/harvest/jobs/{again.public_id}/"
    assert (again.retry_of, again.items.get().urls) == (job, ["http://img.example.org/2.jpg"])


def test_a_harvest_is_done_again_from_its_page(boss: Client, hotels: None, job: Job) -> None:
    page = f"/harvest/jobs/{job.public_id}/"
    assert "Harvest again" in boss.get(page).content.decode()
    answer = boss.post(f"{page}again/")
    again = Job.objects.exclude(pk=job.pk).get()
    assert answer["Location"] == f"/harvest/jobs/{again.public_id}/"
    assert (again.collection, again.retry_of, again.total_items) == ("hotels", None, 1)


@pytest.mark.parametrize(
    ("fields", "status"), [({"database": naming.UPLOADS_DATABASE}, 302), ({"status": Status.RUNNING}, 409)]
)
def test_what_can_not_be_done_again_is_not_offered_so(
    boss: Client, staff: "User", fields: dict[str, Any], status: int
) -> None:
    page = f"/harvest/jobs/{_job(staff, **fields).public_id}/"
    assert "Harvest again" not in boss.get(page).content.decode()
    assert boss.post(f"{page}again/").status_code == status
    assert Job.objects.count() == 1


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (PLACE, "There are no documents like this."),
        (
            {"database": naming.UPLOADS_DATABASE, "kind": Kind.SOURCE},
            "These documents were listed in a file; send it again.",
        ),
        ({"collection": "system.users"}, "This is no name of a collection that can be harvested."),
    ],
)
def test_why_it_can_not_be_done_again_is_said_beside_the_job(
    boss: Client, shop: object, staff: "User", place: dict[str, str], sentence: str
) -> None:
    page = f"/harvest/jobs/{_job(staff, **place).public_id}/"
    answer = boss.post(f"{page}again/", follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert sentence in answer.content.decode()
    assert Job.objects.count() == 1


def test_listed_documents_are_named_by_how_they_came(boss: Client, staff: "User") -> None:
    for database, name in ((naming.API_DATABASE, "JSON API · hotels"), (naming.UPLOADS_DATABASE, "File · hotels")):
        job = _job(staff, database=database)
        for page in ("/harvest/", f"/harvest/jobs/{job.public_id}/"):
            shown = boss.get(page).content.decode()
            assert name in shown
            assert f">{database}" not in shown


def test_a_job_leads_to_what_was_harvested(boss: Client, job: Job) -> None:
    item = Item.objects.get(job=job)
    page = boss.get(f"/harvest/jobs/{job.public_id}/").content.decode()
    place = "/harvest/files/?database=shop&amp;collection=hotels"
    assert f'href="{place}"' in page
    assert f'href="{place}&amp;document={item.document_id}"' in page


def test_what_was_harvested_is_found_by_its_place(boss: Client, staff: "User") -> None:
    document = _document()
    assert "?database=shop&amp;collection=hotels" in boss.get("/harvest/files/").content.decode()
    collection = boss.get("/harvest/files/", PLACE).content.decode()
    assert "processed/thumbnail/img_001.webp" in collection
    page = boss.get("/harvest/files/", {**PLACE, "document": document.folder}).content.decode()
    assert "/1-miramar/original/img_001.jpg" in page
    assert "http://img.example.org/2.jpg" in page
    assert "The server has no such file." in page


@pytest.mark.parametrize("missing", [{"collection": "cabins"}, {"document": "2-none"}, {"database": "admin"}])
def test_what_was_not_harvested_is_not_found(boss: Client, missing: dict[str, str], db: None) -> None:
    _document()
    assert boss.get("/harvest/files/", {**PLACE, **missing}).status_code == 404


def test_a_schedule_is_kept_paused_and_removed(boss: Client, staff: "User", db: None) -> None:
    said = {**PLACE, "name": "Nightly", "cron": "0 3 * * *", "action": "create"}
    assert boss.post("/harvest/schedules/", said)["Location"] == "/harvest/schedules/"
    schedule = Schedule.objects.get()
    assert (schedule.owner, schedule.draft["collection"]) == (staff, "hotels")
    assert "shop.hotels" in boss.get("/harvest/schedules/").content.decode()
    for action, is_enabled in (("pause", False), ("resume", True)):
        boss.post("/harvest/schedules/", {"action": action, "schedule": schedule.public_id})
        schedule.refresh_from_db()
        assert schedule.is_enabled is is_enabled
    boss.post("/harvest/schedules/", {"action": "remove", "schedule": schedule.public_id})
    assert not Schedule.objects.exists()


def test_a_json_api_is_asked_by_a_schedule(boss: Client, db: None) -> None:
    said = {"api_url": "https://api.example.org/hotels", "collection": "hotels", "name": "Nightly", "cron": "0 3 * * *"}
    boss.post("/harvest/schedules/?source=api", {**said, "action": "create"})
    draft = Schedule.objects.get().draft
    assert (draft["database"], draft["metadata"]) == (naming.API_DATABASE, {"source": said["api_url"]})
    assert "JSON API · hotels" in boss.get("/harvest/schedules/").content.decode()


def test_a_rhythm_that_is_none_is_said_at_its_field(boss: Client, db: None) -> None:
    said = {**PLACE, "name": "Nightly", "cron": "at noon", "action": "create"}
    answer = boss.post("/harvest/schedules/", said)
    assert answer.status_code == 400
    assert "Write five fields" in answer.content.decode()
    assert not Schedule.objects.exists()


@pytest.mark.parametrize("model", ["job", "document", "harvested", "schedule"])
def test_the_admin_shows_rows_and_changes_none(boss: Client, staff: "User", job: Job, model: str) -> None:
    staff.is_superuser = True
    staff.save()
    _document()
    assert boss.get(f"/admin/harvester/{model}/").status_code == 200
    assert boss.get(f"/admin/harvester/{model}/add/").status_code == 403


def _job(staff: "User", **fields: Any) -> Job:
    """Make a job that is over, with one document of which one address failed."""
    now = timezone.now()
    counts = {"total_items": 1, "processed_items": 1, "failed_items": 1, "found": 2, "downloaded": 1, "failed": 1}
    usual = {"kind": Kind.COLLECTION, "status": Status.COMPLETED, "completed_at": now, "added": 1, **PLACE, **counts}
    asked = {"options": {"fields": ["images"]}}
    told = {"reasons": {"not_found": 1}, "hosts": {"img.example.org": {"done": 1, "failed": 1, "bytes": 9}}}
    job = Job.objects.create(owner=staff, started_at=now, planned_at=now, **{**usual, **asked, **told, **fields})
    results = [
        {"url": "http://img.example.org/1.jpg", "outcome": "downloaded", "reason": "", "bytes": 9, "attempts": 1},
        {"url": "http://img.example.org/2.jpg", "outcome": "failed", "reason": "not_found", "bytes": 0, "attempts": 1},
    ]
    urls = [result["url"] for result in results]
    Item.objects.create(
        job=job, number=0, document_id="1", label="Miramar", urls=urls, results=results, state=ItemState.FAILED
    )
    return job


def _document() -> Document:
    """Record a document with one picture and one address that gave none."""
    document = Document.objects.create(address="0" * 64, document_id="1", folder="1-miramar", label="Miramar", **PLACE)
    kept = {"key": "shop/hotels/1-miramar/original/img_001.jpg", "filename": "img_001.jpg", "width": 4, "height": 3}
    Harvested.objects.create(
        document=document, url="http://img.example.org/1.jpg", address="1" * 64, number=1,
        outcome=Outcome.DOWNLOADED, size=9, content_type="image/jpeg", **kept,
    )  # fmt: skip
    Harvested.objects.create(
        document=document, url="http://img.example.org/2.jpg", address="2" * 64, number=2,
        outcome=Outcome.FAILED, reason="not_found",
    )  # fmt: skip
    return document
