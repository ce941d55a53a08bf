from dataclasses import replace

import pytest

from harvester.models import Harvested
from imagehub.images import storage
from imagehub.lib.digests import sha256
from tests.harvester.harvesting import DRAFT, asked, done, files, metadata, of, told
from tests.origins import Answer, Origin, picture

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_unchanged_is_not_fetched_again(site: Origin) -> None:
    documents = {"u": of(site, "/u-1.png", "/u-2.png")}
    done(asked(documents))
    job = done(asked(documents))

    assert (job.downloaded, job.unchanged, job.bytes, job.added, job.gone) == (0, 2, 0, 0, 0)
    assert (site.complete("/u-1.png"), site.unchanged("/u-1.png")) == (1, 1)
    assert told(job) == dict.fromkeys(documents["u"], ("unchanged", "", 1))


def test_the_same_bytes_without_a_validator_are_unchanged_too(site: Origin) -> None:
    answer = Answer(body=picture("/v.png"), headers={"Content-Type": "image/png", "ETag": ""})
    site.answer("/v.png", answer)
    done(asked({"v": of(site, "/v.png")}))
    job = done(asked({"v": of(site, "/v.png")}))

    assert (job.unchanged, job.downloaded, site.complete("/v.png")) == (1, 0, 2)


def test_what_has_changed_takes_the_place_of_what_was(site: Origin) -> None:
    done(asked({"w": of(site, "/w-1.png", "/w-2.png")}))
    site.redraw("/w-1.png")
    jpeg = picture("/w-2.jpg")
    site.answer("/w-2.png", Answer(body=jpeg, headers={"Content-Type": "image/jpeg"}))
    job = done(asked({"w": of(site, "/w-1.png", "/w-2.png")}))

    assert (job.downloaded, job.changed, job.added, job.unchanged) == (2, 2, 0, 0)
    assert files("w") == {"original/img_001.png": picture("/w-1.png", 1), "original/img_002.jpg": jpeg}


def test_a_number_is_an_address_for_ever(site: Origin) -> None:
    done(asked({"n": of(site, "/n-1.png", "/n-2.png")}))
    job = done(asked({"n": of(site, "/n-3.png", "/n-2.png", "/n-4.png")}))

    assert (job.added, job.unchanged, job.gone) == (2, 1, 1)
    names = dict(Harvested.objects.values_list("url", "filename"))
    numbered = zip(of(site, "/n-1.png", "/n-2.png", "/n-3.png", "/n-4.png"), range(1, 5), strict=True)
    assert names == {url: f"img_{number:03}.png" for url, number in numbered}
    marks = [image["gone_at"] is not None for image in metadata("n")["images"]["original"]]  # type: ignore[index]  # JSON
    assert marks == [True, False, False, False]
    assert len(files("n")) == 4


def test_what_a_job_does_not_look_for_is_not_gone(site: Origin) -> None:
    done(asked({"f": of(site, "/f-1.png", "/f-2.png")}))
    narrower = replace(DRAFT, fields=("images",))

    assert [done(asked({"f": of(site, "/f-1.png")}, draft)).gone for draft in (narrower, narrower, DRAFT)] == [0, 0, 1]


def test_what_its_server_no_longer_has_is_gone_and_its_file_stays_until_it_is_back(site: Origin) -> None:
    done(asked({"g": of(site, "/g.png")}))
    present = Answer(body=picture("/g.png"), headers={"Content-Type": "image/png"})
    site.remove("/g.png")
    gone = done(asked({"g": of(site, "/g.png")}))
    again = done(asked({"g": of(site, "/g.png")}))
    was_gone = Harvested.objects.get().gone_at is not None
    site.answer("/g.png", present)
    back = done(asked({"g": of(site, "/g.png")}))

    assert (gone.gone, gone.failed, again.gone, was_gone) == (1, 1, 0, True)
    assert (back.unchanged, Harvested.objects.get().gone_at) == (1, None)
    assert files("g") == {"original/img_001.png": picture("/g.png")}


def test_of_equal_files_one_may_change_without_the_other(site: Origin) -> None:
    same = Answer(body=picture("/e.png"), headers={"Content-Type": "image/png"})
    site.answer("/e-1.png", same)
    site.answer("/e-2.png", same)
    done(asked({"e": of(site, "/e-1.png", "/e-2.png")}))
    assert list(files("e")) == ["original/img_001.png"]
    site.answer("/e-1.png", Answer(body=picture("/e-1.png", 7), headers={"Content-Type": "image/png"}))
    job = done(asked({"e": of(site, "/e-1.png", "/e-2.png")}))

    assert (job.changed, job.unchanged) == (1, 1)
    assert files("e") == {"original/img_001.png": picture("/e-1.png", 7), "original/img_002.png": picture("/e.png")}
    rows = Harvested.objects.order_by("number").values_list("filename", "key")
    assert [(name, storage.read(key)) for name, key in rows] == [
        ("img_001.png", picture("/e-1.png", 7)),
        ("img_002.png", picture("/e.png")),
    ]


def test_equal_files_that_change_at_the_same_time_become_what_each_address_has(site: Origin) -> None:
    same = Answer(body=picture("/b.png"), headers={"Content-Type": "image/png"})
    paths = [f"/b-{number}.png" for number in (1, 2, 3)]
    for path in paths:
        site.answer(path, same)
    done(asked({"b": of(site, *paths)}))
    late, early = picture("/b-1.png", 7), picture("/b-2.jpg", 7)
    # The one whose name the file has comes last, when the other has its own already.
    site.answer(paths[0], Answer(body=late, headers={"Content-Type": "image/png"}, drip=1.0 / len(late)))
    site.answer(paths[1], Answer(body=early, headers={"Content-Type": "image/jpeg"}))
    job = done(asked({"b": of(site, *paths)}))

    assert (job.changed, job.unchanged) == (2, 1)
    assert files("b") == {
        "original/img_001.png": late,
        "original/img_002.jpg": early,
        "original/img_003.png": picture("/b.png"),
    }
    rows = Harvested.objects.order_by("number").values_list("filename", "content_type", "sha256")
    assert list(rows) == [
        ("img_001.png", "image/png", sha256(late)),
        ("img_002.jpg", "image/jpeg", sha256(early)),
        ("img_003.png", "image/png", sha256(picture("/b.png"))),
    ]


def test_a_file_that_was_lost_is_stored_again(site: Origin) -> None:
    answer = Answer(body=picture("/l.png"), headers={"Content-Type": "image/png", "ETag": ""})
    site.answer("/l.png", answer)
    done(asked({"l": of(site, "/l.png")}))
    storage.delete(Harvested.objects.get().key)
    done(asked({"l": of(site, "/l.png")}))

    assert files("l") == {"original/img_001.png": picture("/l.png")}
