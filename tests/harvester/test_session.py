import errno
import gc
import os
import struct
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import RawValue

import pytest
from pytest_django import Settings

from harvester import listing
from harvester.engine import bench, records, session
from harvester.models import Harvested, Item, Job, Step
from harvester.services import claiming, jobs, planning
from imagehub.events.models import Event
from imagehub.images import storage
from tests.crowds import together
from tests.harvester.harvesting import ROBOT, asked, await_event, await_over, done, files, fresh, metadata, of, told
from tests.origins import Answer, Origin, origin, picture
from tests.programs import without

pytestmark = pytest.mark.django_db(transaction=True)


def spoilt() -> bytes:
    """Return a PNG that is in order but for its pixels."""
    whole = picture("/spoilt.png")
    at = whole.index(b"IDAT")
    (length,) = struct.unpack(">I", whole[at - 4 : at])
    body = b"IDAT" + bytes(length)
    return whole[:at] + body + struct.pack(">I", zlib.crc32(body)) + whole[at + 8 + length :]


HTML = Answer(body=b"<!DOCTYPE html><html>canary</html>", headers={"Content-Type": "image/jpeg"})
SVG = Answer(body=b"<svg xmlns='http://www.w3.org/2000/svg'/>", headers={"Content-Type": "image/svg+xml"})
TEXT = Answer(body=b"nothing to see here", headers={"Content-Type": "text/plain"})
SPOILT = Answer(body=spoilt(), headers={"Content-Type": "image/png"})
TORN = Answer(body=picture("/whole.jpg", side=64)[:-300], headers={"Content-Type": "image/jpeg"})
SHY = Answer(body=picture("/shy.jpg"), headers={"X-Robots-Tag": "noai"})
ENDINGS = {
    "/there.jpg": (None, ("downloaded", "", 1)),
    "/missing.jpg": (Answer(404), ("failed", "not_found", 1)),
    "/gone.jpg": (Answer(410), ("failed", "not_found", 1)),
    "/secret.jpg": (Answer(403, b"canary"), ("failed", "http_error", 1)),
    "/broken.jpg": (Answer(500, b"canary"), ("failed", "server_error", 3)),
    "/busy.jpg": (Answer(429), ("failed", "rate_limited", 3)),
    "/page.jpg": (HTML, ("failed", "not_an_image", 1)),
    "/text.jpg": (TEXT, ("failed", "not_an_image", 1)),
    "/drawn.jpg": (SVG, ("failed", "unsupported_format", 1)),
    "/empty.jpg": (Answer(200), ("failed", "empty", 1)),
    "/torn.jpg": (TORN, ("failed", "damaged", 1)),
    "/shy.jpg": (SHY, ("skipped", "opted_out", 1)),
    "/circle.jpg": (Answer(302, headers={"Location": "/circle.jpg"}), ("failed", "too_many_redirects", 1)),
}


def test_what_a_document_refers_to_is_stored_as_it_was_fetched_and_told_beside_it(site: Origin) -> None:
    site.slow("/one.jpg", 0.2)
    job = done(asked({"a": of(site, "/one.jpg", "/two.png"), "b": of(site, "/three.webp"), "c": []}))

    assert (job.status, job.progress, job.processed_items, job.failed_items) == ("completed", 100.0, 3, 0)
    assert (job.found, job.downloaded, job.added, job.bytes) == (3, 3, 3, sum(map(len, sizes(job.pk))))
    assert files("a") == {"original/img_001.jpg": picture("/one.jpg"), "original/img_002.png": picture("/two.png")}
    assert files("b") == {"original/img_001.webp": picture("/three.webp")}
    said = metadata("a")
    first, second = said["images"]["original"]  # type: ignore[index]  # JSON
    assert said["statistics"] == {
        "total_images": 2,
        "successful_downloads": 2,
        "failed_downloads": 0,
        "total_size_bytes": len(picture("/one.jpg")) + len(picture("/two.png")),
        "total_size_mb": 0.001,
    }
    assert (first["filename"], first["mime_type"], first["width"], first["error"]) == (
        "img_001.jpg",
        "image/jpeg",
        16,
        None,
    )
    assert (second["url"], second["attempts"]) == (site.url("/two.png"), 1)
    assert (said["search_field"], said["job_id"]) == ("hotel a", job.public_id)


def sizes(job_pk: int) -> list[bytes]:
    return [storage.read(key) for key in Harvested.objects.filter(job=job_pk).values_list("key", flat=True)]


def test_every_address_ends_with_a_word_of_ours(site: Origin, settings: Settings) -> None:
    settings.MAX_RETRIES = 2
    for path, (answer, _ending) in ENDINGS.items():
        if answer:
            site.answer(path, answer)
    odd = {"ftp://127.0.0.1/x.jpg": "url_refused", "http://127.0.0.1:1/x.jpg": "address_refused"}
    job = done(asked({"a": [*of(site, *ENDINGS), *odd]}))

    expected = {site.url(path): ending for path, (_answer, ending) in ENDINGS.items()}
    assert told(job) == {**expected, **{url: ("failed", reason, 1) for url, reason in odd.items()}}
    assert (job.status, job.downloaded, job.failed, job.skipped, job.failed_items) == ("completed", 1, 13, 1, 1)
    assert list(files("a")) == ["original/img_001.jpg"]
    assert "canary" not in str(job.__dict__) + str(metadata("a"))


def test_what_fails_for_a_while_is_asked_for_again(site: Origin) -> None:
    site.fail("/later.jpg", times=2)
    job = done(asked({"a": of(site, "/later.jpg")}))

    assert told(job) == {site.url("/later.jpg"): ("downloaded", "", 3)}
    assert (site.asked("/later.jpg"), site.complete("/later.jpg")) == (3, 1)


def test_the_same_bytes_are_one_file_that_of_the_first_address(site: Origin) -> None:
    same = Answer(body=picture("/same.png"), headers={"Content-Type": "image/png"})
    site.answer("/x.png", same)
    site.answer("/y.png", same)
    site.slow("/x.png", 0.2)
    job = done(asked({"a": of(site, "/other.png", "/x.png", "/y.png")}))

    assert job.downloaded == 3
    assert list(files("a")) == ["original/img_001.png", "original/img_002.png"]
    told_of = metadata("a")["images"]["original"]  # type: ignore[index]  # JSON
    assert [image["filename"] for image in told_of] == ["img_001.png", "img_002.png", "img_002.png"]


def test_an_address_in_many_documents_is_asked_for_once(site: Origin) -> None:
    urls = of(site, "/shared.png", "/nowhere-shared.png")
    site.remove("/nowhere-shared.png")
    job = done(asked({str(number): urls for number in range(50)}))

    assert (job.downloaded, job.failed) == (50, 50)
    assert (site.asked("/shared.png"), site.asked("/nowhere-shared.png")) == (1, 1)
    assert files("49") == {"original/img_001.png": picture("/shared.png")}
    again = done(asked({str(number): urls for number in range(50)}))
    assert (again.unchanged, site.asked("/shared.png"), site.complete("/shared.png")) == (50, 2, 1)


def test_structure_alone_is_judged_where_that_is_wanted(site: Origin, settings: Settings) -> None:
    site.answer("/spoilt.png", SPOILT)
    assert done(asked({"a": of(site, "/spoilt.png")})).reasons == {"damaged": 1}
    settings.HARVEST_VALIDATION = "structure"
    assert done(asked({"a": of(site, "/spoilt.png")})).downloaded == 1


def test_ten_messages_at_once_do_the_work_once(site: Origin) -> None:
    paths = [f"/ten-{number}.png" for number in range(30)]
    job = asked({str(number): of(site, path) for number, path in enumerate(paths)})
    together(*[session.run] * 10)

    assert done(job).downloaded == 30
    assert [site.asked(path) for path in paths] == [1] * 30


def test_a_session_makes_room_for_whoever_is_to_lay_out_a_new_job(
    site: Origin, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAX_CONNECTIONS_PER_HOST = 1
    monkeypatch.setattr(session, "LOOK", 0.2)
    paths = [f"/slow-{number}.png" for number in range(40)]
    for path in paths:
        site.slow(path, 0.1)
    large = asked({path: of(site, path) for path in paths})
    new = Job.objects.create(kind="download_collection", caller="service:robot", database="shop", collection="hotels")
    Job.objects.filter(pk=new.pk).update(created_at=new.created_at - planning.OVERDUE)

    assert session.run()
    assert 0 < fresh(large).downloaded < 40
    jobs.fail(new.pk, "there is no such source here")
    assert done(large).downloaded == 40


def test_two_workers_never_hold_the_same_step(site: Origin) -> None:
    asked({str(number): of(site, f"/held-{number}.png") for number in range(200)})
    found = together(*[lambda: [claiming.take("lease") for _ in range(4)]] * 4)

    claims = [claim.step for claims in found for claim in claims if claim]
    assert sorted(claims) == sorted(Step.objects.values_list("pk", flat=True))
    assert len(claims) == 10


def test_a_full_disk_puts_off_what_can_not_be_stored(site: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    job = asked({"a": of(site, "/full-1.png", "/full-2.png")})

    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr("harvester.engine.visits.STORAGE_REST", 31.0)
        patch.setattr(os, "rename", full)
        session.run()

    assert (fresh(job).status, files("a"), Harvested.objects.exclude(key="").count()) == ("running", {}, 0)
    Step.objects.update(due_at="2020-01-01T00:00:00Z")
    assert done(job).downloaded == 2
    assert told(job)[site.url("/full-1.png")] == ("downloaded", "", 1)


def test_a_document_that_can_not_be_described_rests_before_it_is_tried_again(
    site: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, rename = asked({"a": of(site, "/described.png")}), os.rename

    def full(source: str, target: str, **folders: int) -> None:
        if target.endswith("metadata.json"):
            raise OSError(errno.ENOSPC, "full")
        rename(source, target, **folders)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", full)
        session.run(3.0)

    assert (fresh(job).status, fresh(job).downloaded, Step.objects.get().tries) == ("running", 1, 1)
    assert claiming.take("other") is None
    Step.objects.update(due_at="2020-01-01T00:00:00Z")
    assert done(job).status == "completed"
    assert (len(metadata("a")), site.complete("/described.png")) == (10, 1)


def test_a_worker_that_leaves_hands_on_what_is_not_done(site: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_is_leaving", RawValue("b", 0))
    site.hold("/handed-0.png")
    job = asked({str(number): of(site, f"/handed-{number}.png") for number in range(300)})

    def leave() -> None:
        site.await_asked("/handed-0.png")
        session.leave()
        site.release()

    began = time.monotonic()
    is_more, _left = together(session.run, leave)
    assert (is_more, time.monotonic() - began < session.LENGTH / 2) == (True, True)
    assert set(Step.objects.exclude(state="done").values_list("state", "lease", "tries")) == {("pending", "", 0)}
    monkeypatch.setattr(session, "_is_leaving", RawValue("b", 0))
    assert done(job).downloaded == 300
    assert {site.complete(f"/handed-{number}.png") for number in range(300)} == {1}


def test_a_small_job_is_done_beside_a_huge_one(
    site: Origin, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "ROOM", 150)
    paths = [f"/huge-{number}.png" for number in range(400)]
    site.hold(*paths)
    huge = asked({str(number): of(site, *paths[number * 10 : number * 10 + 10]) for number in range(40)})
    with origin("127.0.0.2") as other, ThreadPoolExecutor(1) as worker:
        settings.OUTBOUND_ALLOW = ["127.0.0.0/8:*"]
        working = worker.submit(session.run)
        site.await_asked(paths[0])
        small = asked({"small": [other.url("/small.png")]})
        await_over(small)
        assert (fresh(small).downloaded, fresh(huge).processed_items) == (1, 0)
        site.release()
        working.result()
    assert done(huge).downloaded == 400


def test_the_threads_of_a_session_share_one_core(site: Origin) -> None:
    if len(everywhere := os.sched_getaffinity(0)) == 1:
        without("there is only one core")
    site.hold("/on-one-core.png")
    job = asked({"a": of(site, "/before.png", "/on-one-core.png")})
    with ThreadPoolExecutor(1, "harvest-loop") as worker:
        working = worker.submit(session.run)
        await_event(lambda: fresh(job).downloaded == 1)
        threads = [thread for thread in threading.enumerate() if thread.name.startswith("harvest")]
        places = {frozenset(os.sched_getaffinity(thread.native_id or 0)) for thread in threads}
        site.release("/on-one-core.png")
        working.result()
        left_on = worker.submit(os.sched_getaffinity, 0).result()

    assert (len(places), [len(cores) for cores in places], left_on) == (1, [1], everywhere)


def test_a_cancelled_job_fetches_nothing_more_and_stays_cancelled(site: Origin) -> None:
    paths = [f"/cancel-{number}.png" for number in range(40)]
    site.hold(*paths[10:])
    job = asked({str(number): of(site, path) for number, path in enumerate(paths)})
    with ThreadPoolExecutor(1) as worker:
        working = worker.submit(session.run)
        site.await_asked(paths[10])
        jobs.cancel(job.public_id, "  no longer   wanted ", by=ROBOT)
        working.result(timeout=5)
    asked_for = [path for path in paths if site.asked(path)]
    site.release()

    assert len(asked_for) < len(paths)
    before = fresh(job)
    assert (before.status, before.reason) == ("cancelled", "no longer wanted")
    assert done(job) == before
    assert (fresh(job).downloaded, fresh(job).processed_items) == (before.downloaded, before.processed_items)
    assert [path for path in paths if site.asked(path)] == asked_for
    known = set(Harvested.objects.exclude(key="").values_list("key", flat=True))
    stored = {found.key for found in storage.walk("json.file/") if not found.key.endswith("metadata.json")}
    assert stored == known
    assert len(known) == before.downloaded


def test_a_document_that_breaks_whatever_closes_it_is_given_up_in_the_end(
    site: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvester.engine.records.REST", 0.0)
    job = asked({"poison": of(site, "/p.png"), "fine": of(site, "/q.png"), "too": of(site, "/r.png")})
    Item.objects.filter(document_id="poison").update(results=[{"no": "url"}])

    job = done(job)

    assert (job.status, job.processed_items, job.failed_items, job.downloaded) == ("completed", 3, 1, 3)
    poison = Item.objects.get(document_id="poison")
    assert [(result["url"], result["reason"]) for result in poison.results] == [
        (site.url("/p.png"), ""),
        ("", "gave_up"),
    ]
    assert set(Item.objects.exclude(pk=poison.pk).values_list("state", flat=True)) == {"done"}
    assert Step.objects.get().tries == records.MOST_TRIES


def test_what_failed_before_a_job_was_cancelled_is_told_and_can_be_tried_again(site: Origin) -> None:
    site.remove("/not-there.png")
    site.hold("/never-comes.png")
    job = asked({"a": of(site, "/not-there.png", "/never-comes.png"), "b": of(site, "/never-comes.png")})
    with ThreadPoolExecutor(1) as worker:
        working = worker.submit(session.run)
        await_event(lambda: fresh(job).failed == 1)
        jobs.cancel(job.public_id, "", by=ROBOT)
        working.result()
    site.release("/never-comes.png")

    assert (fresh(job).failed_items, fresh(job).processed_items) == (1, 1)
    (fault,), _rest = listing.errors_of(fresh(job), after=-1, limit=10)
    assert (fault["error_type"], fault["details"]["url"]) == ("not_found", site.url("/not-there.png"))
    site.answer("/not-there.png", Answer(body=picture("/not-there.png")))
    again = done(jobs.retry(job.public_id, by=ROBOT))
    assert told(again) == {site.url("/not-there.png"): ("downloaded", "", 1)}


@pytest.mark.parametrize(
    ("tries", "is_begun"), [(0, True), (1, False)], ids=["by this release", "by the one before, in the middle of a job"]
)
def test_what_failed_in_a_step_that_was_handed_on_is_told_though_nobody_takes_it_again(
    site: Origin, monkeypatch: pytest.MonkeyPatch, tries: int, is_begun: bool
) -> None:
    monkeypatch.setattr(session, "_is_leaving", RawValue("b", 0))
    site.remove("/went.png")
    site.hold("/stays-out.png")
    job = asked({"a": of(site, "/went.png", "/stays-out.png"), "b": of(site, "/stays-out.png")})
    with ThreadPoolExecutor(1) as worker:
        working = worker.submit(session.run)
        await_event(lambda: fresh(job).failed == 1)
        session.leave()
        working.result()
    assert list(Step.objects.values_list("state", "tries", "is_begun")) == [("pending", 0, True)]
    Step.objects.update(tries=tries, is_begun=is_begun)

    jobs.cancel(job.public_id, "", by=ROBOT)
    site.release("/stays-out.png")

    assert (fresh(job).failed_items, fresh(job).processed_items) == (1, 1)
    (fault,), _rest = listing.errors_of(fresh(job), after=-1, limit=10)
    assert fault["error_type"] == "not_found"
    assert jobs.retry(job.public_id, by=ROBOT).found == 1


def test_the_last_change_is_told_though_nothing_comes_after_it(site: Origin) -> None:
    site.hold("/never.png")
    job = asked({name: of(site, f"/{name}.png") for name in ("soon", "next", "never")})
    with ThreadPoolExecutor(1) as worker:
        working = worker.submit(session.run)
        await_event(lambda: Event.objects.filter(kind="job.progress", data__processed_items=2).exists())
        site.release("/never.png")
        working.result()
    assert done(job).status == "completed"


def test_a_job_that_breaks_whatever_counts_for_it_ends(site: Origin) -> None:
    broken, fine = asked({"a": of(site, "/a.png")}), asked({"b": of(site, "/b.png")})
    Job.objects.filter(pk=broken.pk).update(hosts=0)

    assert (done(fine).status, fresh(broken).status) == ("completed", "failed")
    assert fresh(broken).reason == "Something went wrong on our side."


def test_the_garbage_collector_passes_over_what_was_loaded_before_the_first_session() -> None:
    gc.unfreeze()
    session.spare_collector.cache_clear()
    session.run()
    assert gc.get_freeze_count() > 10_000
