from datetime import timedelta

import pytest

from harvester.models import Harvested
from imagehub.images import doctor, reaper, storage
from imagehub.images.doctor import Finding, Kind
from tests.harvester.harvesting import HOME, asked, done, of
from tests.origins import Origin

pytestmark = pytest.mark.django_db(transaction=True)

A = f"{HOME}/a-hotel-a"


def findings() -> set[Finding]:
    return set(doctor.examine(grace=timedelta(seconds=-60)))


def test_the_doctor_knows_what_was_harvested(site: Origin) -> None:
    done(asked({"a": of(site, "/doctor-1.png", "/doctor-2.png"), "b": of(site, "/doctor-3.png")}))
    assert findings() == set()


def test_the_doctor_finds_what_was_lost_spoilt_or_left_behind(site: Origin) -> None:
    done(asked({"a": of(site, "/doctor-1.png", "/doctor-2.png"), "b": of(site, "/doctor-3.png")}))
    storage.delete(f"{A}/original/img_001.png")
    storage.replace(f"{A}/original/img_002.png", b"other bytes")
    storage.put(f"{A}/original/img_003.png", b"of nobody")
    storage.put(f"{HOME}/c-hotel-c/metadata.json", b"{}")
    Harvested.objects.filter(document__document_id="b").delete()

    assert findings() == {
        Finding(Kind.MISSING_OBJECT, f"{A}/original/img_001.png"),
        Finding(Kind.WRONG_BYTES, f"{A}/original/img_002.png"),
        Finding(Kind.ORPHAN_OBJECT, f"{A}/original/img_003.png"),
        Finding(Kind.ORPHAN_OBJECT, f"{HOME}/c-hotel-c/metadata.json"),
        Finding(Kind.ORPHAN_OBJECT, f"{HOME}/b-hotel-b/original/img_001.png"),
    }


def test_what_was_left_behind_is_removed_and_its_key_is_free_for_what_comes_later(site: Origin) -> None:
    done(asked({"a": of(site, "/doctor-1.png")}))
    storage.put(f"{A}/original/img_002.png", b"of nobody")

    assert [doctor.mend(finding) for finding in findings()] == [True]
    assert findings() == set()
    done(asked({"a": of(site, "/doctor-1.png", "/doctor-2.png")}))
    reaper.sweep()
    assert findings() == set()
    assert doctor.mend(Finding(Kind.ORPHAN_OBJECT, f"{A}/original/img_001.png"))
    assert findings() == set()


def test_what_is_said_beside_files_is_written_again_where_it_is_lost(site: Origin) -> None:
    done(asked({"a": of(site, "/doctor-1.png"), "b": of(site, "/doctor-2.png")}))
    said = storage.read(f"{A}/metadata.json")
    storage.delete(f"{A}/metadata.json")

    lost = Finding(Kind.LOST_DESCRIPTION, f"{A}/metadata.json")
    assert findings() == {lost}
    assert set(doctor.examine()) == set()  # it may be on its way
    assert doctor.mend(lost)
    assert storage.read(f"{A}/metadata.json") == said
    assert findings() == set()
    assert not doctor.mend(Finding(Kind.LOST_DESCRIPTION, f"{HOME}/nobody/metadata.json"))


def test_what_is_stored_under_an_orphan_s_key_after_the_look_at_it_stays(site: Origin) -> None:
    done(asked({"a": of(site, "/doctor-1.png")}))
    storage.put(f"{A}/original/img_002.png", b"of nobody")
    (orphan,) = findings()
    storage.replace(f"{A}/original/img_002.png", b"on its way to a row")

    doctor.mend(orphan)

    assert storage.read(f"{A}/original/img_002.png") == b"on its way to a row"
