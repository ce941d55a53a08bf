"""Staff hides a publication with a reason; its owner is told; nothing is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.actors import Actor, Service
from accounts.models import User
from imagehub.events.models import Event
from imagehub.images.models import Image
from imagehub.lib.errors import Forbidden, Invalid, PublicationNotFound
from publications import tasks
from publications.models import Publication, Tally
from publications.services import moderation, telling
from tests.publications.lookalikes import drawn, put_up

pytestmark = pytest.mark.django_db
Api = Callable[..., APIClient]
BASE = "/api/v1/publications"
REASON = "This is somebody else's photo."


@pytest.fixture
def boat(ada: User) -> Publication:
    return put_up(ada, drawn("sea"))


def trace() -> object:
    """Return everything that a refused request must leave as it was."""
    rows = list(Publication.objects.order_by("id").values_list("id", "hidden_at", "hidden_reason", "told_at"))
    tallies = list(Tally.objects.order_by("id").values_list("shelf", "shown", "hidden"))
    return rows, tallies, list(Image.objects.values_list("is_public", flat=True)), Event.objects.count()


def test_a_hidden_publication_is_there_for_its_owner_and_staff_only(
    boat: Publication, ada: User, bea: User, staff: User, api: Api
) -> None:
    moderation.hide(boat.public_id, REASON, by=staff)

    address = f"{BASE}/{boat.public_id}"
    assert [api(person).get(address).status_code for person in (ada, staff, bea)] == [200, 200, 404]
    assert [api(person).get(f"{address}/images").status_code for person in (ada, staff, bea)] == [200, 200, 404]
    totals = [api(person).get(BASE).json()["pagination"]["total"] for person in (staff, bea)]
    assert totals == [1, 0]


def test_photos_of_a_hidden_publication_need_a_signature(boat: Publication, staff: User, api: Api) -> None:
    uri = api(staff).get(f"{BASE}/{boat.public_id}/images").json()["images"][0]
    assert api().get(uri).status_code == 200

    moderation.hide(boat.public_id, REASON, by=staff)
    assert api().get(uri).status_code == 403

    moderation.show(boat.public_id, by=staff)
    assert api().get(uri).status_code == 200


def test_shown_again_it_is_as_before(boat: Publication, bea: User, staff: User, api: Api) -> None:
    before = api(bea).get(f"{BASE}/{boat.public_id}").json()

    moderation.hide(boat.public_id, REASON, by=staff)
    shown = moderation.show(boat.public_id, by=staff)

    assert (shown.hidden_at, shown.hidden_reason, shown.told_at) == (None, "", None)
    assert api(bea).get(f"{BASE}/{boat.public_id}").json() == before
    assert api(bea).get(BASE).json()["pagination"]["total"] == 1


def test_the_owner_hears_of_it_with_the_reason(boat: Publication, ada: User, staff: User) -> None:
    moderation.hide(boat.public_id, REASON, by=staff)
    moderation.show(boat.public_id, by=staff)

    told = Event.objects.filter(kind="publication.updated").order_by("id")
    assert {event.audience for event in told} == {f"user:{ada.pk}"}
    said = [(event.data["publicationId"], event.data["isHidden"], event.data["reason"]) for event in told]
    assert said == [(boat.public_id, True, REASON), (boat.public_id, False, "")]
    assert told[0].data["publication"]["id"] == boat.public_id


def test_hiding_twice_for_one_reason_is_hiding_once(boat: Publication, staff: User) -> None:
    moderation.hide(boat.public_id, REASON, by=staff)
    before = trace()

    moderation.hide(boat.public_id, f"  {REASON} ", by=staff)

    assert trace() == before


def test_showing_what_is_shown_changes_nothing(boat: Publication, staff: User) -> None:
    before = trace()

    moderation.show(boat.public_id, by=staff)

    assert trace() == before


def test_another_reason_replaces_the_first(boat: Publication, staff: User) -> None:
    since = moderation.hide(boat.public_id, REASON, by=staff).hidden_at
    before = list(Tally.objects.values_list("shelf", "shown", "hidden"))

    changed = moderation.hide(boat.public_id, "Another reason.", by=staff)

    assert (changed.hidden_reason, changed.hidden_at) == ("Another reason.", since)
    assert list(Tally.objects.values_list("shelf", "shown", "hidden")) == before


@pytest.mark.parametrize("reason", ["", "   ", "\u202e\u200b", "x" * 501])
def test_a_reason_is_needed(reason: str, boat: Publication, staff: User) -> None:
    before = trace()

    with pytest.raises(Invalid) as refusal:
        moderation.hide(boat.public_id, reason, by=staff)

    assert list(refusal.value.details or ()) == ["reason"]
    assert trace() == before


def test_nobody_but_staff_hides_or_shows(boat: Publication, ada: User, bea: User, staff: User) -> None:
    moderation.hide(boat.public_id, REASON, by=staff)
    before = trace()
    actors: list[Actor] = [ada, bea, Service("robot", frozenset({"publications"}))]
    for actor in actors:
        with pytest.raises(Forbidden):
            moderation.hide(boat.public_id, "Mine.", by=actor)
        with pytest.raises(Forbidden):
            moderation.show(boat.public_id, by=actor)
    assert trace() == before


@pytest.mark.parametrize("public_id", ["nobody", "../x", "", "x" * 65])
def test_an_unknown_publication_is_not_found(public_id: str, staff: User) -> None:
    with pytest.raises(PublicationNotFound):
        moderation.hide(public_id, REASON, by=staff)


def test_its_owner_still_works_on_it(boat: Publication, ada: User, staff: User, api: Api) -> None:
    moderation.hide(boat.public_id, REASON, by=staff)

    changed = api(ada).patch(f"{BASE}/{boat.public_id}", {"title": "Mine"})

    assert (changed.status_code, changed.json()["title"]) == (200, "Mine")


def test_a_photo_added_meanwhile_stays_hidden_with_it(boat: Publication, ada: User, staff: User) -> None:
    from publications import uploads
    from publications.services import photos

    moderation.hide(boat.public_id, REASON, by=staff)
    photos.add(uploads.judge(drawn("night")), boat.public_id, by=ada)
    assert list(Image.objects.values_list("is_public", flat=True)) == [False, False]

    moderation.show(boat.public_id, by=staff)
    assert list(Image.objects.values_list("is_public", flat=True)) == [True, True]


# -- The mail ----------------------------------------------------------------------------------------


def test_the_owner_is_mailed_once(boat: Publication, staff: User, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://hub.example"
    moderation.hide(boat.public_id, REASON, by=staff)

    tasks.tell(boat.pk)
    tasks.tell(boat.pk)

    (sent,) = mail.outbox
    assert sent.to == ["ada@example.org"]
    assert sent.subject == "ImageHub: “A boat” is hidden"
    assert REASON in sent.body
    assert f"https://hub.example/publications/{boat.public_id}/edit/" in sent.body


def test_words_of_people_are_not_markup_in_a_mail(ada: User, staff: User) -> None:
    publication = put_up(ada, title="Rock & Roll <b>")
    moderation.hide(publication.public_id, "<i>No</i> & never", by=staff)

    tasks.tell(publication.pk, "http://hub.example")

    (sent,) = mail.outbox
    assert sent.subject == "ImageHub: “Rock & Roll <b>” is hidden"
    assert "<i>No</i> & never" in sent.body
    assert "http://hub.example/publications/" in sent.body


def test_without_an_address_of_ours_the_mail_has_none(boat: Publication, staff: User) -> None:
    moderation.hide(boat.public_id, REASON, by=staff)

    tasks.tell(boat.pk)

    assert "/publications/" not in mail.outbox[0].body


def test_an_owner_without_address_is_not_mailed(boat: Publication, ada: User, staff: User) -> None:
    User.objects.filter(pk=ada.pk).update(email=None)
    moderation.hide(boat.public_id, REASON, by=staff)

    tasks.tell(boat.pk)

    assert mail.outbox == []
    assert Publication.objects.get().told_at is not None


def test_what_is_shown_again_or_gone_is_not_told(boat: Publication, staff: User) -> None:
    moderation.hide(boat.public_id, REASON, by=staff)
    moderation.show(boat.public_id, by=staff)

    tasks.tell(boat.pk)
    tasks.tell(boat.pk + 1)

    assert mail.outbox == []


def test_another_reason_is_told_too(boat: Publication, staff: User) -> None:
    moderation.hide(boat.public_id, REASON, by=staff)
    tasks.tell(boat.pk)
    moderation.hide(boat.public_id, "Another reason.", by=staff)

    tasks.tell(boat.pk)

    assert ["Another reason." in sent.body for sent in mail.outbox] == [False, True]


def test_a_mail_that_fails_is_sent_later(boat: Publication, staff: User, settings: Settings) -> None:
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        1,
    )
    moderation.hide(boat.public_id, REASON, by=staff)
    with pytest.raises(ConnectionRefusedError):
        tasks.tell(boat.pk)
    assert telling.waiting() == []
    Publication.objects.update(hidden_at=timezone.now() - timedelta(minutes=3))
    assert telling.waiting() == [boat.pk]

    settings.EMAIL_BACKEND = backend
    tasks.tell(boat.pk)

    assert len(mail.outbox) == 1
    assert telling.waiting() == []


def test_an_address_that_never_takes_mail_is_left_alone_in_the_end(boat: Publication, staff: User) -> None:
    moderation.hide(boat.public_id, REASON, by=staff)
    Publication.objects.update(hidden_at=timezone.now() - timedelta(days=4))

    assert telling.waiting() == []


@pytest.mark.parametrize("work", ["compare-photos", "tell-owners"])
def test_the_clock_knows_the_sweeps(work: str, settings: Settings) -> None:
    from imagehub.celery import app

    app.finalize()
    app.loader.import_default_modules()
    entry: Any = settings.CELERY_BEAT_SCHEDULE[work]
    assert entry["task"] in app.tasks
