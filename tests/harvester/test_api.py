"""The older harvester's clients find every route, field and status as they know them."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from pymongo.database import Database
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from harvester import naming
from harvester.models import Item, ItemState, Job, Outcome, Status
from tests.crowds import together
from tests.harvester.asking import HOTELS, keyed, trace, upload
from tests.origins import Answer, Origin, origin

ClientOf = Callable[..., APIClient]
Shop = Database[dict[str, Any]]
KEY = "k" * 40
ROUTES = [
    ("POST", "/api/v1/download/batch"),
    ("POST", "/api/v1/download/collection/shop/hotels"),
    ("POST", "/api/v1/download/document/shop/hotels/1"),
    ("POST", "/api/v1/download/file"),
    ("POST", "/api/v1/download/from-api-url?api_url=http://a.example/&collection_name=c"),
    ("POST", "/api/v1/download/preview"),
    ("GET", "/api/v1/images"),
    ("GET", "/api/v1/images/shop"),
    ("GET", "/api/v1/images/shop/hotels"),
    ("GET", "/api/v1/images/shop/hotels/a"),
    ("GET", "/api/v1/images/shop/hotels/a/metadata.json"),
    ("GET", "/api/v1/jobs"),
    ("GET", "/api/v1/jobs/1"),
    ("DELETE", "/api/v1/jobs/1"),
    ("POST", "/api/v1/jobs/1/cancel"),
    ("GET", "/api/v1/jobs/1/errors"),
    ("GET", "/api/v1/jobs/1/items"),
    ("POST", "/api/v1/jobs/1/retry"),
    ("GET", "/api/v1/metrics"),
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(staff: User) -> APIClient:
    return keyed(staff)


@pytest.fixture(scope="module")
def _site() -> Iterator[Origin]:
    with origin() as found:
        yield found


@pytest.fixture
def site(_site: Origin, settings: Settings) -> Origin:
    settings.OUTBOUND_ALLOW = ["127.0.0.1:*"]
    return _site


@pytest.fixture
def hotels(shop: Shop) -> Shop:
    shop["hotels"].insert_many([{**hotel, "stars": stars} for stars, hotel in enumerate(HOTELS, start=3)])
    return shop


def finished(job: Job, *, failed: int) -> Job:
    """Let a job be over, with that many failed addresses in its first documents."""
    for item in job.items.order_by("number"):
        outcomes = [Outcome.FAILED if failed > at else Outcome.DOWNLOADED for at in range(len(item.urls))]
        failed -= outcomes.count(Outcome.FAILED)
        item.results = [
            {"url": url, "outcome": outcome, "reason": "not_found" if outcome == Outcome.FAILED else "", "attempts": 1}
            for url, outcome in zip(item.urls, outcomes, strict=True)
        ]
        item.state = ItemState.FAILED if Outcome.FAILED in outcomes else ItemState.DONE
        item.finished_at = job.created_at
        item.save()
    job.status, job.completed_at = Status.COMPLETED, job.created_at
    job.save()
    return job


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_only_staff_and_keys_of_the_scope_come_in(
    api: ClientOf, ada: User, staff: User, method: str, path: str
) -> None:
    before = trace()
    assert api().generic(method, path).status_code == 401
    assert api(ada).generic(method, path).json()["code"] == "PERMISSION_DENIED"
    assert keyed(staff, "images", "events").generic(method, path).status_code == 403
    bad = APIClient(headers={"X-API-Key": "secure-api-key-here"}).generic(method, path)
    assert (bad.status_code, bad.json()["code"]) == (401, "INVALID_API_KEY")
    assert trace() == before
    assert keyed(staff).generic(method, path).status_code not in {401, 403}


NOTHING_YET = dict.fromkeys(
    ("found", "downloaded", "unchanged", "failed", "skipped", "bytes", "added", "changed", "gone"), 0
)


def test_a_job_looks_as_the_contract_says(client: APIClient) -> None:
    answer = upload(client)
    job = Job.objects.get()
    assert answer.status_code == 200
    assert answer.headers["Location"] == f"http://testserver/api/v1/jobs/{job.public_id}"
    assert answer.json() == {
        "id": job.public_id,
        "type": "download_source",
        "status": "pending",
        "database": naming.UPLOADS_DATABASE,
        "collection": "hotels",
        "document_id": None,
        "filter_query": {},
        "total_items": 2,
        "processed_items": 0,
        "failed_items": 0,
        "images": {**NOTHING_YET, "found": 4, "failed": 1},
        "progress_percentage": 0.0,
        "created_at": job.created_at.isoformat().replace("+00:00", "Z"),
        "started_at": None,
        "completed_at": None,
        "duration": None,
        "metadata": {"total_documents": 2},
        "errors": [
            {
                "timestamp": job.created_at.isoformat().replace("+00:00", "Z"),
                "message": answer.json()["errors"][0]["message"],
                "error_type": "no_url",
                "details": {"count": 1},
            }
        ],
    }
    assert client.get(f"/api/v1/jobs/{job.public_id}").json() == answer.json()


def test_the_key_of_the_environment_harvests(settings: Settings, db: None) -> None:
    settings.API_KEY = KEY
    assert upload(APIClient(headers={"X-API-Key": KEY})).status_code == 200
    assert Job.objects.get().caller == "service:environment"


def test_one_document_a_line_is_a_file_too(client: APIClient) -> None:
    lines = b"\n".join(orjson.dumps(hotel) for hotel in HOTELS)
    answer = upload(client, lines, fields=["photos"], processors=["webp", "thumbnail"])
    assert answer.json()["total_items"] == 2
    job = Job.objects.get()
    assert job.options == {"fields": ["photos"], "processors": ["webp", "thumbnail"]}
    assert [item.urls for item in job.items.order_by("number")] == [[], ["http://pictures.example/3.jpg"]]


@pytest.mark.parametrize(
    ("documents", "said", "field"),
    [
        (b"", {}, "file"),
        (b"<html>", {}, "file"),
        (b'{"images": [', {}, "file"),
        (b"[1, 2]", {}, "file"),
        (HOTELS, {"collection_name": ""}, "collection_name"),
        (HOTELS, {"collection_name": "system.users"}, "collection"),
        (HOTELS, {"collection_name": "$cmd"}, "collection"),
        (HOTELS, {"processors": ["sharpen"]}, "processors"),
        (HOTELS, {"fields": ["x" * 101]}, "fields"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(
    client: APIClient, documents: object, said: dict[str, Any], field: str
) -> None:
    before = trace()
    answer = upload(client, documents, **said)
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
    assert list(answer.json()["details"]) == [field]
    assert trace() == before


def test_an_empty_list_is_no_harvest(client: APIClient) -> None:
    before = trace()
    assert upload(client, []).status_code == 404
    assert trace() == before


def test_the_same_key_begins_one_job(client: APIClient) -> None:
    first = upload(client, headers={"Idempotency-Key": "one"})
    again = upload(client, headers={"Idempotency-Key": "one"})
    assert again.json() == first.json()
    assert (again.headers["Idempotency-Replayed"], again.headers["Location"]) == ("true", first.headers["Location"])
    other = upload(client, HOTELS[:1], headers={"Idempotency-Key": "one"})
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    assert Job.objects.count() == 1


@pytest.mark.parametrize(
    "body", [{"documents": HOTELS}, {"data": HOTELS}, HOTELS, {"total": 2, "documents": HOTELS, "page": 1}]
)
def test_documents_come_from_an_api(client: APIClient, site: Origin, body: object) -> None:
    site.answer("/hotels", Answer(body=orjson.dumps(body)))
    address = f"/api/v1/download/from-api-url?api_url={site.url('/hotels')}&collection_name=hotels"
    answer = client.post(address, {"metadata": {"run": 7}})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["type"], told["database"], told["collection"]) == (
        "download_source",
        naming.API_DATABASE,
        "hotels",
    )
    assert told["metadata"] == {"run": 7, "source": site.url("/hotels"), "total_documents": 2}
    assert [item.document_id for item in Item.objects.order_by("number")] == ["a", "b"]


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("http://127.0.0.1:22/", 400, "VALIDATION_ERROR"),
        ("http://127.0.0.2/", 400, "VALIDATION_ERROR"),
        ("http://169.254.169.254/latest/meta-data", 400, "VALIDATION_ERROR"),
        ("file:///etc/passwd", 400, "VALIDATION_ERROR"),
        ("http://user:secret@a.example/", 400, "VALIDATION_ERROR"),
        ("{site}/missing", 400, "VALIDATION_ERROR"),
        ("{site}/page", 400, "VALIDATION_ERROR"),
        ("{site}/broken", 503, "SOURCE_UNAVAILABLE"),
    ],
)
def test_what_a_bad_api_says_stays_there(
    client: APIClient, site: Origin, settings: Settings, address: str, status: int, code: str
) -> None:
    settings.OUTBOUND_ALLOW = [f"127.0.0.1:{site.port}"]
    site.answer("/page", Answer(body=b"<html>CANARY</html>"))
    site.answer("/broken", Answer(500, b"CANARY"))
    before = trace()
    wanted = address.replace("{site}", site.url("").rstrip("/"))
    answer = client.post(f"/api/v1/download/from-api-url?api_url={wanted}&collection_name=hotels")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert b"CANARY" not in answer.content
    assert trace() == before


def test_without_a_source_its_collections_are_unavailable(client: APIClient) -> None:
    before = trace()
    answer = client.post("/api/v1/download/collection/shop/hotels")
    assert (answer.status_code, answer.json()["code"]) == (503, "SOURCE_UNAVAILABLE")
    assert answer.headers["Retry-After"]
    assert trace() == before


def test_a_collection_is_harvested(client: APIClient, hotels: Shop) -> None:
    answer = client.post("/api/v1/download/collection/shop/hotels", {"limit": 1, "metadata": {"note": "x"}})
    told = answer.json()
    assert (answer.status_code, told["type"], told["total_items"]) == (200, "download_collection", 1)
    assert told["metadata"] == {"note": "x", "total_documents": 1}
    assert client.post("/api/v1/download/collection/shop/hotels").json()["total_items"] == 2


@pytest.mark.parametrize("place", ["shop/motels", "market/hotels"])
def test_an_absent_collection_is_not_found(client: APIClient, hotels: Shop, place: str) -> None:
    before = trace()
    answer = client.post(f"/api/v1/download/collection/{place}")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert trace() == before


def test_a_document_is_harvested(client: APIClient, hotels: Shop) -> None:
    told = client.post("/api/v1/download/document/shop/hotels/b").json()
    assert (told["type"], told["document_id"], told["total_items"]) == ("download_document", "b", 1)
    absent = client.post("/api/v1/download/document/shop/hotels/z")
    assert (absent.status_code, absent.json()["code"]) == (404, "DOCUMENT_NOT_FOUND")
    hotels["hotels"].insert_one({"_id": "x/y", "images": []})
    assert client.post("/api/v1/download/document/shop/hotels/x/y").json()["document_id"] == "x/y"
    bad = client.post("/api/v1/download/document/shop/hotels/%5B")
    assert (bad.status_code, list(bad.json()["details"])) == (400, ["document_id"])


def test_a_batch_is_harvested(client: APIClient, hotels: Shop) -> None:
    body = {"database": "shop", "collection": "hotels", "filter": {"stars": {"$gte": 4}}, "metadata": {"by": "night"}}
    told = client.post("/api/v1/download/batch", body).json()
    assert (told["type"], told["total_items"], told["filter_query"]) == ("download_batch", 1, {"stars": {"$gte": 4}})
    none = client.post("/api/v1/download/batch", {**body, "filter": {"stars": 9}})
    assert (none.status_code, none.json()["code"]) == (404, "NOT_FOUND")
    assert (
        client.post("/api/v1/download/batch", {**body, "filter": {}, "skip": 1, "limit": 5}).json()["total_items"] == 1
    )


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"filter": {"$where": "sleep(1000)"}}, 400),
        ({"filter": {"$expr": {"$function": {}}}}, 400),
        ({"filter": {"$and": [{"$or": [{"a": {"$accumulator": {}}}]}]}}, 400),
        ({"filter": {"a": {"$regex": "(a+)+$"}}}, 400),
        ({"filter": {"a": "x" * 20_000}}, 400),
        ({"filter": [1]}, 400),
        ({"filter": "{}"}, 400),
        ({"database": "admin"}, 400),
        ({"database": "local"}, 400),
        ({"database": "x/../admin"}, 400),
        ({"database": "a\x00"}, 400),
        ({"database": "$cmd"}, 400),
        ({"database": "x" * 65}, 400),
        ({"database": "images"}, 400),
        ({"collection": "system.users"}, 400),
        ({"collection": "oplog.rs"}, 400),
        ({"collection": "$cmd"}, 400),
        ({"limit": 0}, 400),
        ({"limit": -1}, 400),
        ({"limit": 2**63}, 400),
        ({"skip": -1}, 400),
        ({"fields": []}, 400),
        ({"metadata": {"x": "y" * 17_000}}, 400),
        ({"collection": "secrets"}, 403),
    ],
)
def test_what_may_not_be_asked_is_refused_before_the_source_is(
    client: APIClient, settings: Settings, said: dict[str, Any], status: int
) -> None:
    settings.HARVEST_ALLOW = ["*.hotels"]
    before = trace()
    for route in ("batch", "preview"):
        answer = client.post(f"/api/v1/download/{route}", {"database": "shop", "collection": "hotels", **said})
        assert (route, answer.status_code) == (route, status)
    assert trace() == before


def test_a_preview_fetches_nothing(client: APIClient, hotels: Shop, site: Origin) -> None:
    hotels["hotels"].insert_one({"_id": "c", "images": [site.url("/seen.jpg"), "http://127.0.0.1:22/", "ftp://x/"]})
    before = trace()
    answer = client.post("/api/v1/download/preview", {"database": "shop", "collection": "hotels"})
    told = answer.json()
    assert answer.status_code == 200
    assert (told["documents"], told["urls"]) == (3, 6)
    assert told["hosts"] == {"pictures.example": 3, "127.0.0.1": 2}
    assert told["refused"] == {"no_url": 1, "url_refused": 1}
    assert [one["document_id"] for one in told["sample"]] == ["a", "b", "c"]
    assert (trace(), site.asked("/seen.jpg")) == (before, 0)


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if "/jobs" in route[1] or "load" in route[1]])
def test_jobs_and_downloads_speak_spanish_unless_asked(api: ClientOf, method: str, path: str) -> None:
    assert api().generic(method, path).headers["Content-Language"] == "es"
    assert api().generic(method, path, headers={"Accept-Language": "en"}).headers["Content-Language"] == "en"


def test_jobs_are_listed_newest_first(client: APIClient) -> None:
    ids = [upload(client, HOTELS[:1], collection_name=f"c{number}").json()["id"] for number in range(5)]
    page = client.get("/api/v1/jobs?page=2&page_size=2").json()
    assert [job["id"] for job in page.pop("jobs")] == [ids[2], ids[1]]
    assert page == {"total": 5, "page": 2, "page_size": 2, "total_pages": 3}
    beyond = client.get("/api/v1/jobs?page=9").json()
    assert (beyond["jobs"], beyond["total"], beyond["page_size"]) == ([], 5, 20)
    assert client.get("/api/v1/jobs?collection=c3").json()["jobs"][0]["id"] == ids[3]


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("status=pending", 1),
        ("status=completed", 1),
        ("status=running", 0),
        ("job_type=download_source", 2),
        ("job_type=download_batch", 0),
        (f"database={naming.UPLOADS_DATABASE}&collection=hotels", 2),
        ("database=Uploads", 0),
    ],
)
def test_jobs_are_found_by_what_they_are(client: APIClient, query: str, total: int) -> None:
    upload(client)
    finished(Job.objects.get(), failed=0)
    upload(client)
    assert client.get(f"/api/v1/jobs?{query}").json()["total"] == total


@pytest.mark.parametrize("query", ["status=done", "job_type=x", "page=0", "page=x", "page_size=101", "page_size=0"])
def test_a_list_that_makes_no_sense_is_refused(client: APIClient, query: str) -> None:
    assert client.get(f"/api/v1/jobs?{query}").json()["code"] == "VALIDATION_ERROR"


def test_a_key_of_somebody_who_is_staff_no_more_opens_no_harvest(client: APIClient, staff: User) -> None:
    job = upload(client).json()["id"]
    theirs = keyed(staff, owner=staff)
    User.objects.update(is_staff=False)
    before = trace()
    for method, path in ROUTES:
        answer = theirs.generic(method, path.replace("/1", f"/{job}"))
        assert (method, path, answer.status_code) == (method, path, 403)
    assert trace() == before


def test_keys_see_their_own_jobs_and_staff_all(client: APIClient, api: ClientOf, staff: User) -> None:
    job = upload(client).json()["id"]
    finished(Job.objects.get(), failed=1)
    before = trace()
    for other in (keyed(staff), keyed(staff, owner=staff)):
        assert other.get("/api/v1/jobs").json()["total"] == 0
        for method, path in [route for route in ROUTES if "/jobs/1" in route[1]]:
            answer = other.generic(method, path.replace("/1", f"/{job}"))
            assert (method, path, answer.json()["code"]) == (method, path, "JOB_NOT_FOUND")
    assert trace() == before
    assert api(staff).get("/api/v1/jobs").json()["total"] == 1
    assert api(staff).get(f"/api/v1/jobs/{job}").status_code == 200


@pytest.mark.parametrize("method", ["DELETE", "POST"])
def test_a_job_is_cancelled_once(client: APIClient, method: str) -> None:
    job = upload(client).json()["id"]
    path = f"/api/v1/jobs/{job}" + ("/cancel" if method == "POST" else "")
    answer = client.generic(
        method, path, orjson.dumps({"reason": "too  slow"}).decode(), content_type="application/json"
    )
    assert answer.status_code == 200
    assert answer.json()["data"] == {"job_id": job, "status": "cancelled"}
    assert Job.objects.get().reason == ("too slow" if method == "POST" else "")
    before = trace()
    again = client.generic(method, path)
    assert (again.status_code, again.json()["code"]) == (409, "JOB_FINISHED")
    assert trace() == before


@pytest.mark.django_db(transaction=True)
def test_of_several_cancellations_one_wins(client: APIClient) -> None:
    job = upload(client).json()["id"]
    ready = threading.Barrier(3, timeout=20)

    def cancel() -> int:
        ready.wait()
        return int(client.post(f"/api/v1/jobs/{job}/cancel").status_code)

    assert sorted(together(cancel, cancel, cancel)) == [200, 409, 409]


def test_what_failed_is_tried_again(client: APIClient) -> None:
    job = upload(client).json()["id"]
    early = client.post(f"/api/v1/jobs/{job}/retry")
    assert (early.status_code, early.json()["code"]) == (409, "CONFLICT")
    finished(Job.objects.get(), failed=1)
    answer = client.post(f"/api/v1/jobs/{job}/retry")
    fresh = answer.json()
    assert (answer.status_code, fresh["status"], fresh["total_items"]) == (200, "pending", 1)
    assert answer.headers["Location"].endswith(f"/api/v1/jobs/{fresh['id']}")
    assert [item.urls for item in Item.objects.filter(job__public_id=fresh["id"])] == [[HOTELS[0]["images"][0]]]


def test_a_job_without_failures_is_not_tried_again(client: APIClient) -> None:
    job = upload(client, HOTELS[:1]).json()["id"]
    finished(Job.objects.get(), failed=0)
    before = trace()
    answer = client.post(f"/api/v1/jobs/{job}/retry")
    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")
    assert trace() == before


def test_errors_are_told_one_by_one(client: APIClient) -> None:
    job = upload(client).json()["id"]
    finished(Job.objects.get(), failed=3)
    first = client.get(f"/api/v1/jobs/{job}/errors?limit=1", headers={"Accept-Language": "en"}).json()
    assert [error["details"] for error in first["errors"]] == [
        {"document_id": "a", "url": url, "attempts": 1} for url in HOTELS[0]["images"]
    ]
    assert {(error["error_type"], error["message"]) for error in first["errors"]} == {
        ("not_found", "The server has no such file.")
    }
    rest = client.get(f"/api/v1/jobs/{job}/errors?limit=1&cursor={first['next']}").json()
    assert ([error["details"]["document_id"] for error in rest["errors"]], rest["next"]) == (["b"], None)


def test_documents_of_a_job_are_listed(client: APIClient) -> None:
    job = upload(client).json()["id"]
    finished(Job.objects.get(), failed=1)
    every = client.get(f"/api/v1/jobs/{job}/items").json()
    assert [(item["number"], item["document_id"], item["status"]) for item in every["items"]] == [
        (0, "a", "failed"),
        (1, "b", "done"),
    ]
    failed = client.get(f"/api/v1/jobs/{job}/items?status=failed").json()
    assert failed == {"items": [every["items"][0]], "next": None}
    assert failed["items"][0]["results"][0] == {
        "url": HOTELS[0]["images"][0],
        "outcome": "failed",
        "reason": "not_found",
        "attempts": 1,
    }
    first = client.get(f"/api/v1/jobs/{job}/items?limit=1").json()
    second = client.get(f"/api/v1/jobs/{job}/items?limit=1&cursor={first['next']}").json()
    assert [first["items"], second["items"]] == [every["items"][:1], every["items"][1:]]


def test_a_list_of_jobs_costs_the_same_however_long(
    client: APIClient, django_assert_num_queries: Callable[[int], Any]
) -> None:
    upload(client)
    client.get("/api/v1/jobs")
    with django_assert_num_queries(5):
        client.get("/api/v1/jobs")
    for _ in range(3):
        upload(client)
    with django_assert_num_queries(5):
        client.get("/api/v1/jobs")
